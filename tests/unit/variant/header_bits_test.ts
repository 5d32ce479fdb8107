import { assertEquals } from "@std/assert";
import { hasReals, KNOWN_BITS } from "../../../src/variant/header_bits.ts";
import { VARIANT_MAX, VariantType } from "../../../src/variant/types.ts";

Deno.test("KNOWN_BITS has a mask for every type", () => {
  assertEquals(KNOWN_BITS[4].length, VARIANT_MAX);
  assertEquals(KNOWN_BITS[3].length, VARIANT_MAX);
});

Deno.test("KNOWN_BITS knows the flags of each type", async (t) => {
  const rows: [name: keyof typeof VariantType, godot4: number, godot3: number][] = [
    ["Nil", 0xff, 0xff],
    ["Bool", 0xff, 0xff],
    ["Int", 0x100ff, 0x100ff],
    ["Float", 0x100ff, 0x100ff],
    ["Object", 0x100ff, 0x100ff],
    ["Vector2", 0x100ff, 0xff],
    ["Vector2i", 0xff, 0xff],
    ["Color", 0xff, 0xff],
    ["PackedFloat64Array", 0xff, 0xff],
    ["PackedVector3Array", 0x100ff, 0xff],
    ["PackedColorArray", 0xff, 0xff],
    ["Array", 0x300ff, 0xff],
    ["Dictionary", 0xf00ff, 0xff],
  ];
  for (const [name, godot4, godot3] of rows) {
    await t.step(name, () => {
      const type = VariantType[name];
      assertEquals([KNOWN_BITS[4][type], KNOWN_BITS[3][type]], [godot4, godot3]);
    });
  }
});

Deno.test("hasReals() holds where the width of floats is a choice", () => {
  const types = [VariantType.Projection, VariantType.PackedVector4Array];
  assertEquals(types.map(hasReals), [true, true]);
  const others = [VariantType.Float, VariantType.Color, VariantType.PackedColorArray];
  assertEquals([...others, VariantType.Rect2i, VariantType.PackedFloat32Array].map(hasReals), [
    false,
    false,
    false,
    false,
    false,
  ]);
});
