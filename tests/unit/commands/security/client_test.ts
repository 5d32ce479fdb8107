import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { parseOptions } from "../../../../src/cli/args.ts";
import {
  type ClientSecurityInUse,
  readClientSecurity,
} from "../../../../src/commands/security/client.ts";
import { CLIENT_SECURITY } from "../../../../src/commands/security/options.ts";
import { UsageError } from "../../../../src/errors.ts";
import { memoryIo, type MemorySettings } from "../../../support/memory_io.ts";

function read(
  args: readonly string[],
  settings: MemorySettings = {},
): Promise<ClientSecurityInUse> {
  return readClientSecurity(parseOptions(args, CLIENT_SECURITY), memoryIo(settings));
}

Deno.test("readClientSecurity() reads files, names and pins", async () => {
  const pin = `sha256:${"ab".repeat(32)}`;
  const args = ["--ca", "a.pem", "--ca", "b.pem", "--server-name", "game.example", "--pin", pin];
  const { security } = await read(args, { files: { "a.pem": "a", "b.pem": "b" } });
  assertEquals(security.ca?.map(({ name }) => name), ["a.pem", "b.pem"]);
  assertEquals([security.serverName, security.isInsecure], ["game.example", false]);
  assertEquals(security.pins, [{ kind: "certificate", sha256: "ab".repeat(32) }]);
});

Deno.test("readClientSecurity() warns of --insecure, even when it is to be quiet", async () => {
  const io = memoryIo({ isQuiet: true });
  const options = parseOptions(["--insecure"], CLIENT_SECURITY);
  const { security } = await readClientSecurity(options, io);
  assertEquals(security.isInsecure, true);
  assertMatch(io.stderrText(), /warning: --insecure accepts every certificate/);
});

Deno.test("readClientSecurity() loads the function of --verify", async () => {
  const verify = (): boolean => true;
  const modules = { "v.ts": { default: verify }, "w.ts": { verify } };
  assertEquals((await read(["--verify", "v.ts"], { modules })).security.verify, verify);
  await assertRejects(
    () => read(["--verify", "w.ts"], { modules }),
    UsageError,
    "--verify w.ts has no default function",
  );
  await assertRejects(() => read(["--verify", "x.ts"]), UsageError, "cannot load --verify x.ts");
});

Deno.test("readClientSecurity() refuses a pin that is none", async () => {
  await assertRejects(() => read(["--pin", "abc"]), UsageError, '"abc" is no pin');
});

Deno.test("readClientSecurity() keeps the sessions of --session-cache", async () => {
  const io = memoryIo();
  const options = parseOptions(["--session-cache", "s.json"], CLIENT_SECURITY);
  const { security, save } = await readClientSecurity(options, io);
  security.sessions?.set("dtls://h:1", "PEM");
  await save();
  assertMatch(io.system.written.get("s.json")?.text ?? "", /"dtls:\/\/h:1": "PEM"/);
});
