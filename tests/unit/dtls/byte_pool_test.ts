import { assert, assertEquals } from "@std/assert";
import { BytePool } from "../../../src/dtls/byte_pool.ts";

Deno.test("BytePool.copy() gives copies that share no byte", () => {
  const pool = new BytePool();
  const source = new Uint8Array(5000).map((_, i) => i * 3);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (const size of [0, 1, 7, 8, 9, 100, 2048, 2049, 4999]) {
    for (let i = 0; i < 30; i++) pieces.push(pool.copy(source, 1, 1 + size));
  }
  const expected = pieces.map((piece) => source.slice(1, 1 + piece.length));
  for (const [i, piece] of pieces.entries()) {
    assertEquals(piece, expected[i]);
    piece.fill(i);
    expected[i]?.fill(i);
  }
  for (const [i, piece] of pieces.entries()) assertEquals(piece, expected[i]);
  source.fill(0);
  assertEquals(pieces.at(-1), expected.at(-1));
});

Deno.test("BytePool.copy() keeps small pieces aligned and their blocks small", () => {
  const pool = new BytePool();
  const source = new Uint8Array(3000);
  for (const size of [1, 3, 13, 64, 1000, 2048]) {
    const { byteOffset, buffer } = pool.copy(source, 0, size);
    assertEquals(byteOffset % 8, 0);
    assert(buffer.byteLength <= 8192);
  }
  assertEquals(pool.copy(source, 0, 3000).buffer.byteLength, 3000);
});
