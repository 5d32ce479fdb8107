/**
 * UTF-8 as the engine's `String::append_utf8` takes it: strict, up to U+10FFFF, no surrogates, no
 * overlong forms. A byte order mark and NUL are kept.
 */

import { decodeLenientUtf8 } from "./utf8_lenient.ts";

const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Puts U+FFFD where there is no UTF-8, and is two to ten times as fast as decoders that do not. */
export const REPLACING_UTF8: TextDecoder = new TextDecoder("utf-8", { ignoreBOM: true });
const REPLACEMENT = "\ufffd";

/** Above this length `TextDecoder` is faster than building the string in JavaScript. */
const MAX_SHORT = 40;

/**
 * Decodes `bytes[start, end)`; null when the engine would refuse them as not UTF-8. The engine
 * reads no further than the first NUL: bytes after it are kept if they are UTF-8, else left out.
 * Godot 3 takes more for UTF-8 than there is.
 */
export function decodeUtf8(
  bytes: Uint8Array,
  start: number,
  end: number,
  isGodot3 = false,
): string | null {
  if (end - start <= MAX_SHORT) {
    const ascii = decodeShortAscii(bytes, start, end);
    if (ascii !== null) return ascii;
  }
  const strict = decodeStrict(bytes, start, end) ?? decodeUpToNul(bytes, start, end);
  return strict === null && isGodot3 ? decodeLenientUtf8(bytes, start, end) : strict;
}

function decodeUpToNul(bytes: Uint8Array, start: number, end: number): string | null {
  const length = bytes.subarray(start, end).indexOf(0);
  return length < 0 ? null : decodeStrict(bytes, start, start + length);
}

function decodeStrict(bytes: Uint8Array, start: number, end: number): string | null {
  const piece = bytes.subarray(start, end);
  const text = REPLACING_UTF8.decode(piece);
  if (!text.includes(REPLACEMENT)) return text;
  try {
    return STRICT.decode(piece); // the character itself may have been sent
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/**
 * Decodes ASCII in groups of eight and four, so that a short string takes few calls; null when a
 * byte is not ASCII. Three times as fast as `TextDecoder` on short strings (tests/bench, case d).
 */
function decodeShortAscii(bytes: Uint8Array, start: number, end: number): string | null {
  const make = String.fromCharCode;
  let text = "";
  let i = start;
  for (; i + 8 <= end; i += 8) {
    const a = bytes[i]!, b = bytes[i + 1]!, c = bytes[i + 2]!, d = bytes[i + 3]!;
    const e = bytes[i + 4]!, f = bytes[i + 5]!, g = bytes[i + 6]!, h = bytes[i + 7]!;
    if ((a | b | c | d | e | f | g | h) >= 0x80) return null;
    text += make(a, b, c, d, e, f, g, h);
  }
  if (i + 4 <= end) {
    const a = bytes[i]!, b = bytes[i + 1]!, c = bytes[i + 2]!, d = bytes[i + 3]!;
    if ((a | b | c | d) >= 0x80) return null;
    text += make(a, b, c, d);
    i += 4;
  }
  for (; i < end; i++) {
    const a = bytes[i]!;
    if (a >= 0x80) return null;
    text += make(a);
  }
  return text;
}
