/**
 * The `args` of `JSON.from_native` that are plain numbers or strings: those of math types and
 * packed arrays. Numbers may also be written as strings of digits, as the engine takes them; NaN is
 * `"nan"`, `"nan(0x…)"` with the bits of the float, or the `null` that the engine writes.
 */

import type { ParseError } from "../errors.ts";
import type { JsonNode } from "./json_syntax.ts";
import { createPackedVectors, type FixedLayout, fixedLayout, packedStride } from "./layout.ts";
import { floatOfBits, isNaNBits, narrowNaN, USUAL_NAN_64, widenNaN } from "./numbers.ts";
import {
  type FixedValue,
  type PackedComponents,
  PackedStringArray,
  type PackedVectors,
  type Variant,
  VariantType,
} from "./types.ts";

/** Makes the error that says what is wrong with a part of the text. */
export type Fault = (node: JsonNode, why: string) => ParseError;

/** True for math types, Color and packed arrays. */
export function hasPlainArgs(type: VariantType): type is PlainType {
  return fixedLayout(type) !== null || type >= VariantType.PackedByteArray;
}

/** The types whose `args` are plain numbers or strings. */
export type PlainType =
  | FixedValue["type"]
  | PackedVectors["type"]
  | typeof VariantType.PackedByteArray
  | typeof VariantType.PackedInt32Array
  | typeof VariantType.PackedInt64Array
  | typeof VariantType.PackedFloat32Array
  | typeof VariantType.PackedFloat64Array
  | typeof VariantType.PackedStringArray;

/**
 * The value of such a type that has these args. `node` is the list itself, to point at.
 *
 * @throws {ParseError} when they are too many or too few, of another kind, or out of range.
 */
export function valueOfArgs(
  type: PlainType,
  args: readonly JsonNode[],
  node: JsonNode,
  fault: Fault,
): Variant {
  switch (type) {
    case VariantType.PackedByteArray:
      return Uint8Array.from(args, (arg) => Number(intOf(arg, 0n, 0xffn, fault)));
    case VariantType.PackedInt32Array:
      return Int32Array.from(args, (arg) => int32Of(arg, fault));
    case VariantType.PackedInt64Array:
      return BigInt64Array.from(args, (arg) => intOf(arg, -(1n << 63n), (1n << 63n) - 1n, fault));
    case VariantType.PackedFloat32Array:
      return fillFloats(new Float32Array(args.length), args, fault);
    case VariantType.PackedFloat64Array:
      return fillFloats(new Float64Array(args.length), args, fault);
    case VariantType.PackedStringArray:
      return new PackedStringArray(args.map((arg) => stringOf(arg, fault)));
    case VariantType.PackedVector2Array:
    case VariantType.PackedVector3Array:
    case VariantType.PackedColorArray:
    case VariantType.PackedVector4Array:
      return packedVectorsOf(type, args, node, fault);
  }
  const layout = fixedLayout(type)!; // every type that is left has one
  const count = layout.members.length;
  if (args.length === count) return fixedOf(type, layout, args, fault);
  throw fault(node, `Expected ${count} numbers, found ${args.length}`);
}

/** The text of a string. @throws {ParseError} when the node is something else. */
export function stringOf(node: JsonNode, fault: Fault): string {
  if (node.kind === "string") return node.value;
  throw fault(node, "Expected a string");
}

/** A whole number in that range, as a number or as a string of digits. @throws {ParseError} */
export function intOf(node: JsonNode, min: bigint, max: bigint, fault: Fault): bigint {
  const text = node.kind === "number" ? node.source : node.kind === "string" ? node.value : "";
  const value = /^-?\d{1,20}$/.test(text)
    ? BigInt(text)
    : node.kind === "number" && Number.isInteger(Number(text))
    ? BigInt(Number(text)) // 1.0, as other programs write it, and 1e3
    : null;
  if (value === null) throw fault(node, "Expected a whole number");
  if (value >= min && value <= max) return value;
  throw fault(node, `${text} is not between ${min} and ${max}`);
}

