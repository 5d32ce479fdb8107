/**
 * Colours: which stream gets them, and the functions that apply them. They are loaded only
 * when a stream is coloured, so that pipes start without them.
 */

/** Styles text. Every function returns its text unchanged where colours are off. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  blue(text: string): string;
  magenta(text: string): string;
  cyan(text: string): string;
  gray(text: string): string;
}

const same = (text: string): string => text;

/** Leaves text as it is. */
export const PLAIN: Paint = {
  bold: same,
  dim: same,
  red: same,
  green: same,
  yellow: same,
  blue: same,
  magenta: same,
  cyan: same,
  gray: same,
};

/** What decides over colours besides the stream itself. */
export interface ColorWish {
  /** The word after `--color`: `always` and `never` win over everything else. */
  readonly color: string | null;
  /** `NO_COLOR` is set. */
  readonly noColor: boolean;
  /** The value of `TERM`, if known. */
  readonly term: string | undefined;
}

/** True when a stream should be coloured. */
export function wantsColor(isTerminal: boolean, wish: ColorWish): boolean {
  if (wish.color === "always") return true;
  if (wish.color === "never") return false;
  return isTerminal && !wish.noColor && wish.term !== "dumb";
}

/** Loads the colours; whether they are wanted has been decided before. */
export async function loadColors(): Promise<Paint> {
  return (await import("./colors.ts")).COLORS;
}
