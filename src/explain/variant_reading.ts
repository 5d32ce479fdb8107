/** The bytes as one Variant from their first byte on, as `put_var` of a packet peer writes it. */

import { DecodeError } from "../errors.ts";
import { TYPE_OF_GODOT3_ID, typeName } from "../variant/layout.ts";
import { type GodotVersion, VARIANT_MAX, VariantType } from "../variant/types.ts";
import { brokenVariant } from "./broken_variant.ts";
import { sizeRemarks, sizeVerdict } from "./limits.ts";
import type { Clues, Reading } from "./reading.ts";
import { asStream } from "./receivers.ts";
import {
  EXAMINED_SIZE,
  examineVariant,
  findVariant,
  type FoundVariant,
  textOfVariant,
} from "./variant_probe.ts";
import { type VariantRemark, variantRemarks } from "./variant_remarks.ts";
import { hexPairs, plural, score, short } from "./words.ts";

/** Types up to this number are the same in Godot 3 and 4. */
const LAST_COMMON_TYPE = 5;
const EXACT = 0.97;
/** Four zeros are a Nil, but also a length, a number, or nothing. */
const NIL = 0.72;

/** As a Variant of Godot 4 and of Godot 3. */
export function readVariant(clues: Clues): Reading[] {
  const { bytes, receiver } = clues;
  if (bytes.length < 4) return [];
  const other = receiver === 4 ? 3 : 4;
  const mine = readAs(receiver, clues);
  if (mine !== null && isCommon(bytes)) return [mine];
  return [mine, readAs(other, clues)].filter((reading) => reading !== null);
}

/** True when both versions write such a value the same. */
function isCommon(bytes: Uint8Array): boolean {
  const isWideMath = bytes[0] === LAST_COMMON_TYPE && bytes[2] !== 0;
  return (bytes[0] ?? 0) <= LAST_COMMON_TYPE && !isWideMath;
}

function readAs(godot: GodotVersion, clues: Clues): Reading | null {
  const { bytes } = clues;
  const found = findVariant(bytes, godot);
  if (found instanceof DecodeError) return brokenVariant(found, godot, clues);
  return found.size === bytes.length ? wholeVariant(found, clues) : trailingVariant(found, clues);
}

function wholeVariant(found: FoundVariant, { bytes, receiver }: Clues): Reading {
  const { godot, typeName } = found;
  const examination = examineVariant(bytes, found);
  const remarks = variantRemarks(found, examination);
  const name = versionName(bytes, godot);
  const common = isCommon(bytes);
  return {
    kind: "variant",
    what: `a ${name} Variant (${typeName})`,
    score: score(
      startScore(found, common || godot === receiver) - cost(remarks, examination.doubt),
    ),
    why: [
      `type ${bytes[0]} is ${typeName}, and the value takes all ${plural(bytes.length, "byte")}`,
      ...(common ? [] : otherVersion(bytes, godot)),
      ...doubtReason(examination.doubt),
      ...jsonReason(bytes, found),
      ...remarks.map(({ clause }) => clause),
      ...sizeRemarks(bytes.length),
    ],
    at: remarks[0]?.at ?? 0,
    verdict: wholeVerdict(found, remarks, { bytes, receiver }, name),
    text: () => textOfVariant(bytes, godot),
  };
}

function startScore(found: FoundVariant, isExpected: boolean): number {
  if (found.type === VariantType.Nil) return NIL;
  return isExpected ? EXACT : EXACT - 0.02;
}

/** Full objects are what they are: the remark is about the receiver. */
function cost(remarks: readonly VariantRemark[], doubt: number): number {
  const sum = remarks.reduce((sum, { cost }) => sum + (cost === 0.5 ? 0.02 : cost), 0);
  return Math.min(0.6, sum) + 0.22 * doubt;
}

function doubtReason(doubt: number): string[] {
  if (doubt < 0.2) return [];
  return [
    `against it: ${Math.round(100 * doubt)}% of its numbers and texts are nothing like a game's`,
  ];
}

function versionName(bytes: Uint8Array, godot: GodotVersion): string {
  return isCommon(bytes) ? "Godot" : `Godot ${godot}`;
}

