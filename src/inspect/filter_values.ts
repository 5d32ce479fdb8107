/** What a filter does with values: follows a path into one, compares two, looks for one in another. */

import { variantEquals } from "../variant/equals.ts";
import { fixedComponents, fixedLayout, isFixedValue, packedStride } from "../variant/layout.ts";
import { nodePathToText } from "../variant/node_path.ts";
import {
  EncodedObject,
  type FixedValue,
  NodePath,
  PackedStringArray,
  type PackedVectors,
  StringName,
  type Variant,
  VariantArray,
  VariantDictionary,
  VariantType,
} from "../variant/types.ts";
import type { FilterStep } from "./filter_tree.ts";

/** The part of a value that a path leads to; undefined when it leads nowhere. */
export function valueAt(value: Variant, path: readonly FilterStep[]): Variant | undefined {
  let part: Variant | undefined = value;
  for (const step of path) {
    if (part === undefined) return undefined;
    part = partOf(part, step);
  }
  return part;
}

function partOf(value: Variant, step: FilterStep): Variant | undefined {
  if (value === null || typeof value !== "object") return undefined;
  if (ArrayBuffer.isView(value)) return elementOf(value, step);
  if (value instanceof VariantDictionary) return entryOf(value, step);
  if (value instanceof VariantArray || value instanceof PackedStringArray) {
    return typeof step === "number" ? value.items[step] : undefined;
  }
  if (value instanceof EncodedObject) {
    return value.properties.findLast(({ name }) => name === step)?.value;
  }
  if (isFixedValue(value)) return memberOf(value, step);
  switch (value.type) {
    case VariantType.PackedVector2Array:
    case VariantType.PackedVector3Array:
    case VariantType.PackedVector4Array:
    case VariantType.PackedColorArray:
      return typeof step === "number" ? vectorOf(value, step) : undefined;
    default:
      return undefined;
  }
}

function elementOf(
  array: Uint8Array | Int32Array | BigInt64Array | Float32Array | Float64Array,
  step: FilterStep,
): Variant | undefined {
  if (typeof step !== "number") return undefined;
  const element = array[step];
  const isInt = array instanceof Uint8Array || array instanceof Int32Array;
  return isInt && element !== undefined ? BigInt(element) : element;
}

/** Of equal keys the last, which Godot keeps. */
function entryOf({ keys, values }: VariantDictionary, step: FilterStep): Variant | undefined {
  for (let i = keys.length - 1; i >= 0; i--) if (isKey(keys[i], step)) return values[i];
  return undefined;
}

function isKey(key: Variant | undefined, step: FilterStep): boolean {
  if (typeof step === "number") return typeof key === "bigint" && key === BigInt(step);
  return key === step || (key instanceof StringName && key.text === step);
}

function memberOf(value: FixedValue, step: FilterStep): Variant | undefined {
  if (typeof step !== "string" || !Object.hasOwn(value, step)) return undefined;
  // The own fields of these classes are numbers and values of these classes.
  const member = (value as unknown as Readonly<Record<string, number | FixedValue>>)[step];
  const isInt = fixedLayout(value.type)?.scalar === "int32";
  return isInt && typeof member === "number" ? BigInt(member) : member;
}

function vectorOf({ type, components }: PackedVectors, index: number): Variant | undefined {
  const stride = packedStride(type);
  const parts = components.subarray(index * stride, (index + 1) * stride);
  if (index < 0 || parts.length < stride) return undefined;
  return fixedLayout(ELEMENT_TYPES[type])?.create([...parts]);
}

const ELEMENT_TYPES: Readonly<Record<PackedVectors["type"], VariantType>> = {
  [VariantType.PackedVector2Array]: VariantType.Vector2,
  [VariantType.PackedVector3Array]: VariantType.Vector3,
  [VariantType.PackedVector4Array]: VariantType.Vector4,
  [VariantType.PackedColorArray]: VariantType.Color,
};

/**
 * The same to a filter: numbers by value, whatever their type; texts by their characters; floats of
 * 32 bits also when they are what the written number becomes in 32 bits. `b` is what was written.
 */
export function isSame(a: Variant, b: Variant): boolean {
  if (isNumeric(a) && isNumeric(b)) return isSameNumber(a, b);
  if (isFixed(a) && isFixed(b)) return isSameFixed(a, b);
  const text = textOf(a);
  return text === null ? variantEquals(a, b) : text === textOf(b);
}

function isSameNumber(a: bigint | number, b: bigint | number): boolean {
  if (numericOrder(a, b) === 0) return true;
  return typeof a === "number" && typeof b === "number" && a === Math.fround(b);
}

function isSameFixed(a: FixedValue, b: FixedValue): boolean {
  if (a.type !== b.type) return false;
  const right = fixedComponents(b);
  return fixedComponents(a).every((component, i) => isSameNumber(component, right[i] ?? NaN));
}

/** Negative, zero or positive as `a` is below, at or above `b`; NaN when they have no order. */
export function order(a: Variant, b: Variant): number {
  if (isNumeric(a) && isNumeric(b)) return numericOrder(a, b);
  const left = textOf(a), right = textOf(b);
  if (left === null || right === null) return NaN;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Exact, also between an int and a float. */
function numericOrder(a: bigint | number, b: bigint | number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return a >= b ? 0 : NaN;
}

/** A part of a text, an element of an array, or a key of a dictionary. */
export function contains(whole: Variant, part: Variant): boolean {
  const text = textOf(whole);
  if (text !== null) {
    const wanted = textOf(part);
    return wanted !== null && text.includes(wanted);
  }
  if (whole === null || typeof whole !== "object") return false;
  if (ArrayBuffer.isView(whole)) {
    return isNumeric(part) && Array.from<number | bigint>(whole).some((n) => isSameNumber(n, part));
  }
  if (whole instanceof VariantDictionary) return whole.keys.some((key) => isSame(key, part));
  const isList = whole instanceof VariantArray || whole instanceof PackedStringArray;
  return isList && whole.items.some((item) => isSame(item, part));
}

/** The characters of a text: `String`, `StringName` or `NodePath`; null for anything else. */
export function textOf(value: Variant): string | null {
  if (typeof value === "string") return value;
  if (value instanceof StringName) return value.text;
  return value instanceof NodePath ? nodePathToText(value) : null;
}

function isFixed(value: Variant): value is FixedValue {
  return typeof value === "object" && value !== null && !ArrayBuffer.isView(value) &&
    isFixedValue(value);
}

function isNumeric(value: Variant): value is bigint | number {
  return typeof value === "bigint" || typeof value === "number";
}
