import { assertEquals } from "@std/assert";
import { floatOfBits } from "../../../src/variant/numbers.ts";
import {
  formatElementType,
  formatLeaf,
  isIdentifier,
  type Leaf,
  quoted,
} from "../../../src/variant/text_leaf.ts";
import {
  AABB,
  Basis,
  Callable,
  Color,
  type ElementType,
  NodePath,
  ObjectId,
  PackedColorArray,
  PackedStringArray,
  PackedVector2Array,
  PackedVector3Array,
  PackedVector4Array,
  Plane,
  Projection,
  Quaternion,
  Rect2,
  Rect2i,
  Rid,
  Signal,
  StringName,
  Transform2D,
  Transform3D,
  VariantType,
  Vector2,
  Vector2i,
  Vector3,
  Vector3i,
  Vector4,
  Vector4i,
} from "../../../src/variant/types.ts";

const BASIS = new Basis(new Vector3(1, 2, 3), new Vector3(4, 5, 6), new Vector3(7, 8, 9));
const LARGE = (1n << 64n) - 1n;

const WRITTEN: [value: Leaf, text: string][] = [
  [null, "null"],
  [true, "true"],
  [false, "false"],
  [0n, "0"],
  [-9223372036854775808n, "-9223372036854775808"],
  [1, "1.0"],
  [-0, "-0.0"],
  [0.1, "0.1"],
  [-Infinity, "-inf"],
  [floatOfBits(0xfff8000000000000n), "nan(0xfff8000000000000)"],
  ["a", '"a"'],
  [new StringName('a"b'), '&"a\\"b"'],
  [new Vector2(1, -0), "Vector2(1, -0.0)"],
  [new Vector2(Math.fround(0.1), Infinity), "Vector2(0.1, inf)"],
  [new Vector2(0.30000000000000004, NaN), "Vector2(0.30000000000000004, nan)"],
  [new Vector2(floatOfBits(0xfff8000020000000n), 0), "Vector2(nan(0xffc00001), 0)"],
  [new Vector2i(-1, 2), "Vector2i(-1, 2)"],
  [new Rect2(new Vector2(1, 2), new Vector2(3, 4.5)), "Rect2(1, 2, 3, 4.5)"],
  [new Rect2i(new Vector2i(1, 2), new Vector2i(3, 4)), "Rect2i(1, 2, 3, 4)"],
  [new Vector3(1, 2, 3), "Vector3(1, 2, 3)"],
  [new Vector3i(1, 2, 3), "Vector3i(1, 2, 3)"],
  [
    new Transform2D(new Vector2(1, 2), new Vector2(3, 4), new Vector2(5, 6)),
    "Transform2D(1, 2, 3, 4, 5, 6)",
  ],
  [new Vector4(1, 2, 3, 4), "Vector4(1, 2, 3, 4)"],
  [new Vector4i(1, 2, 3, 4), "Vector4i(1, 2, 3, 4)"],
  [new Plane(new Vector3(0, 1, 0), 5), "Plane(0, 1, 0, 5)"],
  [new Quaternion(0, 0, 0, 1), "Quaternion(0, 0, 0, 1)"],
  [new AABB(new Vector3(1, 2, 3), new Vector3(4, 5, 6)), "AABB(1, 2, 3, 4, 5, 6)"],
  [BASIS, "Basis(1, 4, 7, 2, 5, 8, 3, 6, 9)"],
  [
    new Transform3D(BASIS, new Vector3(10, 11, 12)),
    "Transform3D(1, 4, 7, 2, 5, 8, 3, 6, 9, 10, 11, 12)",
  ],
  [
    new Projection(
      new Vector4(1, 2, 3, 4),
      new Vector4(5, 6, 7, 8),
      new Vector4(9, 10, 11, 12),
      new Vector4(13, 14, 15, 16),
    ),
    "Projection(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)",
  ],
  [new Color(1, 0.5, 0, 1), "Color(1, 0.5, 0, 1)"],
  [new NodePath(["root", "Main"], ["x"], true), 'NodePath("/root/Main:x")'],
  [new NodePath([], [], false), 'NodePath("")'],
  [new NodePath(["a/b", ""], ["x"], true), 'NodePath(["a/b", ""], ["x"], true)'],
  [new NodePath([""], [], false), 'NodePath([""], [], false)'],
  [new Rid(0n), "RID()"],
  [new Rid(5n), "RID(5)"],
  [new Rid(LARGE), "RID(-1)"],
  [new ObjectId(0n), "Object(id 0)"],
  [new ObjectId(1n << 63n), "Object(id -9223372036854775808)"],
  [new Callable(), "Callable()"],
  [new Signal("", 0n), "Signal()"],
  [new Signal("died", 1234n), 'Signal("died", 1234)'],
  [new Signal("", LARGE), 'Signal("", -1)'],
  [new Uint8Array(), "PackedByteArray()"],
  [new Uint8Array([1, 255]), "PackedByteArray(1, 255)"],
  [new Int32Array([1, -2]), "PackedInt32Array(1, -2)"],
  [new BigInt64Array([1n, -(1n << 63n)]), "PackedInt64Array(1, -9223372036854775808)"],
  [new Float32Array([0.1, -0, NaN]), "PackedFloat32Array(0.1, -0.0, nan)"],
  [new Float64Array([0.1, Math.fround(0.1)]), "PackedFloat64Array(0.1, 0.10000000149011612)"],
  [new PackedStringArray(["a", "\n"]), 'PackedStringArray("a", "\\n")'],
  [new PackedVector2Array(new Float32Array([0.1, 2])), "PackedVector2Array(0.1, 2)"],
  [new PackedVector2Array(new Float64Array([0.1, NaN])), "PackedVector2Array(0.1, nan)"],
  [new PackedVector3Array(new Float32Array([1, 2, 3])), "PackedVector3Array(1, 2, 3)"],
  [new PackedColorArray(new Float32Array([1, 0, 0, 1])), "PackedColorArray(1, 0, 0, 1)"],
  [new PackedVector4Array(new Float32Array()), "PackedVector4Array()"],
];

