/**
 * The shape of a message: what is in it, without the values. `Dictionary{cmd: String, pos: Vector3}`
 * is one kind of message, however often it was sent; so is `Array[int]`, however long.
 */

import { isFixedValue, typeName } from "../variant/layout.ts";
import {
  EncodedObject,
  type GodotVersion,
  StringName,
  type Variant,
  VariantArray,
  VariantDictionary,
  variantTypeOf,
} from "../variant/types.ts";

/** Longer shapes are cut: characters. */
export const MAX_SHAPE_LENGTH = 300;
/** A dictionary with more keys than this is a table of things, not a message with fields. */
const MAX_FIELDS = 32;
/** What the elements of an array are is told by so many of them. */
const MAX_ELEMENTS = 64;
const MAX_LEVELS = 8;

/** Writes the shape of a value, with the type names of that generation. */
export function shapeText(value: Variant, godot: GodotVersion = 4): string {
  const text = shapeOf(value, godot, 0);
  return text.length <= MAX_SHAPE_LENGTH ? text : `${text.slice(0, MAX_SHAPE_LENGTH)}…`;
}

function shapeOf(value: Variant, godot: GodotVersion, level: number): string {
  const name = typeName(variantTypeOf(value), godot);
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return name;
  if (isFixedValue(value)) return name;
  const isLeaf = level >= MAX_LEVELS;
  if (value instanceof VariantDictionary) {
    return isLeaf ? `${name}{…}` : `${name}{${entriesOf(value, godot, level + 1)}}`;
  }
  if (value instanceof VariantArray) {
    return isLeaf ? `${name}[…]` : `${name}[${kindsOf(value.items, godot, level + 1)}]`;
  }
  return value instanceof EncodedObject ? `${name}(${fieldName(value.className)})` : name;
}

/** Names with their types, or, of a table, the kinds of its keys and values. */
function entriesOf(
  { keys, values }: VariantDictionary,
  godot: GodotVersion,
  level: number,
): string {
  if (keys.length > MAX_FIELDS || !keys.every(isName)) {
    return `${kindsOf(keys, godot, level)}: ${kindsOf(values, godot, level)}`;
  }
  return keys.map((key, i) =>
    `${fieldName(typeof key === "string" ? key : key.text)}: ${
      shapeOf(values[i] ?? null, godot, level) // a value for each key
    }`
  ).join(", ");
}

function isName(key: Variant): key is string | StringName {
  return typeof key === "string" || key instanceof StringName;
}

/** The different shapes among some values, in the order in which they come. */
function kindsOf(values: readonly Variant[], godot: GodotVersion, level: number): string {
  const kinds = new Set<string>();
  for (const value of values.slice(0, MAX_ELEMENTS)) kinds.add(shapeOf(value, godot, level));
  return [...kinds].join("|");
}

/** Plain names as they are, others in quotes. */
function fieldName(name: string): string {
  if (/^[\w./-]{1,40}$/.test(name)) return name;
  return JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name);
}
