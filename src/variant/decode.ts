/**
 * Bytes to Variant, as the engine's `decode_variant` reads them (`core/io/marshalls.cpp` of Godot
 * 4.6 and 3.6): same order of checks, same error codes, trailing bytes ignored.
 *
 * Full objects are read as data and nothing is ever instantiated: where the engine would ask its
 * ClassDB or look for a script file, they decode. What is unusual on the wire is not told here:
 * `dissect.ts` does that.
 */

import { DecodeError } from "../errors.ts";
import { readLeaf } from "./decode_leaves.ts";
import { MIN_RUN, readRun } from "./decode_runs.ts";
import {
  type DecodeOptions,
  Decoding,
  hasWideReals,
  readCachedString,
  readCount,
  readInt32,
  readReal32,
  readReal64,
  readUint32,
  readUint64,
  toInt,
} from "./decoding.ts";
import { isNullClass, isScriptPath, isScriptProperty } from "./engine_text.ts";
import {
  CONTAINER_KIND,
  COUNT_MASK,
  FLAG_64,
  KEY_KIND_SHIFT,
  TYPE_OF_GODOT3_ID,
  VALUE_KIND_SHIFT,
} from "./layout.ts";
import { entryStep } from "./path.ts";
import {
  type ElementType,
  EncodedObject,
  MAX_DEPTH,
  ObjectId,
  type ObjectProperty,
  type Variant,
  VARIANT_MAX,
  VariantArray,
  VariantDictionary,
  VariantType,
  Vector2,
  Vector3,
} from "./types.ts";
import * as verdict from "./verdict.ts";

export type { DecodeOptions } from "./decoding.ts";

/**
 * Decodes one packet that holds one Variant; bytes after the value are ignored, as in Godot.
 * Packed arrays may share memory with `bytes`.
 *
 * @throws {DecodeError} when the engine would refuse the bytes.
 */
export function decodeVariant(bytes: Uint8Array, options: DecodeOptions = {}): Variant {
  return decodeWith(new Decoding(options), bytes, 0, bytes.length);
}

/**
 * A decoder to keep for many packets: it remembers the dictionary keys that it has seen.
 * Dictionaries with the same keys may share one array of them.
 */
export class VariantDecoder {
  readonly #state: Decoding;

  constructor(options: DecodeOptions = {}) {
    this.#state = new Decoding(options);
    this.#state.remember();
  }

