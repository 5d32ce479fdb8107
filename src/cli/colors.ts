/**
 * Colours as control sequences (ECMA-48, SGR). Not those of `@std/fmt/colors`: with `NO_COLOR` set
 * these cannot be switched on, and `--color always` must.
 */

import type { Paint } from "./paint.ts";

/** Colours what they are given; one style may stand inside another. */
export const COLORS: Paint = {
  bold: style(1, 22),
  dim: style(2, 22),
  red: style(31, 39),
  green: style(32, 39),
  yellow: style(33, 39),
  blue: style(34, 39),
  magenta: style(35, 39),
  cyan: style(36, 39),
  gray: style(90, 39),
};

function style(open: number, close: number): (text: string) => string {
  const start = `\x1b[${open}m`, end = `\x1b[${close}m`;
  // The end of an inner style is where the outer one goes on.
  return (text) => start + text.replaceAll(end, start) + end;
}
