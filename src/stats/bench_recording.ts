/**
 * Records a load run: one `BenchRecording` for each thread, in it one `ClientRecording` for each
 * virtual client. Time is passed in, in milliseconds of one monotonic clock.
 */

import type { BenchData, BenchInterval, BenchModel } from "./bench_data.ts";
import { sumTotals } from "./bench_merge.ts";
import { type Percentile, PERCENTILES, samplesNeeded } from "./percentiles.ts";
import { ClientRecording } from "./client_recording.ts";
import type { Histogram, HistogramFactory } from "./histogram.ts";
import { IntervalSeries, stateOf } from "./interval_series.ts";

export { ClientRecording } from "./client_recording.ts";

/** What a recording needs to know beforehand. */
export interface BenchRecordingOptions {
  readonly model: BenchModel;
  readonly isOneWay: boolean;
  /** Makes the histograms: `await loadHistograms()`, before the run begins. */
  readonly histograms: HistogramFactory;
  /** When measuring begins (after the warm-up), on the monotonic clock. */
  readonly startMs: number;
  /** The same moment in microseconds since 1970-01-01 UTC. */
  readonly startMicros: number;
  /** @default {1000} */
  readonly intervalMs?: number;
  /** Kinds of error that are reported even when there is none. */
  readonly errorKinds?: readonly BenchErrorKind[];
}

/** The kinds of error that are counted. */
export type BenchErrorKind = "decode" | "send" | "connect" | "connection" | "timeout" | "dropped";

/** An interval that has ended, as one thread saw it. */
export interface EndedInterval extends BenchInterval {
  /** 0 for the first. */
  readonly index: number;
  /** When it began, counted from the start of measuring, and how long it was. */
  readonly startSeconds: number;
  readonly seconds: number;
  /** Packets sent since the start of measuring whose answer has not come, lost or under way. */
  readonly waiting: number;
}

/** Records one run in one thread. */
export class BenchRecording {
  readonly #options: BenchRecordingOptions;
  readonly #series: IntervalSeries;
  readonly #clients: ClientRecording[] = [];
  readonly #errors: Map<string, number>;
  readonly #connects: Histogram;
  readonly #handshakes: Histogram;
  readonly #resumedHandshakes: Histogram;
  #attempted = 0;
  #established = 0;
  /** Intervals that `endIntervals` has told of. */
  #told = 0;

  constructor(options: BenchRecordingOptions) {
    const { histograms, startMs, intervalMs = 1000 } = options;
    this.#options = options;
    this.#series = new IntervalSeries(histograms, startMs, intervalMs);
    this.#errors = new Map((options.errorKinds ?? []).map((kind) => [kind, 0]));
    this.#connects = histograms.create();
    this.#handshakes = histograms.create();
    this.#resumedHandshakes = histograms.create();
  }

  /** The record of one more client. `askedRate`: its packets a second; 0 when there is no rate. */
  addClient(askedRate = 0): ClientRecording {
    const { histograms, isOneWay } = this.#options;
    const recordError = (kind: BenchErrorKind): void => this.recordError(kind);
    const client = new ClientRecording({
      series: this.#series,
      histograms,
      isOneWay,
      askedRate,
      recordError,
    });
    this.#clients.push(client);
    return client;
  }

  /** Counts errors of a kind. */
  recordError(kind: BenchErrorKind, count = 1): void {
    if (count > 0) this.#errors.set(kind, (this.#errors.get(kind) ?? 0) + count);
  }

  /** Counts an attempt to connect. */
  recordConnectAttempt(): void {
    this.#attempted++;
  }

  /** Counts a connection that is ready for packets. */
  recordEstablished(): void {
    this.#established++;
  }

  /** Counts the time that connecting took, up to where packets (or a handshake) can begin. */
  recordConnect(durationMs: number): void {
    this.#connects.record(durationMs);
  }

