/** What is to say about a frame: why it does not decode, or what is unusual in it. */

import type { PlacedNote } from "../../bytes/dissection.ts";
import { bytesToHex } from "../../bytes/hex.ts";
import type { Output } from "../../cli/output.ts";
import type { DecodeError } from "../../errors.ts";
import { isPacketStream } from "./frame_format.ts";
import { frameName } from "./frame_place.ts";
import type { BrokenFrame, FrameDecoding, PacketFrame } from "./input_frame.ts";
import { packetHint } from "../packet/hint.ts";
import { notesOf } from "../packet/notes.ts";

/** Of longer packets the error does not repeat the bytes. */
const MAX_QUOTED_SIZE = 32;

/**
 * Says on stderr why a frame does not decode, and what it may be. `where` stands behind the frame's
 * name: what the positions count from.
 */
export function sayError(
  output: Output,
  frame: PacketFrame | BrokenFrame,
  index: number,
  error: DecodeError,
  decoding: FrameDecoding,
  where = "",
): void {
  const hint = frame.kind === "packet" ? hintFor(frame.bytes, error, decoding) : null;
  const what = `${frameName(frame, index)}${where}: ${error.message} (${error.code})`;
  output.error(`packetpeer: ${what}${hint === null ? "" : `; ${hint}`}`);
}

function hintFor(bytes: Uint8Array, error: DecodeError, decoding: FrameDecoding): string | null {
  if (isPacketStream(bytes, true, decoding)) {
    return "it begins with its length: try --framing packet-stream";
  }
  const guess = packetHint(bytes, error, decoding);
  // Behind a path, the packet is a value for sure, and the error says what is wrong with it.
  return guess === null && error.path.length === 0 ? explainHint(bytes) : guess;
}

function explainHint(bytes: Uint8Array): string {
  return bytes.length > MAX_QUOTED_SIZE
    ? "packetpeer explain tells what it may be (-o hex prints its bytes)"
    : `packetpeer explain ${bytesToHex(bytes)} tells what it may be`;
}

/**
 * Says on stderr what Godot would read differently in a packet; with `--verbose` also what is
 * unusual and harmless.
 */
export function sayNotes(
  output: Output,
  frame: PacketFrame,
  index: number,
  decoding: FrameDecoding,
): void {
  for (const { severity, offset, message, code } of frameNotes(frame, decoding)) {
    const where = `${frameName(frame, index)}, byte ${offset}`;
    if (severity === "info") output.verbose(`packetpeer: ${where}: ${message} (${code})`);
    else output.status(`packetpeer: ${where}: warning: ${message} (${code})`);
  }
}

/** Notes on how the packet was carried, and on what is in it. */
export function frameNotes(
  { bytes, origin }: PacketFrame,
  decoding: FrameDecoding,
): readonly PlacedNote[] {
  const carried = origin?.notes ?? [];
  return [...carried.map((note) => ({ ...note, offset: 0 })), ...notesOf(bytes, decoding)];
}
