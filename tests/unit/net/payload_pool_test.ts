import { assertEquals, assertStrictEquals } from "@std/assert";
import { PayloadPool } from "../../../src/net/payload_pool.ts";

const BYTES = Uint8Array.from({ length: 70_000 }, (_, i) => i * 7);
const SOURCE = { bytes: BYTES, words: new Int32Array(BYTES.buffer) };

Deno.test("PayloadPool copies any size from any place", () => {
  const pool = new PayloadPool();
  for (const size of [0, 1, 3, 4, 127, 128, 129, 1400, 2048, 2049, 65_507]) {
    for (const isSameSource of [true, false]) {
      const copy = pool.copy(SOURCE, 12, size, isSameSource);
      assertEquals(copy, BYTES.slice(12, 12 + size));
    }
  }
});

Deno.test("PayloadPool hands out no byte twice", () => {
  const pool = new PayloadPool();
  const copies = Array.from({ length: 500 }, (_, i) => pool.copy(SOURCE, 4 * i, 99, true));
  for (const copy of copies.slice(1)) copy.fill(0);
  assertEquals(copies[0], BYTES.slice(0, 99));
});

Deno.test("PayloadPool lets packets in a row from one source share a block, others not", () => {
  const pool = new PayloadPool();
  const [first, second] = [pool.copy(SOURCE, 0, 5, true), pool.copy(SOURCE, 0, 5, true)];
  const stranger = pool.copy(SOURCE, 0, 5, false);
  const third = pool.copy(SOURCE, 0, 5, true);
  const large = pool.copy(SOURCE, 0, 2049, true);
  assertStrictEquals(first.buffer, second.buffer);
  assertEquals([first.byteOffset, second.byteOffset], [0, 8]);
  assertEquals([stranger.buffer.byteLength, large.buffer.byteLength], [5, 2049]);
  assertEquals(third.buffer === first.buffer, false);
});
