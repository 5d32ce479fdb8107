import { assert, assertEquals, assertThrows } from "@std/assert";
import { ParseError } from "../../../src/errors.ts";
import { variantEquals } from "../../../src/variant/equals.ts";
import { parseJson } from "../../../src/variant/json_syntax.ts";
import { typeOfName } from "../../../src/variant/layout.ts";
import { floatOfText, hasPlainArgs, valueOfArgs } from "../../../src/variant/native_args.ts";
import { floatOfBits } from "../../../src/variant/numbers.ts";
import {
  Basis,
  Color,
  PackedColorArray,
  PackedStringArray,
  PackedVector2Array,
  PackedVector3Array,
  Plane,
  Projection,
  type Variant,
  VariantType,
  Vector2,
  Vector2i,
  Vector3,
  Vector4,
} from "../../../src/variant/types.ts";

/** Reads args of the type with that name. */
function read(name: string, text: string): Variant {
  const type = typeOfName(name);
  if (type === null || !hasPlainArgs(type)) throw new Error(`${name} has no plain args`);
  const node = parseJson(text, { maxDepth: 2, isLenient: false });
  if (node.kind !== "array") throw new Error(`${text} is no array`);
  return valueOfArgs(type, node.items, node, (at, why) => new ParseError(why, text, at.at));
}

const READ: readonly (readonly [string, string, Variant])[] = [
  ["Vector2", `[1, -2.5e-1]`, new Vector2(1, -0.25)],
  ["Vector2", `[-0.0, 1e99999]`, new Vector2(-0, Infinity)],
  ["Vector2", `["1.5", "-inf"]`, new Vector2(1.5, -Infinity)],
  ["Vector2", `[null, "nan"]`, new Vector2(NaN, NaN)],
  [
    "Vector2",
    `["nan(0xffc00001)", "nan(0x7ff8000000000001)"]`,
    new Vector2(floatOfBits(0xfff8000020000000n), floatOfBits(0x7ff8000000000001n)),
  ],
  ["Vector2i", `[1.0, "-2"]`, new Vector2i(1, -2)],
  ["Plane", "[1,2,3,4]", new Plane(new Vector3(1, 2, 3), 4)],
  [
    "Basis",
    "[1,2,3,4,5,6,7,8,9]",
    new Basis(new Vector3(1, 2, 3), new Vector3(4, 5, 6), new Vector3(7, 8, 9)),
  ],
  [
    "Projection",
    "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]",
    new Projection(
      new Vector4(1, 2, 3, 4),
      new Vector4(5, 6, 7, 8),
      new Vector4(9, 10, 11, 12),
      new Vector4(13, 14, 15, 16),
    ),
  ],
  ["Color", "[1,0.5,0,1]", new Color(1, 0.5, 0, 1)],
  ["PackedByteArray", `[0, 255, "7", 1e2]`, new Uint8Array([0, 255, 7, 100])],
  ["PackedInt32Array", "[-2147483648]", new Int32Array([-2147483648])],
  [
    "PackedInt64Array",
    `[9223372036854775807, "-9223372036854775808"]`,
    new BigInt64Array([9223372036854775807n, -9223372036854775808n]),
  ],
  [
    "PackedFloat32Array",
    `[0.1, "nan(0x7f800001)", "nan(0x7ff8000020000000)", null]`,
    new Float32Array(new Uint32Array([0x3dcccccd, 0x7f800001, 0x7fc00001, 0x7fc00000]).buffer),
  ],
  [
    "PackedFloat64Array",
    `["nan(0x7ff0000000000001)", "nan(0xffc00001)", 0.1]`,
    new Float64Array(
      new BigUint64Array([0x7ff0000000000001n, 0xfff8000020000000n, 0x3fb999999999999an]).buffer,
    ),
  ],
  ["PackedStringArray", `["", "i:1"]`, new PackedStringArray(["", "i:1"])],
  ["PackedVector2Array", "[]", new PackedVector2Array(new Float32Array([]))],
  ["PackedVector3Array", "[1,2,3]", new PackedVector3Array(new Float32Array([1, 2, 3]))],
  ["PackedColorArray", "[0.1,2,3,4]", new PackedColorArray(new Float64Array([0.1, 2, 3, 4]))],
];

