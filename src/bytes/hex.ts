/**
 * Bytes as hexadecimal text, as people write and paste them: `1b00`, `1B 00`, `0x1b 0x00`, `1b:00`.
 * Rows with offsets and ASCII are the business of `inspect/render_hex.ts`.
 */

/** Where a text stops being what it should be. */
export interface TextFault {
  /** Index of the character, in UTF-16 code units. */
  readonly at: number;
  /** The character itself; empty when the text ends too early. */
  readonly found: string;
}

/** Two lowercase digits a byte, without separators. */
export function bytesToHex(bytes: Uint8Array): string {
  return bytes.toHex();
}

/**
 * Reads pairs of hexadecimal digits, in either case. Between bytes there may be white space and
 * colons, and a group of digits may begin with `0x`. The empty text is no bytes.
 * Tell the results apart with `instanceof Uint8Array`.
 */
export function parseHex(text: string): Uint8Array<ArrayBuffer> | TextFault {
  const isPlain = text.length % 2 === 0 && !NOT_A_DIGIT.test(text);
  return isPlain ? Uint8Array.fromHex(text) : parseSpacedHex(text);
}

const NOT_A_DIGIT = /[^0-9a-fA-F]/;

function parseSpacedHex(text: string): Uint8Array<ArrayBuffer> | TextFault {
  const target = new Uint8Array(text.length >> 1);
  let size = 0;
  let isGroupStart = true;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isSeparator(code)) {
      isGroupStart = true;
      continue;
    }
    if (isGroupStart && code === ZERO && (text.charCodeAt(at + 1) | CASE_BIT) === LOWER_X) {
      at++;
      isGroupStart = false;
      // A prefix belongs to digits: `0x` alone, or before a separator, is a fault at what follows.
      if (digitOf(text.charCodeAt(at + 1)) < 0) return faultAt(text, at + 1);
      continue;
    }
    const high = digitOf(code);
    if (high < 0) return faultAt(text, at);
    const low = digitOf(text.charCodeAt(++at));
    if (low < 0) return faultAt(text, at);
    target[size++] = high << 4 | low;
    isGroupStart = false;
  }
  return size === target.length ? target : target.slice(0, size);
}

/** The fault at that index of the text; its end when the index is past it. */
export function faultAt(text: string, at: number): TextFault {
  const codePoint = text.codePointAt(at);
  return { at, found: codePoint === undefined ? "" : String.fromCodePoint(codePoint) };
}

const ZERO = 0x30;
const LOWER_X = 0x78;
const COLON = 0x3a;
/** Set on lowercase ASCII letters, clear on uppercase ones. */
const CASE_BIT = 0x20;

/** ASCII white space (tab, line feed, form feed, carriage return, space …) or a colon. */
function isSeparator(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === COLON;
}

/** The value of a hexadecimal digit; -1 for anything else, NaN (past the end) included. */
function digitOf(code: number): number {
  if (code >= ZERO && code <= 0x39) return code - ZERO;
  const letter = code | CASE_BIT;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
