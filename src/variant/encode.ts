/**
 * Variant to bytes, exactly as the engine's `encode_variant` writes them (`core/io/marshalls.cpp`
 * of a single-precision Godot 4.6, and 3.6): shortest width of int and float, NaN always 64-bit,
 * padding zeroed, math types in 32 bit.
 */

import { Writer } from "../bytes/writer.ts";
import { EncodeError, type PathStep } from "../errors.ts";
import {
  CONTAINER_KIND,
  fixedComponents,
  FLAG_64,
  GODOT3_ID_OF_TYPE,
  KEY_KIND_SHIFT,
  packedStride,
  typeName,
  VALUE_KIND_SHIFT,
} from "./layout.ts";
import { entryStep } from "./path.ts";
import {
  type ElementType,
  EncodedObject,
  type FixedValue,
  type GodotVersion,
  MAX_DEPTH,
  type NodePath,
  type ObjectId,
  type PackedNumbers,
  type PackedStringArray,
  type PackedVectors,
  type Rid,
  type Signal,
  type Variant,
  VariantArray,
  VariantDictionary,
  type VariantObject,
  VariantType,
  variantTypeOf,
} from "./types.ts";

/** How to write a packet. */
export interface EncodeOptions {
  /** Wire format. @default {4} */
  readonly godot?: GodotVersion;
  /** Write objects in full, as `put_var(value, true)` does. @default {false} */
  readonly fullObjects?: boolean;
}

/**
 * Encodes one Variant as one packet.
 *
 * @throws {EncodeError} when the wire format cannot carry the value, or it nests too deep.
 */
export function encodeVariant(
  value: Variant,
  options: EncodeOptions = {},
): Uint8Array<ArrayBuffer> {
  return new VariantEncoder(options).encode(value);
}

/** An encoder to keep for many packets: it reuses its buffer. */
export class VariantEncoder {
  readonly #state: Encoding;

  constructor(options: EncodeOptions = {}) {
    this.#state = new Encoding(options);
  }

  /** Like `encodeVariant`. The bytes are the caller's own. */
  encode(value: Variant): Uint8Array<ArrayBuffer> {
    this.#state.useSlab();
    this.#write(value);
    return this.#state.takeCopy();
  }

  /**
   * Encodes into `target` from `offset` on, without allocating; returns the number of bytes
   * written.
   *
   * @throws {EncodeError} also when `target` is too small, with code `ERR_OUT_OF_MEMORY`.
   */
  encodeInto(value: Variant, target: Uint8Array, offset = 0): number {
    this.#state.useTarget(target, offset);
    this.#write(value);
    return this.#state.length;
  }

  #write(value: Variant): void {
    try {
      writeVariant(this.#state, value, 0);
    } catch (error) {
      if (error instanceof EncodeError) throw error.at(this.#state.takePath());
      throw error;
    }
  }
}

/** Everything that one encoder carries along. */
class Encoding extends Writer {
  readonly fullObjects: boolean;
  readonly isGodot3: boolean;
  /** Steps from the failing value outwards, noted while an error unwinds. */
  readonly #unwound: PathStep[] = [];

  constructor(options: EncodeOptions) {
    super();
    this.fullObjects = options.fullObjects ?? false;
    this.isGodot3 = options.godot === 3;
  }

  unwind(step: PathStep): void {
    this.#unwound.push(step);
  }

  takePath(): PathStep[] {
    return this.#unwound.splice(0).reverse();
  }

