import { assertEquals } from "@std/assert";
import { type ElementFit, elementFit } from "../../../src/variant/element_fit.ts";
import { typeOfName } from "../../../src/variant/layout.ts";
import { VARIANT_MAX, VariantType } from "../../../src/variant/types.ts";

function fitOf(wanted: string, found: string): ElementFit {
  return elementFit(typeOfName(wanted) ?? VariantType.Nil, typeOfName(found) ?? VariantType.Nil);
}

Deno.test("elementFit() keeps a type where it is wanted, and anything where none is", () => {
  for (let type = 0; type < VARIANT_MAX; type++) {
    const known = type as VariantType; // 0 to 38 are the type numbers
    assertEquals(elementFit(known, known), "same");
    assertEquals(elementFit(VariantType.Nil, known), "same");
  }
});

Deno.test("elementFit() keeps null among objects only", () => {
  assertEquals(fitOf("Object", "Nil"), "same");
  assertEquals(fitOf("int", "Nil"), "dropped");
});

Deno.test("elementFit() knows what Godot 4.6 converts", async (t) => {
  const rows: [wanted: string, found: string, fit: ElementFit][] = [
    ["int", "float", "converted"],
    ["float", "int", "converted"],
    ["bool", "int", "converted"],
    ["int", "String", "dropped"],
    ["String", "StringName", "converted"],
    ["StringName", "String", "converted"],
    ["StringName", "NodePath", "dropped"],
    ["NodePath", "String", "converted"],
    ["NodePath", "StringName", "dropped"],
    ["Vector2", "Vector2i", "converted"],
    ["Vector2", "Vector3", "dropped"],
    ["Transform3D", "Projection", "converted"],
    ["Transform2D", "Basis", "dropped"],
    ["Color", "int", "converted"],
    ["int", "Color", "dropped"],
    ["RID", "Object", "converted"],
    ["Object", "RID", "dropped"],
    ["Array", "PackedVector4Array", "converted"],
    ["PackedByteArray", "Array", "converted"],
    ["PackedByteArray", "PackedInt32Array", "dropped"],
    ["Dictionary", "Array", "dropped"],
  ];
  for (const [wanted, found, fit] of rows) {
    await t.step(`${found} where ${wanted} is wanted`, () => {
      assertEquals(fitOf(wanted, found), fit);
    });
  }
});

Deno.test("elementFit() converts as many pairs of types as the engine did when asked", () => {
  let count = 0;
  for (let wanted = 1; wanted < VARIANT_MAX; wanted++) {
    for (let found = 0; found < VARIANT_MAX; found++) {
      // 0 to 38 are the type numbers
      if (elementFit(wanted as VariantType, found as VariantType) === "converted") count++;
    }
  }
  assertEquals(count, 49);
});
