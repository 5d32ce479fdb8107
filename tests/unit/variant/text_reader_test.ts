import { assert, assertEquals, assertThrows } from "@std/assert";
import { ParseError } from "../../../src/errors.ts";
import { variantEquals } from "../../../src/variant/equals.ts";
import { readText } from "../../../src/variant/text_reader.ts";
import {
  Callable,
  EncodedObject,
  MAX_DEPTH,
  NodePath,
  ObjectId,
  type ObjectProperty,
  Quaternion,
  StringName,
  type Variant,
  VariantArray,
  VariantDictionary,
  VariantType,
  Vector2,
} from "../../../src/variant/types.ts";

const INT = { kind: "builtin", type: VariantType.Int } as const;

function array(...items: Variant[]): VariantArray {
  return new VariantArray(items);
}

function object(className: string, ...properties: [string, Variant][]): EncodedObject {
  const list: ObjectProperty[] = properties.map(([name, value]) => ({ name, value }));
  return new EncodedObject(className, list);
}

const READ: [text: string, value: Variant][] = [
  ["null", null],
  ["nil", null],
  ["true", true],
  ["false", false],
  [" \n\t; a comment\n 5 ; another", 5n],
  ["-5", -5n],
  ["-0", 0n],
  ["007", 7n],
  ["0x1F", 31n],
  ["0b11", 3n],
  ["1_000", 1000n],
  ["9223372036854775807", 9223372036854775807n],
  ["9223372036854775808", -9223372036854775808n],
  ["-9223372036854775808", -9223372036854775808n],
  ["1.", 1],
  ["1.5", 1.5],
  ["1e5", 100000],
  ["1e", 1],
  ["-0.0", -0],
  ["0.1", 0.1],
  ["123456789012345678901234567890.0", 123456789012345678901234567890],
  ["2.2250738585072014e-308", 2.2250738585072014e-308],
  ["inf", Infinity],
  ["-inf", -Infinity],
  ["inf_neg", -Infinity],
  ["nan", NaN],
  ['"a\nb"', "a\nb"],
  ['&"a"', new StringName("a")],
  ['@"a"', new StringName("a")],
  ['^"a/b:c"', new NodePath(["a", "b"], ["c"], false)],
  ["Callable( )", new Callable()],
  ["Object(id 1234)", new ObjectId(1234n)],
  ["Object ( id\n-1 )", new ObjectId(0xffffffffffffffffn)],
  ["[]", array()],
  ["[  ]", array()],
  ['[ 1, 2.5, "x", null, true ]', array(1n, 2.5, "x", null, true)],
  ["[1, 2,]", array(1n, 2n)],
  ["[1 ; one\n, ; two\n2]", array(1n, 2n)],
  ["{}", new VariantDictionary([], [])],
  ["{\n}", new VariantDictionary([], [])],
  [
    '{\n"a": 1,\nVector2( 1, 2 ): {\n}\n}',
    new VariantDictionary(
      ["a", new Vector2(1, 2)],
      [1n, new VariantDictionary([], [])],
    ),
  ],
  ['{"a":1,"a":2,}', new VariantDictionary(["a", "a"], [1n, 2n])],
  ["{[1]: 2, null: 3}", new VariantDictionary([array(1n), null], [2n, 3n])],
  ["Quat( 0, 0, 0, 1 )", new Quaternion(0, 0, 0, 1)],
  ["Array[int]([1])", new VariantArray([1n], INT)],
  ['Array [ int ] ( [ 1, "x" ] )', new VariantArray([1n, "x"], INT)],
  ["Array[Variant]([1])", array(1n)],
  ["Array[Nil]([])", array()],
  ["Array[Node]([])", new VariantArray([], { kind: "class", className: "Node" })],
  ["Array[Object]([])", new VariantArray([], { kind: "class", className: "Object" })],
  ["Array[Resource]([])", new VariantArray([], { kind: "class", className: "Resource" })],
  ['Array[Class("int")]([])', new VariantArray([], { kind: "class", className: "int" })],
  ["Array[Class]([])", new VariantArray([], { kind: "class", className: "Class" })],
  ["Array[TYPE_OBJECT]([])", new VariantArray([], { kind: "builtin", type: VariantType.Object })],
  ["Array[TYPE_NIL]([])", new VariantArray([], { kind: "builtin", type: VariantType.Nil })],
  [
    'Array[Resource( "uid://x", "res://x.gd")]([])',
    new VariantArray([], { kind: "script", path: "res://x.gd" }),
  ],
  ["Dictionary[int, Variant]({1: 2})", new VariantDictionary([1n], [2n], INT)],
  ["Dictionary[Variant,int]({1: 2})", new VariantDictionary([1n], [2n], null, INT)],
  ["Dictionary[Variant, Variant]({})", new VariantDictionary([], [])],
  [
    'Dictionary[Resource("res://a.gd"), Resource]({\n})',
    new VariantDictionary([], [], { kind: "script", path: "res://a.gd" }, {
      kind: "class",
      className: "Resource",
    }),
  ],
  ['Object(RefCounted,"script":null)\n', object("RefCounted", ["script", null])],
  ["Object(RefCounted,)", object("RefCounted")],
  ["Object(RefCounted)", object("RefCounted")],
  ['Object("my class", "a": 1, "a": [2],)', object("my class", ["a", 1n], ["a", array(2n)])],
  ["Object(id)", object("id")],
  ['Object(id, "x": 1)', object("id", ["x", 1n])],
  [
    'Object(A,"script":Resource( "res://a.gd"),"x":1)',
    object("A", ["script", "res://a.gd"], ["x", 1n]),
  ],
  ['Object(A, "script": "res://a.gd")', object("A", ["script", "res://a.gd"])],
  [
    'Object(A, "script": Resource("res://a.gd", "uid://a"))',
    object("A", ["script", "res://a.gd"]),
  ],
  [
    'Object(A, "icon": Resource("res://a.png"))',
    object("A", ["icon", object("Resource", ["resource_path", "res://a.png"])]),
  ],
  ['Resource("uid://a")', object("Resource", ["resource_path", "uid://a"])],
];

