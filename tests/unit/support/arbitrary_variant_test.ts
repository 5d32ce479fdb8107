import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { keyHash } from "../../../src/variant/equals.ts";
import { GODOT3_ID_OF_TYPE } from "../../../src/variant/layout.ts";
import { bitsOfFloat, isNaNBits, USUAL_NAN_64 } from "../../../src/variant/numbers.ts";
import {
  EncodedObject,
  type Variant,
  VARIANT_MAX,
  VariantArray,
  VariantDictionary,
  variantTypeOf,
  Vector3,
} from "../../../src/variant/types.ts";
import { arbitraryVariant, type ArbitraryVariantOptions } from "../../support/arbitrary_variant.ts";

function sample(options: ArbitraryVariantOptions): Variant[] {
  return fc.sample(arbitraryVariant(options), { numRuns: 2000, seed: 1 });
}

/** The value and all that it holds. */
function flatten(value: Variant): Variant[] {
  if (value instanceof VariantArray) return [value, ...value.items.flatMap(flatten)];
  if (value instanceof VariantDictionary) {
    return [value, ...value.keys.flatMap(flatten), ...value.values.flatMap(flatten)];
  }
  if (!(value instanceof EncodedObject)) return [value];
  return [value, ...value.properties.flatMap((property) => flatten(property.value))];
}

Deno.test("arbitraryVariant() makes every type, and for Godot 3 only its types", () => {
  const types = new Set(sample({}).map(variantTypeOf));
  assertEquals(types.size, VARIANT_MAX);
  const godot3Types = new Set(sample({ godot: 3 }).flatMap(flatten).map(variantTypeOf));
  assertEquals(godot3Types.size, GODOT3_ID_OF_TYPE.filter((id) => id >= 0).length);
  for (const type of godot3Types) assert((GODOT3_ID_OF_TYPE[type] ?? -1) >= 0);
});

Deno.test("arbitraryVariant() makes objects in full only when asked", () => {
  const isFull = (value: Variant): boolean => value instanceof EncodedObject;
  assert(!sample({}).flatMap(flatten).some(isFull));
  assert(sample({ objects: true }).flatMap(flatten).some(isFull));
});

Deno.test("arbitraryVariant() makes NaN with payloads, alone and in vectors", () => {
  const values = sample({}).flatMap(flatten);
  const floats = values.filter((value) => typeof value === "number");
  const components = values.filter((value) => value instanceof Vector3).map(({ x }) => x);
  for (const numbers of [floats, components]) {
    assert(numbers.some((value) => Object.is(value, -0)));
    assert(numbers.some((value) => value === Infinity));
  }
  const isOdd = (value: Variant): boolean => {
    if (value instanceof Vector3) return isOdd(value.x);
    const bits = typeof value === "number" ? bitsOfFloat(value) : 0n;
    return isNaNBits(bits) && bits !== USUAL_NAN_64;
  };
  assert(values.some((value) => typeof value === "number" && isOdd(value)));
  assert(values.some((value) => value instanceof Vector3 && isOdd(value)));
});

Deno.test("arbitraryVariant() makes keys that are the same to Godot", () => {
  const dictionaries = sample({}).filter((value) => value instanceof VariantDictionary);
  assert(dictionaries.some(({ keys }) => new Set(keys.map(keyHash)).size < keys.length));
});

Deno.test("arbitraryVariant() nests as deep as asked", () => {
  const depthOf = (value: Variant): number => {
    const [, ...held] = flatten(value);
    return held.length === 0 ? 0 : 1 + Math.max(...held.map(depthOf));
  };
  assertEquals(Math.max(...sample({ maxDepth: 0 }).map(depthOf)), 0);
  assertEquals(Math.max(...sample({ maxDepth: 2 }).map(depthOf)), 2);
});