/** What the other version would make of the same bytes. */
function otherVersion(bytes: Uint8Array, godot: GodotVersion): string[] {
  const other = godot === 4 ? 3 : 4;
  const found = findVariant(bytes, other);
  if (found instanceof DecodeError) return [`Godot ${other} refuses it: ${found.problem}`];
  if (found.size !== bytes.length || bytes.length > EXAMINED_SIZE) {
    return [`Godot ${other} would read a ${found.typeName} of ${plural(found.size, "byte")}`];
  }
  return [`Godot ${other} would read ${short(textOfVariant(bytes, other), 50)}`];
}

/** A String that holds JSON was encoded twice. */
function jsonReason(bytes: Uint8Array, { type, godot }: FoundVariant): string[] {
  if (type !== VariantType.String || bytes.length > EXAMINED_SIZE) return [];
  const isJson = /^"[{[]/.test(textOfVariant(bytes, godot));
  return isJson ? ["its text looks like JSON: the receiver has to parse that as well"] : [];
}

function wholeVerdict(
  found: FoundVariant,
  remarks: readonly VariantRemark[],
  { bytes, receiver }: Pick<Clues, "bytes" | "receiver">,
  name: string,
): string {
  const what = `a valid ${name} Variant (${found.typeName})`;
  if (!isCommon(bytes) && found.godot !== receiver) {
    return foreignVerdict(what, found, bytes, receiver);
  }
  const size = sizeVerdict(bytes.length);
  const [remark] = remarks;
  if (remark !== undefined) return `${what}, ${remark.clause}${size}`;
  return `${what} without a length in front: what put_var of a UDP, DTLS, ENet or WebSocket peer ` +
    "and var_to_bytes write, so get_var of such a peer and bytes_to_var read it; over TCP the " +
    `sender is wrong at byte 0, for PacketPeerStream and StreamPeer.get_var want 4 bytes of length ` +
    `there (now the receiver ${
      asStream(bytes, receiver)
    }): send it with put_var of one of these${size}`;
}

function foreignVerdict(
  what: string,
  { godot }: FoundVariant,
  bytes: Uint8Array,
  receiver: GodotVersion,
): string {
  const library = godot === 3 ? "Godot 3, or a library made for it" : "Godot 4";
  return `${what}: the sender is ${library}, and the receiver, Godot ${receiver}, misreads it from ` +
    `byte 0 on, where ${bytes[0]} is ${typeTo(receiver, bytes[0] ?? 0)} to it: use the same ` +
    "version of Godot (or of the library) on both sides, or exchange JSON";
}

/** What a type number says to that version. */
function typeTo(godot: GodotVersion, id: number): string {
  const type = godot === 4 ? id as VariantType : TYPE_OF_GODOT3_ID[id]; // ids are types in Godot 4
  return type === undefined || type >= VARIANT_MAX
    ? "no type"
    : `the type ${typeName(type, godot)}`;
}

/** Godot ignores what comes after the value; most often something else is meant by these bytes. */
function trailingVariant(found: FoundVariant, { bytes, receiver }: Clues): Reading {
  const { godot, size, typeName, type } = found;
  const rest = bytes.subarray(size);
  const { doubt, notes } = examineVariant(bytes, found);
  const isPadding = rest.every((byte) => byte === 0);
  const what = `a ${versionName(bytes, godot)} Variant (${typeName})`;
  const oddity = notes.some(({ code }) => code === "unused-header-bits") ? 0.4 : 0;
  const start = type === VariantType.Nil ? 0.12 : 0.3 + 0.45 * (size / bytes.length);
  const expected = isCommon(bytes) || godot === receiver ? 0 : 0.05;
  return {
    kind: "variant",
    what: `${what} with ${plural(rest.length, "byte")} left over`,
    score: score(start - oddity - expected - 0.25 * doubt),
    why: [
      `type ${bytes[0]} is ${typeName}; the value ends at byte ${size} of ${bytes.length}`,
      `left over: ${isPadding ? plural(rest.length, "zero byte") : hexPairs(rest)}`,
      ...doubtReason(doubt),
    ],
    at: size,
    verdict:
      `${what} that ends at byte ${size}, and ${plural(rest.length, "byte")} behind it that ` +
      `no part of it needs: Godot reads the value and ignores the rest without a word, so the sender ` +
      `${
        isPadding ? "sends a buffer larger than the value" : "appends something"
      }: send only the ` +
      `${size} bytes (PackedByteArray.slice), or read the rest from byte ${size} on`,
    text: () => textOfVariant(bytes.subarray(0, size), godot),
  };
}
