/**
 * What decoding carries along, and the fields that every type is made of: checked reads of numbers,
 * lengths and strings.
 */

import { AsciiWindow } from "../bytes/ascii_window.ts";
import { Reader } from "../bytes/reader.ts";
import { MAX_CACHED_BYTES, StringCache } from "../bytes/string_cache.ts";
import { decodeUtf8 } from "../bytes/utf8.ts";
import type { DecodeError, PathStep } from "../errors.ts";
import { KeyShapes } from "./key_shapes.ts";
import { COUNT_MASK, FLAG_64, typeName } from "./layout.ts";
import type { GodotVersion, VariantType } from "./types.ts";
import * as verdict from "./verdict.ts";

/** How to read a packet. */
export interface DecodeOptions {
  /** Wire format. @default {4} */
  readonly godot?: GodotVersion;
  /** Accept objects sent in full, as `get_var(true)` does. @default {false} */
  readonly allowObjects?: boolean;
}

/** Everything that one decoder carries along. */
export class Decoding extends Reader {
  readonly allowObjects: boolean;
  readonly isGodot3: boolean;
  /** Null while nothing is to be remembered from packet to packet. */
  strings: StringCache | null = null;
  shapes: KeyShapes | null = null;
  readonly window: AsciiWindow = new AsciiWindow();
  /** How many more slots may be made for values before they are read. */
  freeSlots: number = 0;
  /** Steps from the failing value outwards, noted while an error unwinds. */
  readonly #unwound: PathStep[] = [];

  constructor(options: DecodeOptions) {
    super();
    this.allowObjects = options.allowObjects ?? false;
    this.isGodot3 = options.godot === 3;
  }

  /** Remembers keys and other names from now on. */
  remember(): void {
    this.strings = new StringCache();
    this.shapes = new KeyShapes();
  }

  /** Starts on a packet: `source` from `offset` to `end`. */
  start(source: Uint8Array, offset: number, end: number): void {
    this.reset(source, offset, end);
    this.window.reset();
    this.freeSlots = (end - offset) >>> 2;
  }

  /** Notes that the value now failing is the step `step` of its container. */
  unwind(step: PathStep): void {
    this.#unwound.push(step);
  }

  /** The path to the value that failed, outermost step first. */
  takePath(): PathStep[] {
    return this.#unwound.splice(0).reverse();
  }

  /** Position in the packet, for reports. */
  get offset(): number {
    return this.position - this.base;
  }

  /** Requires `size` bytes for `what`. @throws {DecodeError} when fewer are left. */
  need(size: number, what: VariantType | string): void {
    if (this.end - this.position < size) throw this.#truncated(size, what);
  }

  #truncated(size: number, what: VariantType | string): DecodeError {
    return verdict.truncated(this.nameOf(what), this.offset, size, this.remaining);
  }

  /** The type's name in this generation of the engine; text stays as it is. */
  nameOf(what: VariantType | string): string {
    return typeof what === "string" ? what : typeName(what, this.isGodot3 ? 3 : 4);
  }
}

/** Whether reals are 64-bit. Godot 3 ignores the flag on math types. */
export function hasWideReals(d: Decoding, header: number): boolean {
  return (header & FLAG_64) !== 0 && !d.isGodot3;
}

const SMALLEST_KEPT_INT = -128;

/** The ints that packets are full of, so that they need not be made each time. */
const KEPT_INTS: readonly bigint[] = Array.from(
  { length: 1152 },
  (_, i) => BigInt(i + SMALLEST_KEPT_INT),
);

/** The bigint of a 32-bit integer. */
export function toInt(value: number): bigint {
  const index = value - SMALLEST_KEPT_INT;
  return index >= 0 && index < KEPT_INTS.length ? KEPT_INTS[index]! : BigInt(value);
}

/** Reads 32 bits, signed; the caller has checked that they are there. */
export function readInt32(d: Decoding): number {
  const value = d.view.getInt32(d.position, true);
  d.position += 4;
  return value;
}

/** Reads 32 bits, unsigned; the caller has checked that they are there. */
export function readUint32(d: Decoding): number {
  const value = d.view.getUint32(d.position, true);
  d.position += 4;
  return value;
}

/** Reads 64 bits, unsigned; the caller has checked that they are there. */
export function readUint64(d: Decoding): bigint {
  const value = d.view.getBigUint64(d.position, true);
  d.position += 8;
  return value;
}

/** Reads a 32-bit float; the caller has checked that it is there. */
export function readReal32(d: Decoding): number {
  const value = d.view.getFloat32(d.position, true);
  d.position += 4;
  return value;
}

/** Reads a 64-bit float; the caller has checked that it is there. */
export function readReal64(d: Decoding): number {
  const value = d.view.getFloat64(d.position, true);
  d.position += 8;
  return value;
}

/** Length, UTF-8 bytes, padding: checks all three and moves past them. Returns the byte length. */
export function takeString(d: Decoding, what: VariantType | string): number {
  const start = d.position;
  if (d.end - start < 4) throw verdict.truncated(lengthOf(d, what), d.offset, 4, d.remaining);
  const length = d.view.getInt32(start, true);
  const left = d.end - start - 4;
  if (length < 0) throw verdict.badStringLength(d.nameOf(what), d.offset, length);
  const padded = (length + 3) - ((length + 3) % 4); // no bit operators: up to 2^31 + 2
  if (padded > left) throw verdict.stringTruncated(d.nameOf(what), d.offset, padded, left);
  d.position = start + 4 + padded;
  return length;
}

function lengthOf(d: Decoding, what: VariantType | string): string {
  return `${d.nameOf(what)} length`;
}

/** Reads length, UTF-8 bytes and padding. @throws {DecodeError} as the engine would. */
export function readString(d: Decoding, what: VariantType | string): string {
  const start = d.position + 4;
  const length = takeString(d, what);
  return decodeText(d, start, length, what);
}

/** Decodes the bytes of a string. @throws {DecodeError} when they are not UTF-8. */
export function decodeText(
  d: Decoding,
  start: number,
  length: number,
  what: VariantType | string,
): string {
  const text = decodeUtf8(d.bytes, start, start + length, d.isGodot3);
  if (text === null) throw verdict.badUtf8(d.nameOf(what), start - d.base);
  return text;
}

/** A String that is likely to come again: dictionary keys, property and class names. */
export function readCachedString(d: Decoding, what: VariantType | string): string {
  const start = d.position + 4;
  const length = takeString(d, what);
  const cache = d.strings;
  if (cache === null || length === 0 || length > MAX_CACHED_BYTES) {
    return decodeText(d, start, length, what);
  }
  const slot = cache.slotOf(d.view, start, length);
  const cached = cache.get(slot, d.view, start, length);
  if (cached !== null) return cached;
  const text = decodeText(d, start, length, what);
  cache.set(slot, d.view, start, length, text);
  return text;
}

/** Reads the count of a container. */
export function readCount(d: Decoding, what: VariantType): number {
  if (d.remaining < 4) throw verdict.truncated(`${d.nameOf(what)} count`, d.offset, 4, d.remaining);
  return readUint32(d) & COUNT_MASK;
}
