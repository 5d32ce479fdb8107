import { assertEquals } from "@std/assert";
import { GODOT3_ID_OF_TYPE, typeName } from "../../../src/variant/layout.ts";
import { similarWord, typeOfWord } from "../../../src/variant/text_names.ts";
import { VariantType } from "../../../src/variant/types.ts";

Deno.test("typeOfWord() knows the names of both generations", () => {
  for (const type of Object.values(VariantType)) {
    assertEquals(typeOfWord(typeName(type)), type);
    if ((GODOT3_ID_OF_TYPE[type] ?? -1) >= 0) assertEquals(typeOfWord(typeName(type, 3)), type);
  }
});

const FORMER: [name: string, type: VariantType][] = [
  ["Matrix32", VariantType.Transform2D],
  ["Matrix3", VariantType.Basis],
  ["Rect3", VariantType.AABB],
  ["Transform", VariantType.Transform3D],
  ["Quat", VariantType.Quaternion],
  ["ByteArray", VariantType.PackedByteArray],
  ["IntArray", VariantType.PackedInt32Array],
  ["PackedIntArray", VariantType.PackedInt32Array],
  ["FloatArray", VariantType.PackedFloat32Array],
  ["PackedRealArray", VariantType.PackedFloat32Array],
  ["StringArray", VariantType.PackedStringArray],
  ["Vector2Array", VariantType.PackedVector2Array],
  ["Vector3Array", VariantType.PackedVector3Array],
  ["Vector4Array", VariantType.PackedVector4Array],
  ["ColorArray", VariantType.PackedColorArray],
];

Deno.test("typeOfWord() knows names older than that", () => {
  for (const [name, type] of FORMER) assertEquals(typeOfWord(name), type, name);
});

Deno.test("typeOfWord() answers null for other words", () => {
  for (const word of ["", "vector2", "Vector5", "null", "constructor"]) {
    assertEquals(typeOfWord(word), null, word);
  }
});

Deno.test("similarWord() finds the word that differs in case alone", () => {
  assertEquals(similarWord("vector2I"), "Vector2i");
  assertEquals(similarWord("TRUE"), "true");
  assertEquals(similarWord("Null"), "null");
  assertEquals(similarWord("rid"), "RID");
  assertEquals(similarWord("poolbytearray"), "PoolByteArray");
  assertEquals(similarWord("hello"), null);
});
