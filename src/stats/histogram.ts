/**
 * Durations and their percentiles in constant memory: a thin face on the HDR histogram, the
 * field's own (`hdr-histogram-js`). The library takes some time to load, so it is loaded by
 * `loadHistograms` and not with this module. Its WebAssembly part is not used.
 */

import type { JsHistogram } from "hdr-histogram-js";
import { UsageError } from "../errors.ts";

/** Counts durations; quantiles are exact to three digits. All durations are in milliseconds. */
export interface Histogram {
  readonly count: number;
  /** The smallest duration, exactly; 0 when there is none. */
  readonly min: number;
  /** The largest duration, exactly; 0 when there is none. */
  readonly max: number;
  /** The arithmetic mean, exactly; 0 when there is none. */
  readonly mean: number;
  /** Adds a duration. Above an hour it counts as an hour in quantiles. */
  record(durationMs: number): void;
  /** The duration that the fraction `q` (0 to 1) of all does not exceed; 0 when there is none. */
  quantile(q: number): number;
  /** Adds all that another one counted. Both must have the same digits. */
  add(other: Histogram): void;
  /** Forgets everything. */
  reset(): void;
  /** The buckets that are not empty, from the smallest durations to the largest. */
  buckets(): HistogramBucket[];
  /**
   * Points of the percentile curve, denser towards 1: `perHalf` of them for each halving of what is
   * left to 1. The last is the largest duration at `q` 1. None when the histogram is empty.
   */
  percentilePoints(perHalf?: number): PercentilePoint[];
  /** Everything, as data. */
  toState(): HistogramState;
}

/** Durations that the histogram does not tell apart, in milliseconds. */
export interface HistogramBucket {
  readonly fromMs: number;
  /** Below this. */
  readonly toMs: number;
  readonly count: number;
}

/** A point of the percentile curve. */
export interface PercentilePoint {
  /** The fraction, 0 to 1. */
  readonly q: number;
  /** The duration that the fraction of all does not exceed. */
  readonly ms: number;
  /** How many durations that is. */
  readonly count: number;
}

/** A histogram as data. The text of `hdr` is what the tools of HdrHistogram read. */
export interface HistogramState {
  readonly count: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly sumMs: number;
  /** Counts by nanoseconds in the compressed V2 encoding of HdrHistogram, in base64. */
  readonly hdr: string;
}

/** Makes histograms, now that the library is loaded. */
export interface HistogramFactory {
  /** An empty histogram. `digits`: how exact quantiles are; two take 18 KiB, three 270 KiB. */
  create(digits?: 2 | 3): Histogram;
  /** @throws {UsageError} when it is no histogram of three digits in nanoseconds. */
  fromState(state: HistogramState): Histogram;
}

/** Durations are counted in nanoseconds. */
const UNITS_PER_MS = 1_000_000;
const LARGEST = 3_600_000 * UNITS_PER_MS;
const DIGITS = 3;

type Library = typeof import("hdr-histogram-js");

/** Loads the library. */
export async function loadHistograms(): Promise<HistogramFactory> {
  const library = await import("hdr-histogram-js");
  return {
    create: (digits = DIGITS) => new HdrHistogram(emptyCounts(library, digits), library),
    fromState: (state) => histogramOf(state, library),
  };
}

/** Loads the library and makes an empty histogram. */
export async function loadHistogram(): Promise<Histogram> {
  return (await loadHistograms()).create();
}

/** A duration as it is counted. */
function unitsOf(durationMs: number): number {
  return Math.min(Math.max(Math.round(durationMs * UNITS_PER_MS), 0), LARGEST);
}

/** Sums of runs go beyond 32 bits; one client, of which there are many, does not. */
function emptyCounts(library: Library, digits: number): JsHistogram {
  const { Float64Histogram, Int32Histogram } = library;
  return new (digits === DIGITS ? Float64Histogram : Int32Histogram)(1, LARGEST, digits);
}

function histogramOf(state: HistogramState, library: Library): Histogram {
  const histogram = new HdrHistogram(decodedCounts(state.hdr, library), library);
  histogram.restore(state);
  return histogram;
}

function decodedCounts(hdr: string, library: Library): JsHistogram {
  const counts = emptyCounts(library, DIGITS);
  try {
    const decoded = library.decodeFromCompressedBase64(hdr, 64, false);
    if (decoded.numberOfSignificantValueDigits === DIGITS && isSameRange(decoded, counts)) {
      counts.add(decoded as JsHistogram); // as WebAssembly was not asked for
      return counts;
    }
  } catch {
    // The library throws whatever comes to it: strings, RangeError, errors of zlib.
  }
  throw new UsageError("a histogram is not one of nanoseconds in HdrHistogram's V2 encoding");
}

/** A histogram of another unit would be added wrongly, one of another range not at all. */
function isSameRange(decoded: object, counts: JsHistogram): boolean {
  const { lowestDiscernibleValue, highestTrackableValue } = decoded as JsHistogram; // as above
  return lowestDiscernibleValue === counts.lowestDiscernibleValue &&
    highestTrackableValue === counts.highestTrackableValue;
}

