/** Encoding of the types that hold no other values: math, paths, ids, packed arrays. */

import { EncodeError } from "../errors.ts";
import type { Encoding } from "./encoding.ts";
import { fixedComponents, FLAG_64, packedStride } from "./layout.ts";
import {
  type Basis,
  type EncodedObject,
  type FixedValue,
  type NodePath,
  type ObjectId,
  type PackedNumbers,
  type PackedStringArray,
  type PackedVectors,
  type Quaternion,
  type Rid,
  type Signal,
  type VariantArray,
  type VariantDictionary,
  type VariantObject,
  VariantType,
  variantTypeOf,
  type Vector2,
  type Vector3,
  type Vector4,
} from "./types.ts";

/** The two vectors that are not looked for among all other types. */
type CommonVector = Vector2 | Vector3;

/** A value of a class that holds no other values, and has no function of its own. */
export type LeafObject = Exclude<
  VariantObject,
  VariantArray | VariantDictionary | EncodedObject | CommonVector
>;

/** Writes a value that holds no other values. @throws {EncodeError} when the format lacks its type. */
export function writeLeaf(w: Encoding, value: LeafObject): void {
  switch (value.type) {
    case VariantType.StringName:
      w.header(value.type, 0);
      return w.string(value.text, 0);
    case VariantType.NodePath:
      return writeNodePath(w, value);
    case VariantType.RID:
      return writeRid(w, value);
    case VariantType.Object:
      return writeObjectId(w, value);
    case VariantType.Callable:
      return w.header(value.type, 0);
    case VariantType.Signal:
      return writeSignal(w, value);
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

/** Writes a Vector2. */
export function writeVector2(w: Encoding, vector: Vector2): void {
  w.header(VariantType.Vector2, 0);
  writeXY(w, vector);
}

/** Writes a Vector3. */
export function writeVector3(w: Encoding, vector: Vector3): void {
  w.header(VariantType.Vector3, 0);
  writeXYZ(w, vector);
}

/**
 * Components go from field to wire one by one: collected in an array they could become unboxed
 * doubles, which lose the payload bits of NaN.
 */
function writeReals(w: Encoding, value: Exclude<FixedValue, CommonVector>): void {
  w.header(value.type, 0);
  switch (value.type) {
    case VariantType.Vector4:
    case VariantType.Quaternion:
      return writeXYZW(w, value);
    case VariantType.Color:
      return writeFourReals(w, value.r, value.g, value.b, value.a);
    case VariantType.Plane:
      return writeFourReals(w, value.normal.x, value.normal.y, value.normal.z, value.d);
    case VariantType.Rect2:
      writeXY(w, value.position);
      return writeXY(w, value.size);
    case VariantType.AABB:
      writeXYZ(w, value.position);
      return writeXYZ(w, value.size);
    case VariantType.Transform2D:
      writeXY(w, value.x);
      writeXY(w, value.y);
      return writeXY(w, value.origin);
    case VariantType.Basis:
      return writeRows(w, value);
    case VariantType.Transform3D:
      writeRows(w, value.basis);
      return writeXYZ(w, value.origin);
    case VariantType.Projection:
      writeXYZW(w, value.x);
      writeXYZW(w, value.y);
      writeXYZW(w, value.z);
      return writeXYZW(w, value.w);
  }
}

function writeXY(w: Encoding, { x, y }: Vector2): void {
  w.ensure(8);
  w.float32(x);
  w.float32(y);
}

function writeXYZ(w: Encoding, vector: Vector3): void {
  writeThreeReals(w, vector.x, vector.y, vector.z);
}

function writeXYZW(w: Encoding, vector: Vector4 | Quaternion): void {
  writeFourReals(w, vector.x, vector.y, vector.z, vector.w);
}

function writeRows(w: Encoding, { x, y, z }: Basis): void {
  writeThreeReals(w, x.x, y.x, z.x);
  writeThreeReals(w, x.y, y.y, z.y);
  writeThreeReals(w, x.z, y.z, z.z);
}

function writeThreeReals(w: Encoding, a: number, b: number, c: number): void {
  w.ensure(12);
  w.float32(a);
  w.float32(b);
  w.float32(c);
}

function writeFourReals(w: Encoding, a: number, b: number, c: number, d: number): void {
  w.ensure(16);
  w.float32(a);
  w.float32(b);
  w.float32(c);
  w.float32(d);
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

/** Writes PackedByteArray and the other packed arrays that are plain typed arrays. */
export function writePackedNumbers(w: Encoding, array: PackedNumbers): void {
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
