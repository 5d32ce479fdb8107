import { assert, assertEquals } from "@std/assert";
import { loadDecompress } from "../../../src/commands/explain/decompress.ts";
import { readCompressed } from "../../../src/explain/compression_reading.ts";
import { join, variant } from "./cases.ts";
import { cluesFor, hex, insideReading } from "./clues.ts";

const INSIDE = { inside: () => insideReading() };
const ZSTD = hex("28b52ffd20084100000200000007000000");
const GZIP = hex("1f8b08000000000000036362606060076200ade0d0ba08000000");
const DEFLATE = hex("789c63626060600762000034000a");

Deno.test("readCompressed() undoes what its mark names, and asks what is inside", async () => {
  const decompress = await loadDecompress();
  for (const [bytes, mode] of [[ZSTD, "ZSTD"], [GZIP, "GZIP"], [DEFLATE, "DEFLATE"]] as const) {
    const seen: string[] = [];
    const inside = (content: Uint8Array): ReturnType<typeof insideReading> => {
      seen.push(content.toHex());
      return insideReading();
    };
    const [reading] = readCompressed(cluesFor(bytes, { decompress, inside }));
    assertEquals(seen, [variant("7").toHex()]);
    assert(reading?.what.includes(`compressed with ${mode} (mode `), reading?.what);
    assert((reading?.score ?? 0) > 0.95);
  }
});

Deno.test("readCompressed() knows the mark without a decompressor, and damage with one", async () => {
  const [unseen] = readCompressed(cluesFor(ZSTD));
  assert(unseen?.why.includes("not looked inside"));
  const decompress = await loadDecompress();
  const [cut] = readCompressed(cluesFor(ZSTD.subarray(0, 12), { decompress }));
  assert(cut?.what.startsWith("bytes compressed with ZSTD") && cut.score < 0.7);
});

Deno.test("readCompressed() tries FastLZ, and believes it when something comes out", () => {
  const block = hex("05 68656c6c6f20 e0 1d 05 02 6c6c6f");
  assertEquals(readCompressed(cluesFor(block)), []);
  const [reading] = readCompressed(cluesFor(block, INSIDE));
  assert(
    reading?.verdict.includes("packet.decompress(47, FileAccess.COMPRESSION_FASTLZ)"),
    reading?.verdict,
  );
});

Deno.test("readCompressed() tries brotli and deflate without a header", async () => {
  const { brotliCompressSync, deflateRawSync } = await import("node:zlib");
  const decompress = await loadDecompress();
  const content = variant(`"${"hello again, ".repeat(10)}"`);
  const [brotli] = readCompressed(
    cluesFor(new Uint8Array(brotliCompressSync(content)), { decompress, ...INSIDE }),
  );
  assert(brotli?.what.endsWith("compressed with BROTLI (mode 4)"), brotli?.what);
  const [raw] = readCompressed(
    cluesFor(new Uint8Array(deflateRawSync(content)), { decompress, ...INSIDE }),
  );
  assert(
    raw?.what.includes("without zlib's header") && raw.verdict.includes("deflateSync"),
    raw?.verdict,
  );
});

Deno.test("readCompressed() survives compressed files whose sizes lie", async () => {
  const decompress = await loadDecompress();
  const head = join("GCPF", hex("02000000 00100000 ffffffff ffffffff"));
  const [reading] = readCompressed(cluesFor(head, { decompress }));
  assertEquals(reading?.score, 0.8);
  assertEquals(
    readCompressed(cluesFor(join("GCPF", hex("02000000 00000000 10000000")), { decompress })),
    [],
  );
});
