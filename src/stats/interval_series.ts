/**
 * What happened in each interval of a run. The one under way has a histogram; of one that is over
 * its data is kept. Time is passed in, in milliseconds of one monotonic clock.
 */

import type { BenchInterval } from "./bench_data.ts";
import type { Histogram, HistogramFactory, HistogramState } from "./histogram.ts";

/** The intervals of one run, from its start on, without a gap. */
export class IntervalSeries {
  readonly intervalMs: number;
  readonly #histograms: HistogramFactory;
  /** Round trips of the interval under way, and of all that are over. */
  readonly #current: Histogram;
  readonly #past: Histogram;
  /** The interval under way is the last. */
  readonly #intervals: MutableInterval[] = [emptyInterval()];
  #last: MutableInterval = this.#intervals[0]!; // just made
  #endMs: number;

  constructor(histograms: HistogramFactory, startMs: number, intervalMs: number) {
    this.intervalMs = intervalMs;
    this.#endMs = startMs + intervalMs;
    this.#histograms = histograms;
    this.#current = histograms.create();
    this.#past = histograms.create();
  }

  /** Counts a packet that is sent; returns the number of the interval. */
  recordSent(nowMs: number): number {
    this.#advance(nowMs);
    this.#last.sent++;
    return this.#intervals.length - 1;
  }

  /** Takes back a packet that was counted in that interval. */
  takeBackSent(interval: number): void {
    const sentIn = this.#intervals[interval];
    if (sentIn !== undefined) sentIn.sent--;
  }

  /** Counts something that arrived. */
  recordReceived(nowMs: number): void {
    this.#advance(nowMs);
    this.#last.received++;
  }

  /** Counts an answer to a packet that was sent in that interval. */
  recordAnswered(interval: number): void {
    const sentIn = this.#intervals[interval];
    if (sentIn !== undefined) sentIn.answered++;
  }

  /** Counts a round trip that ends. */
  recordRoundTrip(durationMs: number, nowMs: number): void {
    this.#advance(nowMs);
    this.#current.record(durationMs);
  }

  /** How many intervals are over by that time: the first ones of `intervals`. */
  countEnded(nowMs: number): number {
    this.#advance(nowMs);
    return this.#intervals.length - 1;
  }

  /** All intervals so far, the one under way last; from the `first` on. */
  intervals(first = 0): BenchInterval[] {
    const copies = this.#intervals.slice(first).map((interval) => ({ ...interval }));
    const last = copies.at(-1);
    if (last !== undefined) last.roundTrips = stateOf(this.#current);
    return copies;
  }

  /** All round trips so far. */
  roundTrips(): Histogram {
    const all = this.#histograms.create();
    all.add(this.#past);
    all.add(this.#current);
    return all;
  }

  /** Begins the interval of that time. What comes with a time that has gone by counts as now. */
  #advance(nowMs: number): void {
    while (nowMs >= this.#endMs) {
      this.#last.roundTrips = stateOf(this.#current);
      this.#past.add(this.#current);
      if (this.#current.count > 0) this.#current.reset();
      this.#last = emptyInterval();
      this.#intervals.push(this.#last);
      this.#endMs += this.intervalMs;
    }
  }
}

type MutableInterval = { -readonly [Name in keyof BenchInterval]: BenchInterval[Name] };

function emptyInterval(): MutableInterval {
  return { sent: 0, received: 0, answered: 0, roundTrips: null };
}

/** The histogram as data; null when it is empty. */
export function stateOf(histogram: Histogram): HistogramState | null {
  return histogram.count === 0 ? null : histogram.toState();
}