function int32Of(node: JsonNode, fault: Fault): number {
  return Number(intOf(node, -0x80000000n, 0x7fffffffn, fault));
}

/** The float that `str()` of the engine writes so, or that has such a NaN; null if there is none. */
export function floatOfText(text: string): number | null {
  if (/^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Number(text);
  if (text === "inf") return Infinity;
  if (text === "-inf") return -Infinity;
  const bits = nanOfText(text);
  return bits === null ? null : floatOfBits(bits);
}

/** The bits of `nan`, `nan(0x` 8 digits `)` and `nan(0x` 16 digits `)`; null for all else. */
function nanOfText(text: string): bigint | null {
  if (text === "nan") return USUAL_NAN_64;
  const digits = /^nan\(0x([\da-fA-F]+)\)$/.exec(text)?.[1] ?? "";
  const bits = digits.length === 16
    ? BigInt(`0x${digits}`)
    : digits.length === 8
    ? widenNaN(parseInt(digits, 16))
    : 0n;
  return isNaNBits(bits) ? bits : null;
}

/** The bits of a NaN among the args; null for all else. */
function nanOf(node: JsonNode): bigint | null {
  if (node.kind === "null") return USUAL_NAN_64;
  return node.kind === "string" ? nanOfText(node.value) : null;
}

function floatOf(node: JsonNode, fault: Fault): number {
  if (node.kind === "number") return Number(node.source);
  const nan = nanOf(node);
  if (nan !== null) return floatOfBits(nan);
  const value = node.kind === "string" ? floatOfText(node.value) : null;
  if (value === null) throw fault(node, "Expected a number");
  return value;
}

/** A NaN is stored by its bits: as a number, a signalling one does not always keep them. */
function fillFloats<T extends PackedComponents>(
  target: T,
  args: readonly JsonNode[],
  fault: Fault,
): T {
  const view = new DataView(target.buffer);
  args.forEach((arg, i) => {
    const nan = nanOf(arg);
    if (nan === null) target[i] = floatOf(arg, fault);
    else if (target instanceof Float32Array) view.setUint32(4 * i, narrowNaN(nan), true);
    else view.setBigUint64(8 * i, nan, true);
  });
  return target;
}

function packedVectorsOf(
  type: PackedVectors["type"],
  args: readonly JsonNode[],
  node: JsonNode,
  fault: Fault,
): PackedVectors {
  const stride = packedStride(type);
  if (args.length % stride !== 0) {
    throw fault(node, `Expected ${stride} numbers for each element, found ${args.length} in all`);
  }
  const Components = args.every((arg) => fitsFloat32(arg, fault)) ? Float32Array : Float64Array;
  return createPackedVectors(type, fillFloats(new Components(args.length), args, fault));
}

/** Components are 32-bit as on the wire, unless that would change one of them. */
function fitsFloat32(node: JsonNode, fault: Fault): boolean {
  const nan = nanOf(node);
  if (nan !== null) return widenNaN(narrowNaN(nan)) === nan;
  const value = floatOf(node, fault);
  return Math.fround(value) === value;
}

function fixedOf(
  type: FixedValue["type"],
  layout: FixedLayout,
  args: readonly JsonNode[],
  fault: Fault,
): FixedValue {
  const order = isByRows(type) ? ROWS_OF_COLUMNS : args.keys();
  const read = layout.scalar === "int32" ? int32Of : floatOf;
  // A list that began with something else than a number keeps them boxed, and NaN its payload.
  const components: (number | null)[] = [null];
  let i = 0;
  for (const at of order) {
    if (at < args.length) components[i++] = read(args[at]!, fault);
  }
  return layout.create(components as number[]); // at least two were read: the null is overwritten
}

/** These come by columns here, but by rows on the wire. */
function isByRows(type: VariantType): boolean {
  return type === VariantType.Basis || type === VariantType.Transform3D;
}

/** Where the components of a Basis by rows are in one by columns; an origin follows in its place. */
const ROWS_OF_COLUMNS = [0, 3, 6, 1, 4, 7, 2, 5, 8, 9, 10, 11];
