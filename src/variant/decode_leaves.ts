/** Decoding of the types that hold no other values and are not the commonest: math, paths, ids. */

import {
  readPackedBytes,
  readPackedFloat32,
  readPackedFloat64,
  readPackedInt32,
  readPackedInt64,
  readPackedReals,
  readPackedStrings,
} from "./decode_packed.ts";
import {
  type Decoding,
  hasWideReals,
  readCachedString,
  readInt32,
  readReal32,
  readReal64,
  readString,
  readUint64,
} from "./decoding.ts";
import { fixedLayout } from "./layout.ts";
import {
  AABB,
  Basis,
  Callable,
  Color,
  NodePath,
  PackedColorArray,
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
  VariantType,
  Vector2,
  Vector2i,
  Vector3,
  Vector3i,
  Vector4,
  Vector4i,
} from "./types.ts";
import * as verdict from "./verdict.ts";

/**
 * Reads what follows the header of a type that holds no other values.
 *
 * @throws {DecodeError} when the engine would refuse the bytes.
 */
export function readLeaf(d: Decoding, header: number, type: VariantType): Variant {
  switch (type) {
    case VariantType.StringName:
      return new StringName(readString(d, type));
    case VariantType.NodePath:
      return readNodePath(d);
    case VariantType.RID:
      return readRid(d);
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
    default:
      return readMath(d, header, type);
  }
}

/** Number of components by type number; 0 for types that are not math types. */
const MATH_COMPONENTS: readonly number[] = Array.from(
  { length: VARIANT_MAX },
  (_, type) => fixedLayout(type as VariantType)?.members.length ?? 0, // 0 to 38 are type numbers
);

function readMath(d: Decoding, header: number, type: VariantType): Variant {
  const count = MATH_COMPONENTS[type]!; // the types left for here all have an entry
  if (hasWideReals(d, header)) {
    d.need(8 * count, type);
    return createMath(d, type, readReal64);
  }
  d.need(4 * count, type);
  return createMath(d, type, readReal32);
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
