/**
 * Whether bytes begin with a Variant, and how believable it is: any 16 bytes behind the right number
 * are a Rect2i, but few bytes are numbers that a game would send.
 */

import { collectNotes, type Dissection, leavesOf, type PlacedNote } from "../bytes/dissection.ts";
import { DecodeError } from "../errors.ts";
import { decodeVariant } from "../variant/decode.ts";
import { dissectVariant } from "../variant/dissect.ts";
import { fixedComponents, fixedLayout, isFixedValue, typeName } from "../variant/layout.ts";
import { scanVariant } from "../variant/scan.ts";
import { variantToText } from "../variant/text.ts";
import { type GodotVersion, VariantType } from "../variant/types.ts";

/** A Variant at the beginning of some bytes. */
export interface FoundVariant {
  readonly godot: GodotVersion;
  readonly type: VariantType;
  /** As that version of Godot calls it. */
  readonly typeName: string;
  /** Bytes that it takes. */
  readonly size: number;
  /** Where the first object in full is; null when there is none. */
  readonly objectAt: number | null;
}

/** Above this size a value is not looked at number by number. */
export const EXAMINED_SIZE: number = 64 * 1024;

/** The Variant that the bytes begin with, objects included, or why there is none. */
export function findVariant(bytes: Uint8Array, godot: GodotVersion): FoundVariant | DecodeError {
  const plain = scan(bytes, godot, false);
  if (!(plain instanceof DecodeError)) return plain;
  if (plain.reason !== "object-not-allowed") return plain;
  const full = scan(bytes, godot, true);
  return full instanceof DecodeError ? full : { ...full, objectAt: plain.offset };
}

function scan(
  bytes: Uint8Array,
  godot: GodotVersion,
  allowObjects: boolean,
): FoundVariant | DecodeError {
  try {
    const { type, size } = scanVariant(bytes, { godot, allowObjects });
    return { godot, type, typeName: typeName(type, godot), size, objectAt: null };
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
}

/** True when the bytes are one Variant of either version from the first to the last, and no Nil. */
export function isWholeVariant(bytes: Uint8Array, godot: GodotVersion): boolean {
  const found = findVariant(bytes, godot);
  return !(found instanceof DecodeError) && found.size === bytes.length &&
    found.type !== VariantType.Nil;
}

/** The value in Godot's notation. @throws {DecodeError} when the bytes begin with none. */
export function textOfVariant(bytes: Uint8Array, godot: GodotVersion): string {
  // Allowed objects are checked for more: without any, that may refuse what Godot reads.
  const found = findVariant(bytes, godot);
  const allowObjects = !(found instanceof DecodeError) && found.objectAt !== null;
  return variantToText(decodeVariant(bytes, { godot, allowObjects }), { godot });
}

/** What a closer look at a Variant shows. */
export interface Examination {
  /** What Godot would read differently, or would not have written so. */
  readonly notes: readonly PlacedNote[];
  /** 0: all of it is what games send; 1: none of it is. */
  readonly doubt: number;
  /** Where the first typed container is; null without any. */
  readonly typedAt: number | null;
}

/** Looks closer at the Variant that the bytes begin with. Of a large one nothing is said. */
export function examineVariant(bytes: Uint8Array, found: FoundVariant): Examination {
  const { godot, size, objectAt } = found;
  if (size > EXAMINED_SIZE) return { notes: [], doubt: 0, typedAt: null };
  const value = bytes.subarray(0, size);
  const root = dissectVariant(value, { godot, allowObjects: objectAt !== null });
  const leaves = leavesOf(root);
  const doubt = Math.max(shareOfOddLeaves(leaves), shapeDoubt(value, found));
  const typed = leaves.find(({ type }) => /, (?:element|key|value) type /.test(type));
  const notes = collectNotes(root).filter(({ code }) => code !== "class-not-checked");
  return { notes, doubt, typedAt: typed?.offset ?? null };
}

/** Of the floats and texts among the leaves, those that no game would send. */
function shareOfOddLeaves(leaves: readonly Dissection[]): number {
  let told = 0, odd = 0;
  for (const { type, value } of leaves) {
    if (typeof value === "number" && (type === "f32" || type === "f64")) {
      told++;
      if (isOddNumber(value)) odd++;
    } else if (typeof value === "string" && type === "utf8") {
      told++;
      if (isOddText(value.replace(/\0+$/, ""))) odd++; // NULs at the end have a note of their own
    }
  }
  return told === 0 ? 0 : odd / told;
}

/** Tiny and huge numbers are what integers and text look like when they are read as floats. */
export function isOddNumber(value: number): boolean {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-9 || (size > 1e18 && size !== Infinity));
}

/** Control characters, apart from tabs and line ends. */
export function isOddText(text: string): boolean {
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  return /[\x00-\x08\x0b\x0e-\x1f\x7f]/.test(text);
}

/** Types of the two versions that have the same size: which one the numbers are shaped like. */
function shapeDoubt(bytes: Uint8Array, { godot, type }: FoundVariant): number {
  if (fixedLayout(type) === null) return 0;
  const value = decodeVariant(bytes, { godot });
  if (typeof value !== "object" || value === null || !isFixedValue(value)) return 0;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = fixedComponents(value);
  switch (value.type) {
    case VariantType.Transform2D:
      return a * d === b * c ? 0.4 : 0;
    case VariantType.AABB:
      return d < 0 || e < 0 || f < 0 ? 0.4 : 0;
    case VariantType.Plane:
      return Math.abs(Math.hypot(a, b, c) - 1) > 0.01 && (a || b || c || d) ? 0.4 : 0;
    case VariantType.Color:
      return [a, b, c, d].some((x) => x < 0 || x > 16) ? 0.4 : 0;
    default:
      return 0;
  }
}
