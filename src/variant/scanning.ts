/** What scanning carries along, and the checks on the field that every type has most of: texts. */

import { decodeUtf8 } from "../bytes/utf8.ts";
import type { PathStep } from "../errors.ts";
import { CheckedReader, paddedLength } from "./checked_reader.ts";
import { BYTE_ORDER_MARK } from "./engine_text.ts";
import { KNOWN_BITS } from "./header_bits.ts";
import { KeyRecord } from "./key_record.ts";
import type { VariantType } from "./types.ts";
import * as verdict from "./verdict.ts";

/** Everything that one scanner carries along. */
export class Scanning extends CheckedReader {
  readonly keys: KeyRecord = new KeyRecord();
  /** Header bits with a meaning, by type. */
  readonly knownBits: readonly number[] = KNOWN_BITS[this.godot];
  /** Values met so far. */
  valueCount: number = 0;
  /** Level of the innermost of them. */
  maxDepth: number = 0;
  /** Something was met that has a note, or may have one. */
  isUnusual: boolean = false;
  /** Hash of the text that was checked last. */
  textHash: number = 0;
  /** Steps from the failing value outwards, noted while an error unwinds. */
  readonly #unwound: PathStep[] = [];

  /** Starts over with another packet. */
  begin(bytes: Uint8Array): void {
    this.reset(bytes, 0, bytes.length);
    this.keys.release(0);
    this.valueCount = 0;
    this.maxDepth = 0;
    this.isUnusual = false;
  }

  /** Notes that the value now failing is the step `step` of its container. */
  unwind(step: PathStep): void {
    this.#unwound.push(step);
  }

  /** The path to the value that failed, outermost step first. */
  takePath(): PathStep[] {
    return this.#unwound.splice(0).reverse();
  }

  /** Remembers that there may be something to note. */
  remarkIf(isUnusual: boolean): void {
    if (isUnusual) this.isUnusual = true;
  }
}

/** Moves over a field of fixed size. @throws {DecodeError} when it does not fit. */
export function skip(s: Scanning, size: number, what: VariantType | string): void {
  s.need(size, what);
  s.position += size;
}

/**
 * Moves over length, bytes and padding, and returns the byte length; the bytes are not looked at.
 *
 * @throws {DecodeError} when they do not fit.
 */
export function takeString(s: Scanning, what: VariantType | string): number {
  if (s.remaining < 4) s.need(4, `${s.nameOf(what)} length`);
  const length = s.view.getInt32(s.position, true);
  const fault = s.stringFault(length, what);
  if (fault !== null) throw fault;
  s.position += 4 + paddedLength(length);
  return length;
}

/** Moves over length, UTF-8 bytes and padding. @throws {DecodeError} as the engine would. */
export function scanString(s: Scanning, what: VariantType | string): void {
  const start = s.position + 4;
  const length = takeString(s, what);
  checkText(s, start, length, what);
}

/** Like `scanString`, with the text; for the few names that decide how the walk goes on. */
export function readString(s: Scanning, what: VariantType | string): string {
  const start = s.position + 4;
  const length = takeString(s, what);
  checkText(s, start, length, what);
  return decodeUtf8(s.bytes, start, start + length, s.godot === 3) ?? ""; // never null: checkText has looked
}

/**
 * Requires UTF-8; remarks on NUL, a byte order mark, and anything but zeros in the rest of the last
 * 32-bit word. Walks by words, and leaves what is not ASCII to the decoder.
 *
 * @throws {DecodeError} when the bytes are not UTF-8.
 */
export function checkText(
  s: Scanning,
  start: number,
  length: number,
  what: VariantType | string,
): void {
  const view = s.view;
  const wordsEnd = start + (length & ~3);
  let hash = length, high = 0, nul = 0;
  for (let at = start; at < wordsEnd; at += 4) {
    const word = view.getInt32(at, true);
    high |= word;
    nul |= (word - LOW_BITS) & ~word;
    hash = Math.imul(hash ^ word, HASH_FACTOR);
  }
  const restBits = (length & 3) * 8;
  if (restBits > 0) {
    const last = view.getInt32(wordsEnd, true);
    s.remarkIf(last >>> restBits !== 0);
    const word = last & ~(-1 << restBits);
    const filled = word | (LOW_BITS << restBits);
    high |= word;
    nul |= (filled - LOW_BITS) & ~filled;
    hash = Math.imul(hash ^ word, HASH_FACTOR);
  }
  s.textHash = hash;
  s.remarkIf((nul & HIGH_BITS) !== 0);
  if ((high & HIGH_BITS) !== 0) checkUnicode(s, start, length, what);
}

/** Bit 0 and bit 7 of each byte of a word: `(word - LOW_BITS) & ~word & HIGH_BITS` finds NUL. */
const LOW_BITS = 0x01010101;
const HIGH_BITS = 0x80808080;
const HASH_FACTOR = 0x9e3779b1;

function checkUnicode(
  s: Scanning,
  start: number,
  length: number,
  what: VariantType | string,
): void {
  const strict = decodeUtf8(s.bytes, start, start + length);
  const text = strict ?? decodeUtf8(s.bytes, start, start + length, s.godot === 3);
  if (text === null) throw verdict.badUtf8(s.nameOf(what), start - s.base);
  s.remarkIf(strict === null);
  s.remarkIf(text.startsWith(BYTE_ORDER_MARK));
}
