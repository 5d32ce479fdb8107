import { assert, assertEquals } from "@std/assert";
import { ShapeTemplate } from "../../../src/inspect/shape_template.ts";
import { encodeVariant } from "../../../src/variant/encode.ts";
import { readText } from "../../../src/variant/text_reader.ts";

function viewOf(text: string): DataView {
  const bytes = encodeVariant(readText(text));
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function templateOf(text: string): ShapeTemplate | null {
  const view = viewOf(text);
  return ShapeTemplate.of(view, 0, view.byteLength);
}

function isMatch(template: ShapeTemplate, text: string): boolean {
  const view = viewOf(text);
  return template.matches(view, 0, view.byteLength);
}

const MOVE =
  '{"cmd": "move", "n": 1, "t": 0.1, "pos": Vector2(1, 2), "p": PackedByteArray(1), "b": true}';

Deno.test("ShapeTemplate matches other values of the shape, whatever their size", () => {
  const template = templateOf(MOVE);
  assert(template !== null);
  assert(isMatch(template, MOVE));
  const other = '{"cmd": "a longer one", "n": 99999999999, "t": 0.5, "pos": Vector2(0, 0), ' +
    '"p": PackedByteArray(1, 2, 3, 4, 5, 6), "b": false}';
  assert(isMatch(template, other));
});

Deno.test("ShapeTemplate matches nothing else", () => {
  const template = templateOf(MOVE);
  assert(template !== null);
  const others = [
    MOVE.replace('"n"', '"m"'),
    MOVE.replace('"n": 1', '"n": 1.5'),
    MOVE.replace("Vector2(1, 2)", "Vector2i(1, 2)"),
    MOVE.replace(', "b": true', ""),
    MOVE.replace("move", "é"), // left to the decoder
    "null",
  ];
  for (const other of others) assertEquals(isMatch(template, other), false, other);
});

Deno.test("ShapeTemplate matches no packet that is cut", () => {
  const template = templateOf(MOVE);
  const view = viewOf(MOVE);
  for (let end = 0; end < view.byteLength; end++) {
    assertEquals(template?.matches(view, 0, end), false, `${end} bytes`);
  }
});

Deno.test("ShapeTemplate leaves to the decoder what it does not know", () => {
  for (const text of ['"é"', "Array[int]([1])", '^"a"', "Callable()", 'Signal("a", 1)']) {
    assertEquals(templateOf(text), null, text);
  }
  const many = `[${Array.from({ length: 1000 }, () => "1").join(", ")}]`;
  assertEquals(templateOf(many), null);
  assertEquals(templateOf("[".repeat(100) + "]".repeat(100)), null);
});