  /** Writes the header word of a type; ensures room. @throws {EncodeError} when this generation lacks the type. */
  header(type: VariantType, flags: number): void {
    this.ensure(4);
    this.uint32((this.isGodot3 ? godot3Id(type) : type) | flags);
  }
}

function godot3Id(type: VariantType): number {
  const id = GODOT3_ID_OF_TYPE[type]!; // has an entry for every type
  if (id < 0) throw new EncodeError(`Godot 3 has no ${typeName(type)}`);
  return id;
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
  if (ArrayBuffer.isView(value)) return writePackedNumbers(w, value);
  writeObject(w, value, depth);
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

function writeObject(w: Encoding, value: VariantObject, depth: number): void {
  switch (value.type) {
    case VariantType.StringName:
      w.header(value.type, 0);
      return w.string(value.text, 0);
    case VariantType.NodePath:
      return writeNodePath(w, value);
    case VariantType.RID:
      return writeRid(w, value);
    case VariantType.Object:
      if (value instanceof EncodedObject) return writeFullObject(w, value, depth);
      return writeObjectId(w, value);
    case VariantType.Callable:
      return w.header(value.type, 0);
    case VariantType.Signal:
      return writeSignal(w, value);
    case VariantType.Dictionary:
      return writeDictionary(w, value, depth);
    case VariantType.Array:
      return writeArray(w, value, depth);
    case VariantType.PackedStringArray:
      return writePackedStrings(w, value);
    case VariantType.PackedVector2Array:
    case VariantType.PackedVector3Array:
    case VariantType.PackedColorArray:
    case VariantType.PackedVector4Array:
      return writePackedVectors(w, value);
    case VariantType.Vector2i:
    case VariantType.Vector3i:
    case VariantType.Vector4i:
    case VariantType.Rect2i:
      return writeIntegers(w, value);
    default:
      return writeReals(w, value);
  }
}

function writeReals(w: Encoding, value: FixedValue): void {
  w.header(value.type, 0);
  switch (value.type) {
    case VariantType.Vector2:
      w.ensure(8);
      w.float32(value.x);
      return w.float32(value.y);
    case VariantType.Vector3:
      w.ensure(12);
      w.float32(value.x);
      w.float32(value.y);
      return w.float32(value.z);
  }
  const components = fixedComponents(value);
  w.ensure(4 * components.length);
  for (const component of components) w.float32(component);
}

function writeIntegers(w: Encoding, value: FixedValue): void {
  w.header(value.type, 0);
  const components = fixedComponents(value);
  w.ensure(4 * components.length);
  for (const component of components) w.uint32(component);
}

function writeNodePath(w: Encoding, path: NodePath): void {
  w.header(path.type, 0);
  w.ensure(12);
  w.uint32(0x80000000 + path.names.length);
  w.uint32(path.subnames.length);
  w.uint32(path.isAbsolute ? 1 : 0);
  for (const name of path.names) w.string(name, 0);
  for (const subname of path.subnames) w.string(subname, 0);
}

/** Godot 3 sends no id. */
function writeRid(w: Encoding, rid: Rid): void {
  w.header(rid.type, 0);
  if (w.isGodot3) return;
  w.ensure(8);
  w.uint64(uint64(rid.id, "RID"));
}

function writeSignal(w: Encoding, signal: Signal): void {
  w.header(signal.type, 0);
  w.string(signal.signalName, 0);
  w.ensure(8);
  w.uint64(uint64(signal.objectId, "Signal object id"));
}

function writeObjectId(w: Encoding, object: ObjectId): void {
  w.header(object.type, FLAG_64);
  w.ensure(8);
  w.uint64(uint64(object.id, "Object id"));
}

function uint64(id: bigint, what: string): bigint {
  if (BigInt.asUintN(64, id) === id) return id;
  throw new EncodeError(`${what} ${id} is not an unsigned 64-bit number`);
}

function writeFullObject(w: Encoding, object: EncodedObject, depth: number): void {
  if (!w.fullObjects) {
    throw new EncodeError(`an object of class ${object.className} needs full objects`);
  }
  w.header(object.type, 0);
  w.string(object.className, 0);
  if (object.className === "") return; // null to the engine: it reads no further
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
  let i = 0, isKey = true;
  try {
    for (; i < keys.length; i++) {
      isKey = true;
      writeVariant(w, keys[i]!, depth + 1);
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

function writePackedNumbers(w: Encoding, array: PackedNumbers): void {
  const type = variantTypeOf(array);
  w.header(type, 0);
  w.ensure(4);
  w.uint32(array.length);
  w.copy(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  writePadding(w, array.byteLength);
}

function writePadding(w: Encoding, size: number): void {
  w.ensure(-size & 3);
  for (let i = size; (i & 3) !== 0; i++) w.bytes[w.position++] = 0;
}

function writePackedStrings(w: Encoding, { type, items }: PackedStringArray): void {
  w.header(type, 0);
  w.ensure(4);
  w.uint32(items.length);
  for (const item of items) w.string(item, 1);
}

/** Components are written in 32 bit, whatever width they arrived in. */
function writePackedVectors(w: Encoding, { type, components }: PackedVectors): void {
  const stride = packedStride(type);
  if (components.length % stride !== 0) {
    throw new EncodeError(`${components.length} components are not a multiple of ${stride}`);
  }
  const narrow = components instanceof Float32Array ? components : Float32Array.from(components);
  w.header(type, 0);
  w.ensure(4);
  w.uint32(components.length / stride);
  w.copy(new Uint8Array(narrow.buffer, narrow.byteOffset, narrow.byteLength));
}
