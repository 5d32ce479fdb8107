/** Explanations as lines for people: the bytes in question, and the readings, best first. */

import type { Paint } from "../../cli/paint.ts";
import { EXPLAINS, type Reading } from "../../explain/reading.ts";
import type { ExplainedPacket } from "./series.ts";

const ROW_SIZE = 16;
const MAX_READINGS = 4;
const MAX_REASONS = 2;
const INDENT = "      ";

/** How lines look. */
export interface ExplainStyle {
  readonly paint: Paint;
  /** Width in characters; lines of bytes and verdicts are not cut. */
  readonly columns: number;
  /** All readings with all of their reasons. */
  readonly isVerbose: boolean;
}

/** Everything about one packet but its verdict. */
export function explanationLines(packet: ExplainedPacket, style: ExplainStyle): string[] {
  const { bytes, explanation: { readings, best } } = packet;
  const shown = style.isVerbose ? readings : readings.slice(0, MAX_READINGS);
  return [
    ...excerpt(bytes, (best ?? readings[0])?.at ?? null, style.paint),
    ...(shown.length === 0 ? [] : [""]),
    ...shown.flatMap((reading, i) => readingLines(reading, i === 0, style)),
  ];
}

/** The rows around the byte in question, with a mark under it. */
function excerpt(bytes: Uint8Array, at: number | null, paint: Paint): string[] {
  const size = bytes.length === 1 ? "1 byte" : `${bytes.length} bytes`;
  const marked = at === null ? 0 : Math.min(Math.floor(at / ROW_SIZE), lastRow(bytes));
  const first = Math.max(0, marked - 1);
  const last = Math.min(lastRow(bytes), Math.max(marked + 1, 2));
  const lines = [paint.bold(size)];
  if (first > 0) lines.push(paint.dim("…"));
  for (let row = first; row <= last && bytes.length > 0; row++) {
    lines.push(rowOf(bytes, row, paint));
    if (row === marked && at !== null) lines.push(mark(at, row, bytes.length, paint));
  }
  if (last < lastRow(bytes)) lines.push(paint.dim("…"));
  return lines;
}

function lastRow(bytes: Uint8Array): number {
  return Math.max(0, Math.ceil(bytes.length / ROW_SIZE) - 1);
}

function rowOf(bytes: Uint8Array, row: number, paint: Paint): string {
  const start = row * ROW_SIZE;
  const part = bytes.subarray(start, start + ROW_SIZE);
  const pairs = [...part].map((byte, i) =>
    (i === 8 ? " " : "") + byte.toString(16).padStart(2, "0")
  );
  const ascii = [...part].map((byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "."
  );
  const offset = paint.dim(start.toString(16).padStart(4, "0"));
  return `${offset}  ${pairs.join(" ").padEnd(48)}  ${paint.dim(ascii.join(""))}`;
}

function mark(at: number, row: number, size: number, paint: Paint): string {
  const column = Math.min(at - row * ROW_SIZE, ROW_SIZE);
  const label = at >= size ? `byte ${at}: the end` : `byte ${at}`;
  return " ".repeat(6 + column * 3 + (column >= 8 ? 1 : 0)) + paint.yellow(`^^ ${label}`);
}

function readingLines(reading: Reading, isFirst: boolean, style: ExplainStyle): string[] {
  const { what, why, score } = reading;
  const { paint, isVerbose, columns } = style;
  const reasons = isFirst || isVerbose ? why : why.slice(0, MAX_REASONS);
  const text = isFirst || isVerbose ? oneLine(reading.text(), columns - INDENT.length) : "";
  return [
    `${percent(score, paint)}  ${isFirst ? paint.bold(what) : what}`,
    ...(text === "" ? [] : [INDENT + paint.cyan(text)]),
    ...reasons.map((reason) =>
      INDENT + paint.dim(`- ${oneLine(reason, columns - INDENT.length - 2)}`)
    ),
  ];
}

function percent(score: number, paint: Paint): string {
  const text = `${Math.round(score * 100)}%`.padStart(4);
  if (score >= 0.9) return paint.green(text);
  return score >= EXPLAINS ? paint.yellow(text) : paint.dim(text);
}

/** Control characters would do something to the terminal. */
function oneLine(text: string, width: number): string {
  // deno-lint-ignore no-control-regex -- control characters are what is replaced
  const line = text.slice(0, 4 * width).replace(/[\x00-\x1f\x7f-\x9f]+/g, " ");
  const characters = [...line];
  return characters.length > width ? `${characters.slice(0, width - 1).join("")}…` : line;
}
