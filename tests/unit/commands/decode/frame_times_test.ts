import { assertEquals } from "@std/assert";
import { FrameTimes, TimeColumn } from "../../../../src/commands/decode/frame_times.ts";

const START = 1_767_225_600_000_000_000n; // 2026-01-01T00:00:00Z

Deno.test("FrameTimes counts from the first packet whose time is known", () => {
  const times = new FrameTimes();
  for (const time of [0n, START, START + 5n]) times.note({ time });
  assertEquals(times.elapsed(0n), null);
  assertEquals(times.elapsed(START), 0);
  assertEquals(times.elapsed(START + 1_500_000_000n), 1.5);
  assertEquals(times.elapsed(START - 1_000n), -0.000001);
  assertEquals(times.elapsedNanoseconds(START + 7n), 7);
});

Deno.test("FrameTimes writes RFC 3339, whichever second was before", () => {
  const times = new FrameTimes();
  assertEquals(times.iso(START + 123_456_789n), "2026-01-01T00:00:00.123456789Z");
  assertEquals(times.iso(START + 1_000_000_000n), "2026-01-01T00:00:01.000000000Z");
  assertEquals(times.iso(START), "2026-01-01T00:00:00.000000000Z");
  assertEquals(times.iso(START + 123_456_789n, 6), "2026-01-01T00:00:00.123456Z");
});

Deno.test("TimeColumn writes each format in columns", () => {
  const times = new FrameTimes();
  times.note({ time: START });
  const packets = [START, START + 250_000_000n, START + 1_000_000_000n, 0n];
  const lines = (format: "absolute" | "relative" | "delta"): string[] => {
    const column = new TimeColumn(times, format);
    return packets.map((time) => column.text(time));
  };
  assertEquals(lines("relative"), ["   0.000000", "   0.250000", "   1.000000", "          -"]);
  assertEquals(lines("delta"), ["   0.000000", "   0.250000", "   0.750000", "          -"]);
  assertEquals(lines("absolute")[1], "2026-01-01T00:00:00.250000Z");
  assertEquals(new Set(lines("absolute").map(({ length }) => length)).size, 1);
});
