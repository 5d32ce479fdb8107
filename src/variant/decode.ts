/**
 * Bytes to Variant, as the engine's `decode_variant` reads them (`core/io/marshalls.cpp` of Godot
 * 4.6 and 3.6): same order of checks, same error codes, trailing bytes ignored.
 *
 * Full objects are read as data and nothing is ever instantiated: where the engine would ask its
 * ClassDB or look for a script file, they decode. What is unusual on the wire is not told here:
 * `dissect.ts` does that.
 */

import { Reader } from "../bytes/reader.ts";
import { MAX_CACHED_BYTES, StringCache } from "../bytes/string_cache.ts";
import { decodeUtf8 } from "../bytes/utf8.ts";
import { DecodeError, type PathStep } from "../errors.ts";
import {
  CONTAINER_KIND,
  fixedLayout,
  FLAG_64,
  KEY_KIND_SHIFT,
  packedStride,
  TYPE_OF_GODOT3_ID,
  typeName,
  VALUE_KIND_SHIFT,
} from "./layout.ts";
import { entryStep } from "./path.ts";
import {
  AABB,
  Basis,
  Callable,
  Color,
  type ElementType,
  EncodedObject,
  type GodotVersion,
  MAX_DEPTH,
  NodePath,
  ObjectId,
  type ObjectProperty,
  PackedColorArray,
  type PackedComponents,
  PackedStringArray,
  PackedVector2Array,
  PackedVector3Array,
  PackedVector4Array,
  Plane,
  Projection,
  Quaternion,
  Rect2,
  Rect2i,
  Rid,
  Signal,
  StringName,
  Transform2D,
  Transform3D,
  type Variant,
  VARIANT_MAX,
  VariantArray,
  VariantDictionary,
  VariantType,
  Vector2,
  Vector2i,
  Vector3,
  Vector3i,
  Vector4,
  Vector4i,
} from "./types.ts";
import * as verdict from "./verdict.ts";

/** How to read a packet. */
export interface DecodeOptions {
  /** Wire format. @default {4} */
  readonly godot?: GodotVersion;
  /** Accept objects sent in full, as `get_var(true)` does. @default {false} */
  readonly allowObjects?: boolean;
}

/**
 * Decodes one packet that holds one Variant; bytes after the value are ignored, as in Godot.
 * Packed arrays may share memory with `bytes`.
 *
 * @throws {DecodeError} when the engine would refuse the bytes.
 */
export function decodeVariant(bytes: Uint8Array, options: DecodeOptions = {}): Variant {
  return new VariantDecoder(options).decode(bytes);
}

/** A decoder to keep for many packets: it remembers the dictionary keys that it has seen. */
export class VariantDecoder {
  readonly #state: Decoding;

  constructor(options: DecodeOptions = {}) {
    this.#state = new Decoding(options);
  }

  /** Like `decodeVariant`. */
  decode(bytes: Uint8Array): Variant {
    return this.decodeAt(bytes, 0);
  }

  /**
   * Decodes the value that begins at `offset`, reading no further than `end`. Offsets in errors
   * count from `offset`.
   *
   * @throws {DecodeError} when the engine would refuse the bytes.
   */
  decodeAt(bytes: Uint8Array, offset: number, end: number = bytes.length): Variant {
    const d = this.#state;
    d.reset(bytes, offset, end);
    try {
      return readVariant(d, 0);
    } catch (error) {
      if (error instanceof DecodeError) throw error.at(d.takePath());
      throw error;
    }
  }

  /** Number of bytes that the last decoded value took, from its `offset`. */
  get end(): number {
    const d = this.#state;
    return Math.min(d.position, d.end) - d.base;
  }
}

/** Everything that one decoder carries along. */
class Decoding extends Reader {
  readonly allowObjects: boolean;
  readonly isGodot3: boolean;
  readonly keys: StringCache = new StringCache();
  /** Steps from the failing value outwards, noted while an error unwinds. */
  readonly #unwound: PathStep[] = [];

  constructor(options: DecodeOptions) {
    super();
    this.allowObjects = options.allowObjects ?? false;
    this.isGodot3 = options.godot === 3;
  }