Deno.test("valueOfArgs() reads numbers, strings of digits, and every NaN", () => {
  for (const [name, text, value] of READ) {
    assert(variantEquals(read(name, text), value), `${name} ${text}`);
  }
});

Deno.test("valueOfArgs() keeps components in 32 bits when that loses nothing", () => {
  const width = (text: string): number => {
    const value = read("PackedVector2Array", text);
    return value instanceof PackedVector2Array ? value.components.BYTES_PER_ELEMENT : 0;
  };
  assertEquals(width(`[0.5, null, 1e99999, 0.10000000149011612]`), 4);
  assertEquals(width(`["nan(0x7f800001)", 1]`), 4);
  assertEquals(width(`[0.1, 0]`), 8);
  assertEquals(width(`["nan(0x7ff8000000000001)", 0]`), 8);
});

const REFUSED: readonly (readonly [string, string, number, string])[] = [
  ["Vector2", "[1]", 1, "Expected 2 numbers, found 1"],
  ["Vector2", "[1,2,3]", 1, "Expected 2 numbers, found 3"],
  ["Vector2", "[1,true]", 4, "Expected a number"],
  ["Vector2", `[1,"x"]`, 4, "Expected a number"],
  ["Vector2", `[1,"nan(0x7f800000)"]`, 4, "Expected a number"],
  ["Vector2", `[1,"nan(0x7fc)"]`, 4, "Expected a number"],
  ["Vector2i", "[1,0.5]", 4, "Expected a whole number"],
  ["Vector2i", "[1,null]", 4, "Expected a whole number"],
  ["Vector2i", "[1,2147483648]", 4, "2147483648 is not between -2147483648 and 2147483647"],
  ["PackedByteArray", "[0,256]", 4, "256 is not between 0 and 255"],
  ["PackedByteArray", "[0,-1]", 4, "-1 is not between 0 and 255"],
  ["PackedInt64Array", "[9223372036854775808]", 2, "9223372036854775808 is not between"],
  ["PackedInt64Array", "[1e400]", 2, "Expected a whole number"],
  ["PackedFloat32Array", "[[]]", 2, "Expected a number"],
  ["PackedStringArray", `["a",1]`, 6, "Expected a string"],
  ["PackedVector3Array", "[1,2,3,4]", 1, "Expected 3 numbers for each element, found 4 in all"],
];

Deno.test("valueOfArgs() points at what does not fit", () => {
  for (const [name, text, column, message] of REFUSED) {
    const error = assertThrows(() => read(name, text), ParseError, message);
    assertEquals(error.column, column, text);
  }
});

Deno.test("hasPlainArgs() is true for math types and packed arrays", () => {
  const plain = [VariantType.Vector2, VariantType.Color, VariantType.PackedStringArray];
  const others = [VariantType.Nil, VariantType.Int, VariantType.RID, VariantType.Array];
  assertEquals(plain.map(hasPlainArgs), [true, true, true]);
  assertEquals(others.map(hasPlainArgs), [false, false, false, false]);
});

Deno.test("floatOfText() reads what str() of a float writes, and nothing else", () => {
  assertEquals(["1", "-1.5", "1.", ".5", "1e5", "-1E-5"].map(floatOfText), [
    ...[1, -1.5, 1, 0.5, 1e5, -1e-5],
  ]);
  assertEquals(["inf", "-inf", "nan"].map(floatOfText), [Infinity, -Infinity, NaN]);
  for (const text of ["", ".", "+1", "1e", "Infinity", "inf_neg", "0x1", "1_0", "nan()"]) {
    assertEquals(floatOfText(text), null, text);
  }
});
