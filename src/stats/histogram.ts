/**
 * Durations and their percentiles in constant memory: a thin face on the HDR histogram, the
 * field's own (`hdr-histogram-js`). The library takes some time to load, so it is loaded by
 * `loadHistogram` and not with this module. Its WebAssembly part is not used.
 */

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
}

/** Durations are counted in nanoseconds. */
const UNITS_PER_MS = 1_000_000;
const LARGEST = 3_600_000 * UNITS_PER_MS;

/** Loads the library and makes an empty histogram. */
export async function loadHistogram(): Promise<Histogram> {
  const { build } = await import("hdr-histogram-js");
  return new HdrHistogram(build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: LARGEST,
    numberOfSignificantValueDigits: 3,
    autoResize: false,
    useWebAssembly: false,
  }));
}

/** What is used of the library's histogram. */
interface Counts {
  readonly totalCount: number;
  recordValue(value: number): void;
  getValueAtPercentile(percentile: number): number;
}

class HdrHistogram implements Histogram {
  readonly #counts: Counts;
  #sum = 0;
  #min = Infinity;
  #max = 0;

  constructor(counts: Counts) {
    this.#counts = counts;
  }

  get count(): number {
    return this.#counts.totalCount;
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
    const units = Math.round(durationMs * UNITS_PER_MS);
    this.#counts.recordValue(Math.min(Math.max(units, 0), LARGEST));
    this.#sum += durationMs;
    this.#min = Math.min(this.#min, durationMs);
    this.#max = Math.max(this.#max, durationMs);
  }

  quantile(q: number): number {
    if (this.count === 0) return 0;
    const durationMs = this.#counts.getValueAtPercentile(q * 100) / UNITS_PER_MS;
    // The library answers with the upper end of a bucket, which may be above the largest value.
    return Math.min(Math.max(durationMs, this.#min), this.#max);
  }
}
