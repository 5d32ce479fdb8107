/**
 * The tables of Godot's wire format: type names and numbers of both generations, and the
 * components of the fixed-size types. Sources: `core/variant/variant.cpp` (names),
 * `core/io/marshalls.cpp` (order on the wire) of Godot 4.6 and 3.6.
 */

import {
  AABB,
  Basis,
  Color,
  type FixedValue,
  type GodotVersion,
  PackedColorArray,
  type PackedComponents,
  PackedVector2Array,
  PackedVector3Array,
  PackedVector4Array,
  type PackedVectors,
  Plane,
  Projection,
  Quaternion,
  Rect2,
  Rect2i,
  Transform2D,
  Transform3D,
  VariantType,
  Vector2,
  Vector2i,
  Vector3,
  Vector3i,
  Vector4,
  Vector4i,
} from "./types.ts";

/** Header bit 16: numbers are 64-bit; on an Object, the payload is an instance id. */
export const FLAG_64 = 0x10000;

/** The count of a container. The top bit marked shared ones in old versions; the engine masks it off. */
export const COUNT_MASK = 0x7fffffff;

/** Kinds of element type in the header of typed containers (`ContainerTypeKind`). */
export const CONTAINER_KIND = { none: 0, builtin: 1, class: 2, script: 3 } as const;
/** Where the element kind of an Array and the key kind of a Dictionary begin. */
export const KEY_KIND_SHIFT = 16;
/** Where the value kind of a Dictionary begins. */
export const VALUE_KIND_SHIFT = 18;

/** Godot 4 names, by type number. */
const GODOT4_NAMES: readonly string[] = [
  "Nil",
  "bool",
  "int",
  "float",
  "String",
  "Vector2",
  "Vector2i",
  "Rect2",
  "Rect2i",
  "Vector3",
  "Vector3i",
  "Transform2D",
  "Vector4",
  "Vector4i",
  "Plane",
  "Quaternion",
  "AABB",
  "Basis",
  "Transform3D",
  "Projection",
  "Color",
  "StringName",
  "NodePath",
  "RID",
  "Object",
  "Callable",
  "Signal",
  "Dictionary",
  "Array",
  "PackedByteArray",
  "PackedInt32Array",
  "PackedInt64Array",
  "PackedFloat32Array",
  "PackedFloat64Array",
  "PackedStringArray",
  "PackedVector2Array",
  "PackedVector3Array",
  "PackedColorArray",
  "PackedVector4Array",
];

/** Godot 3 type numbers (the index) with their Godot 4 type and their Godot 3 name. */
const GODOT3_TYPES: readonly (readonly [VariantType, string])[] = [
  [VariantType.Nil, "Nil"],
  [VariantType.Bool, "bool"],
  [VariantType.Int, "int"],
  [VariantType.Float, "float"],
  [VariantType.String, "String"],
  [VariantType.Vector2, "Vector2"],
  [VariantType.Rect2, "Rect2"],
  [VariantType.Vector3, "Vector3"],
  [VariantType.Transform2D, "Transform2D"],
  [VariantType.Plane, "Plane"],
  [VariantType.Quaternion, "Quat"],
  [VariantType.AABB, "AABB"],
  [VariantType.Basis, "Basis"],
  [VariantType.Transform3D, "Transform"],
  [VariantType.Color, "Color"],
  [VariantType.NodePath, "NodePath"],
  [VariantType.RID, "RID"],
  [VariantType.Object, "Object"],
  [VariantType.Dictionary, "Dictionary"],
  [VariantType.Array, "Array"],
  [VariantType.PackedByteArray, "PoolByteArray"],
  [VariantType.PackedInt32Array, "PoolIntArray"],
  [VariantType.PackedFloat32Array, "PoolRealArray"],
  [VariantType.PackedStringArray, "PoolStringArray"],
  [VariantType.PackedVector2Array, "PoolVector2Array"],
  [VariantType.PackedVector3Array, "PoolVector3Array"],
  [VariantType.PackedColorArray, "PoolColorArray"],
];

/** Godot 3 type number on the wire to the Godot 4 type number; the length is the first unknown one. */
export const TYPE_OF_GODOT3_ID: readonly VariantType[] = GODOT3_TYPES.map(([type]) => type);

/** Godot 4 type number to the Godot 3 number on the wire; -1 where Godot 3 has no such type. */
export const GODOT3_ID_OF_TYPE: readonly number[] = godot3Ids();

