import { assertEquals } from "@std/assert";
import type { Dissection, NoteSeverity } from "../../../src/bytes/dissection.ts";
import {
  formatOffset,
  isScaffold,
  leafStyle,
  offsetWidth,
  PLAIN,
  plural,
} from "../../../src/inspect/paint.ts";

function leaf(name: string, type: string, severity?: NoteSeverity): Dissection {
  const notes = severity === undefined ? [] : [{ severity, code: "x", message: "" }];
  return { name, type, offset: 0, length: 4, value: 0, notes, children: [] };
}

Deno.test("leafStyle() tells what says something from what only leads there", () => {
  const rows: [name: string, type: string, style: string][] = [
    ["value", "i32", "value"],
    ["text", "utf8", "value"],
    ["[3]", "f32", "value"],
    ["header", "int header", "type"],
    ["length", "u32", "type"],
    ["count", "u32", "type"],
    ["property count", "i32", "type"],
    ["flags", "flags, relative", "type"],
    ["element type", "int", "type"],
    ["padding", "padding", "dim"],
    ["terminator", "NUL", "dim"],
    ["unparsed", "unparsed", "error"],
    ["account", "i32", "value"],
  ];
  for (const [name, type, style] of rows) assertEquals(leafStyle(leaf(name, type)), style, name);
});

Deno.test("leafStyle() puts errors and warnings first", () => {
  assertEquals(leafStyle(leaf("length", "u32", "error")), "error");
  assertEquals(leafStyle(leaf("padding", "padding", "warning")), "warning");
  assertEquals(leafStyle(leaf("value", "i64", "info")), "value");
});

Deno.test("isScaffold() holds for all that is no part of the value", () => {
  const leaves = [leaf("header", "x"), leaf("x", "padding"), leaf("terminator", "NUL")];
  assertEquals(leaves.map(isScaffold), [true, true, true]);
  assertEquals(isScaffold(leaf("value", "i32")), false);
});

Deno.test("offsets have four digits, more in a large dump", () => {
  assertEquals([0, 0xffff, 0x10000].map(offsetWidth), [4, 4, 5]);
  assertEquals(formatOffset(0x1b, 4), "001b");
});

Deno.test("PLAIN changes nothing", () => {
  assertEquals(Object.values(PLAIN).map((paint) => paint("text")), new Array(7).fill("text"));
});

Deno.test("plural() counts", () => {
  assertEquals([plural(1, "byte"), plural(0, "byte")], ["1 byte", "0 bytes"]);
});