  /** Notes that the value now failing is the step `step` of its container. */
  unwind(step: PathStep): void {
    this.#unwound.push(step);
  }

  /** The path to the value that failed, outermost step first. */
  takePath(): PathStep[] {
    return this.#unwound.splice(0).reverse();
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
    return typeof what === "string" ? what : typeName(what, this.isGodot3 ? 3 : 4);
  }
}

function readVariant(d: Decoding, depth: number): Variant {
  if (depth > MAX_DEPTH) throw verdict.tooDeep(d.offset);
  d.need(4, "Variant header");
  const header = d.view.getUint32(d.position, true);
  const type = d.isGodot3 ? godot3Type(d, header & 0xff) : header & 0xff;
  d.position += 4;
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
      return readString(d, type);
    case VariantType.Dictionary:
      return readDictionary(d, header, depth);
    case VariantType.Array:
      return readArray(d, header, depth);
    case VariantType.StringName:
      return new StringName(readString(d, type));
    case VariantType.NodePath:
      return readNodePath(d);
    case VariantType.RID:
      return readRid(d);
    case VariantType.Object:
      return readObject(d, header, depth);
    case VariantType.Callable:
      return new Callable();
    case VariantType.Signal:
      return readSignal(d);
    case VariantType.Vector2i:
      d.need(8, type);
      return new Vector2i(readInt32(d), readInt32(d));
    case VariantType.Vector3i:
      d.need(12, type);
      return new Vector3i(readInt32(d), readInt32(d), readInt32(d));
    case VariantType.Vector4i:
      d.need(16, type);
      return new Vector4i(readInt32(d), readInt32(d), readInt32(d), readInt32(d));
    case VariantType.Rect2i:
      d.need(16, type);
      return new Rect2i(
        new Vector2i(readInt32(d), readInt32(d)),
        new Vector2i(readInt32(d), readInt32(d)),
      );
    case VariantType.Color:
      d.need(16, type);
      return new Color(readReal32(d), readReal32(d), readReal32(d), readReal32(d));
    case VariantType.PackedByteArray:
      return readPackedBytes(d);
    case VariantType.PackedInt32Array:
      return readPackedInt32(d);
    case VariantType.PackedInt64Array:
      return readPackedInt64(d);
    case VariantType.PackedFloat32Array:
      return readPackedFloat32(d, type, 1);
    case VariantType.PackedFloat64Array:
      return readPackedFloat64(d, type, 1);
    case VariantType.PackedStringArray:
      return readPackedStrings(d);
    case VariantType.PackedVector2Array:
      return new PackedVector2Array(readPackedReals(d, header, type));
    case VariantType.PackedVector3Array:
      return new PackedVector3Array(readPackedReals(d, header, type));
    case VariantType.PackedVector4Array:
      return new PackedVector4Array(readPackedReals(d, header, type));
    case VariantType.PackedColorArray:
      return new PackedColorArray(readPackedFloat32(d, type, 4));
  }
  if (type >= VARIANT_MAX) throw verdict.unknownType(d.offset - 4, type, VARIANT_MAX);
  return readMath(d, header, type as VariantType); // below VARIANT_MAX
}

function godot3Type(d: Decoding, id: number): VariantType {
  const type = TYPE_OF_GODOT3_ID[id];
  if (type === undefined) throw verdict.unknownType(d.offset, id, TYPE_OF_GODOT3_ID.length);
  return type;
}

/** Godot 3 ignores the flag on math types. */
function hasWideReals(d: Decoding, header: number): boolean {
  return (header & FLAG_64) !== 0 && !d.isGodot3;
}

function readMath(d: Decoding, header: number, type: VariantType): Variant {
  const count = fixedLayout(type)!.members.length; // the types left for here all have a layout
  if (!hasWideReals(d, header)) {
    d.need(4 * count, type);
    return createMath(d, type, readReal32);
  }
  d.need(8 * count, type);
  return createMath(d, type, readReal64);
}

