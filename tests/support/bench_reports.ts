/** Reports and data of load runs, as tests need them. */

import type { BenchClient, BenchData } from "../../src/stats/bench_data.ts";
import { type BenchReport, benchReport } from "../../src/stats/bench_report.ts";
import type { HistogramFactory, HistogramState } from "../../src/stats/histogram.ts";

/** The state of a histogram of these durations; null of none. */
export function stateOfDurations(
  durationsMs: Iterable<number>,
  histograms: HistogramFactory,
): HistogramState | null {
  const histogram = histograms.create();
  for (const durationMs of durationsMs) histogram.record(durationMs);
  return histogram.count === 0 ? null : histogram.toState();
}

/** Data of an open loop of one client: what is not given is empty. */
export function benchData(parts: Partial<BenchData> = {}): BenchData {
  return {
    model: "open",
    isOneWay: false,
    startMicros: 1_767_225_600_000_000,
    seconds: 10,
    packets: {
      sent: 1000,
      received: 1000,
      answered: 1000,
      duplicate: 0,
      reordered: 0,
      unmatched: 0,
      untimed: 0,
    },
    bytes: { sent: 52_000, received: 52_000 },
    errors: { decode: 0 },
    lossRuns: {},
    sender: { askedRate: 100, achievedRate: 100, late: 0, lateMaxMs: 0.5 },
    connections: { attempted: 0, established: 0 },
    clients: [benchClient()],
    intervalMs: 1000,
    series: [],
    roundTrips: null,
    connects: null,
    handshakes: null,
    resumedHandshakes: null,
    ...parts,
  };
}

/** A client that was answered every time. */
export function benchClient(parts: Partial<BenchClient> = {}): BenchClient {
  return {
    sent: 1000,
    received: 1000,
    lost: 0,
    duplicate: 0,
    reordered: 0,
    longestLoss: 0,
    count: 1000,
    minMs: 1,
    meanMs: 2,
    maxMs: 9,
    p50Ms: 2,
    p99Ms: 8,
    jitterMs: 0.25,
    ...parts,
  };
}

/** The report of such data. */
export function reportOf(parts: Partial<BenchData>, histograms: HistogramFactory): BenchReport {
  const context = { endpoint: "udp://127.0.0.1:4242", options: { rate: "100/s" } };
  return benchReport(benchData(parts), context, histograms);
}
