/**
 * UTF-8 as Godot 3 takes it (`String::parse_utf8` in `core/ustring.cpp` of Godot 3.6): surrogates,
 * sequences of five and six bytes and most overlong forms are characters to it. What no JavaScript
 * string can hold, code points above U+10FFFF, becomes U+FFFD.
 */

/** Decodes `bytes[start, end)` up to the first NUL; null when Godot 3 would refuse them. */
export function decodeLenientUtf8(bytes: Uint8Array, start: number, end: number): string | null {
  const nul = bytes.subarray(start, end).indexOf(0);
  const limit = nul < 0 ? end : start + nul;
  let text = "";
  for (let i = start; i < limit;) {
    const length = sequenceLength(bytes[i]!);
    if (length === 0 || i + length > limit) return null;
    const codePoint = decodeSequence(bytes, i, length);
    if (codePoint < 0) return null;
    text += String.fromCodePoint(codePoint > 0x10ffff ? 0xfffd : codePoint);
    i += length;
  }
  return text;
}

/** How many bytes a sequence has, by its first one; 0 when that begins none. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0; // continuations, and two bytes for what one can hold
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  if (lead < 0xf8) return 4;
  if (lead < 0xfc) return 5;
  return lead < 0xfe ? 6 : 0;
}

/** The code point of a sequence; -1 when it is broken, or so overlong that Godot 3 notices. */
function decodeSequence(bytes: Uint8Array, at: number, length: number): number {
  if (length === 1) return bytes[at]!;
  let codePoint = bytes[at]! & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) {
    const next = bytes[at + i]!;
    if ((next & 0xc0) !== 0x80) return -1;
    if (codePoint === 0 && i === 2 && (next & 0x7f) >> (7 - length) === 0) return -1;
    codePoint = (codePoint << 6) | (next & 0x3f);
  }
  return codePoint >>> 0;
}
