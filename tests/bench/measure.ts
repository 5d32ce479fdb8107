/** Measuring speed: pieces of work to take turns with, and what is made of their figures. */

const PIECE_MS = 25;

/**
 * Work for `Turns`: runs it over and over for about 25 ms, and answers with runs a second. The
 * result of each run is kept alive until the next.
 */
export function pieceOf(run: () => unknown): () => Promise<number> {
  let count = 1;
  return () => {
    for (;;) {
      const start = performance.now();
      for (let i = 0; i < count; i++) kept = run();
      const elapsedMs = Math.max(performance.now() - start, 0.01);
      const rate = count / elapsedMs * 1000;
      count = Math.max(1, Math.round(count * Math.min(10, PIECE_MS / elapsedMs)));
      if (elapsedMs >= PIECE_MS / 2) return Promise.resolve(rate);
    }
  };
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
