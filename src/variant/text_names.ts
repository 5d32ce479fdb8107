/**
 * The names that Godot's notation gives to types: today's, those of Godot 3, and the older ones
 * that the engine still reads (`VariantParser::parse_value`).
 */

import { typeName, typeOfName } from "./layout.ts";
import { VariantType } from "./types.ts";

const FORMER_NAMES: ReadonlyMap<string, VariantType> = new Map<string, VariantType>([
  ["Matrix32", VariantType.Transform2D],
  ["Matrix3", VariantType.Basis],
  ["Transform", VariantType.Transform3D],
  ["Quat", VariantType.Quaternion],
  ["Rect3", VariantType.AABB],
  ["PoolByteArray", VariantType.PackedByteArray],
  ["ByteArray", VariantType.PackedByteArray],
  ["PackedIntArray", VariantType.PackedInt32Array],
  ["PoolIntArray", VariantType.PackedInt32Array],
  ["IntArray", VariantType.PackedInt32Array],
  ["PackedRealArray", VariantType.PackedFloat32Array],
  ["PoolRealArray", VariantType.PackedFloat32Array],
  ["FloatArray", VariantType.PackedFloat32Array],
  ["PoolStringArray", VariantType.PackedStringArray],
  ["StringArray", VariantType.PackedStringArray],
  ["PoolVector2Array", VariantType.PackedVector2Array],
  ["Vector2Array", VariantType.PackedVector2Array],
  ["PoolVector3Array", VariantType.PackedVector3Array],
  ["Vector3Array", VariantType.PackedVector3Array],
  ["PoolVector4Array", VariantType.PackedVector4Array],
  ["Vector4Array", VariantType.PackedVector4Array],
  ["PoolColorArray", VariantType.PackedColorArray],
  ["ColorArray", VariantType.PackedColorArray],
]);

/** The type that a word before `(` names; null when it names none. */
export function typeOfWord(word: string): VariantType | null {
  return typeOfName(word) ?? FORMER_NAMES.get(word) ?? null;
}

/** Words that begin a value without naming a type. */
const PLAIN_WORDS = ["null", "true", "false", "inf", "nan", "Resource"];

/** A word that begins a value and differs from this one in case alone; null when there is none. */
export function similarWord(word: string): string | null {
  const types = Object.values(VariantType).filter((type) => type > VariantType.String);
  const words = [...PLAIN_WORDS, ...types.map((type) => typeName(type)), ...FORMER_NAMES.keys()];
  return words.find((known) => known.toLowerCase() === word.toLowerCase()) ?? null;
}
