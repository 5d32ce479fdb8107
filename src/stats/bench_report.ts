/**
 * The report of a load run: plain data, as the command line's contract has it. A figure that was
 * not measured is absent, never 0. A percentile is there only from enough samples for it
 * (`samplesNeeded`).
 */

import type { BenchClient, BenchData, BenchInterval, BenchModel } from "./bench_data.ts";
import type { HistogramFactory, HistogramState } from "./histogram.ts";
import type { ErrorCounts } from "./report.ts";
import { type Percentile, PERCENTILES, samplesNeeded } from "./percentiles.ts";
import { longestLoss } from "./sequence.ts";

/** Percentiles and the like of some durations, in milliseconds. */
export interface BenchDurations {
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly p50?: number;
  readonly p90?: number;
  readonly p99?: number;
  readonly p999?: number;
  readonly p9999?: number;
  readonly max: number;
  /** Of round trips: RFC 3550, 6.4.1, the mean over the clients. */
  readonly jitter?: number;
}

/** Smallest, middle and largest value over the clients. */
export interface ClientSpread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** One client's line. Durations in milliseconds; absent when it had no round trip. */
export interface ClientReport {
  readonly sent: number;
  readonly received: number;
  readonly lost?: number;
  readonly mean?: number;
  readonly p50?: number;
  readonly p99?: number;
  readonly max?: number;
  readonly jitter?: number;
}

/** One interval of the run. */
export interface SeriesPoint {
  /** When it began, in seconds since the start. */
  readonly time: number;
  readonly sent: number;
  readonly received: number;
  /** Of the packets sent in it, those that were never answered. */
  readonly lost?: number;
  readonly p50?: number;
  readonly p99?: number;
  readonly max?: number;
}

/** Everything that a run tells. JSON keys as in the contract. */
export interface BenchReport {
  readonly endpoint: string;
  readonly model: BenchModel;
  /** The options as they were in effect. */
  readonly options: BenchOptions;
  /** How many runs were added up; absent for one alone. */
  readonly runs?: number;
  /** When measuring began, as ISO 8601 in UTC. */
  readonly started: string;
  readonly seconds: number;
  readonly packets: {
    readonly sent: number;
    readonly received: number;
    readonly lost?: number;
    readonly duplicate?: number;
    readonly reordered?: number;
    readonly unmatched?: number;
    readonly untimed?: number;
  };
  readonly loss_runs?: {
    readonly longest: number;
    /** How often packets were lost that many in a row: `{"1": 10, "3": 1}`. */
    readonly distribution: Readonly<Record<string, number>>;
  };
  readonly bytes: { readonly sent: number; readonly received: number };
  readonly rates: {
    readonly packets_per_second: { readonly sent: number; readonly received: number };
    readonly bytes_per_second: { readonly sent: number; readonly received: number };
    /** Connections made a second: of the model `connect`. */
    readonly connections_per_second?: number;
  };
  readonly errors: ErrorCounts;
  readonly rtt_ms?: BenchDurations;
  readonly connect_ms?: BenchDurations;
  readonly handshake_ms?: BenchDurations;
  readonly resumed_handshake_ms?: BenchDurations;
  readonly sender: {
    /** Packets a second over all clients. Absent where no rate was asked for, like all below. */
    readonly asked_rate?: number;
    readonly achieved_rate: number;
    readonly late_max_ms?: number;
    /** The share of packets that left late, 0 to 1. */
    readonly late_share?: number;
    /** The machine could not hold the rate: the figures are about it as much as about the peer. */
    readonly is_limit?: boolean;
  };
  readonly clients: {
    readonly total: number;
    /** The spread over clients that had round trips. */
    readonly mean?: ClientSpread;
    readonly p50?: ClientSpread;
    readonly p99?: ClientSpread;
    readonly max?: ClientSpread;
    readonly lost?: ClientSpread;
    /** The first `MAX_LISTED_CLIENTS` of them. */
    readonly list: readonly ClientReport[];
  };
  /** Attempts to connect, and those that succeeded; absent where nobody connects. */
  readonly connections?: { readonly attempted: number; readonly established: number };
  readonly interval_seconds: number;
  readonly series: readonly SeriesPoint[];
  readonly peers: { readonly total: number; readonly peak: number };
}

/** Options by name, as JSON takes them. */
export type BenchOptions = Readonly<Record<string, string | number | boolean | null>>;

