import { assert, assertEquals } from "@std/assert";
import { readStruct } from "../../../src/explain/struct_reading.ts";
import { join, noise } from "./cases.ts";
import { cluesFor, hex } from "./clues.ts";

function bytesOf(view: ArrayBufferView<ArrayBuffer>): Uint8Array {
  return new Uint8Array(view.buffer);
}

Deno.test("readStruct() finds numbers of every width and order", () => {
  const cases: [Uint8Array, string, string][] = [
    [bytesOf(Float32Array.of(1.5, -2.25, 0.1)), "3 32-bit floats", "1.5, -2.25, 0.1"],
    [bytesOf(Float64Array.of(1234.5678)), "1 64-bit float", "1234.5678"],
    [bytesOf(Int32Array.of(1, 2000, -3)), "3 32-bit ints", "1, 2000, -3"],
    [hex("0100d007fdff"), "3 16-bit ints", "1, 2000, -3"],
    [hex("3fc00000c0100000"), "2 32-bit floats, big-endian", "1.5, -2.25"],
    [
      join([9], bytesOf(Float32Array.of(1.5, -2.25))),
      "a header of 1 byte and 2 32-bit floats",
      "9 | 1.5, -2.25",
    ],
    [hex("1b000000"), "a 32-bit number, or the length of a packet that is not here yet", "27"],
    [hex("0000c03f"), "1 32-bit float", "1.5"],
    [hex("07"), "a single byte", "7"],
    [hex("0701"), "a 16-bit number", "263"],
  ];
  for (const [bytes, what, text] of cases) {
    const [reading] = readStruct(cluesFor(bytes));
    assertEquals([reading?.what, reading?.text()], [what, text]);
  }
});

Deno.test("readStruct() is never sure", () => {
  const [reading] = readStruct(
    cluesFor(bytesOf(Float32Array.from({ length: 50 }, (_, i) => i * 1.5 + 1))),
  );
  assert(reading !== undefined && reading.score < 0.7);
});

Deno.test("readStruct() makes nothing of zeros, of noise and of much", () => {
  for (
    const bytes of [new Uint8Array(16), noise(64), new Uint8Array(2000).fill(1), new Uint8Array(0)]
  ) {
    assertEquals(readStruct(cluesFor(bytes)), []);
  }
});
