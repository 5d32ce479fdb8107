/**
 * Bytes to a tree of named byte ranges: the same grammar as `decode.ts`, with a leaf for every
 * field, header, length and padding, and notes on what is unusual. Bytes that the engine refuses
 * get an error note in the engine's words instead of an exception; what comes after is `unparsed`.
 */

import type { Dissection } from "../bytes/dissection.ts";
import { DecodeError } from "../errors.ts";
import type { DecodeOptions } from "./decoding.ts";
import { dissectArray, dissectDictionary, dissectObject } from "./dissect_containers.ts";
import { dissectPacked } from "./dissect_packed.ts";
import { dissectNodePath, dissectText } from "./dissect_text.ts";
import { type DissectedValue, Dissecting, type DissectionNode } from "./dissecting.ts";
import { hasReals, KNOWN_BITS } from "./header_bits.ts";
import {
  CONTAINER_KIND,
  fixedLayout,
  FLAG_64,
  KEY_KIND_SHIFT,
  VALUE_KIND_SHIFT,
} from "./layout.ts";
import * as notes from "./notes.ts";
import { MAX_DEPTH, VariantType } from "./types.ts";
import * as verdict from "./verdict.ts";

/**
 * Dissects one packet that holds one Variant. The root covers all bytes: the value and, if any,
 * a `trailing` leaf.
 *
 * Never throws. Where `decodeVariant` would, one node has an error note: the one at the offset of
 * the error (or at the end of the bytes, if that is beyond).
 */
export function dissectVariant(bytes: Uint8Array, options: DecodeOptions = {}): Dissection {
  const d = new Dissecting(options);
  d.reset(bytes, 0, bytes.length);
  const root = d.open("packet", `Godot ${d.godot} Variant`);
  try {
    dissectValue(d, "value", 0);
    dissectTrailing(d);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    d.giveUp(error);
  }
  d.closeAll();
  return root;
}

function dissectTrailing(d: Dissecting): void {
  const size = d.remaining;
  if (size > 0) d.bytesLeaf("trailing", "bytes", size).addNote(notes.trailingBytes(size));
}

function dissectValue(d: Dissecting, name: string, depth: number): DissectedValue {
  const node = d.open(name, "Variant");
  if (depth > MAX_DEPTH) throw verdict.tooDeep(d.offset);
  d.need(4, "Variant header");
  const header = d.view.getUint32(d.position, true);
  const type = dissectHeader(d, header);
  node.type = d.nameOf(type);
  dissectPayload(d, type, header, depth, node);
  d.close();
  return { type, node };
}

function dissectHeader(d: Dissecting, header: number): VariantType {
  const type = d.types[header & 0xff];
  const description = type === undefined ? "header" : describeHeader(d, type, header);
  const leaf = d.leaf("header", description, 4, `0x${header.toString(16).padStart(8, "0")}`);
  if (type === undefined) return d.fail(d.unknownType(leaf.offset, header & 0xff), leaf);

  const unused = header & ~(KNOWN_BITS[d.godot][type] ?? 0);
  const isIgnoredWidth = d.godot === 3 && hasReals(type) && (unused & FLAG_64) !== 0;
  leaf.addNoteIf(isIgnoredWidth, notes.ignoredWideFlag);
  const remarkable = isIgnoredWidth ? unused & ~FLAG_64 : unused;
  leaf.addNoteIf(remarkable !== 0, () => notes.unusedHeaderBits(remarkable));
  return type;
}

function describeHeader(d: Dissecting, type: VariantType, header: number): string {
  const flags = header & (KNOWN_BITS[d.godot][type] ?? 0);
  return [`${d.nameOf(type)} header`, ...describeFlags(type, flags)].join(", ");
}

function describeFlags(type: VariantType, flags: number): string[] {
  switch (type) {
    case VariantType.Object:
      return [(flags & FLAG_64) === 0 ? "in full" : "as id"];
    case VariantType.Array:
      return describeKind("element", flags >>> KEY_KIND_SHIFT & 3);
    case VariantType.Dictionary:
      return [
        ...describeKind("key", flags >>> KEY_KIND_SHIFT & 3),
        ...describeKind("value", flags >>> VALUE_KIND_SHIFT & 3),
      ];
    default:
      return (flags & FLAG_64) === 0 ? [] : ["64-bit"];
  }
}

function describeKind(role: string, kind: number): string[] {
  switch (kind) {
    case CONTAINER_KIND.none:
      return [];
    case CONTAINER_KIND.builtin:
      return [`${role} type builtin`];
    case CONTAINER_KIND.class:
      return [`${role} type class`];
    default:
      return [`${role} type script`];
  }
}

