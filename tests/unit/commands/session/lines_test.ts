import { assertEquals, assertMatch } from "@std/assert";
import { loadColors } from "../../../../src/cli/paint.ts";
import { SessionLines } from "../../../../src/commands/session/lines.ts";
import type { SessionView } from "../../../../src/commands/session/printer.ts";
import { clockTime } from "../../../../src/commands/session/time.ts";
import { PeerError } from "../../../../src/errors.ts";
import { Vector2 } from "../../../../src/variant/types.ts";
import { type MemoryIo, memoryIo, type MemorySettings } from "../../../support/memory_io.ts";
import { EMPTY_REPORT, NOON, packetOf, valuePacket } from "../../../support/session.ts";

const VIEW = { godot: 4, allowObjects: false, peers: "all" } as const;
const TIME = clockTime(NOON);

async function printed(
  run: (lines: SessionLines) => unknown,
  settings: MemorySettings = {},
  view: Partial<SessionView> = {},
): Promise<MemoryIo> {
  const io = memoryIo({ mode: "human", ...settings });
  const lines = new SessionLines(io.output, { ...VIEW, ...view });
  await lines.prepare();
  await run(lines);
  await io.output.flush();
  return io;
}

Deno.test("SessionLines prints aligned columns", async () => {
  const io = await printed((lines) => {
    assertEquals(lines.received(valuePacket(7n), "127.0.0.1:50312"), true);
    lines.sent(valuePacket(new Vector2(1, 2)), "127.0.0.1:50312");
    lines.received(valuePacket("a".repeat(1000)), "127.0.0.1:503");
  });
  assertEquals(io.stdoutLines(), [
    `${TIME} < 127.0.0.1:50312     8 B  int         7`,
    `${TIME} > 127.0.0.1:50312    12 B  Vector2     Vector2(1, 2)`,
    `${TIME} < 127.0.0.1:503    1008 B  String      "${"a".repeat(1000)}"`,
  ]);
});

Deno.test("SessionLines cuts a large value to the terminal's width, with a note", async () => {
  const settings = { isTerminal: true, columns: 100 };
  const run = (lines: SessionLines): void =>
    void lines.received(valuePacket("a".repeat(5000)), "127.0.0.1:50312");
  const [line = ""] = (await printed(run, settings)).stdoutLines();
  assertMatch(line, /String {6}"a{30,}… 4\.\d KiB more$/);
  assertEquals(line.length <= 100, true);
});

Deno.test("SessionLines leaves a value whole that fits the terminal", async () => {
  const settings = { isTerminal: true, columns: 100 };
  const io = await printed(
    (lines) => lines.received(valuePacket("a".repeat(20)), "a:1"),
    settings,
  );
  const [line = ""] = io.stdoutLines();
  assertEquals(line.endsWith(`"${"a".repeat(20)}"`), true);
});

Deno.test("SessionLines shows a packet that does not decode with code, place, bytes and guess", async () => {
  const io = await printed((lines) => {
    assertEquals(lines.received(packetOf("080000000400000003000000"), "a:1"), false);
  });
  const [first = "", second, third] = io.stdoutLines();
  assertMatch(
    first,
    /^\S+ < a:1 {4}12 B {2}ERR_FILE_EOF|ERR_INVALID_DATA {2}byte \d+: cannot decode/,
  );
  assertMatch(second ?? "", /^ {15}0000 {2}08 00 00 00 04 00 00 00 {2}03 00 00 00 +\.{12}$/);
  assertMatch(third ?? "", /^ {15}hint: it begins with its own length in 4 bytes/);
});

Deno.test("SessionLines shows the place inside the value", async () => {
  // ["x", <type 99>]
  const io = await printed((lines) =>
    lines.received(packetOf("1c000000 02000000 0400000001000000 78000000 63000000"), "a:1")
  );
  assertMatch(io.stdoutLines()[0] ?? "", /ERR_INVALID_DATA {2}byte 20 in \$\[1\]: cannot decode/);
});

Deno.test("SessionLines shows what is sent and no Variant as bytes, without an error", async () => {
  const io = await printed((lines) => lines.sent(packetOf("0102"), "a:1"));
  const lines = io.stdoutLines();
  assertEquals(lines[0], `${TIME} > a:1     2 B  no Variant`);
  assertMatch(lines[1] ?? "", /0000 {2}01 02 /);
});

Deno.test("SessionLines shows notes below the value", async () => {
  const io = await printed((lines) => lines.received(packetOf("0200000007000000ff"), "a:1"));
  assertMatch(io.stdoutLines()[1] ?? "", /^ {15}! byte 8: 1 byte left over/);
});

Deno.test("SessionLines shows peers as far as they are asked for", async () => {
  const run = (lines: SessionLines): void => {
    lines.peer("connected", "a:1", null);
    lines.peer("error", "a:1", new PeerError("ERR_CONNECTION_ERROR", "lost it"));
  };
  const shown = async (
    view: Partial<SessionView>,
    settings: MemorySettings = {},
  ): Promise<string[]> => {
    const lines = (await printed(run, settings, view)).stdoutLines();
    return lines.map((line) => line.replace(/^\S+ /, ""));
  };
  const failure = "* a:1  error: lost it (ERR_CONNECTION_ERROR)";
  assertEquals(await shown({ peers: "all" }), ["* a:1  connected", failure]);
  assertEquals(await shown({ peers: "errors" }), [failure]);
  assertEquals(await shown({ peers: "none" }), []);
  assertEquals(await shown({ peers: "all" }, { isQuiet: true }), [failure]);
});

Deno.test("SessionLines with --quiet judges packets and prints only the summary", async () => {
  const io = await printed((lines) => {
    lines.listening("udp://127.0.0.1:1");
    assertEquals(lines.received(valuePacket(7n), "a:1"), true);
    assertEquals(lines.received(packetOf("63000000"), "a:1"), false);
    lines.sent(valuePacket(7n), "a:1");
    return lines.summary(EMPTY_REPORT);
  }, { isQuiet: true });
  assertEquals(io.stderrText(), "");
  assertEquals(io.stdoutLines()[0], "--- udp://127.0.0.1:4242, 1 s ---");
});

Deno.test("SessionLines keeps its columns with colours", async () => {
  const paint = await loadColors();
  const run = (lines: SessionLines): void => void lines.received(valuePacket(7n), "a:1");
  const colored = (await printed(run, { paint })).stdoutText();
  const { stripAnsiCode } = await import("@std/fmt/colors");
  assertEquals(colored === stripAnsiCode(colored), false);
  assertEquals(stripAnsiCode(colored), (await printed(run)).stdoutText());
});

Deno.test("SessionLines names types as the chosen Godot does", async () => {
  const packet = packetOf("14000000 01000000 05000000");
  const io = await printed((lines) => lines.received(packet, "a:1"), {}, { godot: 3 });
  assertMatch(io.stdoutLines()[0] ?? "", / PoolByteArray {2}PoolByteArray\(5\)$/);
});
