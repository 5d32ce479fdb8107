/**
 * Which parts of a dissection look alike: the tree and the hex dump paint a field in the same
 * style. What a style looks like is the caller's business: colours come in as functions.
 */

import type { Dissection } from "../bytes/dissection.ts";

/** One function a style; each returns its text, with or without colour. */
export interface Paint {
  /** Byte positions and ranges. */
  readonly offset: (text: string) => string;
  /** Names of nodes. */
  readonly name: (text: string) => string;
  /** Types of nodes, and bytes that only say what comes next: headers, lengths, counts. */
  readonly type: (text: string) => string;
  /** What a value is made of. */
  readonly value: (text: string) => string;
  /** What Godot reads differently. */
  readonly warning: (text: string) => string;
  /** What Godot refuses. */
  readonly error: (text: string) => string;
  /** What nobody needs to look at: padding, sizes, remarks without consequence. */
  readonly dim: (text: string) => string;
}

const same = (text: string): string => text;

/** Leaves text as it is. */
export const PLAIN: Paint = {
  offset: same,
  name: same,
  type: same,
  value: same,
  warning: same,
  error: same,
  dim: same,
};

/** The style of a leaf: its value in the tree, its bytes in the hex dump. */
export function leafStyle(leaf: Dissection): keyof Paint {
  if (leaf.type === "unparsed" || hasNote(leaf, "error")) return "error";
  if (hasNote(leaf, "warning")) return "warning";
  if (isFiller(leaf)) return "dim";
  return isStructure(leaf) ? "type" : "value";
}

/** True for a leaf that is no part of the value itself. */
export function isScaffold(leaf: Dissection): boolean {
  return isFiller(leaf) || isStructure(leaf);
}

function isFiller({ type }: Dissection): boolean {
  return type === "padding" || type === "NUL";
}

function hasNote({ notes }: Dissection, severity: string): boolean {
  return notes.some((note) => note.severity === severity);
}

/** Headers, lengths, counts, flags and element types. */
function isStructure({ name }: Dissection): boolean {
  return /^(?:header|(?:frame )?length|flags|(?:.* )?count|.* type)$/.test(name);
}

/** `count` of `word`: `1 byte`, `2 bytes`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** Digits that a byte position takes in a dump of that many bytes: four, or as many as needed. */
export function offsetWidth(size: number): number {
  return Math.max(4, size.toString(16).length);
}

/** A byte position in hexadecimal, as hex dumps have it. */
export function formatOffset(offset: number, width: number): string {
  return offset.toString(16).padStart(width, "0");
}