/** What a report says besides what was measured. */
export interface BenchContext {
  readonly endpoint: string;
  readonly options: BenchOptions;
  /** How many runs are added up. @default {1} */
  readonly runs?: number;
}

/** Clients that a report lists one by one. */
export const MAX_LISTED_CLIENTS = 100;

/**
 * Below so much of the rate that was asked for, the machine could not hold it. When more than a
 * hundredth of the packets leave late, p99 is the machine's and not the server's.
 */
const LEAST_RATE_SHARE = 0.99;
const MAX_LATE_SHARE = 0.01;

/** Makes the report of what was measured. */
export function benchReport(
  data: BenchData,
  context: BenchContext,
  histograms: HistogramFactory,
): BenchReport {
  const { endpoint, options, runs = 1 } = context;
  const { packets, bytes, seconds, connections } = data;
  // Those that only connect have no figures of their own, so they are not in the data.
  const clients = data.model === "connect" ? Number(options["clients"] ?? 0) : data.clients.length;
  const rtt_ms = durations(data.roundTrips, histograms);
  const jitter = meanJitter(data.clients);
  const connect_ms = durations(data.connects, histograms);
  const handshake_ms = durations(data.handshakes, histograms);
  const resumed_handshake_ms = durations(data.resumedHandshakes, histograms);
  return {
    endpoint,
    model: data.model,
    options,
    ...(runs === 1 ? {} : { runs }),
    started: isoTime(data.startMicros),
    seconds,
    packets: packetCounts(data),
    ...(measuresLoss(data)
      ? { loss_runs: { longest: longestLoss(data.lossRuns), distribution: data.lossRuns } }
      : {}),
    bytes,
    rates: {
      packets_per_second: perSecond(packets, seconds),
      bytes_per_second: perSecond(bytes, seconds),
      ...(data.model === "connect"
        ? { connections_per_second: rate(connections.established, seconds) }
        : {}),
    },
    errors: data.errors,
    ...(rtt_ms === null ? {} : { rtt_ms: { ...rtt_ms, ...(jitter === null ? {} : { jitter }) } }),
    ...(connect_ms === null ? {} : { connect_ms }),
    ...(handshake_ms === null ? {} : { handshake_ms }),
    ...(resumed_handshake_ms === null ? {} : { resumed_handshake_ms }),
    sender: senderReport(data),
    clients: { ...clientsReport(data), total: clients },
    ...(connections.attempted === 0 ? {} : { connections }),
    interval_seconds: data.intervalMs / 1000,
    series: data.model === "connect"
      ? []
      : data.series.map((interval, index) => seriesPoint(interval, index, data, histograms)),
    peers: { total: clients, peak: clients },
  };
}

/** Microseconds since 1970 as ISO 8601 in UTC, to the millisecond. */
function isoTime(micros: number): string {
  const instant = Temporal.Instant.fromEpochMilliseconds(Math.floor(micros / 1000));
  return instant.toString({ fractionalSecondDigits: 3 });
}

/** Without expected replies nothing is lost. */
function measuresLoss({ isOneWay, model }: BenchData): boolean {
  return !isOneWay && model !== "connect";
}

function packetCounts(data: BenchData): BenchReport["packets"] {
  const { sent, received, answered, duplicate, reordered, unmatched, untimed } = data.packets;
  if (!measuresLoss(data)) return { sent, received };
  const lost = sent - answered;
  return {
    sent,
    received,
    lost,
    duplicate,
    reordered,
    unmatched,
    ...(untimed === 0 ? {} : { untimed }),
  };
}

function perSecond(
  counts: { readonly sent: number; readonly received: number },
  seconds: number,
): { readonly sent: number; readonly received: number } {
  return { sent: rate(counts.sent, seconds), received: rate(counts.received, seconds) };
}

function rate(count: number, seconds: number): number {
  return seconds === 0 ? 0 : count / seconds;
}

function durations(
  state: HistogramState | null,
  histograms: HistogramFactory,
): BenchDurations | null {
  if (state === null) return null;
  const histogram = histograms.fromState(state);
  const { count, min, mean, max } = histogram;
  const names = Object.keys(PERCENTILES) as Percentile[]; // the keys of that very object
  const percentiles = names
    .filter((name) => count >= samplesNeeded(name))
    .map((name) => [name, histogram.quantile(PERCENTILES[name])]);
  return { count, min, mean, ...Object.fromEntries(percentiles), max };
}

