import { assert, assertEquals } from "@std/assert";
import { MAX_SHAPE_LENGTH, shapeText } from "../../../src/inspect/shape_text.ts";
import { readText } from "../../../src/variant/text_reader.ts";

const shapeOf = (text: string): string => shapeText(readText(text));

Deno.test("shapeText() tells what is in a message, without the values", () => {
  const cases: readonly (readonly [value: string, shape: string])[] = [
    ["null", "Nil"],
    ["PackedByteArray(1)", "PackedByteArray"],
    ['{"cmd": "a", &"pos": Vector3(1, 2, 3)}', "Dictionary{cmd: String, pos: Vector3}"],
    ["{}", "Dictionary{}"],
    ['{"a b": null}', 'Dictionary{"a b": Nil}'],
    ["[]", "Array[]"],
    ["[1, 2, 3]", "Array[int]"],
    ['[1, "a", 2]', "Array[int|String]"],
    ['[{"a": 1}, {"a": 2}]', "Array[Dictionary{a: int}]"],
    ["{1: true, 2: false}", "Dictionary{int: bool}"],
    ['Object(Node, "name": 1)', "Object(Node)"],
    ["RID(5)", "RID"],
  ];
  for (const [value, shape] of cases) assertEquals(shapeOf(value), shape);
});

Deno.test("shapeText() is the same whatever the values are", () => {
  assertEquals(shapeOf('{"x": 1, "s": "a"}'), shapeOf('{"x": 99999999999, "s": "longer"}'));
  assertEquals(shapeOf("[1, 2]"), shapeOf("[1, 2, 3, 4]"));
});

Deno.test("shapeText() has the names of the generation", () => {
  assertEquals(shapeText(readText("Quaternion(0, 0, 0, 1)"), 3), "Quat");
});

Deno.test("shapeText() stays short, however large the message", () => {
  const wide = `{${Array.from({ length: 1000 }, (_, i) => `"key ${i}": ${i}`).join(", ")}}`;
  assertEquals(shapeOf(wide), "Dictionary{String: int}");
  const deep = "[".repeat(500) + "]".repeat(500);
  assert(shapeOf(deep).includes("[…]"));
  const long = `{${Array.from({ length: 30 }, (_, i) => `"${"k".repeat(39)}${i}": 1`).join(", ")}}`;
  assertEquals(shapeOf(long).length, MAX_SHAPE_LENGTH + 1);
});
