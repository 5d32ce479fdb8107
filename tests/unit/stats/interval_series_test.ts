import { assertEquals } from "@std/assert";
import { loadHistograms } from "../../../src/stats/histogram.ts";
import { IntervalSeries, stateOf } from "../../../src/stats/interval_series.ts";

const histograms = await loadHistograms();

Deno.test("IntervalSeries counts what happens in each interval", () => {
  const series = new IntervalSeries(histograms, 1000, 500);
  const first = series.recordSent(1000);
  series.recordSent(1499.9);
  const second = series.recordSent(1500);
  assertEquals([first, second], [0, 1]);
  series.recordReceived(1600);
  series.recordAnswered(first);
  series.recordRoundTrip(600, 1600);
  series.recordReceived(2700);
  series.recordAnswered(second);
  series.recordRoundTrip(1200, 2700);
  assertEquals(
    series.intervals().map(({ sent, received, answered, roundTrips }) => [
      sent,
      received,
      answered,
      roundTrips?.maxMs ?? null,
    ]),
    [
      [2, 0, 1, null],
      [1, 1, 1, 600],
      [0, 0, 0, null],
      [0, 1, 0, 1200],
    ],
  );
  const all = series.roundTrips();
  assertEquals([all.count, all.min, all.max], [2, 600, 1200]);
});

Deno.test("IntervalSeries goes on after it was looked at", () => {
  const series = new IntervalSeries(histograms, 0, 1000);
  series.recordRoundTrip(1, 10);
  assertEquals([series.intervals()[0]?.roundTrips?.count, series.roundTrips().count], [1, 1]);
  series.recordRoundTrip(2, 20);
  assertEquals([series.intervals()[0]?.roundTrips?.count, series.roundTrips().count], [2, 2]);
  assertEquals(series.countEnded(999), 0);
  assertEquals(series.countEnded(3000), 3);
  assertEquals(series.intervals().map(({ roundTrips }) => roundTrips?.count ?? 0), [2, 0, 0, 0]);
  assertEquals([series.intervals(2).length, series.roundTrips().count], [2, 2]);
});

Deno.test("IntervalSeries takes back packets that did not leave, and takes a time that has gone by", () => {
  const series = new IntervalSeries(histograms, 0, 1000);
  const interval = series.recordSent(500);
  series.recordSent(1500);
  series.takeBackSent(interval);
  series.recordReceived(900);
  assertEquals(series.intervals().map(({ sent, received }) => [sent, received]), [[0, 0], [1, 1]]);
});

Deno.test("stateOf() has no state of an empty histogram", () => {
  assertEquals(stateOf(histograms.create()), null);
});
