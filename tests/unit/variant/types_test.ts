import { assertEquals } from "@std/assert";
import {
  EncodedObject,
  VARIANT_MAX,
  VariantType,
  variantTypeOf,
} from "../../../src/variant/types.ts";
import { SAMPLES } from "../../support/wire.ts";

Deno.test("variantTypeOf() gives the type number that the wire has, for each type", async (t) => {
  for (const { name, value, bytes } of SAMPLES) {
    await t.step(name, () => assertEquals(variantTypeOf(value), bytes[0]));
  }
  assertEquals(SAMPLES.map(({ value }) => variantTypeOf(value)), [...Array(VARIANT_MAX).keys()]);
});

Deno.test("variantTypeOf() tells an int from a float by JavaScript's types", () => {
  assertEquals([1n, 1, NaN, -0, 2 ** 53].map(variantTypeOf), [2, 3, 3, 3, 3]);
});

Deno.test("variantTypeOf() takes objects in full for objects, views of buffers by their kind", () => {
  assertEquals(variantTypeOf(new EncodedObject("Node", [])), VariantType.Object);
  const buffer = new ArrayBuffer(16);
  assertEquals(variantTypeOf(new Uint8Array(buffer, 3, 2)), VariantType.PackedByteArray);
  assertEquals(variantTypeOf(new Float64Array(buffer, 8)), VariantType.PackedFloat64Array);
});

Deno.test("VariantType has each number once, under the name that the engine prints", () => {
  const names = Object.entries(VariantType).map(([name, type]) => [type, name.toLowerCase()]);
  assertEquals(names, SAMPLES.map(({ name }, type) => [type, name.toLowerCase()]));
});
