/** Scanning of the types that hold no other values. */

import { paddedLength } from "./checked_reader.ts";
import { hasReals } from "./header_bits.ts";
import { fixedLayout, FLAG_64, packedStride } from "./layout.ts";
import { checkText, readString, type Scanning, scanString, skip, takeString } from "./scanning.ts";
import { VARIANT_MAX, VariantType } from "./types.ts";
import * as verdict from "./verdict.ts";

/**
 * Moves over what follows the header of a type that holds no others; int, float and String have
 * functions of their own.
 *
 * @throws {DecodeError} when the engine would refuse the bytes.
 */
export function scanLeaf(s: Scanning, type: VariantType, header: number): void {
  switch (type) {
    case VariantType.Nil:
    case VariantType.Callable:
      return;
    case VariantType.Bool:
      return scanBool(s);
    case VariantType.StringName:
      return scanString(s, type);
    case VariantType.NodePath:
      return scanNodePath(s);
    case VariantType.RID:
      return s.godot === 3 ? undefined : skip(s, 8, type);
    case VariantType.Signal:
      scanString(s, "Signal name");
      return skip(s, 8, "Signal object id");
    case VariantType.PackedStringArray:
      return scanPackedStrings(s);
  }
  const isWide = (header & FLAG_64) !== 0 && s.godot === 4 && hasReals(type);
  s.remarkIf(isWide);
  const elementSize = ELEMENT_SIZES[type]! * (isWide ? 2 : 1);
  if (type < VariantType.PackedByteArray) skip(s, elementSize, type);
  else scanPacked(s, elementSize, type);
}

/** Size of a math type, or of one element of a packed array, with 32-bit reals. */
const ELEMENT_SIZES: readonly number[] = Array.from({ length: VARIANT_MAX }, (_, id) => {
  const type = id as VariantType; // 0 to 38 are the type numbers
  switch (type) {
    case VariantType.PackedByteArray:
      return 1;
    case VariantType.PackedInt32Array:
    case VariantType.PackedFloat32Array:
      return 4;
    case VariantType.PackedInt64Array:
    case VariantType.PackedFloat64Array:
      return 8;
  }
  return 4 * (fixedLayout(type)?.members.length ?? packedStride(type));
});

function scanBool(s: Scanning): void {
  s.need(4, VariantType.Bool);
  s.remarkIf(s.view.getUint32(s.position, true) > 1);
  s.position += 4;
}

/** Moves over an int. @throws {DecodeError} when it does not fit. */
export function scanInt(s: Scanning, header: number): void {
  if ((header & FLAG_64) === 0) return skip(s, 4, VariantType.Int);
  s.need(8, VariantType.Int);
  const low = s.view.getInt32(s.position, true), high = s.view.getInt32(s.position + 4, true);
  s.remarkIf(high === low >> 31); // would fit into 32 bits
  s.position += 8;
}

/** Moves over a float. @throws {DecodeError} when it does not fit. */
export function scanFloat(s: Scanning, header: number): void {
  if ((header & FLAG_64) === 0) {
    s.need(4, VariantType.Float);
    s.remarkIf(Number.isNaN(s.view.getFloat32(s.position, true)));
    s.position += 4;
    return;
  }
  s.need(8, VariantType.Float);
  const value = s.view.getFloat64(s.position, true);
  s.remarkIf(value === Math.fround(value)); // would fit into 32 bits
  s.position += 8;
}

function scanNodePath(s: Scanning): void {
  s.need(4, "NodePath name count");
  const first = s.view.getUint32(s.position, true);
  if (first < 0x80000000) throw verdict.legacyNodePath(s.offset);
  s.need(12, "NodePath header");
  const nameCount = first - 0x80000000;
  const flags = s.view.getUint32(s.position + 8, true);
  const extra = (flags & 2) === 0 ? 0 : 1; // one more subname: a form that is only read
  const subnameCount = (s.view.getUint32(s.position + 4, true) + extra) >>> 0;
  s.position += 12;
  const total = (nameCount + subnameCount) >>> 0; // wraps in the engine, too
  s.remarkIf(flags > 1 || nameCount + subnameCount !== total);
  s.remarkIf(total === 0 && flags === 1 && s.godot === 3); // the path /
  for (let i = 0; i < total; i++) {
    const isName = i < nameCount;
    const name = readString(s, isName ? "NodePath name" : "NodePath subname");
    s.remarkIf(name === "" || name.includes(":") || (isName && name.includes("/")));
  }
}

function scanPacked(s: Scanning, elementSize: number, what: VariantType): void {
  if (s.remaining < 4) s.need(4, `${s.nameOf(what)} count`);
  const count = s.view.getInt32(s.position, true);
  const fault = s.packedFault(count, elementSize, what);
  if (fault !== null) throw fault;
  const size = count * elementSize;
  const dataEnd = s.position + 4 + size;
  // Only byte arrays have padding; it may be missing at the end of the packet.
  const paddedEnd = dataEnd + paddedLength(size) - size;
  s.position = Math.min(paddedEnd, s.end);
  s.remarkIf(s.position < paddedEnd);
  for (let at = dataEnd; at < s.position; at++) s.remarkIf(s.bytes[at] !== 0);
}

/** A negative count is an empty array. */
function scanPackedStrings(s: Scanning): void {
  const what = VariantType.PackedStringArray;
  if (s.remaining < 4) s.need(4, `${s.nameOf(what)} count`);
  const count = s.view.getInt32(s.position, true);
  s.position += 4;
  s.remarkIf(count < 0);
  let i = 0;
  try {
    for (; i < count; i++) scanPackedString(s);
  } catch (error) {
    s.unwind(i);
    throw error;
  }
}

/** One NUL is counted with each string. Behind it the padding is zero, up to a word of it. */
function scanPackedString(s: Scanning): void {
  const start = s.position + 4;
  const length = takeString(s, VariantType.String);
  const hasTerminator = length > 0 && s.bytes[start + length - 1] === 0;
  const textLength = hasTerminator ? length - 1 : length;
  checkText(s, start, textLength, VariantType.String);
  s.remarkIf(!hasTerminator);
  if (hasTerminator && textLength % 4 === 0) {
    s.remarkIf(s.view.getInt32(start + textLength, true) !== 0);
  }
}
