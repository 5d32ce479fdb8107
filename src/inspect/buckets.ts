/** Ranges with round bounds for a histogram that people read. Numbers only. */

/** Steps within a power of ten, from coarse to fine: 1-2-5 and the E series of IEC 60063. */
const STEPS: readonly (readonly number[])[] = [
  [1],
  [1, 3],
  [1, 2, 5],
  [1, 1.5, 2.2, 3.3, 4.7, 6.8],
  [1, 1.2, 1.5, 1.8, 2.2, 2.7, 3.3, 3.9, 4.7, 5.6, 6.8, 8.2],
];
const WANTED_RANGES = 6;
const MAX_RANGES = 14;

/** Samples that are all taken for one value. */
export interface Samples {
  readonly value: number;
  readonly count: number;
}

/** A range of values: from its lower bound on, below its upper one. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/**
 * Ranges that cover all samples, in logarithmic steps: coarse ones where samples are far apart, fine
 * ones where they are close. Samples are sorted by value, all above 0; there is at least one.
 */
export function logRanges(samples: readonly Samples[]): Range[] {
  const [min, max] = [samples[0]?.value ?? 1, samples.at(-1)?.value ?? 1];
  const bounds = boundsFor(min, max);
  let next = 0;
  return bounds.slice(1).map((to, i) => {
    let count = 0;
    for (let s = samples[next]; s !== undefined && s.value < to; s = samples[++next]) {
      count += s.count;
    }
    return { from: bounds[i] ?? 0, to, count };
  });
}

/** The coarsest bounds that make enough ranges, but never too many. */
function boundsFor(min: number, max: number): readonly number[] {
  let chosen = boundsOf(min, max, [1]);
  for (const steps of STEPS) {
    if (chosen.length > WANTED_RANGES) break;
    const finer = boundsOf(min, max, steps);
    if (finer.length > MAX_RANGES + 1) break;
    chosen = finer;
  }
  return chosen;
}

/** All steps from the last one that is not above `min` to the first one above `max`. */
function boundsOf(min: number, max: number, steps: readonly number[]): number[] {
  const [first, last] = [Math.floor(Math.log10(min)) - 1, Math.floor(Math.log10(max)) + 1];
  const all: number[] = [];
  for (let power = first; power <= last; power++) {
    all.push(...steps.map((step) => Number((step * 10 ** power).toPrecision(6))));
  }
  const from = all.findLastIndex((bound) => bound <= min);
  const to = all.findIndex((bound) => bound > max);
  return all.slice(Math.max(from, 0), to < 0 ? all.length : to + 1);
}
