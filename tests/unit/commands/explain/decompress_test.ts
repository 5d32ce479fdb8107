import { assertEquals } from "@std/assert";
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { loadDecompress } from "../../../../src/commands/explain/decompress.ts";

const CONTENT = new TextEncoder().encode("hello hello hello");

Deno.test("loadDecompress() undoes every mode", async () => {
  const decompress = await loadDecompress();
  const compressed = {
    DEFLATE: deflateSync(CONTENT),
    GZIP: gzipSync(CONTENT),
    ZSTD: zstdCompressSync(CONTENT),
    BROTLI: brotliCompressSync(CONTENT),
    RAW_DEFLATE: deflateRawSync(CONTENT),
  };
  for (const mode of Object.keys(compressed) as (keyof typeof compressed)[]) { // its keys are these
    assertEquals(decompress(mode, new Uint8Array(compressed[mode]), 100), CONTENT);
    assertEquals(decompress(mode, new Uint8Array(compressed[mode]), 5), null);
  }
});

Deno.test("loadDecompress() gives null for other bytes", async () => {
  const decompress = await loadDecompress();
  for (const mode of ["DEFLATE", "GZIP", "ZSTD", "RAW_DEFLATE"] as const) {
    assertEquals(decompress(mode, CONTENT, 100), null);
  }
});
