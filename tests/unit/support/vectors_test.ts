import { assert, assertEquals } from "@std/assert";
import { loadMalformedVectors, loadVariantVectors } from "../../support/vectors.ts";

Deno.test("loadVariantVectors() gives what the file says", () => {
  const vectors = loadVariantVectors();
  assertEquals(vectors.length, 249);
  const vector = vectors.find(({ name }) => name === "packed-int64-edge");
  assertEquals(vector?.type, "PackedInt64Array");
  assertEquals(vector?.bytes.toHex(), vector?.hex);
  assertEquals(
    vector?.nativeText,
    `{"type":"PackedInt64Array","args":[9223372036854775807,-9223372036854775808,9007199254740993]}`,
  );
  assert(vectors.some(({ hasFullObjects }) => hasFullObjects));
  assertEquals(vectors.filter(({ isVolatile }) => isVolatile).length, 2);
  assertEquals(vectors.filter(({ isNativeLossy }) => isNativeLossy).length, 7);
});

Deno.test("loadVariantVectors() of Godot 3 has no JSON form", () => {
  const vectors = loadVariantVectors(3);
  assertEquals(vectors.length, 112);
  assert(vectors.every(({ godot, nativeText }) => godot === 3 && nativeText === null));
  assert(vectors.some(({ type }) => type === "Quat"));
});

Deno.test("loadMalformedVectors() tells what the engine says", () => {
  const vectors = loadMalformedVectors();
  assertEquals(vectors.length, 320);
  for (const { isAccepted, error, reencoded } of vectors) {
    assertEquals(isAccepted, error === null);
    assert(isAccepted || reencoded === null);
  }
  assert(vectors.some(({ allowObjects, isAccepted }) => allowObjects && isAccepted));
});
