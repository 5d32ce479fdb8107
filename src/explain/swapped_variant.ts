/** A Variant written by somebody who thought that its numbers are big-endian. */

import { DecodeError } from "../errors.ts";
import { VariantType } from "../variant/types.ts";
import type { Clues, Reading } from "./reading.ts";
import { examineVariant, findVariant, isOddText, textOfVariant } from "./variant_probe.ts";
import { plural, score, u32be } from "./words.ts";

const MAX_SIZE = 4096;
const FLAG_64 = 0x10000;

/** As a Variant with big-endian numbers: a scalar, a String or a math type. */
export function readSwappedVariant({ bytes }: Clues): Reading[] {
  const header = u32be(bytes, 0);
  const type = header & 0xff;
  if (bytes.length < 8 || bytes.length > MAX_SIZE || bytes.length % 4 !== 0) return [];
  if ((header & ~FLAG_64) !== type || type === VariantType.Nil) return [];
  const swapped = type === VariantType.String
    ? swapWords(bytes, 8)
    : swapWords(bytes, bytes.length, (header & FLAG_64) !== 0);
  const text = exactText(swapped);
  if (text === null) return [];
  const words = swapped.length / 4;
  return [{
    kind: "variant",
    what: "a Variant with big-endian numbers",
    score: score(0.88 - 0.4 / words),
    why: [`with the bytes of each of its ${plural(words, "number")} turned around it is ${text}`],
    at: 0,
    verdict:
      `a Variant whose numbers are big-endian (${text}): the sender is no Godot and writes network ` +
      "byte order, but a Variant is little-endian always, also on a StreamPeer with big_endian = true, " +
      "so Godot reads byte 0 as type Nil and returns null: write every number in it little-endian",
    text: () => text,
  }];
}

function swapWords(bytes: Uint8Array, end: number, isWide = false): Uint8Array {
  const swapped = bytes.slice();
  swapped.subarray(0, 4).reverse();
  const size = isWide ? 8 : 4;
  for (let at = 4; at + size <= end; at += size) swapped.subarray(at, at + size).reverse();
  return swapped;
}

/** The value, if it takes all the bytes; texts must be texts. */
function exactText(bytes: Uint8Array): string | null {
  const found = findVariant(bytes, 4);
  if (found instanceof DecodeError || found.size !== bytes.length) return null;
  if (found.type > VariantType.Color) return null;
  const text = textOfVariant(bytes, 4);
  return isOddText(text) || examineVariant(bytes, found).doubt > 0.5 ? null : text;
}
