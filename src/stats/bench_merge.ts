/**
 * Adds up what was measured, exactly and in any order: by the threads of one run, or by runs on
 * several machines. Counters are summed, histograms added, intervals laid over each other by the
 * wall clock, to the nearest interval. Runs count as made side by side: their rates add up.
 */

import { UsageError } from "../errors.ts";
import type { BenchData, BenchInterval } from "./bench_data.ts";
import type { ClientTotals } from "./client_recording.ts";
import type { HistogramFactory, HistogramState } from "./histogram.ts";
import { addLossRuns } from "./sequence.ts";

/** The most intervals that a run or the sum of runs may have: more than a day of seconds. */
export const MAX_INTERVALS = 100_000;

/**
 * Adds up parts, of which there is one at least.
 *
 * @throws {UsageError} when they cannot be added: other models, other intervals, too far apart.
 */
export function mergeBenchData(
  parts: readonly BenchData[],
  histograms: HistogramFactory,
): BenchData {
  const [first, ...others] = parts;
  if (first === undefined) throw new UsageError("there are no runs to add up");
  for (const other of others) checkAlike(first, other);
  const sum = (of: (part: BenchData) => number): number =>
    parts.reduce((total, part) => total + of(part), 0);
  const sumOf = (of: (part: BenchData) => HistogramState | null): HistogramState | null =>
    mergeStates(parts.map(of), histograms);
  const startMicros = Math.min(...parts.map((part) => part.startMicros));
  return {
    model: first.model,
    isOneWay: first.isOneWay,
    startMicros,
    seconds: Math.max(...parts.map((part) => part.seconds)),
    ...sumTotals(parts),
    errors: sumByName(parts.map((part) => part.errors)),
    connections: {
      attempted: sum((part) => part.connections.attempted),
      established: sum((part) => part.connections.established),
    },
    clients: parts.flatMap((part) => part.clients),
    intervalMs: first.intervalMs,
    series: mergeSeries(parts, startMicros, histograms),
    roundTrips: sumOf((part) => part.roundTrips),
    connects: sumOf((part) => part.connects),
    handshakes: sumOf((part) => part.handshakes),
    resumedHandshakes: sumOf((part) => part.resumedHandshakes),
  };
}

function checkAlike(first: BenchData, other: BenchData): void {
  if (first.model !== other.model) {
    throw new UsageError(
      `runs of other load models cannot be added up: ${first.model} and ${other.model}`,
    );
  }
  if (first.isOneWay !== other.isOneWay) {
    throw new UsageError("runs with and without --one-way cannot be added up");
  }
  if (first.intervalMs !== other.intervalMs) {
    throw new UsageError(
      "runs of other intervals cannot be added up: " +
        `${first.intervalMs / 1000}s and ${other.intervalMs / 1000}s`,
    );
  }
}

/** The sum of what clients or runs have a share in. */
export function sumTotals(parts: readonly ClientTotals[]): ClientTotals {
  const sum = (of: (part: ClientTotals) => number): number =>
    parts.reduce((total, part) => total + of(part), 0);
  return {
    packets: {
      sent: sum(({ packets }) => packets.sent),
      received: sum(({ packets }) => packets.received),
      answered: sum(({ packets }) => packets.answered),
      duplicate: sum(({ packets }) => packets.duplicate),
      reordered: sum(({ packets }) => packets.reordered),
      unmatched: sum(({ packets }) => packets.unmatched),
      untimed: sum(({ packets }) => packets.untimed),
    },
    bytes: { sent: sum(({ bytes }) => bytes.sent), received: sum(({ bytes }) => bytes.received) },
    sender: {
      askedRate: sum(({ sender }) => sender.askedRate),
      achievedRate: sum(({ sender }) => sender.achievedRate),
      late: sum(({ sender }) => sender.late),
      lateMaxMs: parts.reduce((most, { sender }) => Math.max(most, sender.lateMaxMs), 0),
    },
    lossRuns: addLossRuns(parts.map((part) => part.lossRuns)),
  };
}

function sumByName(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum = new Map<string, number>();
  for (const [name, count] of parts.flatMap((part) => Object.entries(part))) {
    sum.set(name, (sum.get(name) ?? 0) + count);
  }
  return Object.fromEntries(sum);
}

/** The sum of histograms; null when all are. */
function mergeStates(
  states: readonly (HistogramState | null)[],
  histograms: HistogramFactory,
): HistogramState | null {
  const [first, ...others] = states.filter((state) => state !== null);
  if (first === undefined || others.length === 0) return first ?? null;
  const sum = histograms.fromState(first);
  for (const other of others) sum.add(histograms.fromState(other));
  return sum.toState();
}

function mergeSeries(
  parts: readonly BenchData[],
  startMicros: number,
  histograms: HistogramFactory,
): BenchInterval[] {
  const columns: BenchInterval[][] = [];
  for (const part of parts) {
    const lag = Math.round((part.startMicros - startMicros) / 1000 / part.intervalMs);
    const length = lag + part.series.length;
    if (length > MAX_INTERVALS) {
      throw new UsageError(
        "the runs were not made side by side: one began " +
          `${Math.round((part.startMicros - startMicros) / 1e6)}s after another`,
      );
    }
    while (columns.length < length) columns.push([]);
    part.series.forEach((interval, index) => columns[lag + index]?.push(interval));
  }
  return columns.map((column) => ({
    sent: column.reduce((total, { sent }) => total + sent, 0),
    received: column.reduce((total, { received }) => total + received, 0),
    answered: column.reduce((total, { answered }) => total + answered, 0),
    roundTrips: mergeStates(column.map(({ roundTrips }) => roundTrips), histograms),
  }));
}