/** Jitter is a matter of one stream of packets: the mean, each client by its round trips. */
function meanJitter(clients: readonly BenchClient[]): number | null {
  const moving = clients.filter(({ count }) => count > 1);
  const count = moving.reduce((sum, client) => sum + client.count, 0);
  if (count === 0) return null;
  return moving.reduce((sum, client) => sum + client.jitterMs * client.count, 0) / count;
}

function senderReport({ sender, packets }: BenchData): BenchReport["sender"] {
  const { askedRate, achievedRate, late, lateMaxMs } = sender;
  if (askedRate === 0) return { achieved_rate: achievedRate };
  const late_share = packets.sent === 0 ? 0 : late / packets.sent;
  const is_limit = achievedRate < LEAST_RATE_SHARE * askedRate || late_share > MAX_LATE_SHARE;
  return {
    asked_rate: askedRate,
    achieved_rate: achievedRate,
    late_max_ms: lateMaxMs,
    late_share,
    is_limit,
  };
}

function clientsReport(data: BenchData): BenchReport["clients"] {
  const { clients } = data;
  const timed = clients.filter(({ count }) => count > 0);
  const enough = (name: Percentile): BenchClient[] =>
    clients.filter(({ count }) => count >= samplesNeeded(name));
  const spreads = {
    mean: spread(timed.map((client) => client.meanMs)),
    p50: spread(enough("p50").map((client) => client.p50Ms)),
    p99: spread(enough("p99").map((client) => client.p99Ms)),
    max: spread(timed.map((client) => client.maxMs)),
    lost: measuresLoss(data) ? spread(clients.map((client) => client.lost)) : null,
  };
  const measured = Object.entries(spreads).filter(([, value]) => value !== null);
  return {
    total: clients.length,
    ...Object.fromEntries(measured),
    list: clients.slice(0, MAX_LISTED_CLIENTS).map((client) => clientReport(client, data)),
  };
}

/** null of no values. Of an even number, the median is the mean of the two in the middle. */
function spread(values: readonly number[]): ClientSpread | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) return null;
  const low = sorted[(sorted.length - 1) >> 1] ?? min;
  const high = sorted[sorted.length >> 1] ?? max;
  return { min, median: (low + high) / 2, max };
}

function clientReport(client: BenchClient, data: BenchData): ClientReport {
  const { sent, received, lost, count } = client;
  return {
    sent,
    received,
    ...(measuresLoss(data) ? { lost } : {}),
    ...(count === 0 ? {} : { mean: client.meanMs }),
    ...(count < samplesNeeded("p50") ? {} : { p50: client.p50Ms }),
    ...(count < samplesNeeded("p99") ? {} : { p99: client.p99Ms }),
    ...(count === 0 ? {} : { max: client.maxMs }),
    ...(count < 2 ? {} : { jitter: client.jitterMs }),
  };
}

function seriesPoint(
  interval: BenchInterval,
  index: number,
  data: BenchData,
  histograms: HistogramFactory,
): SeriesPoint {
  const { sent, received, answered, roundTrips } = interval;
  const times = durations(roundTrips, histograms);
  return {
    time: index * data.intervalMs / 1000,
    sent,
    received,
    ...(measuresLoss(data) ? { lost: sent - answered } : {}),
    ...(times?.p50 === undefined ? {} : { p50: times.p50 }),
    ...(times?.p99 === undefined ? {} : { p99: times.p99 }),
    ...(times === null ? {} : { max: times.max }),
  };
}

/** The report as one JSON object with `"event":"summary"`, numbers rounded to what they are worth. */
export function benchReportToJson(report: BenchReport): string {
  return JSON.stringify(benchReportToObject(report));
}

/** What `benchReportToJson` writes, as an object. */
export function benchReportToObject(report: BenchReport): Readonly<Record<string, unknown>> {
  const { options, ...rest } = report;
  const rounded = roundedDeep(rest) as Omit<BenchReport, "options">; // the same, with fewer digits
  const { endpoint, model, ...figures } = rounded;
  return { event: "summary", endpoint, model, options, ...figures };
}

/** Milliseconds, rates and shares are worth four digits after the point; counts have none. */
function roundedDeep(value: unknown): unknown {
  if (typeof value === "number") return Number(value.toFixed(4));
  if (Array.isArray(value)) return value.map(roundedDeep);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, part]) => [name, roundedDeep(part)]);
  return Object.fromEntries(entries);
}
