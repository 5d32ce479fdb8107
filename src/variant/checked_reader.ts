/**
 * The cursor of the walkers that build no values, `scan.ts` and `dissect.ts`: it checks lengths and
 * counts as the engine does, in its order, with the verdicts of `verdict.ts`.
 */

import { Reader } from "../bytes/reader.ts";
import type { DecodeError } from "../errors.ts";
import type { DecodeOptions } from "./decoding.ts";
import { TYPE_OF_GODOT3_ID, typeName } from "./layout.ts";
import { type GodotVersion, VARIANT_MAX, type VariantType } from "./types.ts";
import * as verdict from "./verdict.ts";

const GODOT4_TYPES: readonly VariantType[] = Array.from(
  { length: VARIANT_MAX },
  (_, id) => id as VariantType, // 0 to 38 are the type numbers
);

/** A `Reader` that knows how to read a packet and what to say when it cannot. */
export class CheckedReader extends Reader {
  readonly godot: GodotVersion;
  readonly allowObjects: boolean;
  /** The types by their numbers on the wire. */
  readonly types: readonly VariantType[];

  constructor(options: DecodeOptions) {
    super();
    this.godot = options.godot ?? 4;
    this.allowObjects = options.allowObjects ?? false;
    this.types = this.godot === 3 ? TYPE_OF_GODOT3_ID : GODOT4_TYPES;
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
    return typeof what === "string" ? what : typeName(what, this.godot);
  }

  /** What is wrong with a type number in the header at `offset` that has no type. */
  unknownType(offset: number, id: number): DecodeError {
    return verdict.unknownType(offset, id, this.types.length);
  }

  /** What is wrong with a string of `length` bytes whose length field is here; null if nothing. */
  stringFault(length: number, what: VariantType | string): DecodeError | null {
    if (length < 0) return verdict.badStringLength(this.nameOf(what), this.offset, length);
    const left = this.remaining - 4;
    const padded = paddedLength(length);
    if (padded <= left) return null;
    return verdict.stringTruncated(this.nameOf(what), this.offset, padded, left);
  }

  /** What is wrong with a packed array of `count` elements whose count is here; null if nothing. */
  packedFault(count: number, elementSize: number, what: VariantType): DecodeError | null {
    const size = count * elementSize;
    if (count < 0 || size > MAX_INT) {
      return verdict.badCount(this.nameOf(what), this.offset, count);
    }
    const left = this.remaining - 4;
    if (size <= left) return null;
    return verdict.arrayTruncated(this.nameOf(what), this.offset, count, size, left);
  }
}

const MAX_INT = 0x7fffffff;

/** The next multiple of four, up to 2^31: no bit operators. */
export function paddedLength(length: number): number {
  return length + 3 - (length + 3) % 4;
}
