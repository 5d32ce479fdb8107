/**
 * Variant to bytes, exactly as the engine's `encode_variant` writes them (`core/io/marshalls.cpp`
 * of a single-precision Godot 4.6, and 3.6): shortest width of int and float, NaN always 64-bit,
 * padding zeroed, math types in 32 bit.
 */

import { EncodeError, type PathStep } from "../errors.ts";
import { writeLeaf, writePackedNumbers, writeVector2, writeVector3 } from "./encode_leaves.ts";
import { type EncodeOptions, Encoding } from "./encoding.ts";
import { isNullClass } from "./engine_text.ts";
import { CONTAINER_KIND, FLAG_64, KEY_KIND_SHIFT, VALUE_KIND_SHIFT } from "./layout.ts";
import { entryStep } from "./path.ts";
import {
  type ElementType,
  EncodedObject,
  MAX_DEPTH,
  type Variant,
  VariantArray,
  VariantDictionary,
  VariantType,
  Vector2,
  Vector3,
} from "./types.ts";

export type { EncodeOptions } from "./encoding.ts";

/**
 * Encodes one Variant as one packet.
 *
 * @throws {EncodeError} when the wire format cannot carry the value, or it nests too deep.
 */
export function encodeVariant(
  value: Variant,
  options: EncodeOptions = {},
): Uint8Array<ArrayBuffer> {
  return encodeWith(new Encoding(options), value);
}

/**
 * An encoder to keep for many packets: it reuses its buffer, and remembers the dictionary keys that
 * it has seen.
 */
export class VariantEncoder {
  readonly #state: Encoding;

  constructor(options: EncodeOptions = {}) {
    this.#state = new Encoding(options);
    this.#state.remember();
  }

