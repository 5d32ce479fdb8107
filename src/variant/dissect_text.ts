/** Dissection of strings and of NodePath, which is made of them. */

import { decodeUtf8 } from "../bytes/utf8.ts";
import { paddedLength } from "./checked_reader.ts";
import type { Dissecting, DissectionNode } from "./dissecting.ts";
import { BYTE_ORDER_MARK, seenByEngine } from "./engine_text.ts";
import * as notes from "./notes.ts";
import type { VariantType } from "./types.ts";
import * as verdict from "./verdict.ts";

/** A text that was read, and the leaf that it is. */
export interface DissectedText {
  readonly text: string;
  readonly leaf: DissectionNode;
}

/**
 * Length, UTF-8 bytes and padding, as leaves of the open branch.
 *
 * @throws {DecodeError} when the engine would refuse them.
 */
export function dissectText(d: Dissecting, what: VariantType | string): DissectedText {
  const length = dissectLength(d, what);
  const hasNul = d.peekBytes(length).includes(0);
  const dissected = dissectUtf8(d, length, what);
  dissected.leaf.addNoteIf(hasNul, () => notes.stringNul(seenByEngine(dissected.text)));
  dissectPadding(d, paddedLength(length) - length, what);
  return dissected;
}

/** Like `dissectText`, as a branch of its own. */
export function dissectNamedText(d: Dissecting, name: string, what: string): DissectedText {
  d.open(name, "text");
  const dissected = dissectText(d, what);
  d.close();
  return dissected;
}

/**
 * An item of a PackedStringArray: its length counts a NUL after the text.
 *
 * @throws {DecodeError} when the engine would refuse it.
 */
export function dissectPackedString(d: Dissecting, what: VariantType): void {
  const length = dissectLength(d, what);
  const bytes = d.peekBytes(length);
  const hasTerminator = bytes.at(-1) === 0;
  const { text, leaf } = dissectUtf8(d, hasTerminator ? length - 1 : length, what);
  if (hasTerminator) d.leaf("terminator", "NUL", 1, 0);
  // NULs at the very end are terminators too many; before anything else they cut the string.
  const contentEnd = bytes.findLastIndex((byte) => byte !== 0) + 1;
  const isCut = bytes.subarray(0, contentEnd).includes(0);
  const terminatorCount = length - contentEnd;
  leaf.addNoteIf(isCut, () => notes.stringNul(seenByEngine(text)));
  leaf.addNoteIf(
    terminatorCount !== 1,
    () => notes.packedStringTerminator(terminatorCount),
  );
  dissectPadding(d, paddedLength(length) - length, what);
}

function dissectLength(d: Dissecting, what: VariantType | string): number {
  d.need(4, `${d.nameOf(what)} length`);
  const length = d.view.getInt32(d.position, true);
  const fault = d.stringFault(length, what);
  const leaf = d.leaf("length", "u32", 4, length >>> 0);
  if (fault !== null) d.fail(fault, leaf);
  return length;
}

function dissectUtf8(d: Dissecting, length: number, what: VariantType | string): DissectedText {
  const end = d.position + length;
  const strict = decodeUtf8(d.bytes, d.position, end);
  const text = strict ?? decodeUtf8(d.bytes, d.position, end, d.godot === 3);
  if (text === null) {
    const bytes = d.bytesLeaf("text", "bytes", length);
    d.fail(verdict.badUtf8(d.nameOf(what), bytes.offset), bytes);
  }
  const leaf = d.leaf("text", "utf8", length, text);
  leaf.addNoteIf(strict === null, notes.lenientUtf8);
  leaf.addNoteIf(text.startsWith(BYTE_ORDER_MARK), notes.stringBom);
  return { text, leaf };
}

/** The bytes up to the next multiple of four, as far as they are there. */
export function dissectPadding(
  d: Dissecting,
  size: number,
  what: VariantType | string,
): void {
  if (size === 0) return;
  const bytes = d.peekBytes(Math.min(size, d.remaining));
  const padding = d.leaf("padding", "padding", bytes.length, bytes);
  padding.addNoteIf(bytes.length < size, () => notes.missingPadding(size - bytes.length));
  if (bytes.every((byte) => byte === 0)) return;
  const isGodot3Path = d.godot === 3 && (what === PATH_NAME || what === PATH_SUBNAME);
  padding.addNote(isGodot3Path ? notes.leakedPadding(bytes) : notes.nonzeroPadding(bytes));
}

const PATH_NAME = "NodePath name";
const PATH_SUBNAME = "NodePath subname";

/**
 * Counts, flags, names and subnames of a NodePath, into the open branch.
 *
 * @throws {DecodeError} when the engine would refuse the path.
 */
export function dissectNodePath(d: Dissecting): void {
  const { nameCount, total } = dissectPathHead(d);
  for (let i = 0; i < nameCount && i < total; i++) dissectPathName(d, `names[${i}]`, PATH_NAME);
  for (let i = 0; i < total - nameCount; i++) dissectPathName(d, `subnames[${i}]`, PATH_SUBNAME);
}

function dissectPathHead(d: Dissecting): { nameCount: number; total: number } {
  d.need(4, "NodePath name count");
  const first = d.view.getUint32(d.position, true);
  if (first < FORMAT_BIT) {
    const legacy = d.leaf("length", "u32", 4, first);
    d.fail(verdict.legacyNodePath(legacy.offset), legacy);
  }
  d.need(12, "NodePath header");
  const nameCount = first - FORMAT_BIT;
  const writtenCount = d.view.getUint32(d.position + 4, true);
  const flags = d.view.getUint32(d.position + 8, true);
  const subnameCount = (writtenCount + ((flags & 2) === 0 ? 0 : 1)) >>> 0;
  const total = (nameCount + subnameCount) >>> 0; // wraps in the engine, too

  const count = d.leaf("name count", "u31 and format bit", 4, nameCount);
  count.addNoteIf(nameCount + subnameCount !== total, () => notes.nodePathOverflow(total));
  d.leaf("subname count", "u32", 4, writtenCount);
  const kind = (flags & 1) === 0 ? "flags, relative" : "flags, absolute";
  const leaf = d.leaf("flags", kind, 4, `0x${flags.toString(16).padStart(8, "0")}`);
  leaf.addNoteIf(flags > 1, () => notes.nodePathFlags(flags));
  const isRoot = total === 0 && (flags & 1) !== 0;
  leaf.addNoteIf(isRoot && d.godot === 3, () => notes.nodePathRoot());
  return { nameCount, total };
}

/** Set in the first field of a NodePath; without it, a form of Godot before 2.0 follows. */
const FORMAT_BIT = 0x80000000;

function dissectPathName(d: Dissecting, name: string, what: string): void {
  const { text, leaf } = dissectNamedText(d, name, what);
  if (text === "") leaf.addNote(notes.nodePathEmptyName());
  const separators = what === PATH_NAME ? ["/", ":"] : [":"];
  const separator = separators.find((candidate) => text.includes(candidate));
  if (separator !== undefined) leaf.addNote(notes.nodePathSeparator(separator));
}
