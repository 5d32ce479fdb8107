import { assertEquals, assertThrows } from "@std/assert";
import type { Dissection } from "../../../src/bytes/dissection.ts";
import { DecodeError } from "../../../src/errors.ts";
import { dissectPacked } from "../../../src/variant/dissect_packed.ts";
import { Dissecting } from "../../../src/variant/dissecting.ts";
import { encodeVariant } from "../../../src/variant/encode.ts";
import {
  PackedStringArray,
  PackedVector3Array,
  PackedVector4Array,
  type Variant,
  VariantType,
} from "../../../src/variant/types.ts";

/** The leaves after the count. */
function dissect(bytes: Uint8Array, type: VariantType, isWide = false): readonly Dissection[] {
  const d = new Dissecting({});
  d.reset(bytes, 0, bytes.length);
  const root = d.open("root", "test");
  dissectPacked(d, type, isWide);
  assertEquals(d.remaining, 0);
  return root.children.slice(1);
}

function elementsOf(value: Variant, type: VariantType): unknown[] {
  return dissect(encodeVariant(value).subarray(4), type)
    .map(({ name, type, value }) => [name, type, value]);
}

Deno.test("dissectPacked() makes a leaf of each number", () => {
  assertEquals(elementsOf(new Int32Array([1, -2]), VariantType.PackedInt32Array), [
    ["[0]", "i32", 1],
    ["[1]", "i32", -2],
  ]);
  assertEquals(elementsOf(new BigInt64Array([5n]), VariantType.PackedInt64Array), [
    ["[0]", "i64", 5n],
  ]);
  assertEquals(elementsOf(new Float32Array([1.5]), VariantType.PackedFloat32Array), [
    ["[0]", "f32", 1.5],
  ]);
  assertEquals(elementsOf(new Float64Array([0.1]), VariantType.PackedFloat64Array), [
    ["[0]", "f64", 0.1],
  ]);
});

Deno.test("dissectPacked() makes a leaf of each vector", () => {
  const vectors = new PackedVector3Array(new Float32Array([1, 2, 3, 0.1, -0, Infinity]));
  assertEquals(elementsOf(vectors, VariantType.PackedVector3Array), [
    ["[0]", "3 × f32", "(1, 2, 3)"],
    ["[1]", "3 × f32", "(0.1, -0.0, inf)"],
  ]);
});

Deno.test("dissectPacked() reads 64-bit vectors", () => {
  const bytes = new Uint8Array(20);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 1, true);
  view.setFloat64(4, 0.1, true);
  view.setFloat64(12, 2, true);
  const [vector] = dissect(bytes, VariantType.PackedVector2Array, true);
  assertEquals([vector?.type, vector?.value], ["2 × f64", "(0.1, 2)"]);
});

Deno.test("dissectPacked() groups many numbers into rows", () => {
  const rows = elementsOf(
    Int32Array.from({ length: 70 }, (_, i) => i),
    VariantType.PackedInt32Array,
  );
  assertEquals([rows.length, rows[0], rows.at(-1)], [
    9,
    ["[0..7]", "8 × i32", "0, 1, 2, 3, 4, 5, 6, 7"],
    ["[64..69]", "6 × i32", "64, 65, 66, 67, 68, 69"],
  ]);
});

Deno.test("dissectPacked() groups many vectors into rows", () => {
  const vectors = new PackedVector4Array(new Float32Array(65 * 4));
  const rows = elementsOf(vectors, VariantType.PackedVector4Array);
  assertEquals([rows.length, rows[0], rows.at(-1)], [
    33,
    ["[0..1]", "8 × f32", "(0, 0, 0, 0), (0, 0, 0, 0)"],
    ["[64]", "4 × f32", "(0, 0, 0, 0)"],
  ]);
});

Deno.test("dissectPacked() makes one leaf of bytes, and one of their padding", () => {
  assertEquals(elementsOf(new Uint8Array([1, 2]), VariantType.PackedByteArray), [
    ["bytes", "bytes", new Uint8Array([1, 2])],
    ["padding", "padding", new Uint8Array(2)],
  ]);
});

Deno.test("dissectPacked() makes a branch of each string", () => {
  const bytes = encodeVariant(new PackedStringArray(["a", ""])).subarray(4);
  const items = dissect(bytes, VariantType.PackedStringArray);
  assertEquals(items.map(({ name, type, length }) => [name, type, length]), [
    ["[0]", "text", 8],
    ["[1]", "text", 8],
  ]);
});

Deno.test("dissectPacked() never reads elements that are not there", () => {
  const bytes = Uint8Array.fromHex("ffffff1f00000000");
  const error = assertThrows(() => dissect(bytes, VariantType.PackedInt32Array), DecodeError);
  assertEquals([error.reason, error.offset], ["truncated", 0]);
});
