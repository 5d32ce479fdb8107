import { assert, assertEquals, assertRejects } from "@std/assert";
import { decode } from "../../../src/commands/decode.ts";
import { UsageError } from "../../../src/errors.ts";
import { runCommand } from "../../support/run_command.ts";

const SEVEN = "0200000007000000";

Deno.test("decode prints a line for each frame, and ends with 0 when all decode", async () => {
  const result = await runCommand(decode, [SEVEN, "0x00000000", "04 00:00 00 02000000 68690000"]);
  assertEquals(result.lines, ["7", "null", `"hi"`]);
  assertEquals(result.stderr, "");
  assertEquals(result.exit, 0);
});

Deno.test("decode goes on after a frame that does not decode, and ends with 1", async () => {
  const result = await runCommand(decode, ["02", SEVEN, "zz", SEVEN]);
  assertEquals(result.lines, ["", "7", "", "7"]);
  assertEquals(result.stderr.split("\n").length, 3);
  assert(result.stderr.includes("frame 1: Cannot decode Variant header at byte 0"), result.stderr);
  assert(result.stderr.includes("frame 3: Cannot decode hex"), result.stderr);
  assertEquals(result.exit, 1);
});

Deno.test("decode stops at the first frame that does not decode when told so", async () => {
  for (const option of ["--keep-going=false", "--no-keep-going"]) {
    const result = await runCommand(decode, [SEVEN, "02", SEVEN, option]);
    assertEquals(result.lines, ["7", ""]);
    assertEquals(result.exit, 1);
  }
});

Deno.test("decode reads stdin without FRAME, and where - stands", async () => {
  const stdin = `${SEVEN}\n\n${SEVEN}\n`;
  assertEquals((await runCommand(decode, [], { stdin })).lines, ["7", "", "7"]);
  const mixed = await runCommand(decode, ["00000000", "-"], { stdin });
  assertEquals(mixed.lines, ["null", "7", "", "7"]);
  await assertRejects(() => runCommand(decode, ["-", "-"]), UsageError, "stdin was named twice");
});

Deno.test("decode tells a person at a terminal what it waits for", async () => {
  const result = await runCommand(decode, [], { isStdinTerminal: true });
  assertEquals(result.stderr, "reading frames from the terminal, one a line\n");
});

Deno.test("decode reads objects sent in full only when allowed", async () => {
  const node = "18000000" + "040000004e6f6465" + "00000000";
  const refused = await runCommand(decode, [node]);
  assertEquals([refused.exit, refused.lines], [1, [""]]);
  assert(refused.stderr.includes("ERR_UNAUTHORIZED"), refused.stderr);
  assert(refused.stderr.includes("--allow-objects"), refused.stderr);
  const allowed = await runCommand(decode, ["--allow-objects", node]);
  assertEquals([allowed.exit, allowed.lines], [0, ["Object(Node,)"]]);
});

Deno.test("decode reads the formats of Godot 4 and Godot 3", async () => {
  const quaternion = "0a000000" + "0000803f00000040000040400000803f";
  assertEquals((await runCommand(decode, ["--godot", "3", quaternion])).lines, [
    "Quat(1, 2, 3, 1)",
  ]);
  assertEquals((await runCommand(decode, [quaternion])).lines, [
    "Vector3i(1065353216, 1073741824, 1077936128)",
  ]);
});

Deno.test("decode warns of what is unusual, unless it is to be quiet", async () => {
  const loud = await runCommand(decode, [`${SEVEN}ff`]);
  const warning = "packetpeer: frame 1, byte 8: warning: 1 byte left over; Godot ignores it";
  assertEquals([loud.exit, loud.lines], [0, ["7"]]);
  assert(loud.stderr.startsWith(warning), loud.stderr);
  const quiet = await runCommand(decode, ["-q", `${SEVEN}ff`]);
  assertEquals([quiet.exit, quiet.lines, quiet.stderr], [0, ["7"], ""]);
});

Deno.test("decode stops quietly when nobody reads its output any more", async () => {
  let reads = 0;
  async function* endless(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const lines = new TextEncoder().encode(`${SEVEN}\n`.repeat(100_000));
    for (;;) {
      reads++;
      yield lines;
    }
  }
  const stdoutFailure = new Deno.errors.BrokenPipe();
  const result = await runCommand(decode, [], { stdin: endless(), stdoutFailure });
  assertEquals([result.exit, result.stderr, reads], [0, "", 1]);
});