/** What follows the header. `node`: the branch of the value. */
function dissectPayload(
  d: Dissecting,
  type: VariantType,
  header: number,
  depth: number,
  node: DissectionNode,
): void {
  switch (type) {
    case VariantType.Nil:
    case VariantType.Callable:
      return;
    case VariantType.Bool:
      return dissectBool(d);
    case VariantType.Int:
      return dissectInt(d, header);
    case VariantType.Float:
      return dissectFloat(d, header);
    case VariantType.String:
    case VariantType.StringName:
      dissectText(d, type);
      return;
    case VariantType.NodePath:
      return dissectNodePath(d);
    case VariantType.RID:
      return d.godot === 3 ? undefined : dissectId(d, "id", type);
    case VariantType.Object:
      return dissectObject(d, header, depth, node, dissectValue);
    case VariantType.Signal:
      return dissectSignal(d);
    case VariantType.Dictionary:
      return dissectDictionary(d, header, depth, node, dissectValue);
    case VariantType.Array:
      return dissectArray(d, header, depth, node, dissectValue);
  }
  const isWide = (header & FLAG_64) !== 0 && d.godot === 4 && hasReals(type);
  const start = d.position + (type < VariantType.PackedByteArray ? 0 : 4);
  if (type < VariantType.PackedByteArray) dissectMath(d, type, isWide);
  else dissectPacked(d, type, isWide);
  if (isWide) node.children[0]?.addNote(notes.wideReals(areExact(d, start)));
}

/** True when all 64-bit reals from `start` to here are the same in 32 bits. */
function areExact(d: Dissecting, start: number): boolean {
  for (let at = start; at < d.position; at += 8) {
    const value = d.view.getFloat64(at, true);
    if (!Object.is(Math.fround(value), value)) return false;
  }
  return true;
}

function dissectBool(d: Dissecting): void {
  d.need(4, VariantType.Bool);
  const value = d.view.getUint32(d.position, true);
  const leaf = d.leaf("value", "u32", 4, value !== 0);
  leaf.addNoteIf(value > 1, () => notes.boolValue(value));
}

function dissectInt(d: Dissecting, header: number): void {
  if ((header & FLAG_64) === 0) {
    d.need(4, VariantType.Int);
    d.leaf("value", "i32", 4, d.view.getInt32(d.position, true));
    return;
  }
  d.need(8, VariantType.Int);
  const value = d.view.getBigInt64(d.position, true);
  const leaf = d.leaf("value", "i64", 8, value);
  leaf.addNoteIf(BigInt.asIntN(32, value) === value, notes.nonCanonicalWidth);
}

function dissectFloat(d: Dissecting, header: number): void {
  if ((header & FLAG_64) !== 0) {
    d.need(8, VariantType.Float);
    const value = d.view.getFloat64(d.position, true);
    const leaf = d.leaf("value", "f64", 8, value);
    leaf.addNoteIf(Math.fround(value) === value, notes.nonCanonicalWidth); // never for NaN
    return;
  }
  d.need(4, VariantType.Float);
  const bits = d.view.getUint32(d.position, true);
  const value = d.view.getFloat32(d.position, true);
  const leaf = d.leaf("value", "f32", 4, value);
  leaf.addNoteIf(Number.isNaN(value), notes.narrowNaN);
  leaf.addNoteIf(Number.isNaN(value) && (bits & QUIET_BIT) === 0, notes.signallingNaN);
}

const QUIET_BIT = 0x400000;

function dissectId(d: Dissecting, name: string, what: VariantType | string): void {
  d.need(8, what);
  d.leaf(name, "u64", 8, d.view.getBigUint64(d.position, true));
}

function dissectSignal(d: Dissecting): void {
  dissectText(d, "Signal name");
  dissectId(d, "object id", "Signal object id");
}

/** Components by Godot's member names, in the order of the wire. */
function dissectMath(d: Dissecting, type: VariantType, isWide: boolean): void {
  const layout = fixedLayout(type);
  if (layout === null) return; // the types left for here all have one
  const size = isWide ? 8 : 4;
  d.need(size * layout.members.length, type);
  for (const member of layout.members) {
    if (layout.scalar === "int32") {
      d.leaf(member, "i32", size, d.view.getInt32(d.position, true));
    } else if (isWide) {
      d.leaf(member, "f64", size, d.view.getFloat64(d.position, true));
    } else {
      d.leaf(member, "f32", size, d.view.getFloat32(d.position, true));
    }
  }
}
