/**
 * Small plots made of characters: a sparkline for what changes over time, and bars for shares.
 * Numbers in, text out; what they stand for is not known here.
 */

const LEVELS = "▁▂▃▄▅▆▇█";
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"] as const;

/**
 * One character for each value, its height in proportion to the largest; null, where nothing was
 * measured, is a gap. More values than `width` share characters, of which each shows its largest
 * value: a spike must not be averaged away.
 */
export function sparkline(values: readonly (number | null)[], width: number): string {
  const shown = squeeze(values, width);
  const most = largest(shown);
  return shown.map((value) => value === null ? " " : LEVELS.charAt(levelOf(value, most))).join("");
}

/** A bar for a share from 0 to 1 of `width` characters, exact to an eighth; never empty above 0. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(Math.min(Math.max(share, 0), 1) * width * 8);
  const drawn = share > 0 ? Math.max(eighths, 1) : 0;
  return "█".repeat(drawn >> 3) + EIGHTHS[drawn & 7];
}

/** The values in at most `width` groups of neighbours: the largest of each. */
function squeeze(values: readonly (number | null)[], width: number): readonly (number | null)[] {
  if (values.length <= width) return values;
  return Array.from({ length: width }, (_, i) => {
    const start = Math.floor(i * values.length / width);
    const group = values.slice(start, Math.floor((i + 1) * values.length / width));
    return group.every((value) => value === null) ? null : largest(group);
  });
}

function largest(values: readonly (number | null)[]): number {
  return values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
}

function levelOf(value: number, most: number): number {
  if (most <= 0) return 0;
  const level = Math.ceil(value / most * LEVELS.length) - 1;
  return Math.min(Math.max(level, 0), LEVELS.length - 1);
}