  /** Like `decodeVariant`. */
  decode(bytes: Uint8Array): Variant {
    return decodeWith(this.#state, bytes, 0, bytes.length);
  }

  /**
   * Decodes the value that begins at `offset`, reading no further than `end`. Offsets in errors
   * count from `offset`.
   *
   * @throws {DecodeError} when the engine would refuse the bytes.
   */
  decodeAt(bytes: Uint8Array, offset: number, end: number = bytes.length): Variant {
    return decodeWith(this.#state, bytes, offset, end);
  }

  /** Number of bytes that the last decoded value took, from its `offset`. */
  get end(): number {
    return this.#state.offset;
  }
}

function decodeWith(d: Decoding, bytes: Uint8Array, offset: number, end: number): Variant {
  d.start(bytes, offset, end);
  try {
    return readVariant(d, 0);
  } catch (error) {
    if (error instanceof DecodeError) throw error.at(d.takePath());
    throw error;
  }
}

function readVariant(d: Decoding, depth: number): Variant {
  if (depth > MAX_DEPTH) throw verdict.tooDeep(d.offset);
  d.need(4, "Variant header");
  const header = d.view.getUint32(d.position, true);
  const type = d.isGodot3 ? godot3Type(d, header & 0xff) : header & 0xff;
  d.position += 4;
  if (type === VariantType.Array) { // first: arrays nest
    if (header === type && isOne(d, d.position)) return readNesting(d, depth);
    return readArray(d, header, depth);
  }
  switch (type) {
    case VariantType.Nil:
      return null;
    case VariantType.Bool:
      d.need(4, type);
      return readInt32(d) !== 0;
    case VariantType.Int:
      return readInt(d, header);
    case VariantType.Float:
      return readFloat(d, header);
    case VariantType.String:
      return readCachedString(d, type);
    case VariantType.Dictionary:
      return readDictionary(d, header, depth);
    case VariantType.Object:
      return readObject(d, header, depth);
    case VariantType.Vector3:
      return hasWideReals(d, header) ? readLeaf(d, header, type) : readVector3(d);
    case VariantType.Vector2:
      return hasWideReals(d, header) ? readLeaf(d, header, type) : readVector2(d);
  }
  if (type >= VARIANT_MAX) throw verdict.unknownType(d.offset - 4, type, VARIANT_MAX);
  return readLeaf(d, header, type as VariantType); // below VARIANT_MAX
}

function godot3Type(d: Decoding, id: number): VariantType {
  const type = TYPE_OF_GODOT3_ID[id];
  if (type === undefined) throw verdict.unknownType(d.offset, id, TYPE_OF_GODOT3_ID.length);
  return type;
}

function readInt(d: Decoding, header: number): bigint {
  if ((header & FLAG_64) === 0) {
    d.need(4, VariantType.Int);
    return toInt(readInt32(d));
  }
  d.need(8, VariantType.Int);
  const value = d.view.getBigInt64(d.position, true);
  d.position += 8;
  return value;
}

function readFloat(d: Decoding, header: number): number {
  if ((header & FLAG_64) === 0) {
    d.need(4, VariantType.Float);
    return readReal32(d);
  }
  d.need(8, VariantType.Float);
  return readReal64(d);
}

// The two vectors that fill most packets are read here: a third less time for a small message.

function readVector3(d: Decoding): Vector3 {
  d.need(12, VariantType.Vector3);
  const at = d.position, view = d.view;
  d.position = at + 12;
  return new Vector3(
    view.getFloat32(at, true),
    view.getFloat32(at + 4, true),
    view.getFloat32(at + 8, true),
  );
}

function readVector2(d: Decoding): Vector2 {
  d.need(8, VariantType.Vector2);
  const at = d.position, view = d.view;
  d.position = at + 8;
  return new Vector2(view.getFloat32(at, true), view.getFloat32(at + 4, true));
}

function readObject(d: Decoding, header: number, depth: number): Variant {
  if ((header & FLAG_64) !== 0) {
    d.need(8, "Object id");
    return new ObjectId(readUint64(d));
  }
  if (!d.allowObjects) throw verdict.objectNotAllowed(d.offset - 4);
  const className = readCachedString(d, "Object class");
  if (isNullClass(className)) return new EncodedObject(className, []); // no count follows
  d.need(4, "Object property count");
  const count = readInt32(d); // a negative count is none
  const properties: ObjectProperty[] = [];
  for (let i = 0; i < count; i++) {
    properties.push(readProperty(d, depth));
  }
  return new EncodedObject(className, properties);
}

function readProperty(d: Decoding, depth: number): ObjectProperty {
  const name = readCachedString(d, "Object property name");
  const start = d.offset;
  try {
    // Made first, and not with the value: a field that never held but floats would unbox them, and
    // lose the payload bits of NaN.
    const property: { name: string; value: Variant } = { name, value: null };
    property.value = readVariant(d, depth + 1);
    if (!d.isGodot3 && isScriptProperty(name)) checkScript(property.value, start);
    return property;
  } catch (error) {
    d.unwind(name);
    throw error;
  }
}

function checkScript(value: Variant, offset: number): void {
  if (value === null) return;
  if (typeof value !== "string") throw verdict.scriptNotText(offset);
  if (!isScriptPath(value)) throw verdict.badScriptPath("Object", offset, value);
}

/** Whether the count at `position` is there, and 1. */
function isOne(d: Decoding, position: number): boolean {
  return d.end - position >= 4 && (d.view.getUint32(position, true) & COUNT_MASK) === 1;
}

/** Whether an untyped array of one value begins here. */
function isNesting(d: Decoding): boolean {
  const { position } = d;
  return isOne(d, position + 4) && d.view.getUint32(position, true) === VariantType.Array;
}

/** Untyped arrays of one value each, one in the other: a call for each would take twice the time. */
function readNesting(d: Decoding, depth: number): Variant {
  d.position += 4;
  let levels = 1;
  for (; depth + levels <= MAX_DEPTH && isNesting(d); levels++) d.position += 8;
  let value: Variant;
  try {
    value = readVariant(d, depth + levels);
  } catch (error) {
    for (; levels > 0; levels--) d.unwind(0);
    throw error;
  }
  for (; levels > 0; levels--) {
    const items = newItems(d, 1);
    items[0] = value;
    value = new VariantArray(items);
  }
  return value;
}

function readArray(d: Decoding, header: number, depth: number): VariantArray {
  const kind = (header >>> KEY_KIND_SHIFT) & 3;
  const elementType = kind === 0 ? null : readElementType(d, kind, VariantType.Array);
  const count = readCount(d, VariantType.Array);
  const items = newItems(d, count);
  let i = 0;
  try {
    // A few items, as in nested arrays, take a fifth less time without a look for runs.
    if (count < MIN_RUN) {
      for (; i < count; i++) items[i] = readVariant(d, depth + 1);
    } else {
      for (; i < count; i++) {
        if (count - i >= MIN_RUN && depth < MAX_DEPTH) i = readRun(d, items, i, count);
        if (i < count) items[i] = readVariant(d, depth + 1);
      }
    }
  } catch (error) {
    d.unwind(i);
    throw error;
  }
  return new VariantArray(items, elementType);
}

function readDictionary(d: Decoding, header: number, depth: number): VariantDictionary {
  const what = VariantType.Dictionary;
  const isTyped = header >>> KEY_KIND_SHIFT !== 0;
  const keyType = isTyped ? readElementType(d, (header >>> KEY_KIND_SHIFT) & 3, what) : null;
  const valueType = isTyped ? readElementType(d, (header >>> VALUE_KIND_SHIFT) & 3, what) : null;
  const count = readCount(d, what);
  // At the deepest level the first key is too deep, whatever it is.
  const shapes = depth < MAX_DEPTH ? d.shapes : null;
  const signature = shapes === null ? 0 : shapes.signature(d.view, d.position, d.end, count);
  let shape = shapes === null ? null : shapes.find(signature, count);
  let keys: readonly Variant[] = shape === null ? newItems(d, count) : shape.keys;
  const values = newItems(d, count);
  let i = 0, isKey = true;
  try {
    for (; i < count; i++) {
      isKey = true;
      const size = shape === null ? 0 : shape.match(i, d.view, d.position, d.end);
      if (size > 0) {
        d.position += size;
      } else {
        if (shape !== null) keys = shape.keys.slice(0, i);
        shape = null;
        (keys as Variant[])[i] = readKey(d, depth); // without a shape they are our own
      }
      isKey = false;
      values[i] = readVariant(d, depth + 1);
    }
  } catch (error) {
    d.unwind(isKey ? { key: i } : entryStep(keys[i]!, i));
    throw error;
  }
  if (shape === null && shapes !== null) shapes.learn(signature, keys);
  return new VariantDictionary(keys, values, keyType, valueType);
}

/** Keys that are Strings come again and again. */
function readKey(d: Decoding, depth: number): Variant {
  if (depth >= MAX_DEPTH || d.remaining < 4) return readVariant(d, depth + 1); // says what is wrong
  if (d.view.getUint32(d.position, true) !== VariantType.String) return readVariant(d, depth + 1);
  d.position += 4;
  return readCachedString(d, VariantType.String);
}

/**
 * Room for `count` values, but for all arrays of a packet together no more than it can hold: each
 * value takes four bytes at least. The first slot is made null so that the array keeps its numbers
 * boxed: an array of unboxed doubles would lose the payload bits of NaN.
 */
function newItems(d: Decoding, count: number): Variant[] {
  const free = d.freeSlots;
  const size = count < free ? count : free;
  if (size === 0) return [];
  d.freeSlots = free - size;
  const items = new Array<Variant>(size);
  items[0] = null;
  return items;
}

function readElementType(d: Decoding, kind: number, what: VariantType): ElementType | null {
  if (kind === CONTAINER_KIND.none || d.isGodot3) return null;
  if (kind === CONTAINER_KIND.builtin) return readBuiltinType(d, what);
  const offset = d.offset;
  if (kind === CONTAINER_KIND.class) {
    return { kind: "class", className: readCachedString(d, "element class") };
  }
  const name = readCachedString(d, "element script");
  if (d.allowObjects && !isScriptPath(name)) {
    throw verdict.badScriptPath(d.nameOf(what), offset, name);
  }
  return { kind: "script", path: name };
}

/** Type 0 means untyped, also when it is spelled out. */
function readBuiltinType(d: Decoding, what: VariantType): ElementType | null {
  d.need(4, "element type");
  const type = readUint32(d);
  if (type >= VARIANT_MAX) throw verdict.badElementType(d.nameOf(what), d.offset - 4, type);
  return type === VariantType.Nil ? null : BUILTIN_TYPES[type]!; // checked just above
}

const BUILTIN_TYPES: readonly ElementType[] = Array.from(
  { length: VARIANT_MAX },
  (_, type) => ({ kind: "builtin", type: type as VariantType }), // 0 to 38 are the type numbers
);
