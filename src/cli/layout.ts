/** Text for a terminal: words wrapped to a width, and rows of a label with its explanation. */

import type { Paint } from "./paint.ts";

/** What text is laid out for. */
export interface TextStyle {
  /** Width in characters. */
  readonly columns: number;
  readonly paint: Paint;
}

const MAX_LABEL_WIDTH = 28;
const INDENT = "  ";

/** Breaks text at spaces into lines of at most `width` characters; longer words stay whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line === "") line = word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/**
 * Lines with a label on the left and its explanation on the right, wrapped to `columns`. A label too
 * long for its column has a line of its own. `style` colours labels, after they were measured.
 */
export function layoutRows(
  rows: readonly (readonly [label: string, text: string])[],
  columns: number,
  style: (label: string) => string,
): string[] {
  const fitting = rows.map(([label]) => label.length).filter((length) => length <= MAX_LABEL_WIDTH);
  const labelWidth = Math.max(0, ...fitting);
  const textStart = INDENT.length + labelWidth + 2;
  return rows.flatMap(([label, text]) => {
    const [first = "", ...others] = wrap(text, columns - textStart);
    const padding = " ".repeat(Math.max(0, labelWidth - label.length) + 2);
    const start = INDENT + style(label);
    const continued = others.map((line) => " ".repeat(textStart) + line);
    return label.length > labelWidth
      ? [start, " ".repeat(textStart) + first, ...continued]
      : [start + padding + first, ...continued];
  });
}
