/**
 * Bytes as a hex dump: rows of 16 with position, hexadecimal and ASCII, as `hexdump -C` has them.
 * With a tree, each byte is painted in the style of the field that it belongs to.
 */

import { type Dissection, leavesOf } from "../bytes/dissection.ts";
import { formatOffset, leafStyle, offsetWidth, type Paint, PLAIN, plural } from "./paint.ts";

/** What is dumped. A `Source` is one. */
export interface HexSource {
  readonly bytes: Uint8Array;
  /** The tree over the bytes, if there is one. */
  readonly root?: Dissection;
}

/** How a dump is written. */
export interface HexOptions {
  /** @default {PLAIN} */
  readonly paint?: Paint;
  /** Of more bytes than that, the rest is one line. @default {Infinity} */
  readonly maxBytes?: number;
}

const ROW_SIZE = 16;

/** The rows of a dump; none for no bytes. */
export function renderHex(source: HexSource, options: HexOptions = {}): string[] {
  const { bytes, root } = source;
  const { paint = PLAIN, maxBytes = Infinity } = options;
  const size = Math.min(bytes.length, maxBytes);
  const styles = root === undefined ? [] : stylesOf(root, size);
  const width = offsetWidth(bytes.length);
  const rows: string[] = [];
  for (let at = 0; at < size; at += ROW_SIZE) {
    const row = bytes.subarray(at, Math.min(at + ROW_SIZE, size));
    const place = paint.offset(formatOffset(at, width));
    rows.push(`${place}  ${renderRow(row, styles.slice(at, at + ROW_SIZE), paint)}`);
  }
  if (size < bytes.length) rows.push(paint.dim(`… (${plural(bytes.length - size, "more byte")})`));
  return rows;
}

type Style = keyof Paint;

/** The style of each of the first `size` bytes. */
function stylesOf(root: Dissection, size: number): Style[] {
  const styles: Style[] = [];
  for (const leaf of leavesOf(root)) {
    const style = leafStyle(leaf);
    for (let i = 0; i < leaf.length && styles.length < size; i++) styles.push(style);
  }
  return styles;
}

function renderRow(row: Uint8Array, styles: readonly Style[], paint: Paint): string {
  let hex = "", ascii = "";
  for (const { start, end } of runsOf(row.length, styles)) {
    const apply = paint[styles[start] ?? "value"];
    hex += separator(start) + apply(hexOf(row, start, end));
    ascii += apply(asciiOf(row, start, end));
  }
  const missing = " ".repeat(HEX_WIDTH - hexOf(row, 0, row.length).length);
  return `${hex}${missing}  ${ascii}`;
}

/** Sixteen pairs of digits, one space between two, two in the middle. */
const HEX_WIDTH = ROW_SIZE * 3;

/** What comes before the byte at that place of a row. */
function separator(index: number): string {
  if (index === 0) return "";
  return index === ROW_SIZE / 2 ? "  " : " ";
}

/** Neighbours of the same style. */
function runsOf(length: number, styles: readonly Style[]): { start: number; end: number }[] {
  const runs: { start: number; end: number }[] = [];
  for (let start = 0; start < length;) {
    let end = start + 1;
    while (end < length && styles[end] === styles[start]) end++;
    runs.push({ start, end });
    start = end;
  }
  return runs;
}

function hexOf(row: Uint8Array, start: number, end: number): string {
  let hex = "";
  for (let i = start; i < end; i++) {
    const gap = i === start ? "" : separator(i);
    hex += gap + (row[i] ?? 0).toString(16).padStart(2, "0");
  }
  return hex;
}

function asciiOf(row: Uint8Array, start: number, end: number): string {
  let ascii = "";
  for (const byte of row.subarray(start, end)) {
    ascii += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
  }
  return ascii;
}
