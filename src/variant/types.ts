/**
 * Godot's value model as JavaScript values: one wire type, exactly one JavaScript type.
 *
 * This is a model of what is on the wire, not a math library: classes only hold their parts.
 * The type numbers are those of Godot 4 (`Variant::Type` in `core/variant/variant.h`); Godot 3
 * numbers live in `layout.ts`. How values are laid out as bytes is not known here.
 */

/** Which generation of the wire format: Godot 4.x or Godot 3.x. */
export type GodotVersion = 3 | 4;

/** `Variant::Type` of Godot 4, by the names that the engine prints. */
export const VariantType = {
  Nil: 0,
  Bool: 1,
  Int: 2,
  Float: 3,
  String: 4,
  Vector2: 5,
  Vector2i: 6,
  Rect2: 7,
  Rect2i: 8,
  Vector3: 9,
  Vector3i: 10,
  Transform2D: 11,
  Vector4: 12,
  Vector4i: 13,
  Plane: 14,
  Quaternion: 15,
  AABB: 16,
  Basis: 17,
  Transform3D: 18,
  Projection: 19,
  Color: 20,
  StringName: 21,
  NodePath: 22,
  RID: 23,
  Object: 24,
  Callable: 25,
  Signal: 26,
  Dictionary: 27,
  Array: 28,
  PackedByteArray: 29,
  PackedInt32Array: 30,
  PackedInt64Array: 31,
  PackedFloat32Array: 32,
  PackedFloat64Array: 33,
  PackedStringArray: 34,
  PackedVector2Array: 35,
  PackedVector3Array: 36,
  PackedColorArray: 37,
  PackedVector4Array: 38,
} as const;
/** One of the 39 type numbers of Godot 4. */
export type VariantType = typeof VariantType[keyof typeof VariantType];

/** Number of Variant types in Godot 4 (`Variant::VARIANT_MAX`). */
export const VARIANT_MAX = 39;

/** Levels of nesting below the outermost value (`Variant::MAX_RECURSION_DEPTH`). */
export const MAX_DEPTH = 1024;

/**
 * Any value that Godot's Variant codec can put on the wire.
 *
 * `int` is always `bigint`, `float` is always `number`: 1 and 1.0 never get mixed up. `String` is
 * `string`; PackedByteArray, PackedInt32Array, PackedInt64Array, PackedFloat32Array and
 * PackedFloat64Array are the typed arrays of the same element; everything else is a class below.
 */
export type Variant =
  | null
  | boolean
  | bigint
  | number
  | string
  | PackedNumbers
  | VariantObject;

/** The packed arrays that are plain typed arrays. */
export type PackedNumbers = Uint8Array | Int32Array | BigInt64Array | Float32Array | Float64Array;

/** The values that are instances of the classes of this module. */
export type VariantObject =
  | FixedValue
  | StringName
  | NodePath
  | Rid
  | ObjectId
  | EncodedObject
  | Callable
  | Signal
  | VariantDictionary
  | VariantArray
  | PackedStringArray
  | PackedVectors;

/** Math types and Color: a fixed number of numeric components. */
export type FixedValue =
  | Vector2
  | Vector2i
  | Rect2
  | Rect2i
  | Vector3
  | Vector3i
  | Transform2D
  | Vector4
  | Vector4i
  | Plane
  | Quaternion
  | AABB
  | Basis
  | Transform3D
  | Projection
  | Color;

/** Packed arrays of vectors or colors. */
export type PackedVectors =
  | PackedVector2Array
  | PackedVector3Array
  | PackedColorArray
  | PackedVector4Array;

/** Two floats. */
export class Vector2 {
  readonly x: number;
  readonly y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
  get type(): typeof VariantType.Vector2 {
    return VariantType.Vector2;
  }
}

/** Two 32-bit integers. */
export class Vector2i {
  readonly x: number;
  readonly y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
  get type(): typeof VariantType.Vector2i {
    return VariantType.Vector2i;
  }
}

/** Position and size, in floats. */
export class Rect2 {
  readonly position: Vector2;
  readonly size: Vector2;
  constructor(position: Vector2, size: Vector2) {
    this.position = position;
    this.size = size;
  }
  get type(): typeof VariantType.Rect2 {
    return VariantType.Rect2;
  }
}

/** Position and size, in 32-bit integers. */
export class Rect2i {
  readonly position: Vector2i;
  readonly size: Vector2i;
  constructor(position: Vector2i, size: Vector2i) {
    this.position = position;
    this.size = size;
  }
  get type(): typeof VariantType.Rect2i {
    return VariantType.Rect2i;
  }
}

/** Three floats. */
export class Vector3 {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  constructor(x: number, y: number, z: number) {
    this.x = x;
    this.y = y;
    this.z = z;
  }
  get type(): typeof VariantType.Vector3 {
    return VariantType.Vector3;
  }
}

