import { assertEquals, assertNotEquals, assertStrictEquals } from "@std/assert";
import { KeyShape, KeyShapes } from "../../../src/variant/key_shapes.ts";
import { text, wire } from "../../support/wire.ts";

/** String keys as they follow each other on the wire, as if their values had no bytes. */
function keysView(...keys: readonly string[]): DataView {
  return viewOf(wire(...keys.flatMap((key) => [4, text(key)])));
}

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The sizes that a shape finds, one key after the other; the last one is 0 at a mismatch. */
function sizes(shape: KeyShape | null, view: DataView): number[] {
  const found: number[] = [];
  let offset = 0;
  for (let i = 0; shape !== null && i < shape.keys.length; i++) {
    const size = shape.match(i, view, offset, view.byteLength);
    found.push(size);
    if (size === 0) break;
    offset += size;
  }
  return found;
}

const KEYS = ["a", "four", "", "odd__", "x".repeat(32)];

Deno.test("KeyShape.match() knows exactly its keys again", () => {
  const shape = KeyShape.of(KEYS);
  assertEquals(shape?.keys, KEYS);
  assertEquals(sizes(shape, keysView(...KEYS)), [12, 12, 8, 16, 40]);
});

Deno.test("KeyShape.match() sees another key at every index", () => {
  const shape = KeyShape.of(KEYS);
  for (const index of KEYS.keys()) {
    for (const other of ["A", "fou", "longer", "odd", "x".repeat(31) + "y"]) {
      const keys = KEYS.with(index, other);
      assertEquals(sizes(shape, keysView(...keys)).indexOf(0), index, `${other} at ${index}`);
    }
  }
});

Deno.test("KeyShape.match() sees every bit that differs: header, length, bytes and padding", () => {
  for (const key of ["", "a", "abcde", "abcdefghi", "x".repeat(32)]) {
    const shape = KeyShape.of([key]);
    const bytes = wire(4, text(key));
    assertEquals(sizes(shape, viewOf(bytes)), [bytes.length]);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assertEquals(sizes(shape, viewOf(flipped)), [0], `bit ${bit} of ${key}`);
    }
  }
});

Deno.test("KeyShape.match() does not read over the end", () => {
  const shape = KeyShape.of(["abcde"]);
  const view = keysView("abcde", "rest");
  assertEquals([15, 16, 17].map((end) => shape?.match(0, view, 0, end)), [0, 16, 16]);
});

Deno.test("KeyShape.of() makes shapes of short ASCII texts alone", () => {
  const others: unknown[] = ["x".repeat(33), "nul\0", "é", "abcdé", "日本", 7n, 1.5, null, {
    text: "a",
  }];
  for (const other of others) {
    assertEquals(KeyShape.of([other]), null);
    assertEquals(KeyShape.of(["a", other, "b"]), null);
  }
  assertEquals(KeyShape.of(["a", "\x7f".repeat(32)])?.keys.length, 2);
});

Deno.test("KeyShapes.signature() is the same for the same first key and count", () => {
  const shapes = new KeyShapes();
  const signature = (view: DataView, offset: number, count: number): number =>
    shapes.signature(view, offset, view.byteLength, count);
  const first = signature(keysView("position", "x"), 0, 2);
  assertNotEquals(first, 0);
  assertEquals(signature(keysView("position", "other"), 0, 2), first);
  assertEquals(signature(keysView("", "position", "z"), 8, 2), first);
  assertNotEquals(signature(keysView("velocity", "x"), 0, 2), first);
});

Deno.test("KeyShapes.signature() tells all counts apart: optional keys come and go", () => {
  const view = keysView("position");
  const counts = Array.from({ length: 32 }, (_, i) => i + 1);
  const signatures = counts.map((count) => new KeyShapes().signature(view, 0, 20, count));
  assertEquals(new Set(signatures).size, counts.length);
});

