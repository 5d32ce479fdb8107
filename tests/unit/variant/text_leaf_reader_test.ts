import { assert, assertEquals, assertThrows } from "@std/assert";
import { ParseError } from "../../../src/errors.ts";
import { variantEquals } from "../../../src/variant/equals.ts";
import { variantFromText } from "../../../src/variant/text.ts";
import { readResourcePath } from "../../../src/variant/text_leaf_reader.ts";
import { TextScanner } from "../../../src/variant/text_scanner.ts";
import {
  Color,
  NodePath,
  Rid,
  Signal,
  StringName,
  type Variant,
  VariantArray,
} from "../../../src/variant/types.ts";

const f32 = Math.fround;

function array(...items: Variant[]): VariantArray {
  return new VariantArray(items);
}

const READ: [text: string, value: Variant][] = [
  ['StringName("a")', new StringName("a")],
  ['NodePath("/root/Main")', new NodePath(["root", "Main"], [], true)],
  ['NodePath( "a::b" )', new NodePath([], [], false)],
  ['NodePath(["a/b", ""], [":",], true)', new NodePath(["a/b", ""], [":"], true)],
  ["NodePath([], [], false)", new NodePath([], [], false)],
  ["#f80", new Color(1, f32(0x88 / 255), 0, 1)],
  ["#f808", new Color(1, f32(0x88 / 255), 0, f32(0x88 / 255))],
  [
    "[#ff8800, #FF880080]",
    array(
      new Color(1, f32(0x88 / 255), 0, 1),
      new Color(1, f32(0x88 / 255), 0, f32(0x80 / 255)),
    ),
  ],
  ["RID()", new Rid(0n)],
  ["RID(5)", new Rid(5n)],
  ["Signal()", new Signal("", 0n)],
  ['Signal("died", -1)', new Signal("died", 0xffffffffffffffffn)],
];

Deno.test("variantFromText() reads paths, names, ids and colors", async (t) => {
  for (const [text, value] of READ) {
    await t.step(JSON.stringify(text), () => assert(variantEquals(variantFromText(text), value)));
  }
});

const REFUSED: [text: string, message: string][] = [
  ["#12", "A color takes 3, 4, 6 or 8 hexadecimal digits (line 1, column 1)"],
  ["# comment", "A color takes 3, 4, 6 or 8 hexadecimal digits (line 1, column 1)"],
  ["NodePath()", 'Expected a string in double quotes as a path, got ")" (line 1, column 10)'],
  ['NodePath(["a"])', 'Expected "," after the names, got ")" (line 1, column 15)'],
  ['NodePath(["a"], "b")', 'Expected "[" after the names, got a string (line 1, column 17)'],
  ['NodePath(["a"], [])', 'Expected "," after the subnames, got ")" (line 1, column 19)'],
  [
    'NodePath(["a"], [], 1)',
    'Expected "true" or "false" for an absolute path or not, got "1" (line 1, column 21)',
  ],
  [
    "StringName(1)",
    'Expected a string in double quotes as the argument of StringName, got "1" (line 1, column 12)',
  ],
  ["RID(x)", 'Expected a whole number in RID, got "x" (line 1, column 5)'],
  ['Signal("x")', 'Expected "," before the id of the object, got ")" (line 1, column 11)'],
  [
    "Signal(1)",
    'Expected a string in double quotes as the name of a signal, got "1" (line 1, column 8)',
  ],
  ['Resource("res://a", "res://b")', "Resource takes one path and one uid (line 1, column 21)"],
  ['Resource("uid://a", "uid://b")', "Resource takes one path and one uid (line 1, column 21)"],
];

Deno.test("variantFromText() says what a path, a name, an id or a color lacks", async (t) => {
  for (const [text, message] of REFUSED) {
    await t.step(JSON.stringify(text), () => {
      assertEquals(assertThrows(() => variantFromText(text), ParseError).message, message);
    });
  }
});

const RESOURCES: [text: string, path: string][] = [
  ['("res://a.gd")', "res://a.gd"],
  ['( "res://a.gd" )', "res://a.gd"],
  ['("uid://x", "res://a.gd")', "res://a.gd"],
  ['("res://a.gd", "uid://x")', "res://a.gd"],
  ['("uid://x")', "uid://x"],
];

Deno.test("readResourcePath() prefers the path to the uid", async (t) => {
  for (const [text, path] of RESOURCES) {
    await t.step(text, () => assertEquals(readResourcePath(new TextScanner(text)), path));
  }
});
