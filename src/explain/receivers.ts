/** What the wrong receiver makes of bytes: the symptom that its programmer sees. */

import { DecodeError } from "../errors.ts";
import { DEFAULT_MAX_RECEIVABLE_SIZE } from "../packet/deframer.ts";
import type { GodotVersion } from "../variant/types.ts";
import { EXAMINED_SIZE, findVariant, textOfVariant } from "./variant_probe.ts";
import { plural, short, u32 } from "./words.ts";

/** What `PacketPeerStream` and `StreamPeer.get_var` make of bytes without a length in front. */
export function asStream(bytes: Uint8Array, godot: GodotVersion): string {
  if (bytes.length < 4) return `waits for ${plural(4 - bytes.length, "more byte")} of a length`;
  const length = u32(bytes, 0);
  const takes = `takes the first 4 bytes for a length of ${length}`;
  const rest = bytes.length - 4;
  if (length > DEFAULT_MAX_RECEIVABLE_SIZE) return `${takes} and waits for ever`;
  if (length === 0) return `${takes}: an empty packet`;
  if (length > rest) return `${takes} and waits for ${plural(length - rest, "more byte")}`;
  if (length < 4) return `${takes} and fails: "len < 4" is true`;
  return `${takes} and ${outcome(bytes.subarray(4, 4 + length), godot)}`;
}

/** What `get_var` of a packet peer and `bytes_to_var` make of bytes that are no Variant. */
export function asPacket(bytes: Uint8Array, godot: GodotVersion): string {
  if (bytes.length < 4) return `fails: "len < 4" is true`;
  return outcome(bytes, godot);
}

function outcome(packet: Uint8Array, godot: GodotVersion): string {
  const found = findVariant(packet, godot);
  const type = packet[0] ?? 0;
  if (found instanceof DecodeError) {
    return found.reason === "unknown-type" && found.offset === 0
      ? `takes byte ${type} for a type, which does not exist`
      : `takes byte ${type} for a type and fails with ${found.code}`;
  }
  if (found.objectAt !== null) return "fails with ERR_UNAUTHORIZED";
  if (found.size > EXAMINED_SIZE) return `reads a ${found.typeName}`;
  const value = short(textOfVariant(packet.subarray(0, found.size), godot), 40);
  return `reads the ${found.typeName} ${value}`;
}