/** Three 32-bit integers. */
export class Vector3i {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  constructor(x: number, y: number, z: number) {
    this.x = x;
    this.y = y;
    this.z = z;
  }
  get type(): typeof VariantType.Vector3i {
    return VariantType.Vector3i;
  }
}

/** 2x3 matrix: the columns x, y and the origin. */
export class Transform2D {
  readonly x: Vector2;
  readonly y: Vector2;
  readonly origin: Vector2;
  constructor(x: Vector2, y: Vector2, origin: Vector2) {
    this.x = x;
    this.y = y;
    this.origin = origin;
  }
  get type(): typeof VariantType.Transform2D {
    return VariantType.Transform2D;
  }
}

/** Four floats. */
export class Vector4 {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly w: number;
  constructor(x: number, y: number, z: number, w: number) {
    this.x = x;
    this.y = y;
    this.z = z;
    this.w = w;
  }
  get type(): typeof VariantType.Vector4 {
    return VariantType.Vector4;
  }
}

/** Four 32-bit integers. */
export class Vector4i {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly w: number;
  constructor(x: number, y: number, z: number, w: number) {
    this.x = x;
    this.y = y;
    this.z = z;
    this.w = w;
  }
  get type(): typeof VariantType.Vector4i {
    return VariantType.Vector4i;
  }
}

/** A plane: unit normal and distance from the origin. */
export class Plane {
  readonly normal: Vector3;
  readonly d: number;
  constructor(normal: Vector3, d: number) {
    this.normal = normal;
    this.d = d;
  }
  get type(): typeof VariantType.Plane {
    return VariantType.Plane;
  }
}

/** Four floats; `Quat` in Godot 3. */
export class Quaternion {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly w: number;
  constructor(x: number, y: number, z: number, w: number) {
    this.x = x;
    this.y = y;
    this.z = z;
    this.w = w;
  }
  get type(): typeof VariantType.Quaternion {
    return VariantType.Quaternion;
  }
}

/** Axis-aligned box: position and size. */
export class AABB {
  readonly position: Vector3;
  readonly size: Vector3;
  constructor(position: Vector3, size: Vector3) {
    this.position = position;
    this.size = size;
  }
  get type(): typeof VariantType.AABB {
    return VariantType.AABB;
  }
}

/** 3x3 matrix by its columns, as Godot's members `x`, `y`, `z` are. The wire has it by rows. */
export class Basis {
  readonly x: Vector3;
  readonly y: Vector3;
  readonly z: Vector3;
  constructor(x: Vector3, y: Vector3, z: Vector3) {
    this.x = x;
    this.y = y;
    this.z = z;
  }
  get type(): typeof VariantType.Basis {
    return VariantType.Basis;
  }
}

/** 3x4 matrix: basis and origin; `Transform` in Godot 3. */
export class Transform3D {
  readonly basis: Basis;
  readonly origin: Vector3;
  constructor(basis: Basis, origin: Vector3) {
    this.basis = basis;
    this.origin = origin;
  }
  get type(): typeof VariantType.Transform3D {
    return VariantType.Transform3D;
  }
}

/** 4x4 matrix by its columns. */
export class Projection {
  readonly x: Vector4;
  readonly y: Vector4;
  readonly z: Vector4;
  readonly w: Vector4;
  constructor(x: Vector4, y: Vector4, z: Vector4, w: Vector4) {
    this.x = x;
    this.y = y;
    this.z = z;
    this.w = w;
  }
  get type(): typeof VariantType.Projection {
    return VariantType.Projection;
  }
}

/** Red, green, blue, alpha as floats; 1.0 is full, more is allowed. */
export class Color {
  readonly r: number;
  readonly g: number;
  readonly b: number;
  readonly a: number;
  constructor(r: number, g: number, b: number, a: number) {
    this.r = r;
    this.g = g;
    this.b = b;
    this.a = a;
  }
  get type(): typeof VariantType.Color {
    return VariantType.Color;
  }
}

/** An interned string, `&"name"`; a type of its own in Godot 4, absent in Godot 3. */
export class StringName {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  get type(): typeof VariantType.StringName {
    return VariantType.StringName;
  }
}

/** A path through the scene tree and into properties: `/root/Main:position:x`. */
export class NodePath {
  readonly names: readonly string[];
  readonly subnames: readonly string[];
  readonly isAbsolute: boolean;
  constructor(names: readonly string[], subnames: readonly string[], isAbsolute: boolean) {
    this.names = names;
    this.subnames = subnames;
    this.isAbsolute = isAbsolute;
  }
  get type(): typeof VariantType.NodePath {
    return VariantType.NodePath;
  }
}

/** A server-side resource handle; 0 is the empty RID. Unsigned 64 bits; Godot 3 sends no id. */
export class Rid {
  readonly id: bigint;
  constructor(id: bigint) {
    this.id = id;
  }
  get type(): typeof VariantType.RID {
    return VariantType.RID;
  }
}

