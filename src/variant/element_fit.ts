/**
 * What becomes of a value that is put into a typed container: kept, converted or dropped. Measured
 * with Godot 4.6 for every pair of types (`ContainerTypeValidate`, `Variant::can_convert_strict`).
 */

import { VariantType } from "./types.ts";

/** `converted` and `dropped` hold for elements and keys; values of a Dictionary stay as they are. */
export type ElementFit = "same" | "converted" | "dropped";

const PACKED_ARRAYS: readonly VariantType[] = [
  VariantType.PackedByteArray,
  VariantType.PackedInt32Array,
  VariantType.PackedInt64Array,
  VariantType.PackedFloat32Array,
  VariantType.PackedFloat64Array,
  VariantType.PackedStringArray,
  VariantType.PackedVector2Array,
  VariantType.PackedVector3Array,
  VariantType.PackedColorArray,
  VariantType.PackedVector4Array,
];

/** From the type of the container to the types that it converts. */
const CONVERTED: ReadonlyMap<VariantType, readonly VariantType[]> = new Map<
  VariantType,
  readonly VariantType[]
>([
  [VariantType.Bool, [VariantType.Int, VariantType.Float]],
  [VariantType.Int, [VariantType.Bool, VariantType.Float]],
  [VariantType.Float, [VariantType.Bool, VariantType.Int]],
  [VariantType.String, [VariantType.StringName, VariantType.NodePath]],
  [VariantType.Vector2, [VariantType.Vector2i]],
  [VariantType.Vector2i, [VariantType.Vector2]],
  [VariantType.Rect2, [VariantType.Rect2i]],
  [VariantType.Rect2i, [VariantType.Rect2]],
  [VariantType.Vector3, [VariantType.Vector3i]],
  [VariantType.Vector3i, [VariantType.Vector3]],
  [VariantType.Transform2D, [VariantType.Transform3D]],
  [VariantType.Vector4, [VariantType.Vector4i]],
  [VariantType.Vector4i, [VariantType.Vector4]],
  [VariantType.Quaternion, [VariantType.Basis]],
  [VariantType.Basis, [VariantType.Quaternion]],
  [
    VariantType.Transform3D,
    [VariantType.Transform2D, VariantType.Quaternion, VariantType.Basis, VariantType.Projection],
  ],
  [VariantType.Projection, [VariantType.Transform3D]],
  [VariantType.Color, [VariantType.Int, VariantType.String]],
  [VariantType.StringName, [VariantType.String]],
  [VariantType.NodePath, [VariantType.String]],
  [VariantType.RID, [VariantType.Object]],
  [VariantType.Array, PACKED_ARRAYS],
  ...PACKED_ARRAYS.map((type) => [type, [VariantType.Array]] as const),
]);

/** How a value of type `found` fits where `wanted` is declared; `Nil` there means: anything. */
export function elementFit(wanted: VariantType, found: VariantType): ElementFit {
  if (wanted === VariantType.Nil || wanted === found) return "same";
  if (wanted === VariantType.Object && found === VariantType.Nil) return "same"; // null
  return CONVERTED.get(wanted)?.includes(found) ? "converted" : "dropped";
}
