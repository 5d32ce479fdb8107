import { assert, assertEquals, assertThrows } from "@std/assert";
import { ParseError } from "../../../src/errors.ts";
import { variantEquals } from "../../../src/variant/equals.ts";
import { fixedLayout, typeName } from "../../../src/variant/layout.ts";
import { boxedList } from "../../../src/variant/text_constructors.ts";
import { variantFromText } from "../../../src/variant/text.ts";
import {
  Basis,
  Color,
  ObjectId,
  PackedColorArray,
  PackedStringArray,
  PackedVector2Array,
  PackedVector3Array,
  PackedVector4Array,
  Projection,
  Rect2i,
  Rid,
  Transform2D,
  type Variant,
  VariantType,
  Vector2,
  Vector2i,
  Vector3,
  Vector4,
  Vector4i,
} from "../../../src/variant/types.ts";

const f32 = Math.fround;

const READ: [text: string, value: Variant][] = [
  ["Vector2(1, -2.5)", new Vector2(1, -2.5)],
  ["Vector2( 1 ,2 )", new Vector2(1, 2)],
  ["Vector2 (1, 2)", new Vector2(1, 2)],
  ["Vector2\n(1, ; x\n2)", new Vector2(1, 2)],
  ["Vector2(0.1, 1e-05)", new Vector2(f32(0.1), f32(1e-5))],
  ["Vector2(inf, -inf)", new Vector2(Infinity, -Infinity)],
  ["Vector2(inf_neg, nan)", new Vector2(-Infinity, NaN)],
  ["Vector2(-0.0, -0)", new Vector2(-0, 0)],
  ["Vector2(1e300, 16777217)", new Vector2(Infinity, 16777216)],
  ["Vector2i(1.9, -1.9)", new Vector2i(1, -1)],
  ["Vector2i(4294967295, 2147483648)", new Vector2i(-1, -2147483648)],
  ["Vector2i(9223372036854775807, -9223372036854775808)", new Vector2i(-1, 0)],
  ["Vector4i(0x10, 0b11, 1_0, -1)", new Vector4i(16, 3, 10, -1)],
  ["Rect2i(1, 2, 3, 4)", new Rect2i(new Vector2i(1, 2), new Vector2i(3, 4))],
  [
    "Transform2D(1, 2, 3, 4, 5, 6)",
    new Transform2D(new Vector2(1, 2), new Vector2(3, 4), new Vector2(5, 6)),
  ],
  [
    "Basis(1, 4, 7, 2, 5, 8, 3, 6, 9)",
    new Basis(new Vector3(1, 2, 3), new Vector3(4, 5, 6), new Vector3(7, 8, 9)),
  ],
  [
    "Projection(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)",
    new Projection(
      new Vector4(1, 2, 3, 4),
      new Vector4(5, 6, 7, 8),
      new Vector4(9, 10, 11, 12),
      new Vector4(13, 14, 15, 16),
    ),
  ],
  ["Color(1, 0.5, 0, 0.1)", new Color(1, 0.5, 0, f32(0.1))],
  ["PackedByteArray()", new Uint8Array()],
  ["PackedByteArray(1, 255, 256, -1, 300.7)", new Uint8Array([1, 255, 0, 255, 44])],
  ['PackedByteArray("AQID/w==")', new Uint8Array([1, 2, 3, 255])],
  ['PackedByteArray( "AQ\nID" )', new Uint8Array([1, 2, 3])],
  ['PackedByteArray("")', new Uint8Array()],
  ["PackedInt32Array(2147483648, -1.9)", new Int32Array([-2147483648, -1])],
  [
    "PackedInt64Array(9223372036854775807, 9223372036854775808, 1.9, 1e18)",
    new BigInt64Array([9223372036854775807n, -9223372036854775808n, 1n, 10n ** 18n]),
  ],
  ["PackedFloat32Array(0.1, -0.0, nan)", new Float32Array([0.1, -0, NaN])],
  ["PackedFloat64Array(0.1, 9007199254740993)", new Float64Array([0.1, 9007199254740992])],
  ['PackedStringArray("a", "\\n",)', new PackedStringArray(["a", "\n"])],
  ["PackedStringArray()", new PackedStringArray([])],
  ["PackedVector2Array(1, 2, 3)", new PackedVector2Array(new Float32Array([1, 2]))],
  ["PackedVector3Array(1, 2)", new PackedVector3Array(new Float32Array())],
  ["PackedColorArray(1, 2, 3, 4, 5)", new PackedColorArray(new Float32Array([1, 2, 3, 4]))],
  ["PackedVector4Array(1, 2, 3, 0.1)", new PackedVector4Array(new Float32Array([1, 2, 3, 0.1]))],
  ["RID(1.9)", new Rid(1n)],
  ["RID(-1)", new Rid(0xffffffffffffffffn)],
  ["RID(18446744073709551615)", new Rid(0xffffffffffffffffn)],
  ["Object(id -9223372036854775808)", new ObjectId(0x8000000000000000n)],
];

