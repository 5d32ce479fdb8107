/**
 * Reads base64 (RFC 4648) in the standard and the URL-safe alphabet, with or without padding, with
 * white space anywhere.
 */

import { faultAt, type TextFault } from "./hex.ts";

/**
 * Reads base64 in either alphabet. The empty text is no bytes; bits that are left over in the last
 * character are ignored. Tell the results apart with `instanceof Uint8Array`.
 */
export function parseBase64(text: string): Uint8Array<ArrayBuffer> | TextFault {
  const fault = findFault(text);
  if (fault !== null) return fault;
  return Uint8Array.fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
}

const SYMBOLS = /^[A-Za-z0-9+/_\-\t\n\f\r ]*/;
const PADDING = /[=\t\n\f\r ]*/y;

/** What keeps the text from being base64; null when nothing does. */
function findFault(text: string): TextFault | null {
  const symbols = SYMBOLS.exec(text)?.[0] ?? "";
  const padding = paddingFrom(text, symbols.length);
  const end = symbols.length + padding.length;
  if (end < text.length) return faultAt(text, end);

  const lastGroup = countSymbols(symbols) % 4;
  const marks = padding.split("=").length - 1;
  const wanted = lastGroup === 0 ? 0 : 4 - lastGroup;
  if (lastGroup === 1) return faultAt(text, marks === 0 ? end : text.indexOf("="));
  if (marks === 0 || marks === wanted) return null;
  return faultAt(text, marks < wanted ? end : nthMark(text, wanted));
}

function paddingFrom(text: string, start: number): string {
  PADDING.lastIndex = start;
  return PADDING.exec(text)?.[0] ?? "";
}

function countSymbols(text: string): number {
  return text.replace(/[\t\n\f\r ]+/g, "").length;
}

/** Index of the padding mark that comes after the first `count` of them. */
function nthMark(text: string, count: number): number {
  let at = text.indexOf("=");
  for (let i = 0; i < count; i++) at = text.indexOf("=", at + 1);
  return at;
}
