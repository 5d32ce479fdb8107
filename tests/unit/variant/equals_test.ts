import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { decodeVariant } from "../../../src/variant/decode.ts";
import { encodeVariant } from "../../../src/variant/encode.ts";
import { dictionaryGet, keyHash, variantEquals } from "../../../src/variant/equals.ts";
import { floatOfBits } from "../../../src/variant/numbers.ts";
import {
  AABB,
  Basis,
  Callable,
  Color,
  EncodedObject,
  NodePath,
  ObjectId,
  PackedColorArray,
  PackedStringArray,
  PackedVector2Array,
  PackedVector4Array,
  Plane,
  Projection,
  Quaternion,
  Rect2,
  Rid,
  Signal,
  StringName,
  Transform2D,
  Transform3D,
  type Variant,
  VariantArray,
  VariantDictionary,
  VariantType,
  Vector2,
  Vector2i,
  Vector3,
  Vector4,
} from "../../../src/variant/types.ts";
import { arbitraryVariant } from "../../support/arbitrary_variant.ts";

const ORIGIN = new Vector3(0, 0, 0);
const INT = { kind: "builtin", type: VariantType.Int } as const;

/** Pairwise different values, each made anew by its function. */
const DISTINCT: readonly (() => Variant)[] = [
  () => null,
  () => false,
  () => true,
  () => 0n,
  () => 1n,
  () => 0,
  () => -0,
  () => 1,
  () => NaN,
  () => floatOfBits(0xfff8000000000000n),
  () => floatOfBits(0x7ff8000000000001n),
  () => "",
  () => "1",
  () => "a",
  () => new StringName("a"),
  () => new NodePath(["a"], [], false),
  () => new NodePath(["a"], [], true),
  () => new NodePath([], ["a"], false),
  () => new NodePath(["a", "b"], [], false),
  () => new NodePath(["a/b"], [], false),
  () => new Vector2(1, 2),
  () => new Vector2(-0, 2),
  () => new Vector2(0, 2),
  () => new Vector2(floatOfBits(0x7ff8000020000000n), 2),
  () => new Vector2(NaN, 2),
  () => new Vector2i(1, 2),
  () => new Vector4(1, 2, 3, 4),
  () => new Quaternion(1, 2, 3, 4),
  () => new Color(1, 2, 3, 4),
  () => new Plane(new Vector3(1, 2, 3), 4),
  () => new Rect2(new Vector2(1, 2), new Vector2(3, 4)),
  () => new Transform2D(new Vector2(1, 2), new Vector2(3, 4), new Vector2(5, 6)),
  () => new AABB(new Vector3(1, 2, 3), new Vector3(4, 5, 6)),
  () => new Basis(new Vector3(1, 2, 3), ORIGIN, ORIGIN),
  () => new Basis(new Vector3(1, 0, 0), new Vector3(2, 0, 0), new Vector3(3, 0, 0)),
  () => new Transform3D(new Basis(ORIGIN, ORIGIN, ORIGIN), new Vector3(0, 0, 1)),
  () =>
    new Projection(
      new Vector4(0, 0, 0, 0),
      new Vector4(0, 0, 0, 0),
      new Vector4(0, 0, 0, 0),
      new Vector4(0, 0, 0, 1),
    ),
  () => new Rid(0n),
  () => new Rid(1n),
  () => new ObjectId(0n),
  () => new ObjectId(1n),
  () => new EncodedObject("", []),
  () => new EncodedObject("Node", []),
  () => new EncodedObject("Node", [{ name: "a", value: 1n }]),
  () => new EncodedObject("Node", [{ name: "a", value: 1 }]),
  () => new EncodedObject("Node", [{ name: "b", value: 1n }]),
  () => new Callable(),
  () => new Signal("", 0n),
  () => new Signal("a", 0n),
  () => new Signal("a", 1n),
  () => new VariantArray([]),
  () => new VariantArray([], INT),
  () => new VariantArray([], { kind: "builtin", type: VariantType.Float }),
  () => new VariantArray([], { kind: "class", className: "Node" }),
  () => new VariantArray([], { kind: "class", className: "Resource" }),
  () => new VariantArray([], { kind: "script", path: "Node" }),
  () => new VariantArray([1n]),
  () => new VariantArray([1]),
  () => new VariantArray([null, 1n]),
  () => new VariantArray([1n, null]),
  () => new VariantDictionary([], []),
  () => new VariantDictionary([], [], INT, null),
  () => new VariantDictionary([], [], null, INT),
  () => new VariantDictionary(["a", "b"], [1n, 2n]),
  () => new VariantDictionary(["b", "a"], [2n, 1n]),
  () => new VariantDictionary(["a", new StringName("b")], [1n, 2n]),
  () => new Uint8Array([1, 0, 0, 0]),
  () => new Int32Array([1]),
  () => new BigInt64Array([1n]),
  () => new Float32Array([0]),
  () => new Float32Array([-0]),
  () => new Float64Array([0]),
  () => new Float64Array([0, 0]),
  () => new PackedStringArray([]),
  () => new PackedStringArray(["a"]),
  () => new PackedVector2Array(new Float32Array([1, 2])),
  () => new PackedVector2Array(new Float64Array([1, 0.1])),
  () => new PackedColorArray(new Float32Array([1, 2, 3, 4])),
  () => new PackedVector4Array(new Float32Array([1, 2, 3, 4])),
];

