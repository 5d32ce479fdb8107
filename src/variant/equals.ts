/**
 * Sameness of Variants: exact, for tests and checks, and as the keys of Godot's Dictionary see it.
 *
 * Source of the latter: `Variant::hash_compare` and `StringLikeVariantComparator`
 * (`core/variant/variant.cpp`) of Godot 4.6, measured. GDScript's `==` is neither of the two.
 */

import { fixedComponents, isFixedValue } from "./layout.ts";
import { bitsOfFloat } from "./numbers.ts";
import {
  type ElementType,
  EncodedObject,
  type FixedValue,
  type ObjectId,
  type PackedComponents,
  type PackedNumbers,
  StringName,
  type Variant,
  type VariantDictionary,
  type VariantObject,
  VariantType,
  variantTypeOf,
} from "./types.ts";

/**
 * True when both are the same value of the same type: floats by their bits (-0.0 is not 0.0, a NaN
 * is the NaN with the same payload), containers by element type, order and every entry. Packed
 * vectors hold the same numbers; whether in 32 or 64 bits is no part of the value.
 */
export function variantEquals(a: Variant, b: Variant): boolean {
  if (typeof a === "number" && typeof b === "number") return floatEquals(a, b);
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (a === b) return true;
  if (variantTypeOf(a) !== variantTypeOf(b)) return false;
  // The types are the same, and so is the class: the casts below say of `b` what is known of `a`.
  if (ArrayBuffer.isView(a)) return bytesEqual(a, b as PackedNumbers);
  if (isFixedValue(a)) return partsEqual(a, b);
  return objectEquals(a, b as VariantObject);
}

/** `a` and `b` have the same type. */
function objectEquals(a: VariantObject, b: VariantObject): boolean {
  switch (a.type) {
    case VariantType.Array: {
      const other = b as typeof a;
      return listEquals(a.items, other.items) &&
        elementTypeEquals(a.elementType, other.elementType);
    }
    case VariantType.Dictionary: {
      const other = b as typeof a;
      return listEquals(a.keys, other.keys) && listEquals(a.values, other.values) &&
        elementTypeEquals(a.keyType, other.keyType) &&
        elementTypeEquals(a.valueType, other.valueType);
    }
    case VariantType.Object:
      return encodedObjectEquals(a, b as typeof a);
    case VariantType.NodePath: {
      const other = b as typeof a;
      return a.isAbsolute === other.isAbsolute && listEquals(a.names, other.names) &&
        listEquals(a.subnames, other.subnames);
    }
    case VariantType.PackedStringArray:
      return listEquals(a.items, (b as typeof a).items);
    case VariantType.PackedVector2Array:
    case VariantType.PackedVector3Array:
    case VariantType.PackedColorArray:
    case VariantType.PackedVector4Array:
      return componentsEqual(a.components, (b as typeof a).components);
    default:
      return partsEqual(a, b);
  }
}

function floatEquals(a: number, b: number): boolean {
  if (a !== a) return b !== b && bitsOfFloat(a) === bitsOfFloat(b);
  return Object.is(a, b);
}

function bytesEqual(a: ArrayBufferView, b: ArrayBufferView): boolean {
  if (a.byteLength !== b.byteLength) return false;
  const left = new Uint8Array(a.buffer, a.byteOffset, a.byteLength);
  const right = new Uint8Array(b.buffer, b.byteOffset, b.byteLength);
  return left.every((byte, index) => byte === right[index]);
}

/** Field by field: an array of the components would lose the payload of a NaN. */
function partsEqual(a: object, b: object): boolean {
  // The fields of these classes are numbers, strings, bigints, or objects with such fields.
  const left = a as Record<string, number | string | bigint | object>;
  const right = b as typeof left;
  for (const name in left) {
    const x = left[name], y = right[name];
    if (typeof x === "object" && typeof y === "object") {
      if (!partsEqual(x, y)) return false;
    } else if (typeof x === "number" && typeof y === "number") {
      if (!floatEquals(x, y)) return false;
    } else if (x !== y) {
      return false;
    }
  }
  return true;
}

function componentsEqual(a: PackedComponents, b: PackedComponents): boolean {
  if (a.BYTES_PER_ELEMENT === b.BYTES_PER_ELEMENT) return bytesEqual(a, b);
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (!floatEquals(a[i]!, b[i]!)) return false;
  }
  return true;
}