Deno.test("readText() reads what the engine reads, and what is written for more", async (t) => {
  for (const [text, value] of READ) {
    await t.step(JSON.stringify(text), () => assert(variantEquals(readText(text), value)));
  }
});

const REFUSED: [text: string, message: string][] = [
  ["", "Expected a value, got the end of the text (line 1, column 1)"],
  [" ; note", "Expected a value, got the end of the text (line 1, column 8)"],
  ["5 garbage", 'Expected the text to end after the value, got "garbage" (line 1, column 3)'],
  ["1\n2", 'Expected the text to end after the value, got "2" (line 2, column 1)'],
  ["1, 2", 'Expected the text to end after the value, got "," (line 1, column 2)'],
  ["1.5.2", 'Expected the text to end after the value, got "." (line 1, column 4)'],
  ["+1", 'Expected a value, got "+" (line 1, column 1)'],
  [".5", 'Expected a value, got "." (line 1, column 1)'],
  ["- 1", 'Expected a value, got "-" (line 1, column 1)'],
  ["--1", 'Expected a value, got "-" (line 1, column 1)'],
  ["-nan", 'Unknown name "-nan": a string needs double quotes (line 1, column 1)'],
  ["NaN", 'Unknown name "NaN": it is written "nan" (line 1, column 1)'],
  ["INF", 'Unknown name "INF": it is written "inf" (line 1, column 1)'],
  ["True", 'Unknown name "True": it is written "true" (line 1, column 1)'],
  ["vector2(1, 2)", 'Unknown name "vector2": it is written "Vector2" (line 1, column 1)'],
  ["hello", 'Unknown name "hello": a string needs double quotes (line 1, column 1)'],
  ["{a: 1}", 'Unknown name "a": a string needs double quotes (line 1, column 2)'],
  [
    "int(5)",
    'Unknown name "int": values of this type are written without its name (line 1, column 1)',
  ],
  ["'a'", `Expected a string in double quotes, got "'" (line 1, column 1)`],
  ["9223372036854775809", "9223372036854775809 does not fit 64 bits (line 1, column 1)"],
  ["-9223372036854775809", "-9223372036854775809 does not fit 64 bits (line 1, column 1)"],
  ["0xFFFFFFFFFFFFFFFF", "0xFFFFFFFFFFFFFFFF does not fit 64 bits (line 1, column 1)"],
  ["\ufeff1", 'Expected a value, got "\\ufeff" (line 1, column 1)'],
  ["1\0", 'Expected the text to end after the value, got "\\u0000" (line 1, column 2)'],
  ["[1 2]", 'Expected "," or "]" in an Array, got "2" (line 1, column 4)'],
  ["[1,,2]", 'Expected a value, got "," (line 1, column 4)'],
  ["[,]", 'Expected a value, got "," (line 1, column 2)'],
  ["[1}", 'Expected "," or "]" in an Array, got "}" (line 1, column 3)'],
  ["]", 'Expected a value, got "]" (line 1, column 1)'],
  ["[ , 1 ]", 'Expected a value, got "," (line 1, column 3)'],
  ['{"a" 1}', 'Expected ":" after a key, got "1" (line 1, column 6)'],
  ['{"a"}', 'Expected ":" after a key, got "}" (line 1, column 5)'],
  ['{"a": }', 'Expected a value, got "}" (line 1, column 7)'],
  ['{"a": 1 "b": 2}', 'Expected "," or "}" in a Dictionary, got a string (line 1, column 9)'],
  ["&a", 'Expected a string in double quotes right after the mark, got "a" (line 1, column 2)'],
  [
    '^ "a"',
    "Expected a string in double quotes right after the mark, got a string (line 1, column 3)",
  ],
  ["Callable(1)", 'Expected ")" at the end of Callable, got "1" (line 1, column 10)'],
  ["Array([1])", 'Expected "[" after Array, got "(" (line 1, column 6)'],
  [
    "Array[int]",
    'Expected "(" after the element type, got the end of the text (line 1, column 11)',
  ],
  ["Array[int](1)", 'Expected "[" after the parenthesis, got "1" (line 1, column 12)'],
  [
    "Array[int]([1]",
    'Expected ")" at the end of a typed Array, got the end of the text (line 1, column 15)',
  ],
  [
    "Array[int, int]([])",
    'Expected "]" at the end of the element type, got "," (line 1, column 10)',
  ],
  ["Array[]([])", 'Expected the name of a type, got "]" (line 1, column 7)'],
  ["Array[-int]([])", 'Expected the name of a type, got "-int" (line 1, column 7)'],
  [
    "Array[Class(A)]([])",
    'Expected a string in double quotes as the name of a class, got "A" (line 1, column 13)',
  ],
  ["Dictionary({})", 'Expected "[" after Dictionary, got "(" (line 1, column 11)'],
  ["Dictionary[int]({})", 'Expected "," after the key type, got "]" (line 1, column 15)'],
  ["Dictionary[int, int]([])", 'Expected "{" after the parenthesis, got "[" (line 1, column 22)'],
  ["Object()", 'Expected the name of a class, or "id" and a number, got ")" (line 1, column 8)'],
  ["Object(A 5)", 'Expected "," after the name of a class, got "5" (line 1, column 10)'],
  ['Object("id" 5)', 'Expected "," after the name of a class, got "5" (line 1, column 13)'],
  ["Object(id x)", 'Expected a whole number in Object, got "x" (line 1, column 11)'],
  [
    "Object(A, a: 1)",
    'Expected a string in double quotes as the name of a property, got "a" (line 1, column 11)',
  ],
  ['Object(A, "a" 1)', 'Expected ":" after the name of a property, got "1" (line 1, column 15)'],
  [
    'Object(A, "script": Resource(1))',
    'Expected a string in double quotes as the path of a resource, got "1" (line 1, column 30)',
  ],
  [
    'ExtResource("1_abc")',
    "ExtResource has a meaning only inside a scene or resource file (line 1, column 1)",
  ],
  [
    'SubResource("1")',
    "SubResource has a meaning only inside a scene or resource file (line 1, column 1)",
  ],
];

