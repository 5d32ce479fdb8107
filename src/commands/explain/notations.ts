/**
 * How programs print bytes, as people paste it: literals of Python, C and JavaScript, lists of
 * numbers, base64, JSON lines. Each reader answers null for what is not its notation.
 */

import { parseBase64 } from "../../bytes/base64.ts";
import { bytesToHex, parseHex } from "../../bytes/hex.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** The bytes that a text spells as a program prints them; null when it spells none. */
export function readPrinted(text: string): Bytes | null {
  const trimmed = text.trim();
  return readList(trimmed) ?? readEscapes(trimmed) ?? readHex(trimmed) ?? readOwnLine(trimmed);
}

/** The same of an argument, which nobody would write for the text itself: base64, any JSON line. */
export function readTyped(text: string): Bytes | null {
  const trimmed = text.trim();
  return readPrinted(trimmed) ?? readBlankList(trimmed) ?? readJson(trimmed) ?? readBase64(trimmed);
}

/** What may stand in front of a list: `PackedByteArray(`, `Uint8Array(8)`, `new byte[] `, `&`. */
const LIST_HEAD =
  /^(?:(?:Packed|Pool)ByteArray|Uint8Array|Buffer|bytes|bytearray|vec!|(?:new )?byte\[\d*\]|&)?\s*(?:\(\d*\))?\s*(?=[[({])/i;
const BRACKETED = /^\(?\s*[[({]\s*([-\da-fx,\s]*?)[\s,]*[\])}]\s*\)?;?$/i;
const BARE = /^(-?(?:0x)?\d[\da-f]*(?:\s*,\s*-?(?:0x[\da-f]+|\d+))+),?$/i;

/** `[1, 2]`, `PackedByteArray(1, 2)`, `{ 0x01, 0x02 }`, and `1, 2`, whose commas tell. */
function readList(text: string): Bytes | null {
  const list = BRACKETED.exec(text.replace(LIST_HEAD, ""))?.[1] ?? BARE.exec(text)?.[1];
  return list === undefined ? null : bytesOf(list.split(/[\s,]+/).filter((word) => word !== ""));
}

/** `2 0 0 255`: numbers of which some are no pairs of hex digits. */
function readBlankList(text: string): Bytes | null {
  return /^\d{1,3}(?:\s+\d{1,3})+$/.test(text) ? bytesOf(text.split(/\s+/)) : null;
}

/** Numbers of a byte each, also below 0, as languages print that have no unsigned ones. */
function bytesOf(words: readonly string[]): Bytes | null {
  const isHex = words.some((word) => /^\d*[a-f][\da-f]*$/i.test(word));
  const numbers = words.map((word) => isHex ? parseInt(word, 16) : Number(word));
  return numbers.every((number) => number >= -128 && number <= 255)
    ? Uint8Array.from(numbers)
    : null;
}

/** Single characters behind a backslash, in Python, C and JavaScript. */
const ESCAPES: Readonly<Record<string, number>> = {
  "0": 0x00,
  a: 0x07,
  b: 0x08,
  t: 0x09,
  n: 0x0a,
  v: 0x0b,
  f: 0x0c,
  r: 0x0d,
};

/** `b'\x02\x00hello'`, `"\x02\x00"`, `bytearray(b'…')`, and escapes without quotes around them. */
function readEscapes(text: string): Bytes | null {
  const quoted = /^(?:bytearray\()?\[?b?(["'])(.*)\1\]?\)?$/s.exec(text)?.[2];
  const body = quoted ?? text;
  const isLiteral = quoted !== undefined && /^\W*b["']/.test(text);
  if (!isLiteral && !/^(?:[^\\]|\\.)*\\x[\da-f]{2}/is.test(body)) return null;
  const bytes: number[] = [];
  for (const [unit, hex, escaped] of body.matchAll(/\\x([\da-f]{2})|\\(.)|[^\\]/gis)) {
    if (hex !== undefined) bytes.push(parseInt(hex, 16));
    else if (escaped !== undefined) bytes.push(ESCAPES[escaped] ?? escaped.charCodeAt(0));
    else bytes.push(...new TextEncoder().encode(unit));
  }
  return Uint8Array.from(bytes);
}

/** Hexadecimal, also as Node and PowerShell print it: `<Buffer 02 00>`, `02-00`. */
function readHex(text: string): Bytes | null {
  const inside = /^<(?:Buffer|Uint8Array)\s+([^>]*?)(?:\s*\.\.\.[^>]*)?>$/.exec(text)?.[1] ?? text;
  const isDashed = /^[\da-f]{2}(?:-[\da-f]{2})+$/i.test(inside);
  const bytes = parseHex(isDashed ? inside.replaceAll("-", "") : inside);
  return bytes instanceof Uint8Array ? bytes : null;
}

/** A JSON line of `listen`, `send` or `encode`, and what `JSON.stringify` makes of a Buffer. */
function readOwnLine(text: string): Bytes | null {
  if (!text.startsWith("{")) return null;
  const { event, ok, type, data } = objectOf(text);
  if (type === "Buffer" && Array.isArray(data)) return readList(JSON.stringify(data));
  return event !== undefined || ok !== undefined ? readJson(text) : null;
}

/** An object with the bytes in `hex`, `base64` or `bytes`. */
function readJson(text: string): Bytes | null {
  if (!text.startsWith("{")) return null;
  const { hex, base64, bytes } = objectOf(text);
  if (typeof hex === "string") return readHex(hex);
  if (typeof base64 === "string") return readBase64(base64);
  return typeof bytes === "string" ? readHex(bytes) ?? readBase64(bytes) : null;
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

const BASE64 = /^[\w+/-]{4,}={0,2}$/;

/** Whole groups of four, as encoders write them; a word in small letters is none. */
function readBase64(text: string): Bytes | null {
  if (!BASE64.test(text) || text.length % 4 !== 0 || !/[A-Z=]/.test(text)) return null;
  const bytes = parseBase64(text);
  return bytes instanceof Uint8Array ? bytes : null;
}

/** Texts of this length are quoted whole. */
const QUOTED_LENGTH = 40;
/** Texts of this length are written out as hex. */
const MAX_TEXT_AS_HEX = 64;

/** Why an argument spells no bytes, as far as that can be told, and what to do. */
export function whyNoBytes(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "no bytes were given; write them as hex, as @FILE, or as - for stdin";
  const isLong = trimmed.length > QUOTED_LENGTH;
  const shown = JSON.stringify(isLong ? `${trimmed.slice(0, QUOTED_LENGTH)}…` : trimmed);
  return shown + (whyNoHex(trimmed) ?? whyNoList(trimmed) ?? whyNoJson(trimmed) ??
    ` is no hex${wrongDigit(trimmed)}; write bytes as hex, as a list like [20, 0, 0, 0], as ` +
      `base64, as @FILE or as - for stdin; ${asText(trimmed)}`);
}

function whyNoHex(text: string): string | null {
  const digits = text.replace(/0x|[\s:]/gi, "");
  if (!/^[\da-f]+$/i.test(digits) || digits.length % 2 === 0) return null;
  return ` has ${digits.length} hex digits, an odd number: one is missing or one too many; ` +
    "decimal numbers need commas: 2, 0, 0";
}

function whyNoList(text: string): string | null {
  if (!/^\W*(?:\w+Array)?\W*(?:\d+\)\W*)?-?\d+(?:\s*,\s*-?\d+)+/.test(text)) return null;
  const numbers = text.match(/-?\d+/g)?.map(Number) ?? [];
  if (/\.{3}|…/.test(text)) return " was shortened when it was printed: print all of the bytes";
  return numbers.some((number) => number < -128 || number > 255)
    ? " has numbers that are no bytes, which are 0 to 255"
    : " is no list of bytes: is its end missing?";
}

function whyNoJson(text: string): string | null {
  if (!text.startsWith("{") || Object.keys(objectOf(text)).length === 0) return null;
  return ' is JSON without the bytes, as "hex" or "base64" (encode -o json writes them, ' +
    `decode -o hex prints those of its input); ${asText(text)}`;
}

/** Where hex that begins well stops being hex. */
function wrongDigit(text: string): string {
  const fault = parseHex(text);
  if (fault instanceof Uint8Array || fault.at < 4 || fault.found === "") return "";
  return ` (${JSON.stringify(fault.found)} in column ${fault.at + 1} is no hex digit)`;
}

function asText(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const how = bytes.length > MAX_TEXT_AS_HEX ? "-, with the text on stdin" : bytesToHex(bytes);
  return `if the text itself is the packet: packetpeer explain ${how}`;
}