function godot3Ids(): readonly number[] {
  const ids = new Array<number>(GODOT4_NAMES.length).fill(-1);
  for (let id = 0; id < GODOT3_TYPES.length; id++) ids[GODOT3_TYPES[id]![0]] = id; // below the length
  return ids;
}

/** The engine's name of a type, e.g. `Quaternion`, or `Quat` in Godot 3. */
export function typeName(type: VariantType, godot: GodotVersion = 4): string {
  const godot3Id = GODOT3_ID_OF_TYPE[type] ?? -1;
  const godot3Name = godot === 3 ? GODOT3_TYPES[godot3Id]?.[1] : undefined;
  return godot3Name ?? GODOT4_NAMES[type] ?? `type ${type}`;
}

/** The type with that Godot 4 name; null when there is none. */
export function typeOfName(name: string): VariantType | null {
  const index = GODOT4_NAMES.indexOf(name);
  return index < 0 ? null : index as VariantType; // every index of the list is a type number
}

/** How a fixed-size type is made of numbers. */
export interface FixedLayout {
  /** `real`: 32-bit floats, or 64-bit when the header says so; the others have one width. */
  readonly scalar: "real" | "float32" | "int32";
  /** Godot's member path of each component, in the order of the wire: `position.x`. */
  readonly members: readonly string[];
  /** Makes the value of its components, in the order of the wire. */
  readonly create: (components: readonly number[]) => FixedValue;
}

const XY = ["x", "y"];
const XYZ = ["x", "y", "z"];
const XYZW = ["x", "y", "z", "w"];

function nested(outer: readonly string[], inner: readonly string[]): string[] {
  return outer.flatMap((a) => inner.map((b) => `${a}.${b}`));
}

/** The rows of a matrix whose members are columns: `x.x`, `y.x`, `z.x`, `x.y`, … */
const BASIS_ROWS = XYZ.flatMap((row) => XYZ.map((column) => `${column}.${row}`));

// Components are destructured with defaults of 0: callers pass exactly members.length of them.
const FIXED_LAYOUTS: ReadonlyMap<VariantType, FixedLayout> = new Map<VariantType, FixedLayout>([
  [VariantType.Vector2, {
    scalar: "real",
    members: XY,
    create: ([x = 0, y = 0]) => new Vector2(x, y),
  }],
  [VariantType.Vector2i, {
    scalar: "int32",
    members: XY,
    create: ([x = 0, y = 0]) => new Vector2i(x, y),
  }],
  [VariantType.Rect2, {
    scalar: "real",
    members: nested(["position", "size"], XY),
    create: ([x = 0, y = 0, w = 0, h = 0]) => new Rect2(new Vector2(x, y), new Vector2(w, h)),
  }],
  [VariantType.Rect2i, {
    scalar: "int32",
    members: nested(["position", "size"], XY),
    create: ([x = 0, y = 0, w = 0, h = 0]) => new Rect2i(new Vector2i(x, y), new Vector2i(w, h)),
  }],
  [VariantType.Vector3, {
    scalar: "real",
    members: XYZ,
    create: (c) => vector3(c, 0),
  }],
  [VariantType.Vector3i, {
    scalar: "int32",
    members: XYZ,
    create: ([x = 0, y = 0, z = 0]) => new Vector3i(x, y, z),
  }],
  [VariantType.Transform2D, {
    scalar: "real",
    members: nested(["x", "y", "origin"], XY),
    create: ([xx = 0, xy = 0, yx = 0, yy = 0, ox = 0, oy = 0]) =>
      new Transform2D(new Vector2(xx, xy), new Vector2(yx, yy), new Vector2(ox, oy)),
  }],
  [VariantType.Vector4, {
    scalar: "real",
    members: XYZW,
    create: (c) => vector4(c, 0),
  }],
  [VariantType.Vector4i, {
    scalar: "int32",
    members: XYZW,
    create: ([x = 0, y = 0, z = 0, w = 0]) => new Vector4i(x, y, z, w),
  }],
  [VariantType.Plane, {
    scalar: "real",
    members: [...nested(["normal"], XYZ), "d"],
    create: (c) => new Plane(vector3(c, 0), c[3] ?? 0),
  }],
  [VariantType.Quaternion, {
    scalar: "real",
    members: XYZW,
    create: ([x = 0, y = 0, z = 0, w = 0]) => new Quaternion(x, y, z, w),
  }],
  [VariantType.AABB, {
    scalar: "real",
    members: nested(["position", "size"], XYZ),
    create: (c) => new AABB(vector3(c, 0), vector3(c, 3)),
  }],
  [VariantType.Basis, {
    scalar: "real",
    members: BASIS_ROWS,
    create: (c) => basisOfRows(c),
  }],
  [VariantType.Transform3D, {
    scalar: "real",
    members: [...BASIS_ROWS.map((member) => `basis.${member}`), ...nested(["origin"], XYZ)],
    create: (c) => new Transform3D(basisOfRows(c), vector3(c, 9)),
  }],
  [VariantType.Projection, {
    scalar: "real",
    members: nested(XYZW, XYZW),
    create: (c) => new Projection(vector4(c, 0), vector4(c, 4), vector4(c, 8), vector4(c, 12)),
  }],
  [VariantType.Color, {
    scalar: "float32",
    members: ["r", "g", "b", "a"],
    create: ([r = 0, g = 0, b = 0, a = 0]) => new Color(r, g, b, a),
  }],
]);

