import { assert, assertEquals, assertMatch } from "@std/assert";
import { PLAIN } from "../../../../src/cli/paint.ts";
import { benchLines } from "../../../../src/commands/bench/lines.ts";
import { sampleView } from "../../../support/bench.ts";

const STYLE = { paint: PLAIN, columns: 80 };

Deno.test("benchLines() shows traffic, a table of durations and plots", () => {
  const slow = (n: number): number | null => n === 7 ? null : n % 50 === 0 ? 40 : 1;
  const lines = benchLines(sampleView({ clients: 2, roundTrip: slow }), STYLE);
  assertEquals(lines.slice(0, 3), [
    "--- udp://127.0.0.1:4242, 2 s ---",
    "open loop: 2 clients, 100/s each, on schedule whatever the replies do",
    "",
  ]);
  const text = lines.join("\n");
  assertMatch(text, /^sent {9}400 packets +200\/s +19\.5 KiB +9\.77 KiB\/s$/m);
  assertMatch(text, /^lost {9}2 \(0\.5 %\) in 2 runs, the longest of 1 in a row \(2 x 1\)$/m);
  assertMatch(text, /^sender {7}200\/s of 200\/s asked, at most 0 ms late$/m);
  assertMatch(text, /^clients {6}p99 of each: best 40 ms, median 40 ms, worst 40 ms$/m);
  assertMatch(
    text,
    /^ms +count +min +mean +p50 +p90 +p99 +max +jitter\nround trip +398 +1 +1\.78 +1 +1 +40 +40/m,
  );
  // 40 packets in each interval: too few for a p99.
  assertMatch(text, /^max in time {2}█.*at most 40 ms$/m);
  assertMatch(text, /^lost {9}█ +at most 2 in 200 ms$/m);
});

Deno.test("benchLines() aligns the table, and fits the terminal", () => {
  const lines = benchLines(sampleView(), STYLE);
  const [head = "", row = ""] = lines.slice(lines.findIndex((line) => line.startsWith("ms ")));
  assertEquals(head.length, row.length);
  const plots = lines.filter((line) => /█/.test(line));
  assert(plots.length > 0 && plots.every((line) => line.length <= 80));
});

Deno.test("benchLines() leaves out what was not measured", () => {
  const text = benchLines(sampleView({ roundTrip: () => null }), STYLE).join("\n");
  assertMatch(text, /^lost {9}200 \(100 %\)/m);
  assert(!text.includes("round trip") && !text.includes("p99") && !text.includes("errors"));
});

Deno.test("benchLines() shows connections with --connect", () => {
  const text = benchLines(sampleView({ model: "connect", options: { rate: 0 } }), STYLE).join("\n");
  assertMatch(text, /^connections {2}1, 0\.5\/s$/m);
  assertMatch(text, /^connect +1 +2 +2/m);
});
