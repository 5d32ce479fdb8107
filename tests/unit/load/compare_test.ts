import { assertAlmostEquals, assertEquals } from "@std/assert";
import { compareReports, type ComparisonRow } from "../../../src/load/compare.ts";
import type { BenchReport } from "../../../src/stats/bench_report.ts";
import { loadHistograms } from "../../../src/stats/histogram.ts";
import { benchData, reportOf, stateOfDurations } from "../../support/bench_reports.ts";

const histograms = await loadHistograms();

Deno.test("compareReports() puts both runs side by side", () => {
  const { packets } = benchData();
  const old = reportOf({
    roundTrips: stateOfDurations(Array.from({ length: 50 }, () => 20), histograms),
    packets: { ...packets, answered: 990 },
  }, histograms);
  const latest = reportOf({
    roundTrips: stateOfDurations(Array.from({ length: 100 }, () => 25), histograms),
    sender: { askedRate: 100, achievedRate: 90, late: 0, lateMaxMs: 0.5 },
  }, histograms);
  const rows = compareReports(old, latest);
  const rowOf = (name: string): ComparisonRow | undefined =>
    rows.find(({ figure }) => figure === name);
  assertEquals(rowOf("max"), {
    figure: "max",
    unit: "ms",
    old: 20,
    new: 25,
    change: 5,
    ratio: 0.25,
    isBetter: false,
  });
  assertEquals([rowOf("lost")?.change, rowOf("lost")?.ratio, rowOf("lost")?.isBetter], [
    -10,
    -1,
    true,
  ]);
  assertAlmostEquals(rowOf("rate")?.ratio ?? 0, -0.1);
  assertEquals([rowOf("rate")?.isBetter, rowOf("sent")?.isBetter], [false, null]);
  // Of nothing there is no share; and p99 was not measured before.
  assertEquals([rowOf("duplicate")?.change, rowOf("duplicate")?.ratio], [0, null]);
  assertEquals([rowOf("p99")?.old, rowOf("p99")?.change, rowOf("p99")?.isBetter], [
    null,
    null,
    null,
  ]);
  assertEquals([rowOf("p999"), rowOf("handshake")], [undefined, undefined]);
});

Deno.test("compareReports() calls a change that is none neither better nor worse", () => {
  const runOf = (achievedRate: number, lost: number): BenchReport => {
    const { packets, sender } = benchData();
    return reportOf({
      sender: { ...sender, achievedRate },
      packets: { ...packets, answered: packets.sent - lost },
    }, histograms);
  };
  const verdicts =
    ([["rate", 99.95, 0], ["rate", 99.8, 0], ["lost", 100, 0], ["lost", 100, 1]] as const)
      .map(([name, rate, lost]) =>
        compareReports(runOf(100, 0), runOf(rate, lost)).find(({ figure }) => figure === name)
          ?.isBetter
      );
  assertEquals(verdicts, [null, false, null, false]);
});