function listEquals(a: readonly Variant[], b: readonly Variant[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (!variantEquals(a[i]!, b[i]!)) return false;
  }
  return true;
}

function elementTypeEquals(a: ElementType | null, b: ElementType | null): boolean {
  if (a === null || b === null) return a === b;
  switch (a.kind) {
    case "builtin":
      return b.kind === a.kind && a.type === b.type;
    case "class":
      return b.kind === a.kind && a.className === b.className;
    case "script":
      return b.kind === a.kind && a.path === b.path;
  }
}

function encodedObjectEquals(a: EncodedObject | ObjectId, b: EncodedObject | ObjectId): boolean {
  if (!(a instanceof EncodedObject)) return !(b instanceof EncodedObject) && a.id === b.id;
  if (!(b instanceof EncodedObject) || a.className !== b.className) return false;
  return a.properties.length === b.properties.length &&
    a.properties.every(({ name, value }, index) => {
      const other = b.properties[index]!; // same length
      return name === other.name && variantEquals(value, other.value);
    });
}

/**
 * Equal for two keys that Godot's Dictionary takes for the same one: `"a"` and `&"a"`, 0.0 and
 * -0.0, all NaN; 1 and 1.0 differ. The types of typed containers do not count.
 *
 * Objects are the same key here when what is on the wire is the same, and so are arrays that hold
 * NaN: the engine goes by the identity of what it made of them.
 */
export function keyHash(key: Variant): string {
  if (typeof key === "string") return hashString(key);
  return key instanceof StringName ? hashString(key.text) : hashValue(key);
}

function hashString(text: string): string {
  return `s${JSON.stringify(text)}`;
}

/** Below the key itself, `"a"` and `&"a"` are not the same, except as keys. */
function hashValue(value: Variant): string {
  switch (typeof value) {
    case "string":
      return hashString(value);
    case "bigint":
      return `i${value}`;
    case "number":
      return `f${value}`; // -0 is written as 0
    case "boolean":
      return value ? "t" : "f";
  }
  if (value === null) return "n";
  const type = variantTypeOf(value);
  if (ArrayBuffer.isView(value)) return `${type}[${value.join()}]`;
  if (isFixedValue(value)) return `${type}(${fixedComponents(value).join()})`;
  return `${type}${hashObject(value)}`;
}

function hashObject(value: Exclude<VariantObject, FixedValue>): string {
  switch (value.type) {
    case VariantType.StringName:
      return JSON.stringify(value.text);
    case VariantType.NodePath:
      return JSON.stringify([value.isAbsolute, value.names, value.subnames]);
    case VariantType.RID:
      return `${value.id}`;
    case VariantType.Object:
      return value instanceof EncodedObject ? hashEncodedObject(value) : `${value.id}`;
    case VariantType.Callable:
      return "";
    case VariantType.Signal:
      return `${value.objectId}${JSON.stringify(value.signalName)}`;
    case VariantType.Dictionary:
      return `{${value.keys.map((key, i) => `${keyHash(key)}:${hashValue(value.values[i]!)}`)}}`;
    case VariantType.Array:
      return `[${value.items.map(hashValue)}]`;
    case VariantType.PackedStringArray:
      return JSON.stringify(value.items);
    case VariantType.PackedVector2Array:
    case VariantType.PackedVector3Array:
    case VariantType.PackedColorArray:
    case VariantType.PackedVector4Array:
      return `[${value.components.join()}]`;
  }
}

function hashEncodedObject({ className, properties }: EncodedObject): string {
  const list = properties.map(({ name, value }) => `${JSON.stringify(name)}:${hashValue(value)}`);
  return `${JSON.stringify(className)}{${list}}`;
}

/** The value of that key as Godot's Dictionary finds it: of equal keys, the last one counts. */
export function dictionaryGet(dictionary: VariantDictionary, key: Variant): Variant | undefined {
  const { keys, values } = dictionary;
  const hash = keyHash(key);
  for (let i = keys.length - 1; i >= 0; i--) {
    if (keyHash(keys[i]!) === hash) return values[i];
  }
  return undefined;
}