  /** Counts the time that a handshake took; full ones and resumed ones are kept apart. */
  recordHandshake(durationMs: number, isResumed: boolean): void {
    (isResumed ? this.#resumedHandshakes : this.#handshakes).record(durationMs);
  }

  /**
   * The intervals that have ended since the last call: for the lines that are shown while a run
   * goes on. `intervalFigures` makes figures of them.
   */
  endIntervals(nowMs: number): EndedInterval[] {
    const first = this.#told;
    this.#told = this.#series.countEnded(nowMs);
    if (this.#told === first) return [];
    return this.#intervalsFrom(first).slice(0, this.#told - first);
  }

  /**
   * Once the run is over: the interval under way, which ends no sooner than at `endMs`; null when
   * nothing was sent in it, or it has been told.
   */
  endLastInterval(endMs: number): EndedInterval | null {
    const [last, ...more] = this.#intervalsFrom(this.#told);
    if (last === undefined || more.length > 0 || last.sent === 0) return null;
    this.#told++;
    const seconds = (endMs - this.#options.startMs) / 1000 - last.startSeconds;
    return { ...last, seconds: Math.min(last.seconds, seconds) };
  }

  #intervalsFrom(first: number): EndedInterval[] {
    const seconds = this.#series.intervalMs / 1000;
    const waiting = this.#options.isOneWay
      ? 0
      : this.#clients.reduce((sum, { sent, answered }) => sum + sent - answered, 0);
    return this.#series.intervals(first).map((interval, index) => ({
      ...interval,
      index: first + index,
      startSeconds: (first + index) * seconds,
      seconds,
      waiting,
    }));
  }

  /** Everything so far, as data. */
  toData(nowMs: number): BenchData {
    const { model, isOneWay, startMicros } = this.#options;
    return {
      model,
      isOneWay,
      startMicros,
      seconds: Math.max(0, this.#sendingEndMs(nowMs) - this.#options.startMs) / 1000,
      ...sumTotals(this.#clients.map((client) => client.totals(nowMs))),
      errors: Object.fromEntries(this.#errors),
      connections: { attempted: this.#attempted, established: this.#established },
      clients: this.#clients.map((client) => client.toData()),
      intervalMs: this.#series.intervalMs,
      series: this.#series.intervals(),
      roundTrips: stateOf(this.#series.roundTrips()),
      connects: stateOf(this.#connects),
      handshakes: stateOf(this.#handshakes),
      resumedHandshakes: stateOf(this.#resumedHandshakes),
    };
  }

  /** When the last client ended sending; now, when one still sends or there is none. */
  #sendingEndMs(nowMs: number): number {
    if (this.#clients.length === 0) return nowMs;
    return this.#clients.reduce((end, client) => Math.max(end, client.sendingEndMs ?? nowMs), 0);
  }
}

/** The figures of one interval, for the line that is shown while a run goes on. */
export interface IntervalFigures {
  readonly index: number;
  readonly startSeconds: number;
  readonly seconds: number;
  readonly sent: number;
  readonly received: number;
  readonly waiting: number;
  /** Round trips that ended in it; of them, in milliseconds, null when there were too few. */
  readonly count: number;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** The figures of an interval: the same one, as one or several threads saw it. */
export function intervalFigures(
  first: EndedInterval,
  others: readonly EndedInterval[],
  histograms: HistogramFactory,
): IntervalFigures {
  const parts = [first, ...others];
  const roundTrips = histograms.create();
  for (const { roundTrips: state } of parts) {
    if (state !== null) roundTrips.add(histograms.fromState(state));
  }
  const { index, startSeconds, seconds } = first;
  const sum = (of: (part: EndedInterval) => number): number =>
    parts.reduce((total, part) => total + of(part), 0);
  const isEmpty = roundTrips.count === 0;
  return {
    index,
    startSeconds,
    seconds,
    sent: sum((part) => part.sent),
    received: sum((part) => part.received),
    waiting: sum((part) => part.waiting),
    count: roundTrips.count,
    p50: percentileOf(roundTrips, "p50"),
    p99: percentileOf(roundTrips, "p99"),
    max: isEmpty ? null : roundTrips.max,
  };
}

function percentileOf(durations: Histogram, name: Percentile): number | null {
  return durations.count < samplesNeeded(name) ? null : durations.quantile(PERCENTILES[name]);
}
