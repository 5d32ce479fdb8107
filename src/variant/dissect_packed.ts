/** Dissection of packed arrays: elements one by one, or in rows when there are many. */

import type { LeafValue } from "../bytes/dissection.ts";
import { paddedLength } from "./checked_reader.ts";
import { dissectPackedString, dissectPadding } from "./dissect_text.ts";
import type { Dissecting, DissectionNode } from "./dissecting.ts";
import { packedStride } from "./layout.ts";
import * as notes from "./notes.ts";
import { formatReal32, formatReal64 } from "./numbers.ts";
import { VariantType } from "./types.ts";

/** Up to so many elements are a leaf each; beyond, rows of them are. */
const MAX_SINGLE = 64;
/** Numbers in a row. */
const ROW_LENGTH = 8;

/** How one number of an array is read and written. */
interface NumberForm {
  readonly type: string;
  readonly size: number;
  readonly read: (view: DataView, at: number) => number | bigint;
  readonly format: (value: number) => string;
}

const INT32: NumberForm = {
  type: "i32",
  size: 4,
  read: (view, at) => view.getInt32(at, true),
  format: String,
};
const INT64: NumberForm = {
  type: "i64",
  size: 8,
  read: (view, at) => view.getBigInt64(at, true),
  format: String,
};
const FLOAT32: NumberForm = {
  type: "f32",
  size: 4,
  read: (view, at) => view.getFloat32(at, true),
  format: formatReal32,
};
const FLOAT64: NumberForm = {
  type: "f64",
  size: 8,
  read: (view, at) => view.getFloat64(at, true),
  format: formatReal64,
};

/**
 * Count and elements of a packed array, as leaves of the open branch. `isWide`: reals take 64 bits.
 *
 * @throws {DecodeError} when the engine would refuse the bytes.
 */
export function dissectPacked(d: Dissecting, type: VariantType, isWide: boolean): void {
  switch (type) {
    case VariantType.PackedByteArray:
      return dissectBytes(d);
    case VariantType.PackedStringArray:
      return dissectStrings(d);
    case VariantType.PackedInt32Array:
      return dissectNumbers(d, type, INT32);
    case VariantType.PackedInt64Array:
      return dissectNumbers(d, type, INT64);
    case VariantType.PackedFloat64Array:
      return dissectNumbers(d, type, FLOAT64);
    default:
      return dissectNumbers(d, type, isWide ? FLOAT64 : FLOAT32);
  }
}

function dissectBytes(d: Dissecting): void {
  const what = VariantType.PackedByteArray;
  const count = dissectCount(d, what, 1);
  d.bytesLeaf("bytes", "bytes", count);
  dissectPadding(d, paddedLength(count) - count, what);
}

function dissectCount(d: Dissecting, what: VariantType, elementSize: number): number {
  d.need(4, `${d.nameOf(what)} count`);
  const count = d.view.getInt32(d.position, true);
  const fault = d.packedFault(count, elementSize, what);
  const leaf = d.leaf("count", "i32", 4, count);
  if (fault !== null) d.fail(fault, leaf);
  return count;
}

/** Numbers, or vectors of them. */
function dissectNumbers(d: Dissecting, type: VariantType, form: NumberForm): void {
  const stride = packedStride(type);
  const perElement = stride === 0 ? 1 : stride;
  const count = dissectCount(d, type, perElement * form.size);
  const perRow = count <= MAX_SINGLE ? 1 : Math.floor(ROW_LENGTH / perElement);
  for (let i = 0; i < count; i += perRow) {
    dissectRow(d, i, Math.min(perRow, count - i), stride, form);
  }
}

function dissectRow(
  d: Dissecting,
  first: number,
  count: number,
  stride: number,
  form: NumberForm,
): DissectionNode {
  const name = count === 1 ? `[${first}]` : `[${first}..${first + count - 1}]`;
  const numberCount = count * Math.max(stride, 1);
  const type = numberCount === 1 ? form.type : `${numberCount} × ${form.type}`;
  return d.leaf(name, type, numberCount * form.size, rowValue(d, count, stride, form));
}

/** The number itself, or the elements as text: `1, 2, 3`, vectors in brackets. */
function rowValue(d: Dissecting, count: number, stride: number, form: NumberForm): LeafValue {
  if (stride === 0 && count === 1) return form.read(d.view, d.position);
  const numbers: string[] = [];
  for (let i = 0, at = d.position; i < count * Math.max(stride, 1); i++, at += form.size) {
    const value = form.read(d.view, at);
    numbers.push(typeof value === "bigint" ? String(value) : form.format(value));
  }
  if (stride === 0) return numbers.join(", ");
  const vectors: string[] = [];
  for (let i = 0; i < numbers.length; i += stride) {
    vectors.push(`(${numbers.slice(i, i + stride).join(", ")})`);
  }
  return vectors.join(", ");
}

/** A negative count is an empty array. */
function dissectStrings(d: Dissecting): void {
  d.need(4, `${d.nameOf(VariantType.PackedStringArray)} count`);
  const count = d.view.getInt32(d.position, true);
  const leaf = d.leaf("count", "i32", 4, count);
  leaf.addNoteIf(count < 0, () => notes.negativeCount(count));
  for (let i = 0; i < count; i++) {
    d.open(`[${i}]`, "text");
    dissectPackedString(d, VariantType.String);
    d.close();
  }
}