/** An object sent as its instance id: what `EncodedObjectAsID` holds. Unsigned 64 bits. */
export class ObjectId {
  readonly id: bigint;
  constructor(id: bigint) {
    this.id = id;
  }
  get type(): typeof VariantType.Object {
    return VariantType.Object;
  }
}

/** An object sent in full: data only, nothing is ever instantiated. */
export class EncodedObject {
  readonly className: string;
  /** In wire order; a name may occur twice. */
  readonly properties: readonly ObjectProperty[];
  constructor(className: string, properties: readonly ObjectProperty[]) {
    this.className = className;
    this.properties = properties;
  }
  get type(): typeof VariantType.Object {
    return VariantType.Object;
  }
}

/** A property of an object sent in full. */
export interface ObjectProperty {
  readonly name: string;
  readonly value: Variant;
}

/** A Callable carries nothing over the wire and always arrives empty. */
export class Callable {
  get type(): typeof VariantType.Callable {
    return VariantType.Callable;
  }
}

/** A signal: its name and the instance id of its object, unsigned 64 bits. */
export class Signal {
  readonly signalName: string;
  readonly objectId: bigint;
  constructor(signalName: string, objectId: bigint) {
    this.signalName = signalName;
    this.objectId = objectId;
  }
  get type(): typeof VariantType.Signal {
    return VariantType.Signal;
  }
}

/** What a typed array or dictionary may hold: a built-in type, a native class or a script. */
export type ElementType =
  | { readonly kind: "builtin"; readonly type: VariantType }
  | { readonly kind: "class"; readonly className: string }
  | { readonly kind: "script"; readonly path: string };

/** An Array, typed when `elementType` is not null. */
export class VariantArray {
  readonly items: readonly Variant[];
  readonly elementType: ElementType | null;
  constructor(items: readonly Variant[], elementType: ElementType | null = null) {
    this.items = items;
    this.elementType = elementType;
  }
  get type(): typeof VariantType.Array {
    return VariantType.Array;
  }
}

/**
 * A Dictionary in wire order, typed on either side. Keys and values are parallel arrays: keys may
 * be any Variant, order matters, and duplicate keys stay visible to an inspector.
 */
export class VariantDictionary {
  readonly keys: readonly Variant[];
  readonly values: readonly Variant[];
  readonly keyType: ElementType | null;
  readonly valueType: ElementType | null;
  constructor(
    keys: readonly Variant[],
    values: readonly Variant[],
    keyType: ElementType | null = null,
    valueType: ElementType | null = null,
  ) {
    this.keys = keys;
    this.values = values;
    this.keyType = keyType;
    this.valueType = valueType;
  }
  get type(): typeof VariantType.Dictionary {
    return VariantType.Dictionary;
  }
}

/** An array of strings. */
export class PackedStringArray {
  readonly items: readonly string[];
  constructor(items: readonly string[]) {
    this.items = items;
  }
  get type(): typeof VariantType.PackedStringArray {
    return VariantType.PackedStringArray;
  }
}

/** Components of packed vectors, flat: 32-bit as single-precision builds send, or 64-bit. */
export type PackedComponents = Float32Array | Float64Array;

/** Vectors with two components each. */
export class PackedVector2Array {
  readonly components: PackedComponents;
  constructor(components: PackedComponents) {
    this.components = components;
  }
  get type(): typeof VariantType.PackedVector2Array {
    return VariantType.PackedVector2Array;
  }
}

/** Vectors with three components each. */
export class PackedVector3Array {
  readonly components: PackedComponents;
  constructor(components: PackedComponents) {
    this.components = components;
  }
  get type(): typeof VariantType.PackedVector3Array {
    return VariantType.PackedVector3Array;
  }
}

/** Colors with four components each, always 32-bit on the wire. */
export class PackedColorArray {
  readonly components: PackedComponents;
  constructor(components: PackedComponents) {
    this.components = components;
  }
  get type(): typeof VariantType.PackedColorArray {
    return VariantType.PackedColorArray;
  }
}

/** Vectors with four components each; Godot 4.3 and later. */
export class PackedVector4Array {
  readonly components: PackedComponents;
  constructor(components: PackedComponents) {
    this.components = components;
  }
  get type(): typeof VariantType.PackedVector4Array {
    return VariantType.PackedVector4Array;
  }
}

/** The Godot 4 type number of a value. */
export function variantTypeOf(value: Variant): VariantType {
  switch (typeof value) {
    case "boolean":
      return VariantType.Bool;
    case "bigint":
      return VariantType.Int;
    case "number":
      return VariantType.Float;
    case "string":
      return VariantType.String;
  }
  if (value === null) return VariantType.Nil;
  if (!ArrayBuffer.isView(value)) return value.type;
  if (value instanceof Uint8Array) return VariantType.PackedByteArray;
  if (value instanceof Int32Array) return VariantType.PackedInt32Array;
  if (value instanceof BigInt64Array) return VariantType.PackedInt64Array;
  if (value instanceof Float32Array) return VariantType.PackedFloat32Array;
  return VariantType.PackedFloat64Array;
}
