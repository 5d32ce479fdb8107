/** The percentiles of reports, and from how many samples on each is worth printing. */

/** The percentiles of a report, by their names there. */
export const PERCENTILES = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999, p9999: 0.9999 } as const;
/** The name of a percentile. */
export type Percentile = keyof typeof PERCENTILES;

const SAMPLES_NEEDED: Readonly<Record<Percentile, number>> = {
  p50: 2,
  p90: 10,
  p99: 100,
  p999: 10_000,
  p9999: 100_000,
};

/**
 * How many samples a percentile needs: as many as put one of them beyond it, and ten of them beyond
 * p99.9 and p99.99, which a single hiccup would make otherwise.
 */
export function samplesNeeded(percentile: Percentile): number {
  return SAMPLES_NEEDED[percentile];
}