Deno.test("readText() says what was expected, and where", async (t) => {
  for (const [text, message] of REFUSED) {
    await t.step(JSON.stringify(text), () => {
      assertEquals(assertThrows(() => readText(text), ParseError).message, message);
    });
  }
});

Deno.test("readText() points at the place in the line, in characters", () => {
  const error = assertThrows(() => readText('{\n\t"😀é": [1, 2 3],\n}'), ParseError);
  assertEquals([error.line, error.column], [2, 14]);
  assertEquals(error.excerpt, ' "😀é": [1, 2 3],\n             ^');
});

const INCOMPLETE = [
  "[",
  "[1,",
  "[1 ; note",
  "{",
  '{"a"',
  '{"a":',
  '{"a": 1,\n',
  "Vector2(",
  "Vector2(1",
  "PackedStringArray(",
  "PackedByteArray(",
  'PackedByteArray("AQID"',
  "Array[",
  "Array[int",
  "Array[int](",
  "Array[int]([]",
  "Dictionary[int,",
  "Object(",
  "Object(A",
  "Object(id 5",
  'Object(A, "a"',
  'Object(A, "a": ',
  "NodePath(",
  'NodePath(["a"',
  "NodePath([], [], ",
  "RID(",
  'Signal("a"',
  "Callable(",
  'Resource("a"',
  "nan(",
  '"',
  '["a\\',
];

