/** The bytes as text: UTF-8, Latin-1, UTF-16 or UTF-32, and what kind of text it is. */

import type { Clues, Reading, ReadingKind } from "./reading.ts";
import { asStream } from "./receivers.ts";
import { isJsonText, kindOfText, type TextKind } from "./text_kinds.ts";
import { isOddText } from "./variant_probe.ts";
import { plural, quote, score, u16, u16be, u32 } from "./words.ts";

/** Of a long text, as much as tells what it is. */
const EXAMINED_TEXT = 512 * 1024;

/** As text in any encoding; one reading at most. */
export function readText(clues: Clues): Reading[] {
  const { bytes } = clues;
  const reading = asUtf8(clues) ?? asUtf32(bytes) ?? asUtf16(bytes) ?? asLatin1(bytes);
  return reading === null ? [] : [reading];
}

function asUtf8(clues: Clues): Reading | null {
  const { bytes, receiver } = clues;
  const nul = bytes.indexOf(0);
  const isTerminated = nul > 0 && bytes.subarray(nul).every((byte) => byte === 0);
  const body = isTerminated ? bytes.subarray(0, nul) : bytes;
  const text = strictUtf8(body);
  if (text === null || text === "" || isOddText(text)) return null;
  const kind = kindOfText(text, body.length <= EXAMINED_TEXT);
  const nuls = bytes.length - body.length;
  return {
    kind: isJsonText(kind) ? "json" : "text",
    what: nuls > 0 ? `${kind.what}, ended by NUL` : kind.what,
    score: score(
      lengthWorth(body.length) * kind.worth - (nuls === 0 ? 0 : nuls === 1 ? 0.02 : 0.1),
    ),
    why: [
      `${howMuch(body)} ${isAscii(body) ? "ASCII" : "UTF-8"} text without control characters`,
      ...kind.why,
      ...(nuls > 0 ? [`${plural(nuls, "zero byte")} at byte ${nul}`] : []),
    ],
    at: nuls > 0 ? nul : 0,
    verdict: utf8Verdict(kind, nuls, nul, () => asStream(bytes, receiver)),
    text: () => text,
  };
}

function howMuch({ length }: Uint8Array): string {
  return length <= EXAMINED_TEXT
    ? `all ${plural(length, "byte")} are`
    : `the first ${EXAMINED_TEXT} of ${length} bytes, which were looked at, are`;
}

/** The head of a long text is enough; a character may be cut at its end. */
function strictUtf8(bytes: Uint8Array): string | null {
  const head = bytes.subarray(0, EXAMINED_TEXT);
  const text = new TextDecoder().decode(head);
  const whole = head.length < bytes.length ? text.replace(/\ufffd+$/, "") : text;
  return whole.includes("\ufffd") ? null : whole;
}

function isAscii(bytes: Uint8Array): boolean {
  return bytes.subarray(0, EXAMINED_TEXT).every((byte) => byte < 0x80);
}

/** Few bytes are text by chance. */
function lengthWorth(length: number): number {
  return [0, 0.3, 0.42, 0.55, 0.72, 0.8, 0.86, 0.9][length] ?? 1;
}

function utf8Verdict(kind: TextKind, nuls: number, nul: number, stream: () => string): string {
  if (nuls > 0) {
    return `${kind.what} with ${
      plural(nuls, "zero byte")
    } behind it from byte ${nul} on: the sender ` +
      "writes a C string or a buffer larger than its text, which Godot's get_string_from_utf8 ends " +
      `at byte ${nul}, but which JSON, lengths and comparisons do not expect: send ${nul} bytes`;
  }
  return kind.verdict ??
    `${kind.what} without a length in front and no Variant: the sender used put_packet or put_data ` +
      "with text.to_utf8_buffer(), or is no Godot, so the receiver is wrong when it reads it with " +
      `get_var (byte 0 is no type) or as a stream of packets (it ${stream()}): read it with ` +
      "get_packet().get_string_from_utf8(), or send it with put_var";
}

function asUtf16(bytes: Uint8Array): Reading | null {
  if (bytes.length < 4 || bytes.length % 2 !== 0) return null;
  for (const isBig of [false, true]) {
    const text = wideText(bytes, 2, isBig ? u16be : u16);
    if (text !== null) return wideReading("UTF-16", isBig, text, bytes);
  }
  return null;
}

function asUtf32(bytes: Uint8Array): Reading | null {
  if (bytes.length < 8 || bytes.length % 4 !== 0) return null;
  const text = wideText(bytes, 4, u32);
  return text === null ? null : wideReading("UTF-32", false, text, bytes);
}

/** Text of units of a fixed size, mostly Latin; null when that is not what the bytes are. */
function wideText(
  bytes: Uint8Array,
  size: 2 | 4,
  unit: (bytes: Uint8Array, at: number) => number,
): string | null {
  let text = "", narrow = 0;
  const end = Math.min(bytes.length, EXAMINED_TEXT);
  for (let at = 0; at + size <= end; at += size) {
    const code = unit(bytes, at);
    if (code > 0x10ffff || code === 0) return null;
    if ((code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code < 0x250)) narrow++;
    text += String.fromCodePoint(code);
  }
  return isOddText(text) || !text.isWellFormed() || narrow * size < end * 0.8 ? null : text;
}

function wideReading(
  encoding: "UTF-16" | "UTF-32",
  isBig: boolean,
  text: string,
  bytes: Uint8Array,
): Reading {
  const call = encoding === "UTF-16" ? "utf16" : "utf32";
  const order = isBig ? " in big-endian order" : "";
  const clean = text.replace(/^\ufeff/, "");
  return {
    kind: "text",
    what: `a ${encoding} text${order}`,
    score: score(0.96 - 0.4 / 2 ** (clean.length / 3)),
    why: [
      `${plural(clean.length, "character")}, each in ${
        encoding === "UTF-16" ? 2 : 4
      } bytes with zeros`,
    ],
    at: 1,
    verdict: `a ${encoding} text${order}: the sender used String.to_${call}_buffer (or ` +
      `${
        encoding === "UTF-16"
          ? "a Windows, Java or .NET string"
          : "to_wchar_buffer on Linux or macOS"
      }) ` +
      "and the receiver, which takes it for UTF-8, stops at the zero at byte " +
      `${bytes.indexOf(0)}: send to_utf8_buffer(), or read it with get_string_from_${call}()`,
    text: () => text,
  };
}

function asLatin1(bytes: Uint8Array): Reading | null {
  const head = bytes.subarray(0, EXAMINED_TEXT);
  const letters = head.filter((byte) => byte >= 0x20 && byte < 0x7f).length;
  const others = head.filter((byte) => byte >= 0xa0).length;
  const isText = letters + others === head.length && others > 0 && letters >= 4 * others;
  if (!isText || head.length < 4) return null;
  const text = String.fromCharCode(...head.subarray(0, 4096));
  const at = bytes.findIndex((byte) => byte >= 0x80);
  const kind: ReadingKind = "text";
  return {
    kind,
    what: "a Latin-1 text",
    score: score(0.85 * lengthWorth(bytes.length) - 0.3 * (others / head.length)),
    why: [`letters of Latin-1, and no UTF-8 from byte ${at} on`],
    at,
    verdict:
      `a Latin-1 text: the sender wrote one byte a character (put_string of older Godots, C, ` +
      `Windows), and the receiver, which takes it for UTF-8, fails at byte ${at} ` +
      `(${
        quote(text.slice(Math.max(0, at - 4), at + 5))
      }): send to_utf8_buffer() or put_utf8_string`,
    text: () => text,
  };
}