Deno.test("variantEquals() is true for the same value and false for every other", () => {
  DISTINCT.forEach((makeA, i) =>
    DISTINCT.forEach((makeB, j) =>
      assertEquals(variantEquals(makeA(), makeB()), i === j, `${makeA} and ${makeB}`)
    )
  );
});

Deno.test("variantEquals() compares packed vectors by their numbers, in 32 or 64 bits", () => {
  const narrow = new PackedVector2Array(new Float32Array([1, 2]));
  assert(variantEquals(narrow, new PackedVector2Array(new Float64Array([1, 2]))));
  assert(!variantEquals(narrow, new PackedVector2Array(new Float64Array([1, 2.5]))));
  assert(!variantEquals(narrow, new PackedVector2Array(new Float64Array([1]))));
});

Deno.test("variantEquals() and keyHash() follow values that nest 1024 levels deep", () => {
  assert(variantEquals(nest(1024, 1n), nest(1024, 1n)));
  assert(!variantEquals(nest(1024, 1n), nest(1024, 2n)));
  assertEquals(keyHash(nest(1024, 1n)), keyHash(nest(1024, 1n)));
  assertNotEquals(keyHash(nest(1024, 1n)), keyHash(nest(1024, 2n)));
});

/** Alternating arrays and dictionaries around a value. */
function nest(levels: number, innermost: Variant): Variant {
  let value = innermost;
  for (let i = 0; i < levels; i++) {
    value = i % 2 === 0 ? new VariantArray([value]) : new VariantDictionary([value], [null]);
  }
  return value;
}

Deno.test("variantEquals() and keyHash() find a copy the same, whatever the value", () => {
  const property = fc.property(arbitraryVariant({ objects: true }), (value) => {
    const packet = encodeVariant(value, { fullObjects: true });
    const copy = decodeVariant(packet, { allowObjects: true });
    assert(variantEquals(value, copy));
    assertEquals(keyHash(copy), keyHash(value));
  });
  fc.assert(property, { numRuns: 200 });
});

/** What Godot 4.6 answers when both are set as keys: one entry or two. */
const SAME_KEY: readonly (readonly [Variant, Variant])[] = [
  ["a", new StringName("a")],
  [0, -0],
  [NaN, floatOfBits(0xfff8000000000001n)],
  [new Vector2(0, 1), new Vector2(-0, 1)],
  [new Vector2(NaN, 1), new Vector2(floatOfBits(0xfff8000020000000n), 1)],
  [new VariantArray([0]), new VariantArray([-0])],
  [new VariantArray([1n]), new VariantArray([1n], INT)],
  [new VariantDictionary(["a"], [1n]), new VariantDictionary([new StringName("a")], [1n])],
  [new VariantDictionary(["a"], [1n]), new VariantDictionary(["a"], [1n], null, INT)],
  [new Float32Array([NaN, 0]), new Float32Array([NaN, -0])],
  [new Callable(), new Callable()],
  [new ObjectId(0n), new ObjectId(0n)],
];

const OTHER_KEY: readonly (readonly [Variant, Variant])[] = [
  ["a", new NodePath(["a"], [], false)],
  [1n, 1],
  [0n, false],
  [null, false],
  [null, new ObjectId(0n)],
  ["1", 1n],
  ["n", null],
  [new Vector2(1, 2), new Vector2i(1, 2)],
  [new NodePath(["a", "b"], [], false), new NodePath(["a/b"], [], false)],
  [new VariantArray(["a"]), new VariantArray([new StringName("a")])],
  [new VariantArray([1n]), new VariantArray([1])],
  [new VariantArray(["a,b"]), new VariantArray(["a", "b"])],
  [new VariantArray([new VariantArray([]), 1n]), new VariantArray([new VariantArray([1n])])],
  [new VariantDictionary(["a"], ["x"]), new VariantDictionary(["a"], [new StringName("x")])],
  [new VariantDictionary(["a", "b"], [1n, 2n]), new VariantDictionary(["b", "a"], [2n, 1n])],
  [new Int32Array([1]), new BigInt64Array([1n])],
  [new PackedStringArray(["a", "b"]), new PackedStringArray(['a","b'])],
  [new PackedStringArray([]), new PackedStringArray([""])],
  [new Signal("a", 1n), new Signal("a", 2n)],
  [new Signal("1", 1n), new Signal("", 11n)],
  [new Rid(1n), new Rid(2n)],
  [new EncodedObject("Node", []), new EncodedObject("Node", [{ name: "a", value: null }])],
];

Deno.test("keyHash() is the same for what Godot's Dictionary takes for one key", () => {
  for (const [a, b] of SAME_KEY) assertEquals(keyHash(a), keyHash(b));
  for (const [a, b] of OTHER_KEY) assertNotEquals(keyHash(a), keyHash(b));
});

Deno.test("dictionaryGet() finds the last of equal keys", () => {
  const dictionary = new VariantDictionary(
    ["a", 1n, new StringName("a"), -0, 0, new Vector2(1, 2)],
    ["first", "int", "second", "negative zero", "zero", "vector"],
  );
  assertEquals(dictionaryGet(dictionary, "a"), "second");
  assertEquals(dictionaryGet(dictionary, 1n), "int");
  assertEquals(dictionaryGet(dictionary, 0), "zero");
  assertEquals(dictionaryGet(dictionary, new Vector2(1, 2)), "vector");
  assertEquals(dictionaryGet(dictionary, 1), undefined);
  assertEquals(dictionaryGet(new VariantDictionary(["a"], [null]), "a"), null);
});
