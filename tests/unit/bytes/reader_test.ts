import { assertEquals, assertStrictEquals } from "@std/assert";
import { Reader } from "../../../src/bytes/reader.ts";

Deno.test("Reader has nothing to read before it is started", () => {
  const { remaining, position, base } = new Reader();
  assertEquals([remaining, position, base], [0, 0, 0]);
});

Deno.test("Reader.reset() takes positions from the buffer, offsets from the packet", async (t) => {
  const buffer = Uint8Array.from({ length: 32 }, (_, i) => i).buffer;
  const rows: [view: [number, number], offset: number, end: number, first: number, last: number][] =
    [
      [[0, 32], 0, 32, 0, 31],
      [[0, 32], 5, 8, 5, 7],
      [[10, 12], 0, 12, 10, 21],
      [[10, 12], 3, 7, 13, 16],
      [[7, 9], 8, 9, 15, 15],
    ];
  const reader = new Reader();
  for (const [[from, length], offset, end, first, last] of rows) {
    await t.step(`${offset} to ${end} of ${length} bytes at ${from}`, () => {
      reader.reset(new Uint8Array(buffer, from, length), offset, end);
      assertEquals([reader.base, reader.position, reader.end], [first, first, last + 1]);
      assertEquals(reader.remaining, end - offset);
      assertEquals(reader.bytes[reader.position], first);
      assertEquals(reader.view.getUint8(reader.end - 1), last);
    });
  }
});

Deno.test("Reader.remaining shrinks as the position moves", () => {
  const reader = new Reader();
  reader.reset(new Uint8Array(9), 2, 8);
  reader.position += 4;
  assertEquals([reader.remaining, reader.base], [2, 2]);
});

Deno.test("Reader.reset() keeps its view of a buffer and takes a new one for another", () => {
  const reader = new Reader();
  const first = new Uint8Array(8).fill(1), second = new Uint8Array(8).fill(2);
  reader.reset(first, 0, 8);
  const { view, bytes } = reader;
  reader.reset(first.subarray(4), 0, 4);
  assertStrictEquals(reader.view, view);
  assertStrictEquals(reader.bytes, bytes);
  reader.reset(second, 0, 8);
  assertEquals([reader.view.getUint8(0), reader.bytes[0]], [2, 2]);
});
