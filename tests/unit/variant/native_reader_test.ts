import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ParseError } from "../../../src/errors.ts";
import { decodeVariant } from "../../../src/variant/decode.ts";
import { encodeVariant } from "../../../src/variant/encode.ts";
import { variantEquals } from "../../../src/variant/equals.ts";
import { variantToNative } from "../../../src/variant/native.ts";
import { elementKindOfName, variantFromNative } from "../../../src/variant/native_reader.ts";
import {
  Callable,
  EncodedObject,
  NodePath,
  ObjectId,
  Rid,
  Signal,
  StringName,
  type Variant,
  VariantArray,
  VariantDictionary,
  VariantType,
  Vector2,
} from "../../../src/variant/types.ts";
import { arbitraryVariant } from "../../support/arbitrary_variant.ts";
import { loadVariantVectors } from "../../support/vectors.ts";

const INT = { kind: "builtin", type: VariantType.Int } as const;

/** Text with its value: what the engine writes or takes. */
const READ: readonly (readonly [string, Variant])[] = [
  [" null\n", null],
  ["true", true],
  [`"i:-5"`, -5n],
  [`"i: 15 "`, 15n],
  [`"i:-9223372036854775808"`, -9223372036854775808n],
  [`"f:1.0"`, 1],
  [`"f:1"`, 1],
  [`"f:-0.0"`, -0],
  [`"f:1.5e-300"`, 1.5e-300],
  [`"f: .5"`, 0.5],
  [`"f:inf"`, Infinity],
  [`"f:-inf"`, -Infinity],
  [`"f:nan"`, NaN],
  [`"s:"`, ""],
  [`"s:i:1"`, "i:1"],
  [`"s:\\u0041\n"`, "A\n"],
  [`"sn:a"`, new StringName("a")],
  [`"np:/root/a:b"`, new NodePath(["root", "a"], ["b"], true)],
  [
    `{"type":"NodePath","names":["a/b"],"subnames":[""],"absolute":false}`,
    new NodePath(["a/b"], [""], false),
  ],
  [`["i:1",null,[]]`, new VariantArray([1n, null, new VariantArray([])])],
  [`{"type":"Array","args":["i:1"]}`, new VariantArray([1n])],
  [`{"args":["s:x"],"elem_type":"int","type":"Array"}`, new VariantArray(["x"], INT)],
  [`{"type":"Array","elem_type":"Nil","args":[]}`, new VariantArray([])],
  [
    `{"type":"Array","elem_type":"NoSuch","args":[]}`,
    new VariantArray([], { kind: "class", className: "NoSuch" }),
  ],
  [
    `{"type":"Array","elem_type":"res://x.gd","args":[]}`,
    new VariantArray([], { kind: "script", path: "res://x.gd" }),
  ],
  [
    `{"type":"Array","elem_type":"Object","args":[]}`,
    new VariantArray([], { kind: "class", className: "Object" }),
  ],
  [
    `{"type":"Dictionary","value_type":"int","args":["s:a","i:1","s:a","i:2"]}`,
    new VariantDictionary(["a", "a"], [1n, 2n], null, INT),
  ],
  [
    `{"type":"Dictionary","key_type":"int","key_kind":"class","args":[]}`,
    new VariantDictionary([], [], { kind: "class", className: "int" }),
  ],
  [`{"type":"RID"}`, new Rid(0n)],
  [`{"type":"RID","id":"5"}`, new Rid(5n)],
  [`{"type":"RID","id":5}`, new Rid(5n)],
  [`{"type":"Callable","more":1}`, new Callable()],
  [`{"type":"Signal"}`, new Signal("", 0n)],
  [`{"type":"Signal","name":"died","object_id":"7"}`, new Signal("died", 7n)],
  [
    `{"type":"EncodedObjectAsID","id":"18446744073709551615","props":["object_id","i:-1"]}`,
    new ObjectId((1n << 64n) - 1n),
  ],
  [
    `{"type":"EncodedObjectAsID","props":["object_id","i:5"]}`,
    new EncodedObject("EncodedObjectAsID", [{ name: "object_id", value: 5n }]),
  ],
  [`{"type":"Vector2","props":[]}`, new EncodedObject("Vector2", [])],
  [`{"type":"Vector3","type":"Vector2","args":[1,2]}`, new Vector2(1, 2)],
];

Deno.test("variantFromNative() reads what the engine writes and takes", () => {
  for (const [text, value] of READ) assert(variantEquals(variantFromNative(text), value), text);
});

Deno.test("variantFromNative() takes back what variantToNative() writes", () => {
  const property = fc.property(arbitraryVariant({ objects: true }), (value) => {
    const text = variantToNative(value);
    const back = variantFromNative(text);
    if (!text.includes(`"f:nan"`)) assert(variantEquals(back, value), text);
    assertEquals(variantToNative(back), text);
  });
  fc.assert(property, { numRuns: 300 });
});