Deno.test("formatLeaf() writes every kind of value that holds no others", async (t) => {
  for (const [value, text] of WRITTEN) {
    await t.step(text, () => assertEquals(formatLeaf(value, 4), text));
  }
});

const WRITTEN_3: [value: Leaf, text: string][] = [
  [new Quaternion(0, 0, 0, 1), "Quat(0, 0, 0, 1)"],
  [
    new Transform3D(BASIS, new Vector3(10, 11, 12)),
    "Transform(1, 4, 7, 2, 5, 8, 3, 6, 9, 10, 11, 12)",
  ],
  [new Uint8Array([1]), "PoolByteArray(1)"],
  [new Int32Array([1]), "PoolIntArray(1)"],
  [new Float32Array([1, -Infinity]), "PoolRealArray(1, inf_neg)"],
  [new PackedStringArray(["-inf"]), 'PoolStringArray("-inf")'],
  [new PackedVector2Array(new Float32Array([1, 2])), "PoolVector2Array(1, 2)"],
  [new PackedVector3Array(new Float32Array([1, 2, 3])), "PoolVector3Array(1, 2, 3)"],
  [new PackedColorArray(new Float32Array([1, 2, 3, 4])), "PoolColorArray(1, 2, 3, 4)"],
  [-Infinity, "inf_neg"],
  [new Vector2(-Infinity, Infinity), "Vector2(inf_neg, inf)"],
  ["-inf", '"-inf"'],
];

Deno.test("formatLeaf() uses the words of Godot 3", async (t) => {
  for (const [value, text] of WRITTEN_3) {
    await t.step(text, () => assertEquals(formatLeaf(value, 3), text));
  }
});

