import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../src/errors.ts";
import {
  type HistogramState,
  loadHistogram,
  loadHistograms,
} from "../../../src/stats/histogram.ts";

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

Deno.test("a histogram adds another one, exactly", async () => {
  const histograms = await loadHistograms();
  const [left, right, both] = [histograms.create(), histograms.create(), histograms.create()];
  for (let i = 1; i <= 3000; i++) {
    (i % 3 === 0 ? left : right).record(i / 8);
    both.record(i / 8);
  }
  left.add(right);
  assertEquals(left.toState(), both.toState());
  assertEquals(left.buckets(), both.buckets());
  left.add(histograms.create());
  assertEquals(left.toState(), both.toState());
});

Deno.test("a histogram that is reset is as good as new", async () => {
  const histograms = await loadHistograms();
  const histogram = histograms.create();
  for (const ms of [1, 200, 3000]) histogram.record(ms);
  histogram.reset();
  assertEquals([histogram.count, histogram.max, histogram.mean, histogram.buckets()], [
    0,
    0,
    0,
    [],
  ]);
  histogram.record(7);
  const fresh = histograms.create();
  fresh.record(7);
  assertEquals(histogram.toState(), fresh.toState());
});

Deno.test("a histogram comes back from its state as it was", async () => {
  const histograms = await loadHistograms();
  const histogram = histograms.create();
  for (let i = 0; i < 500; i++) histogram.record(0.001 * 1.03 ** i);
  const state = histogram.toState();
  const restored = histograms.fromState(JSON.parse(JSON.stringify(state)));
  assertEquals(restored.toState(), state);
  assertEquals([restored.mean, restored.quantile(0.9)], [histogram.mean, histogram.quantile(0.9)]);
  const empty = histograms.fromState(histograms.create().toState());
  assertEquals([empty.count, empty.min], [0, 0]);
});

Deno.test("a state that is none is refused with a reason", async () => {
  const histograms = await loadHistograms();
  const histogram = histograms.create();
  histogram.record(5);
  const state = histogram.toState();
  const twoDigits = histograms.create(2).toState();
  const cases: readonly [broken: Partial<HistogramState>, message: string][] = [
    [{ hdr: "" }, "a histogram is not one of nanoseconds in HdrHistogram's V2 encoding"],
    [{ hdr: state.hdr.slice(0, -12) }, "a histogram is not one of nanoseconds"],
    [{ hdr: twoDigits.hdr }, "a histogram is not one of nanoseconds"],
    [{ count: 2 }, "a histogram says that it counts 2, but has 1"],
    [{ minMs: 6 }, "a histogram says that its minimum is above its maximum"],
  ];
  for (const [broken, message] of cases) {
    assertThrows(() => histograms.fromState({ ...state, ...broken }), UsageError, message);
  }
});

Deno.test("the buckets of a histogram are where its durations are", async () => {
  const histogram = (await loadHistograms()).create();
  for (const ms of [1, 1, 2.5, 80]) histogram.record(ms);
  const buckets = histogram.buckets();
  assertEquals(buckets.map(({ count }) => count), [2, 1, 1]);
  for (const [index, ms] of [1, 2.5, 80].entries()) {
    const { fromMs, toMs } = buckets[index] ?? { fromMs: NaN, toMs: NaN };
    assert(fromMs <= ms && ms < toMs && toMs - fromMs <= ms / 1000, `${fromMs} to ${toMs}`);
  }
});

Deno.test("the percentile curve goes up to the largest duration, denser towards the end", async () => {
  const histogram = (await loadHistograms()).create();
  assertEquals(histogram.percentilePoints(), []);
  for (let i = 1; i <= 1000; i++) histogram.record(i);
  const points = histogram.percentilePoints(2);
  assertEquals(points.slice(0, 6).map(({ q }) => q), [0, 0.25, 0.5, 0.625, 0.75, 0.8125]);
  for (const { q, ms, count } of points) {
    assertAlmostEquals(ms, Math.max(1, 1000 * q), Math.max(1, q * 2));
    assert(count >= q * 1000);
  }
  assertEquals(points.at(-1), { q: 1, ms: 1000, count: 1000 });
  const single = (await loadHistograms()).create();
  single.record(4);
  assertEquals(single.percentilePoints(), [{ q: 1, ms: 4, count: 1 }]);
});

Deno.test("a histogram of two digits is less exact", async () => {
  const histograms = await loadHistograms();
  const histogram = histograms.create(2);
  for (let i = 1; i <= 1000; i++) histogram.record(i);
  assertAlmostEquals(histogram.quantile(0.5), 500, 5);
  assertEquals([histogram.min, histogram.max, histogram.mean], [1, 1000, 500.5]);
});

Deno.test("a histogram counts each duration where the library itself would", async () => {
  const histograms = await loadHistograms();
  const { Int32Histogram } = await import("hdr-histogram-js");
  for (const digits of [2, 3] as const) {
    const library = new Int32Histogram(1, 3_600_000_000_000, digits);
    const histogram = histograms.create(digits);
    const values = [0, 3_000_000_000, 3_600_000_000_000];
    for (let power = 0; power < 41; power++) {
      values.push(2 ** power - 1, 2 ** power, 2 ** power + 1);
    }
    for (let value = 1; value < 1e12; value = value * 1.07 + 1) values.push(Math.round(value));
    for (const value of values) {
      library.recordValue(value);
      histogram.record(value / 1e6);
    }
    const counted = histogram.buckets().map((
      { fromMs, count },
    ) => [Math.round(fromMs * 1e6), count]);
    const expected: number[][] = [];
    for (let index = 0; index < library.countsArrayLength; index++) {
      const count = library.getCountAtIndex(index);
      if (count > 0) expected.push([library.valueFromIndex(index), count]);
    }
    assertEquals(counted, expected);
    for (const q of [0, 0.25, 0.5, 0.9, 0.99]) {
      const value = Math.max(library.getValueAtPercentile(q * 100), 0);
      assertAlmostEquals(histogram.quantile(q), value / 1e6, 1e-9);
    }
  }
});

Deno.test("a sum of histograms may count more than 32 bits hold", async () => {
  const histograms = await loadHistograms();
  const histogram = histograms.create();
  histogram.record(5);
  for (let i = 0; i < 34; i++) histogram.add(histograms.fromState(histogram.toState()));
  assertEquals([histogram.count, histogram.mean], [2 ** 34, 5]);
  assertEquals(histogram.buckets().map(({ count }) => count), [2 ** 34]);
});
