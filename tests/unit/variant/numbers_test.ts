import { assert, assertEquals } from "@std/assert";
import {
  bitsOfFloat,
  floatOfBits,
  formatFloat,
  formatNaN32,
  formatNaN64,
  formatReal32,
  formatReal64,
  integerOf,
  isNaNBits,
  narrowNaN,
  numberAt,
  quietNaN,
  widenNaN,
} from "../../../src/variant/numbers.ts";

const FLOATS: [value: number, text: string][] = [
  [0, "0.0"],
  [-0, "-0.0"],
  [1, "1.0"],
  [-1.5, "-1.5"],
  [0.1, "0.1"],
  [0.30000000000000004, "0.30000000000000004"],
  [Math.fround(0.1), "0.10000000149011612"],
  [16777217, "16777217.0"],
  [1e14, "100000000000000.0"],
  [999999999999999, "999999999999999.0"],
  [1e15, "1e+15"],
  [9007199254740992, "9.007199254740992e+15"],
  [1e21, "1e+21"],
  [1.5e300, "1.5e+300"],
  [0.0001, "0.0001"],
  [0.00012345, "0.00012345"],
  [0.00001, "1e-05"],
  [-1.25e-7, "-1.25e-07"],
  [1e-100, "1e-100"],
  [5e-324, "5e-324"],
  [Number.MAX_VALUE, "1.7976931348623157e+308"],
  [Infinity, "inf"],
  [-Infinity, "-inf"],
  [NaN, "nan"],
];

Deno.test("formatFloat() writes all digits and always looks like a float", async (t) => {
  for (const [value, text] of FLOATS) {
    await t.step(text, () => assertEquals(formatFloat(value), text));
  }
});

Deno.test("formatReal64() leaves out a needless .0", () => {
  assertEquals(formatReal64(1), "1");
  assertEquals(formatReal64(0), "0");
  assertEquals(formatReal64(-0), "-0.0");
  assertEquals(formatReal64(Math.fround(0.1)), "0.10000000149011612");
});

/** What Godot 4.6 prints for these components, but for the sign of zero. */
const REALS: [value: number, text: string][] = [
  [0, "0"],
  [-0, "-0.0"],
  [1, "1"],
  [0.1, "0.1"],
  [1 / 3, "0.33333334"],
  [0.87758255, "0.87758255"],
  [-0.24740396, "-0.24740396"],
  [1.1547005, "1.1547005"],
  [16777216, "16777216"],
  [16777218, "16777218"],
  [10000000000, "10000000000"],
  [3.4e38, "3.4e+38"],
  [3.4028234663852886e38, "3.4028235e+38"],
  [2 ** 53, "9.007199e+15"],
  [1e20, "1e+20"],
  [0.00001, "1e-05"],
  [1e-40, "1e-40"],
  [2 ** -149, "1e-45"],
  [2 ** -148, "3e-45"],
  [3 * 2 ** -149, "4e-45"],
  [2 ** -126, "1.1754944e-38"],
  [Infinity, "inf"],
  [-Infinity, "-inf"],
  [NaN, "nan"],
];

Deno.test("formatReal32() writes the digits that a 32-bit float needs", async (t) => {
  for (const [value, text] of REALS) {
    await t.step(text, () => assertEquals(formatReal32(Math.fround(value)), text));
  }
});

Deno.test("formatReal32() keeps the digits of a float that is not 32-bit", () => {
  assertEquals(formatReal32(0.1), "0.1");
  assertEquals(formatReal32(1 / 3), "0.3333333333333333");
  assertEquals(formatReal32(16777217.5), "16777217.5");
  assertEquals(formatReal32(1e300), "1e+300");
});

Deno.test("formatReal32() needs no more digits than the next shorter text would lose", () => {
  const floats = new Float32Array(1);
  const bits = new Uint32Array(floats.buffer);
  for (let i = 0; i < 20_000; i++) {
    bits[0] = Math.imul(i, 0x9e3779b1);
    const value = floats[0] ?? 0;
    if (!Number.isFinite(value) || value === 0) continue;
    const text = formatReal32(value);
    assertEquals(Math.fround(Number(text)), value, text);
    const digits = text.replace(/e.*/, "").replace(/[^0-9]/g, "").replace(/^0+|0+$/g, "").length;
    if (digits < 2) continue;
    const shorter = Number(value.toPrecision(digits - 1));
    assert(Math.fround(shorter) !== value, `${text} could be ${shorter}`);
  }
});

