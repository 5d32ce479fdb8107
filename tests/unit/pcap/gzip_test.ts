import { assert, assertEquals } from "@std/assert";
import { gunzip } from "../../../src/pcap/gzip.ts";
import { concat } from "../../support/pcap_builder.ts";

async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new CompressionStream("gzip");
  const writer = stream.writable.getWriter();
  const written = writer.write(new Uint8Array(bytes)).then(() => writer.close());
  const parts = await Array.fromAsync(stream.readable);
  await written;
  return concat(...parts);
}

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
  await Promise.resolve();
}

async function unpack(bytes: Uint8Array, size = 1000): Promise<[Uint8Array, string | null]> {
  let damage: string | null = null;
  const parts = await Array.fromAsync(gunzip(chunksOf(bytes, size), (message) => damage = message));
  return [concat(...parts), damage];
}

/** Bytes that compress badly, all values among them. */
function noise(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 13);
}

const DAMAGED = "The gzip stream is damaged or cut off";
const CHUNK_SIZES = [1, 2, 3, 4096, 1 << 20];

Deno.test("gunzip() passes through what is not gzipped", async () => {
  for (const bytes of [[], [0x1f], [0x1f, 0x1f], [0x1f, 0x8c, 0x1f], [0xd4, 0xc3, 0x1f, 0x8b]]) {
    for (const size of CHUNK_SIZES) {
      const input = Uint8Array.from(bytes);
      assertEquals(await unpack(input, size), [input, null]);
    }
  }
});

Deno.test("gunzip() unpacks in chunks of any size", async () => {
  const bytes = noise(20_000);
  const packed = await gzip(bytes);
  for (const size of CHUNK_SIZES) {
    const [unpacked, damage] = await unpack(packed, size);
    assertEquals([unpacked.length, damage], [bytes.length, null]);
    assertEquals(unpacked, bytes);
  }
});

Deno.test("gunzip() unpacks several members", async () => {
  const first = noise(30_000);
  const second = noise(500);
  const packed = concat(await gzip(first), await gzip(second), await gzip(first));
  for (const size of CHUNK_SIZES) {
    const [unpacked, damage] = await unpack(packed, size);
    assertEquals(damage, null);
    assertEquals(unpacked, concat(first, second, first));
  }
});

Deno.test("gunzip() gives out what comes before the end of a stream that is cut off", async () => {
  const bytes = noise(200_000);
  const packed = await gzip(bytes);
  const [unpacked, damage] = await unpack(packed.subarray(0, packed.length >> 1));
  assertEquals(damage, DAMAGED);
  assert(unpacked.length > 50_000, `${unpacked.length} bytes`);
  assertEquals(unpacked, bytes.subarray(0, unpacked.length));
  const [all, cutTrailer] = await unpack(packed.subarray(0, -3));
  assertEquals([all.length, cutTrailer], [bytes.length, DAMAGED]);
});

Deno.test("gunzip() reports damage", async () => {
  const packed = await gzip(noise(200_000));
  const broken = packed.slice();
  broken.fill(0xff, packed.length >> 1, (packed.length >> 1) + 100);
  assertEquals((await unpack(broken))[1], DAMAGED);
  const [, behind] = await unpack(concat(packed, "something else"));
  assertEquals(behind, DAMAGED);
  assertEquals(await unpack(Uint8Array.of(0x1f, 0x8b, 9, 9, 9)), [new Uint8Array(0), DAMAGED]);
});

Deno.test("gunzip() stops when its reader does", async () => {
  let hasEnded = false;
  const packed = await gzip(noise(200_000));
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      yield* chunksOf(packed, 1000);
    } finally {
      hasEnded = true;
    }
  }
  for await (const chunk of gunzip(chunks(), () => {})) {
    assert(chunk.length > 0);
    break;
  }
  assert(hasEnded);
});
