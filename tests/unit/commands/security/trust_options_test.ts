import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { parseOptions } from "../../../../src/cli/args.ts";
import { readWholeFile } from "../../../../src/commands/input/chunks.ts";
import {
  readTrustQuestion,
  TRUST_OPTIONS,
  type TrustQuestion,
} from "../../../../src/commands/security/trust_options.ts";
import { UsageError } from "../../../../src/errors.ts";
import { memoryIo } from "../../../support/memory_io.ts";

const io = memoryIo({ files: { "a.crt": "A", "b.crt": "B" } });
const read = (...args: string[]): Promise<TrustQuestion> =>
  readTrustQuestion(parseOptions(args, TRUST_OPTIONS), io);

Deno.test("readTrustQuestion() asks nothing when nothing is written", async () => {
  assertEquals(await read(), { ca: null, serverName: null, pins: [], isAsked: false });
});

Deno.test("readTrustQuestion() reads files and pins", async () => {
  const sha256 = "ab".repeat(32);
  const question = await read(
    "--ca",
    "a.crt",
    "--ca",
    "b.crt",
    "--server-name",
    "h",
    "--pin",
    `sha256:${sha256}`,
  );
  assertEquals(question.ca?.map(({ name, content }) => [name, content.length]), [["a.crt", 1], [
    "b.crt",
    1,
  ]]);
  assertEquals([question.serverName, question.isAsked], ["h", true]);
  assertEquals(question.pins, [{ kind: "certificate", sha256 }]);
});

Deno.test("readTrustQuestion() refuses bad pins, readWholeFile() names a missing file", async () => {
  await assertRejects(() => read("--pin", "sha1:00"), UsageError, "is no pin");
  await assertRejects(() => read("--ca", "c.crt"), UsageError, "cannot read c.crt: no such file");
  await assertRejects(() => readWholeFile("c.crt", io), UsageError);
  assertThrows(() => parseOptions(["--server-name"], TRUST_OPTIONS), UsageError);
});