Deno.test("formatNaN64() and formatNaN32() tell the bits of an unusual NaN", () => {
  assertEquals(formatNaN64(0x7ff8000000000000n), "nan");
  assertEquals(formatNaN64(0xfff8000000000000n), "nan(0xfff8000000000000)");
  assertEquals(formatNaN64(0x7ff0000000000001n), "nan(0x7ff0000000000001)");
  assertEquals(formatNaN32(0x7fc00000), "nan");
  assertEquals(formatNaN32(0xffc00001), "nan(0xffc00001)");
  assertEquals(formatNaN32(0x7f800001), "nan(0x7f800001)");
});

Deno.test("formatFloat() and formatReal32() keep the payload of a NaN", () => {
  const nan = floatOfBits(0xfff8000020000000n);
  assertEquals(formatFloat(nan), "nan(0xfff8000020000000)");
  assertEquals(formatReal64(nan), "nan(0xfff8000020000000)");
  assertEquals(formatReal32(nan), "nan(0xffc00001)");
});

Deno.test("bitsOfFloat() and floatOfBits() are each other's inverse", () => {
  for (const bits of [0n, 1n, 0x8000000000000000n, 0x3ff0000000000000n, 0x7ff8000000000001n]) {
    assertEquals(bitsOfFloat(floatOfBits(bits)), bits);
  }
});

Deno.test("isNaNBits() tells NaN from infinities and numbers", () => {
  for (const bits of [0x7ff0000000000001n, 0x7ff8000000000000n, 0xffffffffffffffffn]) {
    assertEquals(isNaNBits(bits), true);
  }
  for (const bits of [0n, 0x7ff0000000000000n, 0xfff0000000000000n, 0x8000000000000000n]) {
    assertEquals(isNaNBits(bits), false);
  }
});

Deno.test("narrowNaN() undoes widenNaN(), signalling ones included", () => {
  for (const bits of [0x7fc00000, 0xffc00000, 0x7f800001, 0xffbfffff, 0x7fffffff, 0x7fa00000]) {
    assertEquals(narrowNaN(widenNaN(bits)), bits);
    assertEquals(isNaNBits(widenNaN(bits)), true);
  }
});

Deno.test("narrowNaN() makes a NaN quiet whose payload it cuts", () => {
  assertEquals(narrowNaN(0x7ff0000000000001n), 0x7fc00000);
  assertEquals(narrowNaN(0xfff4000000000001n), 0xffe00000);
  assertEquals(narrowNaN(0x7ff8000020000001n), 0x7fc00001);
});

Deno.test("quietNaN() sets the bit that conversions set", () => {
  assertEquals(quietNaN(0x7ff4000000000000n), 0x7ffc000000000000n);
  assertEquals(quietNaN(0xfff8000000000001n), 0xfff8000000000001n);
});

const READ: [text: string, value: number, isInteger: boolean, length: number][] = [
  ["0", 0, true, 1],
  ["-0", 0, true, 2],
  ["007", 7, true, 3],
  ["-12,", -12, true, 3],
  ["999999999999999", 999999999999999, true, 15],
  ["9007199254740993", 9007199254740992, true, 16],
  ["0x1F", 31, true, 4],
  ["-0x1f", -31, true, 5],
  ["0b101", 5, true, 5],
  ["0xzz", 0, true, 1],
  ["1_000", 1000, true, 5],
  ["1.5", 1.5, false, 3],
  ["-0.0", -0, false, 4],
  ["1.", 1, false, 2],
  ["1_0.2_5", 10.25, false, 7],
  ["1e5", 100000, false, 3],
  ["1E-2", 0.01, false, 4],
  ["1e+2", 100, false, 4],
  ["1e", 1, false, 2],
  ["2e-x", 2, false, 3],
  ["1.5.2", 1.5, false, 3],
  ["1e400", Infinity, false, 5],
  ["0.1000000000000000055511151231257827", 0.1, false, 36],
  ["9007199254740993.0", 9007199254740992, false, 18],
  ["5e-324", 5e-324, false, 6],
  ["12abc", 12, true, 2],
];

Deno.test("numberAt() reads the longest number that begins there", async (t) => {
  for (const [text, value, isInteger, length] of READ) {
    await t.step(text, () => {
      assertEquals(numberAt(`[${text}`, 1), { start: 1, end: 1 + length, value, isInteger });
    });
  }
});

Deno.test("numberAt() finds no number in a sign, a point or a word", () => {
  for (const text of ["", "-", "+1", ".5", "- 1", "--1", "-x", "e5", "_1", "x"]) {
    assertEquals(numberAt(text, 0), null, text);
  }
});

Deno.test("integerOf() is exact", () => {
  assertEquals(integerOf("9007199254740993"), 9007199254740993n);
  assertEquals(integerOf("-9_223_372_036_854_775_808"), -9223372036854775808n);
  assertEquals(integerOf("-0xFFFF_FFFF_FFFF_FFFF"), -18446744073709551615n);
  assertEquals(integerOf("0b11"), 3n);
});
