/** What a packet that does not decode probably is: one guess in a few words. */

import type { DecodeError } from "../../errors.ts";
import type { DecodeOptions } from "../../variant/decode.ts";
import { isOneVariant } from "../../variant/scan.ts";

const PREFIX_SIZE = 4;

/** A guess, to stand after a semicolon; null when there is none. */
export function packetHint(
  payload: Uint8Array,
  error: DecodeError,
  options: DecodeOptions,
): string | null {
  if (error.reason === "object-not-allowed") return "--allow-objects reads it as data";
  if (payload.length === 0) return "an empty packet holds no value; Godot never sends one";
  if (isFrame(payload)) {
    return "it begins with its own length in 4 bytes: is the sender a PacketPeerStream, or " +
      "StreamPeer.put_var?";
  }
  const other = options.godot === 3 ? 4 : 3;
  if (isOneVariant(payload, { ...options, godot: other })) {
    return `it decodes with --godot ${other}`;
  }
  const text = textOf(payload);
  if (text !== null) return `it is plain text: ${text}`;
  return null;
}

/** True when the first 4 bytes, little-endian, are the size of the rest. */
function isFrame(payload: Uint8Array): boolean {
  if (payload.length <= PREFIX_SIZE) return false;
  const view = new DataView(payload.buffer, payload.byteOffset);
  return view.getUint32(0, true) === payload.length - PREFIX_SIZE;
}

const MAX_TEXT_LENGTH = 40;

/** The beginning of a text in quotes; null when the bytes are none. */
function textOf(payload: Uint8Array): string | null {
  const text = new TextDecoder().decode(payload.subarray(0, 4 * MAX_TEXT_LENGTH));
  // Of a longer text the last character may be cut.
  const characters = [...text].slice(0, MAX_TEXT_LENGTH);
  if (
    !characters.every((character) => /[\P{C}\t\r\n]/u.test(character) && character !== "\ufffd")
  ) {
    return null;
  }
  const isCut = payload.length > new TextEncoder().encode(characters.join("")).length;
  return JSON.stringify(characters.join("")) + (isCut ? "…" : "");
}
