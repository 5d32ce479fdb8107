import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  linearScale,
  logScale,
  percentileScale,
  type Scale,
  timeScale,
} from "../../../src/inspect/scale.ts";

function labels(scale: Scale): string[] {
  return scale.ticks.map(({ label }) => label);
}

Deno.test("linearScale() ends at a round number and ticks at round numbers", () => {
  const scale = linearScale(0.83, String);
  assertEquals(labels(scale), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
  assertAlmostEquals(scale.place(0.5), 0.5);
  assertEquals([scale.place(-1), scale.place(7)], [0, 1]);
});

Deno.test("linearScale() has an axis even for nothing", () => {
  const scale = linearScale(0, String);
  assertEquals([labels(scale), scale.place(0)], [["0", "1"], 0]);
});

Deno.test("timeScale() ends where the measurement ends", () => {
  const scale = timeScale(7, (s) => `${s} s`);
  assertEquals(labels(scale), ["0 s", "1 s", "2 s", "3 s", "4 s", "5 s", "6 s", "7 s"]);
  assertEquals([scale.place(7), scale.place(3.5)], [1, 0.5]);
  assertEquals(labels(timeScale(30, String)), ["0", "5", "10", "15", "20", "25", "30"]);
});

Deno.test("logScale() gives each power of ten the same room", () => {
  const scale = logScale(0.02, 900, String);
  assertEquals(labels(scale), ["0.01", "0.1", "1", "10", "100", "1000"]);
  assertAlmostEquals(scale.place(0.1), 0.2);
  assertAlmostEquals(scale.place(10), 0.6);
  assertEquals([scale.place(0.0001), scale.place(1e9)], [0, 1]);
});

Deno.test("logScale() ticks between the powers where there is room", () => {
  assertEquals(labels(logScale(0.13, 1.4, String)), ["0.1", "0.2", "0.5", "1", "2"]);
  assertEquals(labels(logScale(3, 3, String)), ["2", "5"]);
});

Deno.test("percentileScale() gives each nine the same room", () => {
  const scale = percentileScale(10_000);
  assertEquals(labels(scale), ["0 %", "50 %", "90 %", "99 %", "99.9 %", "99.99 %"]);
  assertAlmostEquals(scale.place(0.9), 0.25);
  assertAlmostEquals(scale.place(0.99), 0.5);
  assertEquals(scale.place(1), 1);
  assertEquals(labels(percentileScale(2743)).at(-1), "99.9 %");
  assert(percentileScale(2743).place(0.999) < 0.9);
});