Deno.test("KeyShapes.signature() is 0 where no shape can fit", () => {
  const view = keysView("abcd", "abcd");
  const rows: [end: number, count: number, fits: boolean][] = [
    [24, 0, false],
    [24, 1, true],
    [24, 32, true],
    [24, 33, false],
    [24, 0x7fffffff, false],
    [12, 1, true],
    [11, 1, false],
    [0, 1, false],
  ];
  for (const [end, count, fits] of rows) {
    const signature = new KeyShapes().signature(view, 0, end, count);
    assertEquals(signature !== 0, fits, `${count} keys in ${end} bytes`);
  }
});

Deno.test("KeyShapes.find() knows what was learned twice, for that many keys", () => {
  const shapes = new KeyShapes();
  const keys = ["abcd", "e"];
  const signature = shapes.signature(keysView(...keys), 0, 24, 2);
  assertEquals(shapes.find(signature, 2), null);
  shapes.learn(signature, keys);
  assertEquals(shapes.find(signature, 2), null);
  shapes.learn(signature, keys);
  assertEquals(shapes.find(signature, 2)?.keys, keys);
  assertEquals(shapes.find(signature, 1), null);
});

Deno.test("KeyShapes.learn() replaces a shape by the newer one, or by none", () => {
  const shapes = new KeyShapes();
  const signature = shapes.signature(keysView("abcd"), 0, 12, 2);
  const learnTwice = (keys: readonly unknown[]): KeyShape | null => {
    shapes.learn(signature, keys);
    shapes.learn(signature, keys);
    return shapes.find(signature, 2);
  };
  assertEquals(learnTwice(["abcd", "e"])?.keys, ["abcd", "e"]);
  assertEquals(learnTwice(["abcd", "f"])?.keys, ["abcd", "f"]);
  assertStrictEquals(learnTwice(["abcd", 7n]), null);
});

Deno.test("KeyShapes leaves signature 0 alone", () => {
  const shapes = new KeyShapes();
  shapes.learn(0, ["a"]);
  shapes.learn(0, ["a"]);
  assertEquals(shapes.find(0, 1), null);
});

Deno.test("KeyShapes.shapeOf() knows keys that come again, and no others", () => {
  const shapes = new KeyShapes();
  const keys = ["name", "pos", "x".repeat(32)];
  assertEquals([shapes.shapeOf(keys), shapes.shapeOf([...keys])], [null, null]);
  assertEquals(shapes.shapeOf([...keys])?.keys, keys);
  const others = [
    keys.slice(0, 2),
    [...keys, "more"],
    ["name", "vel", keys[2]],
    ["Name", ...keys.slice(1)],
    ["name", 7n, keys[2]],
  ];
  for (const other of others) assertEquals(shapes.shapeOf(other), null);
});

Deno.test("KeyShapes.shapeOf() has none for keys that no shape can have", () => {
  const many = Array.from({ length: 33 }, (_, i) => `key${i}`);
  const rows = [[], [""], ["a", ""], ["a", 1n], [1n, "a"], ["é"], ["a", "x".repeat(33)], many];
  for (const keys of rows) {
    const shapes = new KeyShapes();
    for (let i = 0; i < 3; i++) assertEquals(shapes.shapeOf(keys), null, `${keys}`);
  }
});

Deno.test("KeyShape.write() writes what match() reads, and nothing else", () => {
  const shape = KeyShape.of(KEYS);
  const size = KEYS.reduce((sum, _, i) => sum + (shape?.sizeOf(i) ?? 0), 0);
  const view = new DataView(new ArrayBuffer(size + 6));
  let at = 3;
  for (let i = 0; i < KEYS.length; i++) {
    shape?.write(i, view, at);
    assertEquals(shape?.match(i, view, at, size + 3), shape?.sizeOf(i));
    at += shape?.sizeOf(i) ?? 0;
  }
  assertEquals([view.getUint16(0), view.getUint8(2), view.getUint16(size + 3)], [0, 0, 0]);
});