Deno.test("formatLeaf() writes the bits of NaN in packed arrays as they are", () => {
  const bits32 = new Uint32Array([0, 0x7f800001, 0xffc00000]);
  const view32 = new Float32Array(bits32.buffer, 4);
  assertEquals(formatLeaf(view32, 4), "PackedFloat32Array(nan(0x7f800001), nan(0xffc00000))");
  const bits64 = new BigUint64Array([0n, 0x7ff0000000000001n, 0xfff8000020000000n]);
  const view64 = new Float64Array(bits64.buffer, 8);
  assertEquals(
    formatLeaf(view64, 4),
    "PackedFloat64Array(nan(0x7ff0000000000001), nan(0xfff8000020000000))",
  );
  assertEquals(
    formatLeaf(new PackedVector2Array(view64), 4), // encoded in 32 bit, which makes them quiet
    "PackedVector2Array(nan, nan(0xffc00001))",
  );
});

const QUOTED: [text: string, quoted: string][] = [
  ["", '""'],
  ["日 😀 é'", '"日 😀 é\'"'],
  ['"\\', '"\\"\\\\"'],
  ["\b\f\n\r\t", '"\\b\\f\\n\\r\\t"'],
  ["\0\x01\x07\v\x1f\x7f\x85\x9f", '"\\u0000\\u0001\\u0007\\u000b\\u001f\\u007f\\u0085\\u009f"'],
  ["\u2028\u2029\ufeff", '"\\u2028\\u2029\\ufeff"'],
  ["a\ud83db\ude00", '"a\ufffdb\ufffd"'],
  ["\xa0\ufffe\uffff", '"\xa0\ufffe\uffff"'],
];

Deno.test("quoted() keeps a string on one line", async (t) => {
  for (const [text, expected] of QUOTED) {
    await t.step(expected, () => assertEquals(quoted(text), expected));
  }
});

const ELEMENT_TYPES: [elementType: ElementType | null, text: string][] = [
  [null, "Variant"],
  [{ kind: "builtin", type: VariantType.Int }, "int"],
  [{ kind: "builtin", type: VariantType.Bool }, "bool"],
  [{ kind: "builtin", type: VariantType.PackedVector4Array }, "PackedVector4Array"],
  [{ kind: "builtin", type: VariantType.Object }, "TYPE_OBJECT"],
  [{ kind: "builtin", type: VariantType.Nil }, "TYPE_NIL"],
  [{ kind: "class", className: "Node" }, "Node"],
  [{ kind: "class", className: "Object" }, "Object"],
  [{ kind: "class", className: "Resource" }, "Resource"],
  [{ kind: "class", className: "Class" }, "Class"],
  [{ kind: "class", className: "Quat" }, "Quat"],
  [{ kind: "class", className: "int" }, 'Class("int")'],
  [{ kind: "class", className: "Variant" }, 'Class("Variant")'],
  [{ kind: "class", className: "Nil" }, 'Class("Nil")'],
  [{ kind: "class", className: "TYPE_OBJECT" }, 'Class("TYPE_OBJECT")'],
  [{ kind: "class", className: "TYPE_NIL" }, 'Class("TYPE_NIL")'],
  [{ kind: "class", className: "" }, 'Class("")'],
  [{ kind: "class", className: "my class" }, 'Class("my class")'],
  [{ kind: "script", path: "res://x.gd" }, 'Resource("res://x.gd")'],
];

Deno.test("formatElementType() tells types, classes and scripts apart", async (t) => {
  for (const [elementType, text] of ELEMENT_TYPES) {
    await t.step(text, () => assertEquals(formatElementType(elementType), text));
  }
});

Deno.test("isIdentifier() is true of one bare word", () => {
  for (const text of ["a", "_a1", "Node3D"]) assertEquals(isIdentifier(text), true, text);
  for (const text of ["", "1a", "a b", "é", "a\n", "-a"]) {
    assertEquals(isIdentifier(text), false, text);
  }
});