class HdrHistogram implements Histogram {
  readonly #library: Library;
  readonly #recorded: JsHistogram;
  /** Sub-buckets of half a bucket, as a power of two: what the library calls by this name. */
  readonly #magnitude: number;
  /** Counts were added that the library's own totals do not have yet. */
  #isStale = false;
  #count: number;
  #sum = 0;
  #min = Infinity;
  #max = 0;

  constructor(counts: JsHistogram, library: Library) {
    this.#recorded = counts;
    this.#magnitude = counts.subBucketHalfCountMagnitude;
    this.#library = library;
    this.#count = counts.totalCount;
  }

  get count(): number {
    return this.#count;
  }

  /** The library's histogram, with all that was recorded. */
  get #counts(): JsHistogram {
    const recorded = this.#recorded;
    if (this.#isStale) {
      const last = recorded.countsArrayIndex(unitsOf(this.#max));
      recorded.establishInternalTackingValues(last + 1);
      this.#isStale = false;
    }
    return recorded;
  }

  get min(): number {
    return this.count === 0 ? 0 : this.#min;
  }

  get max(): number {
    return this.#max;
  }

  get mean(): number {
    return this.count === 0 ? 0 : this.#sum / this.count;
  }

  record(durationMs: number): void {
    const units = unitsOf(durationMs);
    if (units <= 0x7fffffff) this.#recordShort(units);
    else this.#recorded.recordValue(units);
    this.#count++;
    this.#sum += durationMs;
    if (durationMs < this.#min) this.#min = durationMs;
    if (durationMs > this.#max) this.#max = durationMs;
  }

  /**
   * Counts what fits 31 bits (two seconds) as `recordValue` does. That goes by logarithms, and takes
   * a third of the time of a packet in a flood; this takes a tenth of it.
   */
  #recordShort(units: number): void {
    const magnitude = this.#magnitude;
    const bucket = Math.max(31 - Math.clz32(units) - magnitude, 0);
    this.#recorded.incrementCountAtIndex((bucket << magnitude) + (units >>> bucket));
    this.#isStale = true;
  }

  quantile(q: number): number {
    if (this.count === 0) return 0;
    return this.#within(this.#counts.getValueAtPercentile(q * 100) / UNITS_PER_MS);
  }

  /** The library answers with the end of a bucket, which may be outside what was recorded. */
  #within(durationMs: number): number {
    return Math.min(Math.max(durationMs, this.#min), this.#max);
  }

  add(other: Histogram): void {
    if (!(#counts in other)) throw new TypeError("Cannot add another kind of histogram");
    if (other.count === 0) return;
    this.#counts.add(other.#counts);
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  reset(): void {
    this.#recorded.reset();
    this.#isStale = false;
    this.#count = 0;
    this.#sum = 0;
    this.#min = Infinity;
    this.#max = 0;
  }

  buckets(): HistogramBucket[] {
    const counts = this.#counts;
    const buckets: HistogramBucket[] = [];
    if (this.count === 0) return buckets;
    const last = counts.countsArrayIndex(counts.maxValue);
    for (let index = 0; index <= last; index++) {
      const count = counts.getCountAtIndex(index);
      if (count === 0) continue;
      const from = counts.valueFromIndex(index);
      const to = counts.nextNonEquivalentValue(from);
      buckets.push({ fromMs: from / UNITS_PER_MS, toMs: to / UNITS_PER_MS, count });
    }
    return buckets;
  }

  percentilePoints(perHalf = 5): PercentilePoint[] {
    const points: PercentilePoint[] = [];
    const { count: total } = this;
    let q = 0, count = 0;
    for (const bucket of this.buckets()) {
      count += bucket.count;
      const ms = this.#within(bucket.toMs - 1 / UNITS_PER_MS);
      for (; q * total <= count && count < total; q = nextLevel(q, perHalf)) {
        points.push({ q, ms, count });
      }
    }
    if (total > 0) points.push({ q: 1, ms: this.#max, count: total });
    return points;
  }

  toState(): HistogramState {
    return {
      count: this.count,
      minMs: this.min,
      maxMs: this.max,
      sumMs: this.#sum,
      hdr: this.#library.encodeIntoCompressedBase64(this.#counts),
    };
  }

  /** Takes the exact figures of a state, whose counts it was made of. */
  restore({ count, minMs, maxMs, sumMs }: HistogramState): void {
    if (count !== this.count) {
      throw new UsageError(`a histogram says that it counts ${count}, but has ${this.count}`);
    }
    if (count === 0) return;
    if (minMs > maxMs) {
      throw new UsageError("a histogram says that its minimum is above its maximum");
    }
    this.#min = minMs;
    this.#max = maxMs;
    this.#sum = sumMs;
  }
}

/** The next level of the percentile curve: `perHalf` steps take it half of the way that is left. */
function nextLevel(q: number, perHalf: number): number {
  const half = 2 ** (Math.floor(Math.log2(1 / (1 - q))) + 1);
  return q + 1 / (perHalf * half);
}
