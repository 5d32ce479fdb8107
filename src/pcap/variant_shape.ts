/**
 * Whether bytes of a stream are a Variant: by its header, its size and the count behind the header,
 * which is quick and possible before all of the packet is there, and then by reading all of it. The
 * formats of Godot 3 and 4 are both let through.
 */

import { fixedLayout, FLAG_64, TYPE_OF_GODOT3_ID } from "../variant/layout.ts";
import { isOneVariant } from "../variant/scan.ts";
import { VARIANT_MAX, VariantType } from "../variant/types.ts";

/** The header bits that some type gives a meaning to, besides the type itself. */
const KNOWN_FLAGS = 0x000f0000;
/** Godot 3 marks shared containers in their count. */
const COUNT_MASK = 0x7fffffff;

/**
 * True when a packet of `size` bytes at `at` may be one Variant; null when too little of it is here
 * (before `end`) to say. A `null`, four zeros, looks like anything and is not believed.
 */
export function looksLikeVariant(
  view: DataView,
  at: number,
  size: number,
  end: number,
): boolean | null {
  if (size < 8 || size % 4 !== 0) return false;
  if (end - at < 4) return null;
  const header = view.getUint32(at, true);
  const id = header & 0xff;
  if ((header & ~(KNOWN_FLAGS | 0xff)) !== 0 || id >= VARIANT_MAX) return false;
  if (end - at < 8) return null;
  const flags = header & KNOWN_FLAGS;
  const second = view.getUint32(at + 4, true);
  // The ids below VARIANT_MAX are the numbers of VariantType.
  return hasShape(id as VariantType, flags, second, size) ||
    hasShape(TYPE_OF_GODOT3_ID[id], flags, second, size);
}

/** True when a packet is one Variant from its first byte to its last. */
export function isVariant(packet: Uint8Array): boolean {
  return isOneVariant(packet, { godot: 4, allowObjects: true }) ||
    isOneVariant(packet, { godot: 3, allowObjects: true });
}

function hasShape(
  type: VariantType | undefined,
  flags: number,
  second: number,
  size: number,
): boolean {
  const numberSize = (flags & FLAG_64) !== 0 ? 8 : 4;
  switch (type) {
    case undefined:
    case VariantType.Nil:
      return false;
    case VariantType.Bool:
      return size === 8;
    case VariantType.Int:
    case VariantType.Float:
      return size === 4 + numberSize;
    case VariantType.String:
      return Math.ceil(second / 4) * 4 === size - 8;
    case VariantType.RID:
      return size <= 12;
    default:
      return hasFixedSize(type, numberSize, size) ?? hasCount(flags, second, size);
  }
}

/** Math types: their one size; null for all other types. */
function hasFixedSize(type: VariantType, numberSize: number, size: number): boolean | null {
  const layout = fixedLayout(type);
  if (layout === null) return null;
  return size === 4 + layout.members.length * (layout.scalar === "real" ? numberSize : 4);
}

/** Texts, containers and packed arrays: every element takes a byte at least. */
function hasCount(flags: number, second: number, size: number): boolean {
  const isTyped = flags !== 0;
  return isTyped || (second & COUNT_MASK) <= size - 8;
}
