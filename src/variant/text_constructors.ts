/**
 * What stands in parentheses after the name of a type that is made of numbers or strings alone:
 * the components of math types, the elements of packed arrays, ids. Also the numbers that are
 * written as words. Tolerance as in the engine: floats in integer places are cut, integers wrap to
 * the width of their place, numbers that do not make up a whole vector are dropped.
 */

import { parseBase64 } from "../bytes/base64.ts";
import type { ParseError } from "../errors.ts";
import { createPackedVectors, type FixedLayout, fixedLayout, packedStride } from "./layout.ts";
import {
  floatOfBits,
  integerOf,
  isNaNBits,
  narrowNaN,
  type NumberToken,
  USUAL_NAN_64,
  widenNaN,
} from "./numbers.ts";
import { shortened, type TextScanner } from "./text_scanner.ts";
import {
  type FixedValue,
  PackedStringArray,
  type PackedVectors,
  type Variant,
  VariantType,
} from "./types.ts";

/**
 * The value that `name(…)` makes, `name` being read already. `type` is a math type, Color or a
 * packed array.
 *
 * @throws {ParseError}
 */
export function readConstructor(s: TextScanner, type: VariantType, name: string): Variant {
  s.open("(", name);
  const layout = fixedLayout(type);
  if (layout !== null) return readFixed(s, layout, name);
  switch (type) {
    case VariantType.PackedByteArray:
      return readBytes(s, name);
    case VariantType.PackedInt32Array:
      return new Int32Array(readArguments(s, name, readInt32));
    case VariantType.PackedInt64Array:
      return new BigInt64Array(readArguments(s, name, readInt64));
    case VariantType.PackedFloat32Array:
      return readFloat32Array(s, name);
    case VariantType.PackedFloat64Array:
      return readFloat64Array(s, name);
    case VariantType.PackedStringArray:
      return readStrings(s, name);
  }
  const components = readFloat32Array(s, name);
  const leftOver = components.length % packedStride(type);
  const whole = components.subarray(0, components.length - leftOver);
  return createPackedVectors(type as PackedVectors["type"], whole); // the types left for here
}

function readFixed(
  s: TextScanner,
  { scalar, members, create }: FixedLayout,
  name: string,
): FixedValue {
  const read = scalar === "int32" ? readInt32 : readComponent;
  const count = members.length;
  const components = readArguments(s, name, read, count);
  if (components.length < count) {
    const why = `${name} takes ${count} numbers, got ${components.length}`;
    throw s.failure(why, s.position - 1);
  }
  return create(components);
}

/** The list up to the closing parenthesis; unlike an Array it cannot end with a comma. */
function readArguments<T>(
  s: TextScanner,
  name: string,
  read: (s: TextScanner, name: string) => T,
  maxCount = Infinity,
): T[] {
  const values = boxedList<T>();
  if (s.takeClose(")")) return values;
  do {
    s.skipBlank();
    const start = s.position;
    const value = read(s, name);
    if (values.length === maxCount) {
      throw s.failure(`${name} takes ${maxCount} numbers, got more`, start);
    }
    values.push(value);
  } while (s.hasNext(")", name));
  return values;
}

/**
 * An empty list that holds its numbers boxed: to V8, a list that only ever held numbers is one of
 * unboxed doubles, in which NaN loses its payload.
 */
export function boxedList<T>(): T[] {
  const list: (T | null)[] = [null];
  list.pop();
  return list as T[]; // empty
}

/** `(1, 2, 255)`, or base64 as the engine writes it into scene files: `("AQL/")`. */
function readBytes(s: TextScanner, name: string): Uint8Array {
  s.skipBlank();
  const start = s.position;
  const base64 = s.takeString();
  if (base64 === null) return new Uint8Array(readArguments(s, name, readInt32));
  const bytes = parseBase64(base64);
  if (!(bytes instanceof Uint8Array)) throw s.failure(`A string in ${name} is not base64`, start);
  s.close(")", name);
  return bytes;
}

function readStrings(s: TextScanner, name: string): PackedStringArray {
  return new PackedStringArray(readStringList(s, ")", name));
}

/** Strings up to the closing bracket, where a comma may come last. */
export function readStringList(s: TextScanner, bracket: ")" | "]", name: string): string[] {
  const items: string[] = [];
  while (!s.takeClose(bracket)) {
    items.push(s.string(`an element of ${name}`));
    if (!s.hasNext(bracket, name)) break;
  }
  return items;
}

function readFloat32Array(s: TextScanner, name: string): Float32Array {
  const reals = readArguments(s, name, readReal);
  const array = new Float32Array(reals.length);
  const bits = new Uint32Array(array.buffer);
  reals.forEach((real, index) => {
    if (typeof real === "number") array[index] = real;
    else bits[index] = narrowNaN(real);
  });
  return array;
}

