/** Measuring speed fairly: contenders take turns in short rounds, and the best round of each counts. */

/** One thing to measure. */
export interface Contender {
  readonly name: string;
  readonly run: () => unknown;
}

const ROUNDS = 12;
const ROUND_MS = 25;

/** Runs a second of each contender, in the order given. */
export function measureRates(contenders: readonly Contender[]): number[] {
  const best = contenders.map(() => 0);
  for (let round = 0; round < ROUNDS; round++) {
    contenders.forEach(({ run }, i) => best[i] = Math.max(best[i]!, rateOf(run)));
  }
  return best;
}

/** Runs a second in one round. The result of each run is kept alive until the next. */
function rateOf(run: () => unknown): number {
  for (let count = 1;;) {
    const start = performance.now();
    for (let i = 0; i < count; i++) kept = run();
    const elapsed = performance.now() - start;
    if (elapsed >= ROUND_MS) return count / elapsed * 1000;
    count = Math.ceil(count * Math.min(10, 1.2 * ROUND_MS / Math.max(elapsed, 0.01)));
  }
}

/** Where results go, so that no run can be optimised away. */
export let kept: unknown = null;

/** The middle of some numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

/** `12.3k` or `4.56M`, for rates. */
export function formatRate(rate: number): string {
  if (rate >= 1e6) return `${(rate / 1e6).toPrecision(3)}M`;
  return rate >= 1e3 ? `${(rate / 1e3).toPrecision(3)}k` : rate.toPrecision(3);
}

/** The value below which so large a share of all is. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
