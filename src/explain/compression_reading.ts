/**
 * Compressed bytes: the modes of `PackedByteArray.compress` and the files of
 * `FileAccess.open_compressed` (`core/io/file_access_compressed.cpp`).
 */

import { decompressFastLz } from "./fastlz.ts";
import { ENCODE_BUFFER_SIZE } from "./limits.ts";
import { type Clues, COMPRESSION_MODES, type CompressionMode, type Reading } from "./reading.ts";
import { plural, score, u16, u16be, u32, u32be } from "./words.ts";

/** Of bytes with a mark, as much is decompressed as `put_var` writes at most with its defaults. */
const DECOMPRESSED_LIMIT = ENCODE_BUFFER_SIZE;
/** Without a mark it is tried on anything, and more often in vain. */
const TRIED_LIMIT = 1024 * 1024;
const ZSTD_MAGIC = 0x28b52ffd;
const GZIP_MAGIC = 0x1f8b;
const FILE_MAGIC = 0x47435046; // GCPF

/** As something compressed. */
export function readCompressed(clues: Clues): Reading[] {
  const { bytes } = clues;
  if (bytes.length < 4) return [];
  if (u32be(bytes, 0) === FILE_MAGIC) return compressedFile(clues);
  const told = modeByMagic(bytes);
  if (told !== null) return [byMagic(told, clues)];
  const found = [fastLz(clues), unmarked("BROTLI", clues), rawDeflate(clues)];
  return found.filter((reading) => reading !== null);
}

/** DEFLATE is zlib's format in Godot: a method, a window, and a check over both. */
function modeByMagic(bytes: Uint8Array): "ZSTD" | "GZIP" | "DEFLATE" | null {
  if (u32be(bytes, 0) === ZSTD_MAGIC) return "ZSTD";
  if (u16be(bytes, 0) === GZIP_MAGIC) return "GZIP";
  const head = u16be(bytes, 0);
  const isZlib = (head >> 8 & 0x8f) === 0x08 && head % 31 === 0 && (head & 0x20) === 0;
  return isZlib && bytes.length >= 8 ? "DEFLATE" : null;
}

function byMagic(mode: "ZSTD" | "GZIP" | "DEFLATE", clues: Clues): Reading {
  const { bytes, decompress } = clues;
  const content = decompress?.(mode, bytes, DECOMPRESSED_LIMIT) ?? null;
  const isWhole = content !== null && (mode !== "ZSTD" || isZstdSize(bytes, content.length));
  if (isWhole) return decompressed(mode, content, clues, 0.8);
  const name = modeName(mode);
  const worth = mode === "DEFLATE" ? 0.45 : 0.62;
  return {
    kind: "compressed",
    what: `bytes compressed with ${name}`,
    score: worth,
    why: [
      `they begin as ${name} does`,
      decompress === null
        ? "not looked inside"
        : `they do not decompress, or to more than ${DECOMPRESSED_LIMIT} bytes`,
    ],
    at: 0,
    verdict:
      `bytes compressed with ${name} that do not decompress here: either a part of them is missing ` +
      `after byte ${bytes.length}, or one was changed on the way, or they hold more than ` +
      `${DECOMPRESSED_LIMIT} bytes; the receiver needs all that compress() gave, so send its size in ` +
      "front, and over UDP keep it below 1392 bytes",
    text: () => "",
  };
}

/** Decompressors give what they have of a frame that is cut off; its header says how much it was. */
function isZstdSize(bytes: Uint8Array, size: number): boolean {
  const descriptor = bytes[4] ?? 0;
  const width = descriptor >> 6;
  const isSingle = (descriptor & 0x20) !== 0;
  if (width === 0 && !isSingle) return size > 0;
  const at = 5 + (isSingle ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  if (width === 0) return size === bytes[at];
  return size === (width === 1 ? u16(bytes, at) + 256 : u32(bytes, at));
}

function modeName(mode: CompressionMode | "RAW_DEFLATE"): string {
  if (mode === "RAW_DEFLATE") return "raw deflate, without zlib's header";
  const number = COMPRESSION_MODES.indexOf(mode);
  return `${mode} (mode ${number}${mode === "DEFLATE" ? ", zlib" : ""})`;
}

function decompressed(
  mode: CompressionMode | "RAW_DEFLATE",
  content: Uint8Array,
  clues: Clues,
  worth: number,
): Reading {
  const inner = clues.inside(content);
  const size = plural(content.length, "byte");
  const what = inner?.what ?? size;
  return {
    kind: "compressed",
    what: `${what} compressed with ${modeName(mode)}`,
    score: score(worth + (0.99 - worth) * (inner?.score ?? 0.3)),
    why: [
      `${clues.bytes.length} bytes decompress to ${size}`,
      ...(inner?.why.map((reason) => `decompressed: ${reason}`) ??
        ["what they hold is not explained"]),
    ],
    at: 0,
    verdict:
      `${what} compressed with PackedByteArray.compress(FileAccess.COMPRESSION_${mode}): the ` +
      "sender compresses and the receiver does not undo it, so get_var takes byte 0 for a type; call " +
      decompressCall(
        mode,
        content.length,
        inner?.kind === "variant" ? " and then bytes_to_var" : "",
      ),
    text: () => inner?.text() ?? "",
  };
}

/** FASTLZ and ZSTD do not carry what `decompress_dynamic` needs. */
function decompressCall(mode: string, size: number, then: string): string {
  const name = `FileAccess.COMPRESSION_${mode}`;
  if (mode === "FASTLZ" || mode === "ZSTD") {
    return `packet.decompress(${size}, ${name})${then}, and send that size along, for ` +
      "decompress_dynamic cannot do this mode";
  }
  return `packet.decompress_dynamic(-1, ${name})${then}`;
}

/** Without a magic: only when it comes out even, and what comes out makes sense. */
function fastLz(clues: Clues): Reading | null {
  const { bytes } = clues;
  const content = decompressFastLz(bytes, TRIED_LIMIT);
  if (content === null || content.length < 16) return null;
  const isPadded = content.length === 16;
  const inner = isPadded ? insidePadded(content, clues) : clues.inside(content);
  if (inner === null || inner.kind === "nothing" || inner.score < (isPadded ? 0.5 : 0.7)) {
    return null;
  }
  const isSmaller = content.length > bytes.length;
  return {
    ...decompressed("FASTLZ", content, { ...clues, inside: () => inner }, 0.3),
    score: score((isSmaller ? 0.96 : 0.84) * Math.min(1, inner.score + 0.05)),
  };
}

/** What is shorter than 16 bytes was filled up with zeros. */
function insidePadded(content: Uint8Array, clues: Clues): Reading | null {
  const cut = clues.inside(withoutZeros(content));
  const whole = clues.inside(content);
  return (whole?.score ?? 0) >= (cut?.score ?? 0) ? whole : cut;
}

function withoutZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, (end + 3) & ~3);
}