function readFloat64Array(s: TextScanner, name: string): Float64Array {
  const reals = readArguments(s, name, readReal);
  const array = new Float64Array(reals.length);
  const bits = new BigUint64Array(array.buffer);
  reals.forEach((real, index) => {
    if (typeof real === "number") array[index] = real;
    else bits[index] = real;
  });
  return array;
}

/** A float as it was written; a NaN as the bits of a 64-bit float, so that none of them is lost. */
export type Real = number | bigint;

/** A component of a math type: 32 bits wide, as in a single-precision engine. */
function readComponent(s: TextScanner, name: string): number {
  const real = readReal(s, name);
  return typeof real === "number" ? Math.fround(real) : floatOfBits(real);
}

function readReal(s: TextScanner, name: string): Real {
  const token = s.takeNumber();
  if (token !== null) return token.value;
  const start = s.position;
  const word = s.signedWord();
  const real = word === null ? null : realOfWord(s, word);
  if (real !== null) return real;
  s.position = start;
  throw s.expected(`a number in ${name}`);
}

/** What `inf`, `-inf`, `inf_neg`, `nan` or `nan(…)` stands for; null for every other word. */
export function realOfWord(s: TextScanner, word: string): Real | null {
  switch (word) {
    case "inf":
      return Infinity;
    case "-inf":
    case "inf_neg":
      return -Infinity;
    case "nan":
      return s.takeOpen("(") ? readNaNBits(s) : USUAL_NAN_64;
    default:
      return null;
  }
}

/** `0x7fc00001)` or `0x7ff8000020000000)`: the bits of a 32-bit or a 64-bit NaN. */
function readNaNBits(s: TextScanner): bigint {
  const token = s.takeNumber();
  if (token === null) throw s.expected("the bits of the NaN as a hexadecimal number");
  const digits = /^0[xX]([0-9a-fA-F]{8}|[0-9a-fA-F]{16})$/.exec(s.textOf(token))?.[1];
  if (digits === undefined) throw s.failure("nan takes 8 or 16 hexadecimal digits", token.start);
  const bits = digits.length === 8 ? widenNaN(parseInt(digits, 16)) : BigInt("0x" + digits);
  if (!isNaNBits(bits)) throw s.failure(`0x${digits} is not a NaN`, token.start);
  s.close(")", "nan");
  return bits;
}

/** An `int`: 64 bits. 2^63 wraps to the minimum, as in the engine. @throws {ParseError} beyond. */
export function int64Of(s: TextScanner, token: NumberToken): bigint {
  const value = wholeOf(s, token);
  if (value === -INT64_MIN) return INT64_MIN;
  if (BigInt.asIntN(64, value) !== value) throw doesNotFit(s, token, 64);
  return value;
}

const INT64_MIN = -(1n << 63n);

function readInt64(s: TextScanner, name: string): bigint {
  return int64Of(s, takeWhole(s, name));
}

/** Integers wrap to 32 bits; a float beyond them would be anything in the engine. */
function readInt32(s: TextScanner, name: string): number {
  const token = takeWhole(s, name);
  const whole = Math.trunc(token.value);
  if (!token.isInteger && whole !== (whole | 0)) throw doesNotFit(s, token, 32);
  return Number.isSafeInteger(whole) ? whole | 0 : Number(BigInt.asIntN(32, int64Of(s, token)));
}

/** An id: unsigned 64 bits. The engine prints it signed. */
export function readId(s: TextScanner, name: string): bigint {
  const token = takeWhole(s, name);
  const id = wholeOf(s, token);
  if (id < INT64_MIN || id >= 1n << 64n) throw doesNotFit(s, token, 64);
  return BigInt.asUintN(64, id);
}

function takeWhole(s: TextScanner, name: string): NumberToken {
  const token = s.takeNumber();
  if (token === null) throw s.expected(`a whole number in ${name}`);
  return token;
}

function wholeOf(s: TextScanner, token: NumberToken): bigint {
  const whole = Math.trunc(token.value);
  if (!(Math.abs(whole) < 2 ** 65)) throw doesNotFit(s, token, 64); // no need to know it exactly
  const isExact = Number.isSafeInteger(whole) || !token.isInteger;
  return isExact ? BigInt(whole) : integerOf(s.textOf(token));
}

function doesNotFit(s: TextScanner, token: NumberToken, bits: number): ParseError {
  return s.failure(`${shortened(s.textOf(token))} does not fit ${bits} bits`, token.start);
}
