/** A Variant that goes wrong on the way: cut off, or written by somebody who left the padding out. */

import type { DecodeError } from "../errors.ts";
import { TYPE_OF_GODOT3_ID, typeName } from "../variant/layout.ts";
import { type GodotVersion, VARIANT_MAX, VariantType } from "../variant/types.ts";
import type { Clues, Reading } from "./reading.ts";
import { isOddText } from "./variant_probe.ts";
import { plural, score, u32 } from "./words.ts";

/** Header bits that some type gives a meaning to, besides the type itself. */
const KNOWN_BITS = 0x000f00ff;

/** A reading as a damaged Variant; null when nothing makes one of it. */
export function brokenVariant(
  error: DecodeError,
  godot: GodotVersion,
  { bytes, receiver }: Pick<Clues, "bytes" | "receiver">,
): Reading | null {
  const type = typeAt(bytes, godot);
  if (type === null || type === VariantType.Nil || error.offset === 0) return null;
  const what = `a Godot ${godot} Variant (${typeName(type, godot)})`;
  const missing = missingPadding(bytes, error);
  if (missing > 0) return unpadded(what, missing, error, bytes);
  const isCut = error.reason === "truncated";
  const bonus = type === VariantType.String && isCut ? stringBonus(bytes, error) : 0;
  const expected = godot === receiver ? 0 : 0.06;
  return {
    kind: "variant",
    what: `${what} that is ${isCut ? "cut off" : "damaged"}`,
    score: score(evidence(bytes, error) + bonus - expected),
    why: [
      `type ${bytes[0]} is ${typeName(type, godot)}, and it reads well up to byte ${error.offset}`,
      error.message,
    ],
    at: error.offset,
    verdict: isCut ? cutVerdict(what, bytes, error) : damagedVerdict(what, error),
    text: () => error.message,
  };
}

function typeAt(bytes: Uint8Array, godot: GodotVersion): VariantType | null {
  const header = u32(bytes, 0);
  const id = header & 0xff;
  if ((header & ~KNOWN_BITS) !== 0) return null;
  if (godot === 3) return TYPE_OF_GODOT3_ID[id] ?? null;
  return id < VARIANT_MAX ? id as VariantType : null; // ids below VARIANT_MAX are types
}

/** For bytes that end inside a field of 4, as no Variant and few structs do. */
const RAGGED_END = 0.12;

/** The more was read without a fault, the less likely it is by chance. */
function evidence(bytes: Uint8Array, { offset, reason }: DecodeError): number {
  const isCut = reason === "truncated";
  const share = Math.min(1, offset / bytes.length);
  const read = (isCut ? 0.45 : 0.35) * (1 - 2 ** (-(offset - 4) / 12)) * (0.5 + 0.5 * share);
  return 0.28 + read + (isCut && bytes.length % 4 !== 0 ? RAGGED_END : 0);
}

/** A String is believable by its first characters. */
function stringBonus(bytes: Uint8Array, { offset }: DecodeError): number {
  const text = new TextDecoder().decode(bytes.subarray(offset + 4));
  return text.length >= 4 && !isOddText(text) && !text.includes("\ufffd") ? 0.4 : 0;
}

/** Bytes of padding that the last string lacks; 0 when that is not what is wrong. */
function missingPadding(bytes: Uint8Array, { code, offset }: DecodeError): number {
  if (code !== "ERR_FILE_EOF") return 0;
  const length = u32(bytes, offset);
  const left = bytes.length - offset - 4;
  const padded = (length + 3) & ~3;
  return length > 0 && left >= length && left < padded ? padded - left : 0;
}

function unpadded(
  what: string,
  missing: number,
  { offset, message }: DecodeError,
  bytes: Uint8Array,
): Reading {
  const length = u32(bytes, offset);
  const padding = plural(missing, "byte");
  return {
    kind: "variant",
    what: `${what} without the padding at its end`,
    score: 0.92,
    why: [
      `the length ${length} at byte ${offset} is right, but strings are padded to a multiple of 4`,
      message,
    ],
    at: bytes.length,
    verdict: `${what} whose sender left out ${padding} of padding at byte ${bytes.length}: every ` +
      "string in a Variant is followed by zeros up to a multiple of 4 that its length does not " +
      `count, and Godot refuses it without them (ERR_FILE_EOF): append ${padding} of 0`,
    text: () =>
      JSON.stringify(new TextDecoder().decode(bytes.subarray(offset + 4, offset + 4 + length))),
  };
}

function cutVerdict(
  what: string,
  bytes: Uint8Array,
  { offset, problem, code }: DecodeError,
): string {
  return `the beginning of ${what}: ${plural(bytes.length, "byte")} are here and it goes on ` +
    `(byte ${offset}: ${problem}; ${code}), so either the receiver decoded before all of it had ` +
    "arrived, or a buffer on the way was too small: over TCP use PacketPeerStream or " +
    "StreamPeer.get_var, which wait for the whole of it, and over UDP send less in one packet";
}

function damagedVerdict(what: string, { offset, problem, code }: DecodeError): string {
  return `${what} that goes wrong at byte ${offset} (${problem}; ${code}): the sender is no Godot ` +
    "and writes the value before that byte with another size than Godot does (padding, widths " +
    "and NULs are the usual reasons), or bytes were lost there: compare with the bytes that " +
    "packetpeer encode writes";
}
