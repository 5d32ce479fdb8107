/** Decoding of packed arrays: views of the packet where they are aligned, copies elsewhere. */

import { decodeText, type Decoding, hasWideReals, readInt32, takeString } from "./decoding.ts";
import { packedStride } from "./layout.ts";
import { type PackedComponents, PackedStringArray, VariantType } from "./types.ts";
import * as verdict from "./verdict.ts";

/** Reads the count of a packed array and requires `count * elementSize` bytes. */
function readPackedCount(d: Decoding, what: VariantType, elementSize: number): number {
  if (d.remaining < 4) throw verdict.truncated(`${d.nameOf(what)} count`, d.offset, 4, d.remaining);
  const offset = d.offset;
  const count = readInt32(d);
  const size = count * elementSize;
  if (count < 0 || size > 0x7fffffff) throw verdict.badCount(d.nameOf(what), offset, count);
  if (size > d.remaining) {
    throw verdict.arrayTruncated(d.nameOf(what), offset, count, size, d.remaining);
  }
  return count;
}

/** Padding may be missing at the end of the packet; what follows then has no bytes left. */
export function readPackedBytes(d: Decoding): Uint8Array {
  const count = readPackedCount(d, VariantType.PackedByteArray, 1);
  const start = d.position;
  d.position = Math.min(start + ((count + 3) & ~3), d.end);
  return d.bytes.subarray(start, start + count);
}

/** PackedInt32Array, or PoolIntArray in Godot 3. */
export function readPackedInt32(d: Decoding): Int32Array {
  const count = readPackedCount(d, VariantType.PackedInt32Array, 4);
  const { buffer, offset } = takeElements(d, count, 4);
  return new Int32Array(buffer, offset, count);
}

/** PackedInt64Array. */
export function readPackedInt64(d: Decoding): BigInt64Array {
  const count = readPackedCount(d, VariantType.PackedInt64Array, 8);
  const { buffer, offset } = takeElements(d, count, 8);
  return new BigInt64Array(buffer, offset, count);
}

/** Elements of `stride` 32-bit floats each, as one flat array. */
export function readPackedFloat32(d: Decoding, what: VariantType, stride: number): Float32Array {
  const count = readPackedCount(d, what, 4 * stride) * stride;
  const { buffer, offset } = takeElements(d, count, 4);
  return new Float32Array(buffer, offset, count);
}

/** Elements of `stride` 64-bit floats each, as one flat array. */
export function readPackedFloat64(d: Decoding, what: VariantType, stride: number): Float64Array {
  const count = readPackedCount(d, what, 8 * stride) * stride;
  const { buffer, offset } = takeElements(d, count, 8);
  return new Float64Array(buffer, offset, count);
}

/** Packed vectors, in the width that the header says. */
export function readPackedReals(d: Decoding, header: number, what: VariantType): PackedComponents {
  const read = hasWideReals(d, header) ? readPackedFloat64 : readPackedFloat32;
  return read(d, what, packedStride(what));
}

/** Where the elements are: in the packet itself if aligned, else in a copy. */
function takeElements(
  d: Decoding,
  count: number,
  elementSize: number,
): { buffer: ArrayBufferLike; offset: number } {
  const start = d.position;
  d.position += count * elementSize;
  if (start % elementSize === 0) return { buffer: d.view.buffer, offset: start };
  return { buffer: d.view.buffer.slice(start, d.position), offset: 0 };
}

/** A negative count is an empty array. One NUL is counted with each string; it is not kept. */
export function readPackedStrings(d: Decoding): PackedStringArray {
  const what = VariantType.PackedStringArray;
  if (d.remaining < 4) throw verdict.truncated(`${d.nameOf(what)} count`, d.offset, 4, d.remaining);
  const count = readInt32(d);
  const items: string[] = [];
  for (let i = 0; i < count; i++) items.push(readPackedString(d, i));
  return new PackedStringArray(items);
}

function readPackedString(d: Decoding, index: number): string {
  try {
    const start = d.position + 4;
    const length = takeString(d, VariantType.String);
    const hasTerminator = length > 0 && d.bytes[start + length - 1] === 0;
    return decodeText(d, start, hasTerminator ? length - 1 : length, VariantType.String);
  } catch (error) {
    d.unwind(index);
    throw error;
  }
}