Deno.test("variantFromText() reads constructors as tolerantly as the engine", async (t) => {
  for (const [text, value] of READ) {
    await t.step(JSON.stringify(text), () => assert(variantEquals(variantFromText(text), value)));
  }
});

Deno.test("variantFromText() takes as many numbers as a math type has components", async (t) => {
  for (const type of Object.values(VariantType)) {
    const layout = fixedLayout(type);
    if (layout === null) continue;
    const name = typeName(type);
    const numbers = layout.members.map((_, index) => index + 1);
    await t.step(name, () => {
      const value = variantFromText(`${name}(${numbers})`);
      assert(variantEquals(value, layout.create(numbers)));
      const few = assertThrows(() => variantFromText(`${name}(${numbers.slice(1)})`), ParseError);
      const more = assertThrows(() => variantFromText(`${name}(${numbers}, 0)`), ParseError);
      const count = numbers.length;
      assertEquals(few.message.includes(`${name} takes ${count} numbers, got ${count - 1}`), true);
      assertEquals(more.message.includes(`${name} takes ${count} numbers, got more`), true);
    });
  }
});

const REFUSED: [text: string, message: string][] = [
  ["Vector2", 'Expected "(" after Vector2, got the end of the text (line 1, column 8)'],
  ["Vector2[1]", 'Expected "(" after Vector2, got "[" (line 1, column 8)'],
  ["Vector2()", "Vector2 takes 2 numbers, got 0 (line 1, column 9)"],
  ["Quat( 1, 2 )", "Quat takes 4 numbers, got 2 (line 1, column 12)"],
  ["Vector2(1, 2, 3)", "Vector2 takes 2 numbers, got more (line 1, column 15)"],
  ["Vector2(1, 2,)", 'Expected a number in Vector2, got ")" (line 1, column 14)'],
  ["Vector2(, 1)", 'Expected a number in Vector2, got "," (line 1, column 9)'],
  ["Vector2(1 2)", 'Expected "," or ")" in Vector2, got "2" (line 1, column 11)'],
  ["Vector2(1, null)", 'Expected a number in Vector2, got "null" (line 1, column 12)'],
  ["Vector2(1, -nan)", 'Expected a number in Vector2, got "-nan" (line 1, column 12)'],
  ['Vector2("1", 2)', "Expected a number in Vector2, got a string (line 1, column 9)"],
  ["Vector2i(inf, 0)", 'Expected a whole number in Vector2i, got "inf" (line 1, column 10)'],
  ["Vector2i(3e9, 0)", "3e9 does not fit 32 bits (line 1, column 10)"],
  ["Vector2i(1e400, 0)", "1e400 does not fit 32 bits (line 1, column 10)"],
  [
    "Vector2i(9223372036854775809, 0)",
    "9223372036854775809 does not fit 64 bits (line 1, column 10)",
  ],
  ["PackedInt64Array(1e19)", "1e19 does not fit 64 bits (line 1, column 18)"],
  ["PackedInt64Array(1e400)", "1e400 does not fit 64 bits (line 1, column 18)"],
  [
    "PackedByteArray(1,)",
    'Expected a whole number in PackedByteArray, got ")" (line 1, column 19)',
  ],
  ['PackedByteArray("AQI$")', "A string in PackedByteArray is not base64 (line 1, column 17)"],
  ['PackedByteArray( "A")', "A string in PackedByteArray is not base64 (line 1, column 18)"],
  [
    'PackedByteArray("AQID", 1)',
    'Expected ")" at the end of PackedByteArray, got "," (line 1, column 23)',
  ],
  [
    "PackedStringArray(1)",
    'Expected a string in double quotes as an element of PackedStringArray, got "1" (line 1, column 19)',
  ],
  ["RID(18446744073709551616)", "18446744073709551616 does not fit 64 bits (line 1, column 5)"],
  ["RID(-9223372036854775809)", "-9223372036854775809 does not fit 64 bits (line 1, column 5)"],
  ["nan(1)", "nan takes 8 or 16 hexadecimal digits (line 1, column 5)"],
  ["nan(0x7f800000)", "0x7f800000 is not a NaN (line 1, column 5)"],
  ["nan(0xfff0000000000000)", "0xfff0000000000000 is not a NaN (line 1, column 5)"],
  ["nan()", 'Expected the bits of the NaN as a hexadecimal number, got ")" (line 1, column 5)'],
  ["nan(0x7fc00000", 'Expected ")" at the end of nan, got the end of the text (line 1, column 15)'],
  [`[${"9".repeat(1000)}]`, `${"9".repeat(24)}… does not fit 64 bits (line 1, column 2)`],
];