/** Also without a magic. */
function unmarked(mode: "BROTLI" | "RAW_DEFLATE", clues: Clues): Reading | null {
  const { bytes, decompress } = clues;
  const content = decompress?.(mode, bytes, TRIED_LIMIT) ?? null;
  if (content === null || content.length < 8) return null;
  const inner = clues.inside(content);
  if (inner === null || inner.score < 0.8) return null;
  const reading = decompressed(mode, content, { ...clues, inside: () => inner }, 0.3);
  return { ...reading, score: score(0.95 * inner.score) };
}

/** What other languages call deflate is often not what Godot calls so. */
function rawDeflate(clues: Clues): Reading | null {
  const reading = unmarked("RAW_DEFLATE", clues);
  return reading && {
    ...reading,
    verdict:
      `${reading.what}: the sender compresses without the 2 bytes that zlib puts in front at ` +
      "byte 0 and the checksum behind, and Godot's COMPRESSION_DEFLATE refuses it: write zlib's " +
      "format (zlib.compress in Python, deflateSync in Node), or gzip with COMPRESSION_GZIP",
  };
}

/** Magic, mode, block size, total size, the size of each block, the blocks, the magic again. */
function compressedFile(clues: Clues): Reading[] {
  const { bytes } = clues;
  const mode = COMPRESSION_MODES[u32(bytes, 4)];
  const blockSize = u32(bytes, 8), total = u32(bytes, 12);
  if (mode === undefined || bytes.length < 16 || blockSize === 0) return [];
  const content = fileContent(mode, blockSize, total, clues);
  const inner = content === null ? null : clues.inside(content);
  const what = inner?.what ?? plural(total, "byte");
  return [{
    kind: "file",
    what: `a compressed file of FileAccess that holds ${what}`,
    score: content === null ? 0.8 : 0.985,
    why: [
      `GCPF, mode ${u32(bytes, 4)} (${mode}), ${total} bytes in blocks of ${blockSize}`,
      ...(inner?.why.map((reason) => `decompressed: ${reason}`) ?? []),
    ],
    at: 0,
    verdict:
      `a file that FileAccess.open_compressed wrote (${mode}; it holds ${what}): it was sent ` +
      "as it lies on the disk, and get_var or decompress fail at byte 0, for it has a header and " +
      "blocks of its own: read it with FileAccess.open_compressed, or send what that reads",
    text: () => inner?.text() ?? "",
  }];
}

const MAX_BLOCKS = 4096;

function fileContent(
  mode: CompressionMode,
  blockSize: number,
  total: number,
  clues: Clues,
): Uint8Array | null {
  const { bytes } = clues;
  const count = Math.floor(total / blockSize) + 1;
  if (total > DECOMPRESSED_LIMIT || count > MAX_BLOCKS) return null;
  const content = new Uint8Array(total);
  let at = 16 + 4 * count;
  for (let i = 0, written = 0; i < count && written < total; i++) {
    const size = u32(bytes, 16 + 4 * i);
    const block = decompressBlock(mode, bytes.subarray(at, at + size), blockSize, clues);
    if (block === null) return null;
    const left = block.subarray(0, total - written);
    content.set(left, written);
    written += left.length;
    at += size;
  }
  return content;
}

function decompressBlock(
  mode: CompressionMode,
  block: Uint8Array,
  limit: number,
  { decompress }: Clues,
): Uint8Array | null {
  if (mode === "FASTLZ") return decompressFastLz(block, Math.max(16, limit));
  return decompress?.(mode, block, limit) ?? null;
}
