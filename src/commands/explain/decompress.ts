/** Undoes compression for `explain`, by `node:zlib`, which is loaded when something is compressed. */

import type { Decompress, ForeignCompression } from "../../explain/reading.ts";

/** A name that Deno does not see before it starts. */
const ZLIB_MODULE: string = "node:zlib";

type Zlib = typeof import("node:zlib");
type Undo = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

/** Loads the decompressor. A mode that this Deno does not have gives null. */
export async function loadDecompress(): Promise<Decompress> {
  const zlib: Partial<Zlib> = await import(ZLIB_MODULE);
  const undoing: Readonly<Record<ForeignCompression, Undo | undefined>> = {
    DEFLATE: zlib.inflateSync,
    GZIP: zlib.gunzipSync,
    ZSTD: zlib.zstdDecompressSync,
    BROTLI: zlib.brotliDecompressSync,
    RAW_DEFLATE: zlib.inflateRawSync,
  };
  return (mode, bytes, limit) => attempt(undoing[mode], bytes, limit);
}

function attempt(undo: Undo | undefined, bytes: Uint8Array, limit: number): Uint8Array | null {
  if (undo === undefined) return null;
  try {
    return new Uint8Array(undo(bytes, { maxOutputLength: limit }));
  } catch (error) {
    // Damaged, cut off, too large, or something else than it looked like.
    if (error instanceof Error) return null;
    throw error;
  }
}
