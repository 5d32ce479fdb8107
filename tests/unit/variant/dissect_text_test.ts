import { assertEquals, assertThrows } from "@std/assert";
import { leavesOf } from "../../../src/bytes/dissection.ts";
import { DecodeError } from "../../../src/errors.ts";
import {
  dissectNamedText,
  dissectNodePath,
  dissectPackedString,
  dissectText,
} from "../../../src/variant/dissect_text.ts";
import { Dissecting, type DissectionNode } from "../../../src/variant/dissecting.ts";
import { VariantType } from "../../../src/variant/types.ts";

function begin(hex: string): { d: Dissecting; root: DissectionNode } {
  const bytes = Uint8Array.fromHex(hex.replaceAll(" ", ""));
  const d = new Dissecting({});
  d.reset(bytes, 0, bytes.length);
  return { d, root: d.open("root", "test") };
}

function leafNames(root: DissectionNode): string[] {
  return leavesOf(root).map(({ name, length }) => `${name} ${length}`);
}

Deno.test("dissectText() makes length, text and padding leaves", () => {
  const { d, root } = begin("03000000 61626300");
  assertEquals(dissectText(d, "name").text, "abc");
  assertEquals(leafNames(root), ["length 4", "text 3", "padding 1"]);
});

Deno.test("dissectText() keeps a text that is not UTF-8 as bytes", () => {
  const { d, root } = begin("02000000 61ff0000");
  const error = assertThrows(() => dissectText(d, "name"), DecodeError);
  assertEquals([error.code, error.offset], ["ERR_INVALID_DATA", 4]);
  assertEquals(root.children[1]?.value, new Uint8Array([0x61, 0xff]));
});

Deno.test("dissectNamedText() is a branch", () => {
  const { d, root } = begin("04000000 4e6f6465");
  const { leaf } = dissectNamedText(d, "class", "Object class");
  assertEquals([root.children[0]?.name, root.children[0]?.children[1]], ["class", leaf]);
});

Deno.test("dissectPackedString() parts the terminator from text and padding", () => {
  const { d, root } = begin("02000000 61000000");
  dissectPackedString(d, VariantType.String);
  assertEquals(leafNames(root), ["length 4", "text 1", "terminator 1", "padding 2"]);
});

Deno.test("dissectPackedString() does without a terminator", () => {
  const { d, root } = begin("01000000 61000000");
  dissectPackedString(d, VariantType.String);
  assertEquals(leafNames(root), ["length 4", "text 1", "padding 3"]);
});

Deno.test("dissectNodePath() reads no more names than the counts come to", () => {
  const { d, root } = begin("ffffffff 02000080 00000000 01000000 61000000");
  dissectNodePath(d); // 0x7fffffff and 0x80000002 make 1, modulo 2^32
  assertEquals(root.children.map(({ name }) => name), [
    "name count",
    "subname count",
    "flags",
    "names[0]",
  ]);
});
