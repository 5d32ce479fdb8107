/** What is to say about a frame: why it does not decode, or what is unusual in it. */

import type { PlacedNote } from "../bytes/dissection.ts";
import type { Output } from "../cli/output.ts";
import type { DecodeError } from "../errors.ts";
import { isPacketStream } from "./frame_format.ts";
import { frameName } from "./frame_place.ts";
import type { BrokenFrame, FrameDecoding, PacketFrame } from "./input_frame.ts";
import { packetHint } from "./packet_hint.ts";
import { notesOf } from "./packet_notes.ts";

/** Says on stderr why a frame does not decode, and what it may be. */
export function sayError(
  output: Output,
  frame: PacketFrame | BrokenFrame,
  index: number,
  error: DecodeError,
  decoding: FrameDecoding,
): void {
  const hint = frame.kind === "packet" ? hintFor(frame.bytes, error, decoding) : null;
  const what = `${frameName(frame, index)}: ${error.message} (${error.code})`;
  output.error(`packetpeer: ${what}${hint === null ? "" : `; ${hint}`}`);
}

function hintFor(bytes: Uint8Array, error: DecodeError, decoding: FrameDecoding): string | null {
  return isPacketStream(bytes, true, decoding)
    ? "it begins with its length: try --framing packet-stream"
    : packetHint(bytes, error, decoding);
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
