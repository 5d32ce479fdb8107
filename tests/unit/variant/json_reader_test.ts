import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ParseError } from "../../../src/errors.ts";
import { variantEquals } from "../../../src/variant/equals.ts";
import { variantToJson } from "../../../src/variant/json.ts";
import { variantFromJson } from "../../../src/variant/json_reader.ts";
import {
  Callable,
  EncodedObject,
  ObjectId,
  Rid,
  Signal,
  type Variant,
  VariantArray,
  VariantDictionary,
} from "../../../src/variant/types.ts";

Deno.test("variantToJson() and variantFromJson() follow 1024 levels, and no more on reading", () => {
  const text = "[".repeat(1024) + "1" + "]".repeat(1024);
  assertEquals(variantToJson(variantFromJson(text)), text);
  const error = assertThrows(
    () => variantFromJson(`[${text}]`),
    ParseError,
    "more than 1024 levels",
  );
  assertEquals([error.line, error.column, error.isIncomplete], [1, 1026, false]);
});

/** JSON with the value that it is. */
const READ: readonly (readonly [string, Variant])[] = [
  [" null ", null],
  ["true", true],
  ["-0", 0n],
  ["-0.0", -0],
  ["1", 1n],
  ["1.0", 1],
  ["1e2", 100],
  ["1E+2", 100],
  ["-1.5e-3", -0.0015],
  ["1e400", Infinity],
  ["9223372036854775807", 9223372036854775807n],
  ["-9223372036854775808", -9223372036854775808n],
  [`"9223372036854775807"`, "9223372036854775807"],
  [`"inf"`, "inf"],
  [`"\\u0041\\"\\\\\\/\\b\\f\\n\\r\\t\\ud83d\\ude00\\u0000"`, `A"\\/\b\f\n\r\t\u{1f600}\0`],
  [`"\u{1f600}\u2028\ufeff"`, "\u{1f600}\u2028\ufeff"],
  [`\t[ 1 ,\r\n2.0 ] `, new VariantArray([1n, 2])],
  [`{"b":1,"a":{"":[]}}`, dictionary("b", 1n, "a", dictionary("", new VariantArray([])))],
  [`{"a":1,"a":2,"__proto__":3}`, dictionary("a", 1n, "a", 2n, "__proto__", 3n)],
  [`{"id":18446744073709551615,"$type":"RID"}`, new Rid((1n << 64n) - 1n)],
  [`{"$type":"Object","id":"18446744073709551615"}`, new ObjectId((1n << 64n) - 1n)],
  [`{"$type":"Object","properties":[],"class":"Node"}`, new EncodedObject("Node", [])],
  // Not exactly one of our forms: data like any other.
  [`{"$type":"RID"}`, dictionary("$type", "RID")],
  [`{"$type":"RID","id":-1}`, dictionary("$type", "RID", "id", -1n)],
  [`{"$type":"RID","id":1.0}`, dictionary("$type", "RID", "id", 1)],
  [`{"$type":"RID","id":"x"}`, dictionary("$type", "RID", "id", "x")],
  [`{"$type":"RID","id":1,"id":1}`, dictionary("$type", "RID", "id", 1n, "id", 1n)],
  [`{"$type":"RID","id":1,"x":1}`, dictionary("$type", "RID", "id", 1n, "x", 1n)],
  [`{"$type":"Callable","id":1}`, dictionary("$type", "Callable", "id", 1n)],
  [`{"$type":"Vector2","x":1}`, dictionary("$type", "Vector2", "x", 1n)],
  [`{"$type":7}`, dictionary("$type", 7n)],
  [
    `{"$type":"Signal","name":1,"object_id":1}`,
    dictionary("$type", "Signal", "name", 1n, "object_id", 1n),
  ],
  [
    `{"$type":"Object","class":"Node","properties":[["a"]]}`,
    dictionary(
      ...["$type", "Object", "class", "Node", "properties"],
      new VariantArray([new VariantArray(["a"])]),
    ),
  ],
];

/** A Dictionary of keys and values by turns. */
function dictionary(...entries: Variant[]): VariantDictionary {
  const isKey = (_: Variant, index: number): boolean => index % 2 === 0;
  const isValue = (_: Variant, index: number): boolean => index % 2 === 1;
  return new VariantDictionary(entries.filter(isKey), entries.filter(isValue));
}

Deno.test("variantFromJson() reads what is written as what it is", () => {
  for (const [json, value] of READ) {
    assert(variantEquals(variantFromJson(json), value), json);
  }
});

/** What the table in json.ts calls the same on the way back. */
const KEPT: readonly Variant[] = [
  ...[null, true, false, 0n, -1n, 9007199254740992n, -9007199254740992n],
  ...[0, -0, 1, -1.5, 0.1, 1 / 3, 1e20, 1e21, 1e-7, 5e-324, Number.MAX_VALUE],
  ...["", "a", '\0\x1f"\\', "\u2028\ufeff\u{1f600}", "\ud800", "inf", "1"],
  new VariantArray([]),
  new VariantArray([1n, 1, new VariantArray([null])]),
  new VariantDictionary([], []),
  dictionary("b", 1n, "a", 2, "__proto__", dictionary("", "x")),
  new Rid(0n),
  new Rid((1n << 64n) - 1n),
  new ObjectId(7n),
  new Callable(),
  new Signal("died", 1n << 63n),
  new EncodedObject("Node", [{ name: "a", value: new Rid(1n) }, { name: "b", value: 1n }]),
  new EncodedObject("Node", [{ name: "a", value: 1n }, { name: "a", value: new Callable() }]),
];

Deno.test("variantFromJson() takes back what plain JSON keeps", () => {
  for (const value of KEPT) {
    const json = variantToJson(value);
    assert(variantEquals(variantFromJson(json), value), json);
  }
});

/** Numbers that JSON allows and a Variant does not. */
const TOO_LARGE: readonly (readonly [string, number, string])[] = [
  ["[9223372036854775808]", 2, "9223372036854775808 does not fit a 64-bit int"],
  ["-9223372036854775809", 1, "-9223372036854775809 does not fit a 64-bit int"],
  ["9".repeat(100_000), 1, "does not fit a 64-bit int"],
];

Deno.test("variantFromJson() points at an int that does not fit", () => {
  for (const [json, column, message] of TOO_LARGE) {
    const error = assertThrows(() => variantFromJson(json), ParseError, message);
    assertEquals([error.line, error.column, error.isIncomplete], [1, column, false]);
  }
});

Deno.test("variantFromJson() reads nested objects with a $type in linear time", () => {
  const json = `{"$type":"Object","class":1,"properties":`.repeat(500) + "1" + "}".repeat(500);
  assertEquals(variantToJson(variantFromJson(json)), json);
});

Deno.test("variantFromJson() and variantToJson() keep what JSON.parse sees", () => {
  const text = fc.json().filter((json) => !/\d{16}/.test(json)); // ints that JSON.parse rounds
  const property = fc.property(text, (json) => {
    assertEquals(JSON.parse(variantToJson(variantFromJson(json))), JSON.parse(json));
  });
  fc.assert(property, { numRuns: 300 });
});