/** Arguments are evaluated left to right: that is the order of the wire. */
function createMath(d: Decoding, type: VariantType, real: (d: Decoding) => number): Variant {
  switch (type) {
    case VariantType.Vector2:
      return readVector2(d, real);
    case VariantType.Vector3:
      return readVector3(d, real);
    case VariantType.Vector4:
      return readVector4(d, real);
    case VariantType.Quaternion:
      return new Quaternion(real(d), real(d), real(d), real(d));
    case VariantType.Plane:
      return new Plane(readVector3(d, real), real(d));
    case VariantType.Rect2:
      return new Rect2(readVector2(d, real), readVector2(d, real));
    case VariantType.AABB:
      return new AABB(readVector3(d, real), readVector3(d, real));
    case VariantType.Transform2D:
      return new Transform2D(readVector2(d, real), readVector2(d, real), readVector2(d, real));
    case VariantType.Basis:
      return readBasis(d, real);
    case VariantType.Transform3D:
      return new Transform3D(readBasis(d, real), readVector3(d, real));
    default:
      return new Projection(
        readVector4(d, real),
        readVector4(d, real),
        readVector4(d, real),
        readVector4(d, real),
      );
  }
}

function readVector2(d: Decoding, real: (d: Decoding) => number): Vector2 {
  return new Vector2(real(d), real(d));
}

function readVector3(d: Decoding, real: (d: Decoding) => number): Vector3 {
  return new Vector3(real(d), real(d), real(d));
}

function readVector4(d: Decoding, real: (d: Decoding) => number): Vector4 {
  return new Vector4(real(d), real(d), real(d), real(d));
}

/** Rows on the wire, columns in the value. */
function readBasis(d: Decoding, real: (d: Decoding) => number): Basis {
  const a = readVector3(d, real), b = readVector3(d, real), c = readVector3(d, real);
  return new Basis(
    new Vector3(a.x, b.x, c.x),
    new Vector3(a.y, b.y, c.y),
    new Vector3(a.z, b.z, c.z),
  );
}

function readInt32(d: Decoding): number {
  const value = d.view.getInt32(d.position, true);
  d.position += 4;
  return value;
}

function readUint32(d: Decoding): number {
  const value = d.view.getUint32(d.position, true);
  d.position += 4;
  return value;
}

function readUint64(d: Decoding): bigint {
  const value = d.view.getBigUint64(d.position, true);
  d.position += 8;
  return value;
}

function readReal32(d: Decoding): number {
  const value = d.view.getFloat32(d.position, true);
  d.position += 4;
  return value;
}

function readReal64(d: Decoding): number {
  const value = d.view.getFloat64(d.position, true);
  d.position += 8;
  return value;
}

