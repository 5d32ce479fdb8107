/**
 * Which bits of the header word the engine knows, by type: the type number in the low byte and the
 * flags above it. The rest it never sets and ignores (`HEADER_…` in `core/io/marshalls.cpp`).
 */

import { fixedLayout, FLAG_64, KEY_KIND_SHIFT, packedStride, VALUE_KIND_SHIFT } from "./layout.ts";
import { type GodotVersion, VARIANT_MAX, VariantType } from "./types.ts";

const TYPE_BITS = 0xff;
const KEY_KIND_BITS = 3 << KEY_KIND_SHIFT;
const VALUE_KIND_BITS = 3 << VALUE_KIND_SHIFT;

/** The bits with a meaning, by Godot 4 type number. */
export const KNOWN_BITS: Readonly<Record<GodotVersion, readonly number[]>> = {
  3: Array.from({ length: VARIANT_MAX }, (_, type) => knownBitsGodot3(type as VariantType)),
  4: Array.from({ length: VARIANT_MAX }, (_, type) => knownBitsGodot4(type as VariantType)),
};

/** True for math types and packed vectors of reals: 32 or 64 bits wide in Godot 4. */
export function hasReals(type: VariantType): boolean {
  if (type === VariantType.PackedColorArray) return false;
  return fixedLayout(type)?.scalar === "real" || packedStride(type) > 0;
}

function knownBitsGodot3(type: VariantType): number {
  return hasFlag64(type) ? TYPE_BITS | FLAG_64 : TYPE_BITS;
}

function knownBitsGodot4(type: VariantType): number {
  if (type === VariantType.Array) return TYPE_BITS | KEY_KIND_BITS;
  if (type === VariantType.Dictionary) return TYPE_BITS | KEY_KIND_BITS | VALUE_KIND_BITS;
  return hasFlag64(type) || hasReals(type) ? TYPE_BITS | FLAG_64 : TYPE_BITS;
}

function hasFlag64(type: VariantType): boolean {
  return type === VariantType.Int || type === VariantType.Float || type === VariantType.Object;
}
