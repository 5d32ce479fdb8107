/** What an input is, told from its first bytes: a capture, lines of text or raw bytes; framed or not. */

import { FRAME_PREFIX_SIZE } from "../../packet/deframer.ts";
import type { DecodeOptions } from "../../variant/decode.ts";
import { isOneVariant } from "../../variant/scan.ts";

/** The kinds of input that the first bytes tell apart. */
export type InputKind = "capture" | "lines" | "raw";

/**
 * First bytes of pcap in both byte orders and both resolutions, of pcapng, and of gzip; then of what
 * holds captures that have to be converted or decompressed first, as the reader will say: modified
 * pcap, Zstandard, LZ4, XZ. No packet begins like any of these.
 */
const CAPTURE_MAGICS: readonly number[] = [
  0xa1b2c3d4,
  0xd4c3b2a1,
  0xa1b23c4d,
  0x4d3cb2a1,
  0x0a0d0d0a,
  0x1f8b0800,
  0xa1b2cd34,
  0x34cdb2a1,
  0x28b52ffd,
  0x04224d18,
  0xfd377a58,
];

/** A line this long without an end is text if there was no control character in it. */
const SNIFFED_SIZE = 4096;

/**
 * What the input is; null when more bytes are needed. Text has no control characters but white space
 * up to the end of its first line that is not blank; a Variant has one among its first four bytes.
 */
export function detectKind(head: Uint8Array, isWhole: boolean): InputKind | null {
  if (head.length >= 4 && CAPTURE_MAGICS.includes(dataView(head).getUint32(0))) return "capture";
  let isBlank = true;
  for (const byte of head.subarray(0, SNIFFED_SIZE)) {
    if (byte === LINE_FEED && !isBlank) return "lines";
    if (!isTextByte(byte)) return "raw";
    if (byte > SPACE) isBlank = false;
  }
  return isWhole || head.length >= SNIFFED_SIZE ? "lines" : null;
}

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const DELETE = 0x7f;

function isTextByte(byte: number): boolean {
  return byte >= SPACE ? byte !== DELETE : byte >= 0x09 && byte <= 0x0d;
}

function dataView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A first frame longer than this is not waited for to find out whether it is one. */
const FRAMING_HEAD_SIZE = 1024 * 1024;

/**
 * True when the bytes begin with a `PacketPeerStream` frame that holds exactly one Variant; null when
 * more bytes are needed. Bytes that are one Variant as well as frames to the last byte count as
 * frames: any four numbers make a Rect2i, but not any numbers make frames.
 */
export function isPacketStream(
  head: Uint8Array,
  isWhole: boolean,
  options: DecodeOptions,
): boolean | null {
  if (head.length < FRAME_PREFIX_SIZE) return isWhole ? false : null;
  const end = frameEnd(head, 0);
  if (end > head.length) return isWhole || end > FRAMING_HEAD_SIZE ? false : null;
  if (!isOneVariant(head.subarray(FRAME_PREFIX_SIZE, end), options)) return false;
  return !isWhole || !isOneVariant(head, options) || isAllFrames(head, options);
}

/** Where the frame that begins at `start` ends, as far as its length says. */
function frameEnd(bytes: Uint8Array, start: number): number {
  return start + FRAME_PREFIX_SIZE + dataView(bytes).getUint32(start, true);
}

function isAllFrames(bytes: Uint8Array, options: DecodeOptions): boolean {
  let start = 0;
  while (start + FRAME_PREFIX_SIZE <= bytes.length) {
    const end = frameEnd(bytes, start);
    if (!isOneVariant(bytes.subarray(start + FRAME_PREFIX_SIZE, end), options)) return false;
    start = end;
  }
  return start === bytes.length;
}
