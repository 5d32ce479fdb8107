import { assert, assertEquals } from "@std/assert";
import { readNothing } from "../../../src/explain/nothing_reading.ts";
import { EXPLAINS } from "../../../src/explain/reading.ts";
import { join, noise } from "./cases.ts";
import { cluesFor } from "./clues.ts";

Deno.test("readNothing() knows empty packets and buffers that were never filled", () => {
  assertEquals(readNothing(cluesFor(new Uint8Array(0)))[0]?.what, "an empty packet");
  assertEquals(readNothing(cluesFor(new Uint8Array(9)))[0]?.what, "9 zero bytes");
  assertEquals(readNothing(cluesFor(new Uint8Array(9).fill(205)))[0]?.what, "9 times the byte 205");
});

Deno.test("readNothing() knows chance, which explains nothing", () => {
  for (const size of [32, 100, 1000, 100_000]) {
    const [reading] = readNothing(cluesFor(noise(size)));
    assert(reading !== undefined && reading.score < EXPLAINS, `${size}`);
  }
});

Deno.test("readNothing() takes text, counters and few bytes for no chance", () => {
  const text = join("the quick brown fox jumps over the lazy dog, again and again and again");
  const repeated = join(text, text, text, text, text, text, text, text);
  assertEquals(readNothing(cluesFor(repeated)), []);
  assertEquals(readNothing(cluesFor(noise(31))), []);
  assertEquals(readNothing(cluesFor(new Uint8Array(4))), []);
});