  /** Like `encodeVariant`. The bytes are the caller's own. */
  encode(value: Variant): Uint8Array<ArrayBuffer> {
    return encodeWith(this.#state, value);
  }

  /**
   * Encodes into `target` from `offset` on, without allocating; returns the number of bytes
   * written.
   *
   * @throws {EncodeError} also when `target` is too small, with code `ERR_OUT_OF_MEMORY`.
   */
  encodeInto(value: Variant, target: Uint8Array, offset = 0): number {
    this.#state.useTarget(target, offset);
    writeWhole(this.#state, value);
    return this.#state.length;
  }
}

function encodeWith(w: Encoding, value: Variant): Uint8Array<ArrayBuffer> {
  w.useSlab();
  writeWhole(w, value);
  return w.takeCopy();
}

function writeWhole(w: Encoding, value: Variant): void {
  try {
    writeVariant(w, value, 0);
  } catch (error) {
    if (error instanceof EncodeError) throw error.at(w.takePath());
    throw error;
  }
}

function writeVariant(w: Encoding, value: Variant, depth: number): void {
  if (depth > MAX_DEPTH) {
    const why = `Variant is too deep: more than ${MAX_DEPTH} levels of nesting`;
    throw new EncodeError(why, [], "ERR_OUT_OF_MEMORY");
  }
  switch (typeof value) {
    case "string":
      w.ensure(4);
      w.uint32(VariantType.String);
      return w.string(value, 0);
    case "bigint":
      return writeInt(w, value);
    case "number":
      return writeFloat(w, value);
    case "boolean":
      w.ensure(8);
      w.uint32(VariantType.Bool);
      return w.uint32(value ? 1 : 0);
  }
  if (value === null) return w.header(VariantType.Nil, 0);
  if (value instanceof VariantDictionary) return writeDictionary(w, value, depth);
  if (value instanceof VariantArray) return writeArray(w, value, depth);
  if (value instanceof Vector3) return writeVector3(w, value); // they fill most packets
  if (value instanceof Vector2) return writeVector2(w, value);
  if (ArrayBuffer.isView(value)) return writePackedNumbers(w, value);
  if (value instanceof EncodedObject) return writeFullObject(w, value, depth);
  writeLeaf(w, value);
}

const INT_BITS = new BigInt64Array(1);
const INT_HALVES = new Int32Array(INT_BITS.buffer);

/** Splitting in a typed array is five times as fast as `Number(value)` (tests/bench, case f). */
function writeInt(w: Encoding, value: bigint): void {
  INT_BITS[0] = value;
  const low = INT_HALVES[0]!, high = INT_HALVES[1]!;
  if (INT_BITS[0] !== value) throw new EncodeError(`int ${value} does not fit 64 bits`);
  if (high === low >> 31) {
    w.ensure(8);
    w.uint32(VariantType.Int);
    return w.uint32(low);
  }
  w.ensure(12);
  w.uint32(VariantType.Int | FLAG_64);
  w.uint32(low);
  w.uint32(high);
}

/** NaN equals nothing, so it is always 64-bit, as in the engine. */
function writeFloat(w: Encoding, value: number): void {
  if (Math.fround(value) === value) {
    w.ensure(8);
    w.uint32(VariantType.Float);
    return w.float32(value);
  }
  w.ensure(12);
  w.uint32(VariantType.Float | FLAG_64);
  w.float64(value);
}

function writeFullObject(w: Encoding, object: EncodedObject, depth: number): void {
  if (!w.fullObjects) {
    throw new EncodeError(`an object of class ${object.className} needs full objects`);
  }
  w.header(object.type, 0);
  w.string(object.className, 0);
  if (isNullClass(object.className)) return; // null to the engine: it reads no further
  w.ensure(4);
  w.uint32(object.properties.length);
  for (const { name, value } of object.properties) {
    w.string(name, 0);
    writeChild(w, value, depth, name);
  }
}

/** Writes a value one level deeper, at `step` of its container. */
function writeChild(w: Encoding, value: Variant, depth: number, step: PathStep): void {
  try {
    writeVariant(w, value, depth + 1);
  } catch (error) {
    w.unwind(step);
    throw error;
  }
}

function writeArray(w: Encoding, array: VariantArray, depth: number): void {
  const { items, elementType } = array;
  const kind = elementKind(w, elementType);
  w.header(array.type, kind << KEY_KIND_SHIFT);
  if (elementType !== null) writeElementType(w, elementType, kind);
  w.ensure(4);
  w.uint32(items.length);
  let i = 0;
  try {
    for (; i < items.length; i++) writeVariant(w, items[i]!, depth + 1);
  } catch (error) {
    w.unwind(i);
    throw error;
  }
}

function writeDictionary(w: Encoding, dictionary: VariantDictionary, depth: number): void {
  const { keys, values, keyType, valueType } = dictionary;
  const keyKind = elementKind(w, keyType);
  const valueKind = elementKind(w, valueType);
  w.header(dictionary.type, (keyKind << KEY_KIND_SHIFT) | (valueKind << VALUE_KIND_SHIFT));
  if (keyType !== null) writeElementType(w, keyType, keyKind);
  if (valueType !== null) writeElementType(w, valueType, valueKind);
  w.ensure(4);
  w.uint32(keys.length);
  // At the deepest level a key is too deep, whatever it is.
  const shape = depth < MAX_DEPTH && w.shapes !== null ? w.shapes.shapeOf(keys) : null;
  let i = 0, isKey = true;
  try {
    for (; i < keys.length; i++) {
      isKey = true;
      if (shape === null) writeVariant(w, keys[i]!, depth + 1);
      else w.key(shape, i);
      isKey = false;
      writeVariant(w, values[i]!, depth + 1);
    }
  } catch (error) {
    w.unwind(isKey ? { key: i } : entryStep(keys[i]!, i));
    throw error;
  }
}

/** What stands for classes and scripts on the wire when objects are not sent in full. */
const OBJECT_AS_ID_CLASS = "EncodedObjectAsID";

/** The kind that the engine writes: all objects become one class unless they are sent in full. */
function elementKind(w: Encoding, elementType: ElementType | null): number {
  if (elementType === null) return CONTAINER_KIND.none;
  if (w.isGodot3) throw new EncodeError("Godot 3 has no typed arrays and dictionaries");
  if (!isObjectType(elementType)) return CONTAINER_KIND.builtin;
  if (!w.fullObjects) return CONTAINER_KIND.class;
  if (elementType.kind === "class" && elementType.className === "") return CONTAINER_KIND.builtin;
  return CONTAINER_KIND[elementType.kind];
}

function isObjectType(elementType: ElementType): boolean {
  return elementType.kind !== "builtin" || elementType.type === VariantType.Object;
}

function writeElementType(w: Encoding, elementType: ElementType, kind: number): void {
  if (kind === CONTAINER_KIND.builtin) {
    w.ensure(4);
    return w.uint32(elementType.kind === "builtin" ? elementType.type : VariantType.Object);
  }
  if (!w.fullObjects) return w.string(OBJECT_AS_ID_CLASS, 0);
  if (elementType.kind === "class") return w.string(elementType.className, 0);
  if (elementType.kind === "script") return w.string(elementType.path, 0);
}
