import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { loadHistogram } from "../../../src/stats/histogram.ts";

Deno.test("an empty histogram answers 0", async () => {
  const histogram = await loadHistogram();
  assertEquals([histogram.count, histogram.min, histogram.max, histogram.mean], [0, 0, 0, 0]);
  assertEquals(histogram.quantile(0.99), 0);
});

Deno.test("a histogram knows quantiles to three digits", async () => {
  const histogram = await loadHistogram();
  // 0.001 ms to 10 ms, out of order.
  for (let i = 0; i < 10_000; i++) histogram.record(((i * 7919) % 10_000 + 1) / 1000);
  assertEquals(histogram.count, 10_000);
  const expected: readonly [q: number, ms: number][] = [
    [0.5, 5],
    [0.9, 9],
    [0.99, 9.9],
    [0.999, 9.99],
  ];
  for (const [q, ms] of expected) assertAlmostEquals(histogram.quantile(q), ms, ms / 1000);
});

Deno.test("a histogram has exact minimum, maximum and mean, and no quantile outside them", async () => {
  const histogram = await loadHistogram();
  for (const ms of [0.123456789, 3.3, 1.1]) histogram.record(ms);
  assertEquals([histogram.min, histogram.max], [0.123456789, 3.3]);
  assertAlmostEquals(histogram.mean, 4.523456789 / 3, 1e-12);
  assertEquals([histogram.quantile(1), histogram.quantile(0)], [3.3, histogram.min]);
});

Deno.test("a histogram takes what no round trip takes: 0, and more than an hour", async () => {
  const histogram = await loadHistogram();
  histogram.record(0);
  histogram.record(7_200_000);
  assertEquals([histogram.count, histogram.min, histogram.max], [2, 0, 7_200_000]);
  assert(histogram.quantile(1) >= 3_600_000);
});
