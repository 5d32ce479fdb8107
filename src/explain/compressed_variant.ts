/**
 * Arguments of remote calls and synchronized properties: `MultiplayerAPI::encode_and_compress_variant`
 * writes bool in one byte, int in as few as it takes, everything else as the usual Variant.
 */

import { DecodeError } from "../errors.ts";
import { findVariant, textOfVariant } from "./variant_probe.ts";
import { short } from "./words.ts";

/** One argument and the bytes it takes. */
export interface CompressedVariant {
  readonly size: number;
  readonly text: string;
  /** True when several bytes had to be right for it. */
  readonly isTelling: boolean;
}

const BOOL = 1, INT = 2;

/** The argument at `at`; null when there is none. */
export function compressedVariantAt(bytes: Uint8Array, at: number): CompressedVariant | null {
  const head = bytes[at];
  if (head === undefined) return null;
  const type = head & 63;
  if (type === BOOL) return { size: 1, text: String(head > 127), isTelling: false };
  if (type === INT) return compressedInt(bytes, at, head >> 6);
  const rest = bytes.subarray(at);
  const found = findVariant(rest, 4);
  if (found instanceof DecodeError) return null;
  const text = short(textOfVariant(rest.subarray(0, found.size), 4), 80);
  return { size: found.size, text, isTelling: found.size > 4 };
}

function compressedInt(bytes: Uint8Array, at: number, width: number): CompressedVariant | null {
  const size = 1 + (1 << width);
  if (at + size > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at + 1);
  const value = width === 0
    ? view.getInt8(0)
    : width === 1
    ? view.getInt16(0, true)
    : width === 2
    ? view.getInt32(0, true)
    : view.getBigInt64(0, true);
  return { size, text: String(value), isTelling: width > 0 };
}

/** As many arguments as it takes to the end of the bytes; null when they do not come out even. */
export function compressedVariantsIn(bytes: Uint8Array): CompressedVariant[] | null {
  const found: CompressedVariant[] = [];
  for (let at = 0; at < bytes.length;) {
    const next = compressedVariantAt(bytes, at);
    if (next === null || found.length >= 256) return null;
    found.push(next);
    at += next.size;
  }
  return found;
}
