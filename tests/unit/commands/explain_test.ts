import { assert, assertEquals, assertRejects } from "@std/assert";
import { explain } from "../../../src/commands/explain.ts";
import { UsageError } from "../../../src/errors.ts";
import { runCommand } from "../../support/run_command.ts";

const FRAMED = "080000000200000007000000";

Deno.test("explain prints the ranking and, last, the verdict", async () => {
  const { exit, lines, stderr } = await runCommand(explain, [FRAMED]);
  assertEquals([exit, stderr], [0, ""]);
  assert(lines.includes(" 97%  a Godot Variant (int) behind a 4-byte little-endian length"));
  assert(
    lines.at(-1)?.startsWith("a valid Godot Variant (int) behind a 4-byte length"),
    lines.at(-1),
  );
});

Deno.test("explain -o json prints one object for one packet", async () => {
  const { lines } = await runCommand(explain, ["-o", "json", FRAMED]);
  assertEquals(lines.length, 1);
  const { event, verdict, readings } = JSON.parse(lines[0] ?? "");
  assertEquals(event, "explanation");
  assert(verdict.startsWith("a valid Godot Variant (int)"));
  assertEquals(readings[0].what, "a Godot Variant (int) behind a 4-byte little-endian length");
  assertEquals(readings[0].score, 0.97);
});

Deno.test("explain -o json prints an object for each packet, for all together, and a summary", async () => {
  const { lines, exit } = await runCommand(explain, ["-o", "json", "08000000", "0200000007000000"]);
  const events = lines.map((line) => JSON.parse(line));
  assertEquals(events.map(({ event, index, packets }) => [event, index, packets]), [
    ["explanation", 0, undefined],
    ["explanation", 1, undefined],
    ["explanation", undefined, 2],
    ["summary", undefined, 2],
  ]);
  assertEquals([events[3].explained, events[3].ok, exit], [2, true, 0]);
});

Deno.test("explain names several packets, and ends with a verdict on all", async () => {
  const { lines } = await runCommand(explain, [FRAMED, FRAMED]);
  assertEquals(lines.filter((line) => line.startsWith("packet ")), ["packet 1", "packet 2"]);
  assert(lines.at(-1)?.startsWith("all 2 packets alike: a valid Godot Variant (int)"));
});

Deno.test("explain ends with 1 when a packet is not explained", async () => {
  const { exit, lines } = await runCommand(explain, ["ff00ff0012"]);
  assertEquals(exit, 1);
  assert(lines.at(-1)?.startsWith("no reading explains these 5 bytes"));
});

Deno.test("explain takes --godot for the version that receives", async () => {
  const quaternion = "0a000000" + "0000003f0000003f0000003f0000003f";
  const at4 = await runCommand(explain, [quaternion]);
  assert(at4.lines.at(-1)?.includes("the receiver, Godot 4, misreads it from byte 0 on"));
  const at3 = await runCommand(explain, ["--godot", "3", quaternion]);
  assert(at3.lines.at(-1)?.startsWith("a valid Godot 3 Variant (Quat) without a length in front"));
});

Deno.test("explain cuts long texts in JSON", async () => {
  const text = "hello ".repeat(2000);
  const { lines } = await runCommand(explain, ["-o", "json", "-"], { stdin: text });
  assertEquals(JSON.parse(lines[0] ?? "").readings[0].text.length, 4097);
});

Deno.test("explain says on stderr what it did not look at", async () => {
  const stdin = Array.from({ length: 1002 }, () => "00\n").join("");
  const { stderr } = await runCommand(explain, [], { stdin });
  assertEquals(stderr, "packetpeer: only the first 1000 of 1002 packets were explained\n");
});

Deno.test("explain tells a person at a terminal what it waits for", async () => {
  const { stderr } = await runCommand(explain, [], { isStdinTerminal: true });
  assertEquals(stderr, "reading bytes from the terminal, a packet a line\n");
});

Deno.test("explain sends captures to decode", async () => {
  await assertRejects(
    () => runCommand(explain, ["--from", "pcap", "@game.pcap"]),
    UsageError,
    "packetpeer decode @FILE",
  );
});
