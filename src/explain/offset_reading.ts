/** A Variant that begins a few bytes late, behind a header that somebody left in front of it. */

import type { GodotVersion } from "../variant/types.ts";
import type { Clues, Reading } from "./reading.ts";
import {
  examineVariant,
  findVariant,
  type FoundVariant,
  isWholeVariant,
  textOfVariant,
} from "./variant_probe.ts";
import { DecodeError } from "../errors.ts";
import { hexPairs, plural, score, u16, u16be, u32, u32be } from "./words.ts";

const MAX_HEADER = 16;
const MIN_VARIANT = 8;

/** As a header of 1 to 16 bytes and a Variant that takes the rest. */
export function readOffset({ bytes, receiver }: Clues): Reading[] {
  for (const godot of [receiver, receiver === 4 ? 3 : 4] as const) {
    for (let at = 1; at <= MAX_HEADER && bytes.length - at >= MIN_VARIANT; at++) {
      if (isLength(bytes, at)) continue;
      const rest = bytes.subarray(at);
      if (!isWholeVariant(rest, godot)) continue;
      const found = findVariant(rest, godot);
      if (!(found instanceof DecodeError)) return [offsetReading(bytes, at, found, godot)];
    }
  }
  return [];
}

/** Lengths are the business of another reader. */
function isLength(bytes: Uint8Array, at: number): boolean {
  const sizes = [bytes.length - at, bytes.length];
  if (at === 1) return sizes.includes(bytes[0] ?? 0);
  if (at === 2) return sizes.includes(u16(bytes, 0)) || sizes.includes(u16be(bytes, 0));
  if (at === 4) return sizes.includes(u32(bytes, 0)) || sizes.includes(u32be(bytes, 0));
  return false;
}

function offsetReading(
  bytes: Uint8Array,
  at: number,
  found: FoundVariant,
  godot: GodotVersion,
): Reading {
  const rest = bytes.subarray(at);
  const { doubt, notes } = examineVariant(rest, found);
  const odd = notes.some(({ code }) => code === "unused-header-bits") ? 0.35 : 0;
  const small = rest.length < 12 ? 0.12 : 0;
  const what = `a Godot ${godot} Variant (${found.typeName})`;
  const guess = guessHeader(bytes, at);
  return {
    kind: "variant",
    what: `${what} from byte ${at} on`,
    score: score(0.86 - odd - small - 0.3 * doubt - (at <= 2 || at === 4 || at === 8 ? 0 : 0.1)),
    why: [
      `from byte ${at} on the bytes are exactly one ${found.typeName}`,
      `in front of it: ${hexPairs(bytes.subarray(0, at), MAX_HEADER)}, ${guess}`,
    ],
    at,
    verdict: `a valid Godot ${godot} Variant (${found.typeName}) behind a header of ` +
      `${
        plural(at, "byte")
      }, ${guess}: the sender writes it and the receiver does not take it off, ` +
      `so get_var takes byte 0 for a type; decode from byte ${at} on ` +
      `(bytes_to_var(packet.slice(${at})) or packet.decode_var(${at})), or send the value alone`,
    text: () => textOfVariant(rest, godot),
  };
}

function guessHeader(bytes: Uint8Array, at: number): string {
  if (at === 1) return `most likely a message number of your own (${bytes[0]})`;
  if (at === 2) return `most likely a message or sequence number of your own (${u16(bytes, 0)})`;
  if (at === 8 && u32(bytes, 0) < 0x8000_0000 && (u32(bytes, 0) === 1 || u32(bytes, 4) <= 1)) {
    return "most likely source and target of a Godot 3 NetworkedMultiplayerENet packet";
  }
  if (at === 4) {
    return `most likely a number of your own (${u32(bytes, 0)}); as a length it is wrong`;
  }
  return "most likely the header of another layer";
}