Deno.test("variantFromNative() makes the engine's bytes of the engine's text", () => {
  let exactCount = 0;
  for (const vector of loadVariantVectors()) {
    const text = vector.nativeText ?? "";
    const read = variantFromNative(text);
    const value = decodeVariant(vector.bytes, { allowObjects: vector.hasFullObjects });
    if (text !== variantToNative(value)) continue; // the engine's text has lost something
    if (text === `"f:nan"`) continue; // whose payload nobody writes
    const bytes = encodeVariant(read, { fullObjects: vector.hasFullObjects });
    assertEquals(bytes.toHex(), vector.hex, vector.name);
    exactCount++;
  }
  assert(exactCount > 200, `${exactCount}`);
});

Deno.test("variantFromNative() reads the engine's null for NaN as NaN", () => {
  const lossy = loadVariantVectors().filter((vector) => vector.isNativeLossy);
  assertEquals(lossy.length, 7);
  for (const { name, nativeText } of lossy) {
    const text = variantToNative(variantFromNative(nativeText ?? ""));
    assertEquals(text, nativeText?.replaceAll("null", `"nan"`), name);
  }
});

/** Text that says what no Variant is: where and why. */
const REFUSED: readonly (readonly [string, number, string])[] = [
  ["1", 1, `Expected "i:…" for an int or "f:…" for a float`],
  [`[1.5]`, 2, `Expected "i:…" for an int or "f:…" for a float`],
  [`"x"`, 1, "Expected one of the prefixes"],
  [`"S:x"`, 1, "Expected one of the prefixes"],
  [`"i:"`, 1, "Expected the digits of an int"],
  [`"i:1.5"`, 1, "Expected the digits of an int"],
  [`"i:0x10"`, 1, "Expected the digits of an int"],
  [`"i:9223372036854775808"`, 1, "9223372036854775808 does not fit a 64-bit int"],
  [`"f:"`, 1, "Expected the digits of a float"],
  [`"f:abc"`, 1, "Expected the digits of a float"],
  [`"f:1.5abc"`, 1, "Expected the digits of a float"],
  [`"f:NAN"`, 1, "Expected the digits of a float"],
  ["{}", 1, `Expected an object with "type"`],
  [`[null, {"a":1}]`, 8, `Expected an object with "type"`],
  [`{"type":1}`, 9, "Expected a string"],
  [`{"type":"Nope"}`, 9, `No type is named "Nope"; an object has "props"`],
  [`{"type":"int","value":1}`, 9, "int is not written as an object"],
  [`{"type":"Vector2"}`, 1, `Expected an object with "args"`],
  [`{"type":"Vector2","args":1}`, 26, "Expected an array"],
  [`{"type":"Array"}`, 1, `Expected an object with "args"`],
  [`{"type":"Array","elem_type":1,"args":[]}`, 29, "Expected a string"],
  [
    `{"type":"Array","elem_type":"x","elem_kind":"builtin","args":[]}`,
    29,
    `No builtin type is named "x"`,
  ],
  [`{"type":"Dictionary","args":["i:1"]}`, 29, "Expected pairs, found 1 elements"],
  [`{"type":"Node","props":["a"]}`, 24, "Expected pairs, found 1 elements"],
  [`{"type":"Node","props":[null,"i:1"]}`, 25, "Expected a string"],
  [`{"type":"RID","id":-1}`, 20, "-1 is not between 0 and 18446744073709551615"],
  [`{"type":"NodePath","names":[],"subnames":[]}`, 1, `Expected an object with "absolute"`],
  [
    `{"type":"NodePath","names":[],"subnames":[],"absolute":1}`,
    56,
    "Expected true or false",
  ],
  [`["i:1"`, 7, `Expected "," or "]", but the text ends`],
];

Deno.test("variantFromNative() points at what is no value", () => {
  for (const [text, column, message] of REFUSED) {
    const error = assertThrows(() => variantFromNative(text), ParseError, message);
    assertEquals([error.line, error.column], [1, column], text);
    assertEquals(error.isIncomplete, message.includes("ends"), text);
  }
});

Deno.test("variantFromNative() follows 1024 levels and no more", () => {
  for (const [open, close] of [["[", "]"], [`{"type":"Array","args":[`, "]}"]] as const) {
    const text = open.repeat(1024) + "null" + close.repeat(1024);
    assert(encodeVariant(variantFromNative(text)).length > 1024);
    assertThrows(() => variantFromNative(open + text + close), ParseError, "more than 1024 levels");
  }
});

Deno.test("elementKindOfName() tells built-in types, scripts and classes apart", () => {
  assertEquals(elementKindOfName("int"), "builtin");
  assertEquals(elementKindOfName("PackedVector4Array"), "builtin");
  assertEquals(elementKindOfName("Object"), "class");
  assertEquals(elementKindOfName("Resource"), "class");
  assertEquals(elementKindOfName(""), "class");
  assertEquals(elementKindOfName("res://a.gd"), "script");
});
