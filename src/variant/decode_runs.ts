/**
 * Runs of like values in arrays: ints and short strings, read in loops of their own. Whatever is
 * not plain (truncated, 64-bit, not ASCII …) ends the run and is left to `decode.ts`.
 */

import { isShortAscii, MAX_SHORT_ASCII } from "../bytes/ascii_window.ts";
import { type Decoding, toInt } from "./decoding.ts";
import { type Variant, VariantType } from "./types.ts";

/** Fewer values than this are not worth looking for a run. */
export const MIN_RUN = 4;

/** Reads values from `items[from]` on for as long as a run lasts; returns the next index. */
export function readRun(d: Decoding, items: Variant[], from: number, count: number): number {
  if (d.remaining < 8) return from;
  const header = d.view.getUint32(d.position, true);
  if (header === VariantType.Int) return readShortInts(d, items, from, count);
  if (header === VariantType.String) return readShortStrings(d, items, from, count);
  return from;
}

function readShortInts(d: Decoding, items: Variant[], from: number, count: number): number {
  const view = d.view;
  const last = d.end - 8;
  let at = d.position, i = from;
  while (i < count && at <= last && view.getUint32(at, true) === VariantType.Int) {
    items[i++] = toInt(view.getInt32(at + 4, true));
    at += 8;
  }
  d.position = at;
  return i;
}

function readShortStrings(d: Decoding, items: Variant[], from: number, count: number): number {
  const { view, bytes, window, end } = d;
  const last = end - 8 - MAX_SHORT_ASCII; // so that no string needs a check of its own
  let at = d.position, i = from;
  while (i < count && at <= last && view.getUint32(at, true) === VariantType.String) {
    const length = view.getUint32(at + 4, true);
    if (length > MAX_SHORT_ASCII || !isShortAscii(view, at + 8, length)) break;
    items[i++] = window.cut(bytes, at + 8, at + 8 + length, end);
    at += 8 + ((length + 3) & ~3);
  }
  d.position = at;
  return i;
}