Deno.test("variantFromText() says what a constructor lacks", async (t) => {
  for (const [text, message] of REFUSED) {
    await t.step(text.slice(0, 40), () => {
      const error = assertThrows(() => variantFromText(text), ParseError);
      assertEquals(error.message, message);
    });
  }
});

function bitsOf(value: Variant): string {
  const view = new DataView(new ArrayBuffer(8));
  if (typeof value === "number") view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16);
}

Deno.test("variantFromText() keeps the bits of a NaN in every place", () => {
  assertEquals(bitsOf(variantFromText("nan")), "7ff8000000000000");
  assertEquals(bitsOf(variantFromText("nan(0xfff8000020000001)")), "fff8000020000001");
  assertEquals(bitsOf(variantFromText("nan( 0Xffc00001 )")), "fff8000020000000");
  const vector = variantFromText("Vector2(nan(0xffc00001), nan(0x7ff8000000000001))");
  assert(vector instanceof Vector2);
  assertEquals([bitsOf(vector.x), bitsOf(vector.y)], ["fff8000020000000", "7ff8000000000001"]);
  const wide = variantFromText("PackedFloat64Array(nan(0x7ff0000000000001), nan(0xffc00001))");
  assert(wide instanceof Float64Array);
  assertEquals(
    new BigUint64Array(wide.buffer),
    new BigUint64Array([
      0x7ff0000000000001n,
      0xfff8000020000000n,
    ]),
  );
  const narrow = variantFromText("PackedFloat32Array(nan(0x7f800001), nan(0xfff8000000000001))");
  assert(narrow instanceof Float32Array);
  assertEquals(new Uint32Array(narrow.buffer), new Uint32Array([0x7f800001, 0xffc00000]));
});

Deno.test("boxedList() keeps the payload of NaN", () => {
  for (let i = 0; i < 1000; i++) {
    const list = boxedList<Variant>();
    list.push(1.5, variantFromText("nan(0xfff8000000000001)"));
    assertEquals(bitsOf(list[1] ?? null), "fff8000000000001");
  }
});