function readInt(d: Decoding, header: number): bigint {
  if ((header & FLAG_64) === 0) {
    d.need(4, VariantType.Int);
    return BigInt(readInt32(d));
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

/** Length, UTF-8 bytes, padding: checks all three and moves past them. Returns the byte length. */
function takeString(d: Decoding, what: VariantType | string): number {
  const start = d.position;
  if (d.end - start < 4) throw verdict.truncated(lengthOf(d, what), d.offset, 4, d.remaining);
  const length = d.view.getInt32(start, true);
  const left = d.end - start - 4;
  if (length < 0) throw verdict.badStringLength(d.nameOf(what), d.offset, length);
  const padded = (length + 3) - ((length + 3) % 4); // no bit operators: up to 2^31 + 2
  if (padded > left) throw verdict.stringTruncated(d.nameOf(what), d.offset, padded, left);
  d.position = start + 4 + padded;
  return length;
}

function lengthOf(d: Decoding, what: VariantType | string): string {
  return `${d.nameOf(what)} length`;
}

function readString(d: Decoding, what: VariantType | string): string {
  const start = d.position + 4;
  const length = takeString(d, what);
  return decodeText(d, start, length, what);
}

function decodeText(
  d: Decoding,
  start: number,
  length: number,
  what: VariantType | string,
): string {
  const text = decodeUtf8(d.bytes, start, start + length);
  if (text === null) throw verdict.badUtf8(d.nameOf(what), start - d.base);
  return text;
}

/** A String that is likely to come again: dictionary keys, property and class names. */
function readCachedString(d: Decoding, what: VariantType | string): string {
  const start = d.position + 4;
  const length = takeString(d, what);
  if (length === 0 || length > MAX_CACHED_BYTES) return decodeText(d, start, length, what);
  const slot = d.keys.slotOf(d.view, start, length);
  const cached = d.keys.get(slot, d.view, start, length);
  if (cached !== null) return cached;
  const text = decodeText(d, start, length, what);
  d.keys.set(slot, d.view, start, length, text);
  return text;
}

function readNodePath(d: Decoding): NodePath {
  d.need(4, "NodePath name count");
  const first = d.view.getUint32(d.position, true);
  if (first < 0x80000000) throw verdict.legacyNodePath(d.offset);
  d.need(12, "NodePath header");
  const nameCount = first - 0x80000000;
  const flags = d.view.getUint32(d.position + 8, true);
  const extra = (flags & 2) === 0 ? 0 : 1; // one more subname: a form that is only read
  const subnameCount = (d.view.getUint32(d.position + 4, true) + extra) >>> 0;
  d.position += 12;
  const total = (nameCount + subnameCount) >>> 0; // wraps in the engine, too
  const names: string[] = [];
  const subnames: string[] = [];
  for (let i = 0; i < total; i++) {
    if (i < nameCount) names.push(readCachedString(d, "NodePath name"));
    else subnames.push(readCachedString(d, "NodePath subname"));
  }
  return new NodePath(names, subnames, (flags & 1) !== 0);
}

/** Godot 3 sends nothing but the header. */
function readRid(d: Decoding): Rid {
  if (d.isGodot3) return new Rid(0n);
  d.need(8, VariantType.RID);
  return new Rid(readUint64(d));
}

function readSignal(d: Decoding): Signal {
  const name = readString(d, "Signal name");
  d.need(8, "Signal object id");
  return new Signal(name, readUint64(d));
}

function readObject(d: Decoding, header: number, depth: number): Variant {
  if ((header & FLAG_64) !== 0) {
    d.need(8, "Object id");
    return new ObjectId(readUint64(d));
  }
  if (!d.allowObjects) throw verdict.objectNotAllowed(d.offset - 4);
  const className = readCachedString(d, "Object class");
  if (className === "") return new EncodedObject("", []); // null to the engine; no count follows
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
    const value = readVariant(d, depth + 1);
    if (name === "script" && !d.isGodot3) checkScript(value, start);
    return { name, value };
  } catch (error) {
    d.unwind(name);
    throw error;
  }
}

function checkScript(value: Variant, offset: number): void {
  if (value === null) return;
  if (typeof value !== "string") throw verdict.scriptNotText(offset);
  if (!value.startsWith("res://")) throw verdict.badScriptPath("Object", offset, value);
}

function readArray(d: Decoding, header: number, depth: number): VariantArray {
  const elementType = readElementType(d, (header >>> KEY_KIND_SHIFT) & 3, VariantType.Array);
  const count = readCount(d, VariantType.Array);
  const items = newItems(d, count);
  let i = 0;
  try {
    for (; i < count; i++) items[i] = readVariant(d, depth + 1);
  } catch (error) {
    d.unwind(i);
    throw error;
  }
  return new VariantArray(items, elementType);
}

function readDictionary(d: Decoding, header: number, depth: number): VariantDictionary {
  const what = VariantType.Dictionary;
  const keyType = readElementType(d, (header >>> KEY_KIND_SHIFT) & 3, what);
  const valueType = readElementType(d, (header >>> VALUE_KIND_SHIFT) & 3, what);
  const count = readCount(d, what);
  const keys = newItems(d, count);
  const values = newItems(d, count);
  for (let i = 0; i < count; i++) {
    keys[i] = readKey(d, depth, i);
    try {
      values[i] = readVariant(d, depth + 1);
    } catch (error) {
      d.unwind(entryStep(keys[i]!, i));
      throw error;
    }
  }
  return new VariantDictionary(keys, values, keyType, valueType);
}

function readKey(d: Decoding, depth: number, index: number): Variant {
  try {
    if (d.remaining >= 4 && d.view.getUint32(d.position, true) === VariantType.String) {
      if (depth < MAX_DEPTH) { // else readVariant says what is wrong
        d.position += 4;
        return readCachedString(d, VariantType.String);
      }
    }
    return readVariant(d, depth + 1);
  } catch (error) {
    d.unwind({ key: index });
    throw error;
  }
}

/** The top bit marked shared containers in old versions; the engine masks it off. */
function readCount(d: Decoding, what: VariantType): number {
  if (d.remaining < 4) throw verdict.truncated(`${d.nameOf(what)} count`, d.offset, 4, d.remaining);
  return readUint32(d) & 0x7fffffff;
}

/**
 * Room for `count` values, but never for more than the bytes left can hold: each takes four at
 * least. The first slot is made null so that the array keeps its numbers boxed: an array of
 * unboxed doubles would lose the payload bits of NaN.
 */
function newItems(d: Decoding, count: number): Variant[] {
  const size = Math.min(count, d.remaining >> 2);
  if (size <= 0) return [];
  const items = new Array<Variant>(size);
  items[0] = null;
  return items;
}

function readElementType(d: Decoding, kind: number, what: VariantType): ElementType | null {
  if (kind === CONTAINER_KIND.none || d.isGodot3) return null;
  if (kind === CONTAINER_KIND.builtin) return readBuiltinType(d, what);
  const field = `${d.nameOf(what)} element ${kind === CONTAINER_KIND.class ? "class" : "script"}`;
  const offset = d.offset;
  const name = readCachedString(d, field);
  if (kind === CONTAINER_KIND.class) return { kind: "class", className: name };
  if (d.allowObjects && !name.startsWith("res://")) {
    throw verdict.badScriptPath(d.nameOf(what), offset, name);
  }
  return { kind: "script", path: name };
}

/** Type 0 means untyped, also when it is spelled out. */
function readBuiltinType(d: Decoding, what: VariantType): ElementType | null {
  d.need(4, `${d.nameOf(what)} element type`);
  const type = readUint32(d);
  if (type >= VARIANT_MAX) throw verdict.badElementType(d.nameOf(what), d.offset - 4, type);
  return type === VariantType.Nil ? null : BUILTIN_TYPES[type]!; // checked just above
}

const BUILTIN_TYPES: readonly ElementType[] = Array.from(
  { length: VARIANT_MAX },
  (_, type) => ({ kind: "builtin", type: type as VariantType }), // 0 to 38 are the type numbers
);

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
function readPackedBytes(d: Decoding): Uint8Array {
  const count = readPackedCount(d, VariantType.PackedByteArray, 1);
  const start = d.position;
  d.position += (count + 3) & ~3;
  return d.bytes.subarray(start, start + count);
}

function readPackedInt32(d: Decoding): Int32Array {
  const count = readPackedCount(d, VariantType.PackedInt32Array, 4);
  const { buffer, offset } = takeElements(d, count, 4);
  return new Int32Array(buffer, offset, count);
}

function readPackedInt64(d: Decoding): BigInt64Array {
  const count = readPackedCount(d, VariantType.PackedInt64Array, 8);
  const { buffer, offset } = takeElements(d, count, 8);
  return new BigInt64Array(buffer, offset, count);
}

function readPackedFloat32(d: Decoding, what: VariantType, stride: number): Float32Array {
  const count = readPackedCount(d, what, 4 * stride) * stride;
  const { buffer, offset } = takeElements(d, count, 4);
  return new Float32Array(buffer, offset, count);
}

function readPackedFloat64(d: Decoding, what: VariantType, stride: number): Float64Array {
  const count = readPackedCount(d, what, 8 * stride) * stride;
  const { buffer, offset } = takeElements(d, count, 8);
  return new Float64Array(buffer, offset, count);
}

function readPackedReals(d: Decoding, header: number, what: VariantType): PackedComponents {
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
function readPackedStrings(d: Decoding): PackedStringArray {
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
