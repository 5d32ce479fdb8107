import { assert, assertEquals, assertRejects } from "@std/assert";
import { encode } from "../../../src/commands/encode.ts";
import { UsageError } from "../../../src/errors.ts";
import { runCommand } from "../../support/run_command.ts";

const SEVEN = "0200000007000000";

Deno.test("encode prints the bytes of each value in hex, a line each", async () => {
  const result = await runCommand(encode, ["7", "-7", "null", `"hi"`]);
  assertEquals(result.lines, [SEVEN, "02000000f9ffffff", "00000000", "040000000200000068690000"]);
  assertEquals([result.exit, result.stderr], [0, ""]);
});

Deno.test("encode prints base64 and raw bytes", async () => {
  assertEquals((await runCommand(encode, ["-o", "base64", "7", "null"])).lines, [
    "AgAAAAcAAAA=",
    "AAAAAA==",
  ]);
  const raw = await runCommand(encode, ["-o", "raw", "7", "null"]);
  assertEquals(raw.stdoutBytes.toHex(), `${SEVEN}00000000`);
});

Deno.test("encode does not write raw bytes to a terminal", async () => {
  const run = (): Promise<unknown> => runCommand(encode, ["-o", "raw", "7"], { isTerminal: true });
  await assertRejects(run, UsageError, "redirect stdout or use -o hex");
});

Deno.test("encode reads values from stdin, one a line, over several lines where open", async () => {
  const stdin = `7\n\n[1,\n 2]\n"a`;
  const result = await runCommand(encode, [], { stdin });
  const array = "1c00000002000000" + "0200000001000000" + "0200000002000000";
  assertEquals(result.lines, [SEVEN, "", array, ""]);
  assertEquals(result.exit, 2);
  assert(result.stderr.startsWith("packetpeer: line 5, column 1: "), result.stderr);
});

Deno.test("encode goes on after a value that does not parse, and ends with 2", async () => {
  const result = await runCommand(encode, ["-"], { stdin: "7\n  [1, x]\n7\n" });
  assertEquals(result.lines, [SEVEN, "", SEVEN]);
  const [message = "", source, caret] = result.stderr.split("\n");
  assert(message.startsWith("packetpeer: line 2, column 7: "), message);
  assertEquals([source, caret], ["    [1, x]", "        ^"]);
  assertEquals(result.exit, 2);
});

Deno.test("encode reads plain JSON and JSON.from_native", async () => {
  const json = await runCommand(encode, ["--from", "json", `{"id": 7}`, "1.0"]);
  assertEquals(json.lines, [
    "1b0000000100000004000000020000006964000002000000" + "07000000",
    "030000000000803f",
  ]);
  const native = await runCommand(encode, ["--from=native", `"i:7"`, `{"type":"RID"}`]);
  assertEquals(native.lines, [SEVEN, "17000000" + "0".repeat(16)]);
  const wrong = await runCommand(encode, ["--from", "json", "Vector2(1, 2)"]);
  assertEquals([wrong.exit, wrong.lines], [2, [""]]);
});

Deno.test("encode sends objects in full when told so", async () => {
  const result = await runCommand(encode, ["--full-objects", "Object(Node,)"]);
  assertEquals(result.lines, ["18000000040000004e6f646500000000"]);
  const refused = await runCommand(encode, ["Object(Node,)", "7"]);
  assertEquals([refused.exit, refused.lines], [2, ["", SEVEN]]);
  assert(refused.stderr.startsWith("packetpeer: value 1: Cannot encode"), refused.stderr);
});

Deno.test("encode writes the formats of Godot 4 and Godot 3", async () => {
  const quaternion = "0000803f000000400000404000008040";
  const value = "Quaternion(1, 2, 3, 4)";
  assertEquals((await runCommand(encode, [value])).lines, [`0f000000${quaternion}`]);
  assertEquals((await runCommand(encode, [value, "--godot=3"])).lines, [`0a000000${quaternion}`]);
  const refused = await runCommand(encode, ["Vector2i(1, 2)", "--godot=3"]);
  assertEquals([refused.exit, refused.lines], [2, [""]]);
});

Deno.test("encode shows values as text, JSON, JSON.from_native and trees", async () => {
  const text = await runCommand(encode, ["-o", "text", "{ 'a': 1 }".replaceAll("'", `"`)]);
  assertEquals(text.lines, [`{"a": 1}`]);
  const json = await runCommand(encode, ["-o", "json", "7"]);
  assertEquals(json.lines, [
    `{"index":0,"size":8,"ok":true,"type":"int","value":7,"text":"7","hex":"${SEVEN}"}`,
  ]);
  const native = await runCommand(encode, ["-o", "native", "7"]);
  assertEquals(JSON.parse(native.stdout).value, "i:7");
  const tree = await runCommand(encode, ["-o", "tree", "7"]);
  assert(tree.stdout.startsWith("0000..0008  value 1"), tree.stdout);
});