function vector3(c: readonly number[], at: number): Vector3 {
  return new Vector3(c[at] ?? 0, c[at + 1] ?? 0, c[at + 2] ?? 0);
}

function vector4(c: readonly number[], at: number): Vector4 {
  return new Vector4(c[at] ?? 0, c[at + 1] ?? 0, c[at + 2] ?? 0, c[at + 3] ?? 0);
}

function basisOfRows(
  [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0]: readonly number[],
): Basis {
  return new Basis(new Vector3(a, d, g), new Vector3(b, e, h), new Vector3(c, f, i));
}

/** The layout of a math type or Color; null for every other type. */
export function fixedLayout(type: VariantType): FixedLayout | null {
  return FIXED_LAYOUTS.get(type) ?? null;
}

/** True for math types and Color. */
export function isFixedValue(value: object): value is FixedValue {
  return "type" in value && FIXED_LAYOUTS.has(value.type as VariantType); // Map.has takes any key
}

/** The components of a math value or Color, in the order of the wire. */
export function fixedComponents(value: FixedValue): number[] {
  const v = value;
  switch (v.type) {
    case VariantType.Vector2:
    case VariantType.Vector2i:
      return [v.x, v.y];
    case VariantType.Rect2:
    case VariantType.Rect2i:
      return [v.position.x, v.position.y, v.size.x, v.size.y];
    case VariantType.Vector3:
    case VariantType.Vector3i:
      return [v.x, v.y, v.z];
    case VariantType.Transform2D:
      return [v.x.x, v.x.y, v.y.x, v.y.y, v.origin.x, v.origin.y];
    case VariantType.Vector4:
    case VariantType.Vector4i:
    case VariantType.Quaternion:
      return [v.x, v.y, v.z, v.w];
    case VariantType.Plane:
      return [v.normal.x, v.normal.y, v.normal.z, v.d];
    case VariantType.AABB:
      return [v.position.x, v.position.y, v.position.z, v.size.x, v.size.y, v.size.z];
    case VariantType.Basis:
      return basisRows(v);
    case VariantType.Transform3D:
      return [...basisRows(v.basis), v.origin.x, v.origin.y, v.origin.z];
    case VariantType.Projection:
      return [v.x, v.y, v.z, v.w].flatMap((column) => [column.x, column.y, column.z, column.w]);
    case VariantType.Color:
      return [v.r, v.g, v.b, v.a];
  }
}

function basisRows({ x, y, z }: Basis): number[] {
  return [x.x, y.x, z.x, x.y, y.y, z.y, x.z, y.z, z.z];
}

/** How many components an element of a packed vector array has; 0 for every other type. */
export function packedStride(type: VariantType): 0 | 2 | 3 | 4 {
  switch (type) {
    case VariantType.PackedVector2Array:
      return 2;
    case VariantType.PackedVector3Array:
      return 3;
    case VariantType.PackedColorArray:
    case VariantType.PackedVector4Array:
      return 4;
    default:
      return 0;
  }
}

/** Makes the packed vector array of that type around its flat components. */
export function createPackedVectors(
  type: PackedVectors["type"],
  components: PackedComponents,
): PackedVectors {
  switch (type) {
    case VariantType.PackedVector2Array:
      return new PackedVector2Array(components);
    case VariantType.PackedVector3Array:
      return new PackedVector3Array(components);
    case VariantType.PackedColorArray:
      return new PackedColorArray(components);
    case VariantType.PackedVector4Array:
      return new PackedVector4Array(components);
  }
}
