import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../src/errors.ts";
import type { BenchData } from "../../../src/stats/bench_data.ts";
import { mergeBenchData } from "../../../src/stats/bench_merge.ts";
import { loadHistograms } from "../../../src/stats/histogram.ts";
import { benchClient, benchData, stateOfDurations } from "../../support/bench_reports.ts";

const histograms = await loadHistograms();
const START = benchData().startMicros;

function interval(sent: number, durations: readonly number[] = []): BenchData["series"][number] {
  const { length } = durations;
  return {
    sent,
    received: length,
    answered: length,
    roundTrips: stateOfDurations(durations, histograms),
  };
}

Deno.test("mergeBenchData() sums counters and adds histograms", () => {
  const sum = mergeBenchData([
    benchData({
      errors: { decode: 1, send: 2 },
      lossRuns: { "1": 2, "7": 1 },
      sender: { askedRate: 100, achievedRate: 99, late: 5, lateMaxMs: 3 },
      connections: { attempted: 2, established: 1 },
      roundTrips: stateOfDurations([1, 2], histograms),
      seconds: 9,
    }),
    benchData({
      errors: { decode: 3 },
      lossRuns: { "1": 1 },
      sender: { askedRate: 50, achievedRate: 50, late: 0, lateMaxMs: 8 },
      roundTrips: stateOfDurations([3], histograms),
      handshakes: stateOfDurations([9], histograms),
      clients: [benchClient({ sent: 7 }), benchClient()],
    }),
  ], histograms);
  assertEquals([sum.packets.sent, sum.bytes.received, sum.seconds], [2000, 104_000, 10]);
  assertEquals(sum.errors, { decode: 4, send: 2 });
  assertEquals(sum.lossRuns, { "1": 3, "7": 1 });
  assertEquals(sum.sender, { askedRate: 150, achievedRate: 149, late: 5, lateMaxMs: 8 });
  assertEquals(sum.connections, { attempted: 2, established: 1 });
  assertEquals(sum.roundTrips, stateOfDurations([3, 2, 1], histograms));
  assertEquals(sum.handshakes, stateOfDurations([9], histograms));
  assertEquals([sum.connects, sum.clients.length], [null, 3]);
});

Deno.test("mergeBenchData() lays intervals over each other by the wall clock", () => {
  const early = benchData({ series: [interval(1, [10]), interval(2, [20]), interval(3)] });
  const late = benchData({
    startMicros: START + 1_600_000, // nearest: two intervals later
    series: [interval(40, [5]), interval(50)],
  });
  for (const parts of [[early, late], [late, early]]) {
    const { series, startMicros } = mergeBenchData(parts, histograms);
    assertEquals(startMicros, START);
    assertEquals(series, [
      interval(1, [10]),
      interval(2, [20]),
      { ...interval(43, [5]) },
      interval(50),
    ]);
  }
});

Deno.test("mergeBenchData() leaves one run as it is", () => {
  const data = benchData({ roundTrips: stateOfDurations([1], histograms) });
  assertEquals(mergeBenchData([data], histograms), data);
});

Deno.test("mergeBenchData() refuses runs that cannot be added", () => {
  const cases: readonly [other: Partial<BenchData>, message: string][] = [
    [{ model: "closed" }, "runs of other load models cannot be added up: open and closed"],
    [{ isOneWay: true }, "runs with and without --one-way cannot be added up"],
    [{ intervalMs: 500 }, "runs of other intervals cannot be added up: 1s and 0.5s"],
    [
      { startMicros: START + 200_000 * 1_000_000 },
      "the runs were not made side by side: one began 200000s after another",
    ],
  ];
  for (const [other, message] of cases) {
    const merge = (): BenchData => mergeBenchData([benchData(), benchData(other)], histograms);
    assertThrows(merge, UsageError, message);
  }
  assertThrows(() => mergeBenchData([], histograms), UsageError, "no runs");
});