Deno.test("readText() knows that more lines may complete a text", async (t) => {
  for (const text of INCOMPLETE) {
    await t.step(JSON.stringify(text), () => {
      assertEquals(assertThrows(() => readText(text), ParseError).isIncomplete, true);
    });
  }
});

const COMPLETE = [
  "",
  "Vector2",
  "Array",
  "Array[int]",
  "&",
  "[1 2",
  "[hello",
  "[)",
  '"a" "b',
  "1 [",
];

Deno.test("readText() knows that no more lines can help", async (t) => {
  for (const text of COMPLETE) {
    await t.step(JSON.stringify(text), () => {
      assertEquals(assertThrows(() => readText(text), ParseError).isIncomplete, false);
    });
  }
});

const NESTINGS: [open: string, inner: string, close: string][] = [
  ["[", "7", "]"],
  ["{1: ", "7", "}"],
  ["{", "7", ": 1}"],
  ["Array[Array]([", "7", "])"],
  ["Dictionary[int, Dictionary]({1: ", "7", "})"],
  ['Object(A, "a": ', "7", ")"],
];

Deno.test("readText() nests as deep as a packet can, and no deeper", async (t) => {
  for (const [open, inner, close] of NESTINGS) {
    await t.step(open, () => {
      const deepest = open.repeat(MAX_DEPTH) + inner + close.repeat(MAX_DEPTH);
      assert(readText(deepest) !== null);
      const error = assertThrows(() => readText(open + deepest + close), ParseError, "too deep");
      const firstChild = open.includes("1") ? open.indexOf("1") : open.length; // a key comes first
      assertEquals(error.column, open.length * MAX_DEPTH + firstChild + 1);
      assertEquals(error.isIncomplete, false);
    });
  }
});

Deno.test("readText() refuses a flood of brackets before it costs anything", () => {
  assertThrows(() => readText("[".repeat(1_000_000)), ParseError, "too deep");
});

function bitsOf(value: Variant | undefined): string {
  const view = new DataView(new ArrayBuffer(8));
  if (typeof value === "number") view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16);
}

Deno.test("readText() keeps the payload of a NaN inside of containers", () => {
  const nan = "nan(0xfff8000000000001)";
  for (let i = 0; i < 100; i++) {
    const list = readText(`[1.0, ${nan}]`);
    assert(list instanceof VariantArray);
    assertEquals(bitsOf(list.items[1]), "fff8000000000001");
    const entries = readText(`{${nan}: ${nan}}`);
    assert(entries instanceof VariantDictionary);
    assertEquals(bitsOf(entries.keys[0]), "fff8000000000001");
    assertEquals(bitsOf(entries.values[0]), "fff8000000000001");
    const instance = readText(`Object(A, "a": ${nan})`);
    assert(instance instanceof EncodedObject);
    assertEquals(bitsOf(instance.properties[0]?.value), "fff8000000000001");
  }
});
