// deno-lint-ignore-file no-console -- a report on the terminal is what this program is for
/** Measuring speed: pieces of work to take turns with, and what is made of their figures. */

const PIECE_MS = 25;

/** Runs something so many times, in a loop of its own: V8 compiles each for what it runs. */
export type Loop = (count: number) => void;

/** Work for `Turns`: runs a loop for about 25 ms, and answers with runs a second. */
export function pieceOf(loop: Loop): () => Promise<number> {
  let count = 1;
  return () => {
    for (;;) {
      const start = performance.now();
      loop(count);
      const elapsedMs = Math.max(performance.now() - start, 0.01);
      const rate = count / elapsedMs * 1000;
      count = Math.max(1, Math.round(count * Math.min(10, PIECE_MS / elapsedMs)));
      if (elapsedMs >= PIECE_MS / 2) return Promise.resolve(rate);
    }
  };
}

/** The result that was kept last. */
export let kept: unknown = null;

/** Takes a result, so that no run can be optimised away. */
export function keep(result: unknown): void {
  kept = result;
}

/** The middle of some numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

/** One line of the report: how many times as much as the other has. */
export function printRatio(ratio: number, what: string, figures: string): void {
  console.log(`  ${ratio.toFixed(2).padStart(7)}x ${what} (${figures})`);
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
