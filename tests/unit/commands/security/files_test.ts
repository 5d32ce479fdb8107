import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { parseOptions } from "../../../../src/cli/args.ts";
import {
  readOwnCertificate,
  readPem,
  readShared,
} from "../../../../src/commands/security/files.ts";
import { SERVER_SECURITY } from "../../../../src/commands/security/options.ts";
import { UsageError } from "../../../../src/errors.ts";
import { memoryIo } from "../../../support/memory_io.ts";

Deno.test("readPem() names the file, also where there is none", async () => {
  const io = memoryIo({ files: { "a.pem": "content" } });
  const { name, content } = await readPem("a.pem", io);
  assertEquals([name, new TextDecoder().decode(content)], ["a.pem", "content"]);
  await assertRejects(() => readPem("b.pem", io), UsageError, "cannot read b.pem: no such file");
});

Deno.test("readOwnCertificate() takes the key from its file, or from the certificate's", async () => {
  const io = memoryIo({ files: { "c.pem": "chain", "k.pem": "key" } });
  const namesOf = async (...args: string[]): Promise<string[]> => {
    const files = await readOwnCertificate(parseOptions(args, SERVER_SECURITY), io);
    return files === null ? [] : [files.chain.name, files.key.name];
  };
  assertEquals(await namesOf(), []);
  assertEquals(await namesOf("--cert", "c.pem"), ["c.pem", "c.pem"]);
  assertEquals(await namesOf("--cert", "c.pem", "--key", "k.pem"), ["c.pem", "k.pem"]);
});

Deno.test("readShared() adds the lines of --keylog to their file", () => {
  const io = memoryIo();
  const args = ["--keylog", "keys.log", "--mtu", "500", "--idle-timeout", "2s"];
  const { mtu, idleMs, onKeylog } = readShared(parseOptions(args, SERVER_SECURITY), io);
  assertEquals([mtu, idleMs], [500, 2000]);
  onKeylog?.("CLIENT_RANDOM 01 02");
  onKeylog?.("CLIENT_RANDOM 03 04");
  const { text } = io.system.written.get("keys.log") ?? { text: "" };
  assertEquals(text, "CLIENT_RANDOM 01 02\nCLIENT_RANDOM 03 04\n");
});

Deno.test("readShared() refuses a key log that cannot be written", () => {
  const options = parseOptions(["--keylog", "/missing/keys.log"], SERVER_SECURITY);
  const reading = (): unknown => readShared(options, memoryIo());
  assertThrows(reading, UsageError, "cannot write /missing/keys.log: no such folder");
});
