/** Several Variants one behind the other without lengths between them. */

import { DecodeError } from "../errors.ts";
import { type GodotVersion, VariantType } from "../variant/types.ts";
import type { Clues, Reading } from "./reading.ts";
import { EXAMINED_SIZE, examineVariant, findVariant, textOfVariant } from "./variant_probe.ts";
import { plural, score } from "./words.ts";

const MAX_VALUES = 10_000;

/** Where each value ends, and how doubtful the first ones are. */
interface Run {
  readonly ends: readonly number[];
  readonly doubt: number;
}

/** As several Variants to the last byte. */
export function readGluedVariants({ bytes, receiver }: Clues): Reading[] {
  const run = runOf(bytes, receiver) ?? runOf(bytes, receiver === 4 ? 3 : 4);
  if (run === null) return [];
  const godot = runOf(bytes, receiver) === null ? (receiver === 4 ? 3 : 4) : receiver;
  const { ends, doubt } = run;
  const first = ends[0] ?? 0;
  return [{
    kind: "variant",
    what: `${ends.length} Godot ${godot} Variants one behind the other`,
    score: score(0.93 - 0.5 * doubt),
    why: [
      `${ends.length} values end at bytes ${ends.slice(0, 8).join(", ")}, the last byte included`,
    ],
    at: first,
    verdict: `${ends.length} valid Godot ${godot} Variants one behind the other without lengths: ` +
      "the sender put several var_to_bytes into one packet, or the receiver joined packets, and " +
      `get_var and bytes_to_var read the first and ignore everything from byte ${first} on: send ` +
      "each with put_var, send one Array of them, or go through them with " +
      "PackedByteArray.decode_var and decode_var_size",
    text: () => textsOf(bytes, ends, godot),
  }];
}

function runOf(bytes: Uint8Array, godot: GodotVersion): Run | null {
  const ends: number[] = [];
  let worst = 0;
  for (let at = 0; at < bytes.length;) {
    const rest = bytes.subarray(at);
    const found = findVariant(rest, godot);
    if (found instanceof DecodeError || found.type === VariantType.Nil) return null;
    if (ends.length < 16) {
      const { doubt, notes } = examineVariant(rest, found);
      if (notes.some(({ code }) => code === "unused-header-bits")) return null;
      worst = Math.max(worst, doubt, notes.length > 0 ? 0.3 : 0);
    }
    at += found.size;
    ends.push(at);
    if (ends.length > MAX_VALUES) return null;
  }
  return ends.length > 1 ? { ends, doubt: worst } : null;
}

function textsOf(bytes: Uint8Array, ends: readonly number[], godot: GodotVersion): string {
  const texts: string[] = [];
  let start = 0;
  for (const end of ends.slice(0, 100)) {
    if (end - start > EXAMINED_SIZE) texts.push(`(${plural(end - start, "byte")})`);
    else texts.push(textOfVariant(bytes.subarray(start, end), godot));
    start = end;
  }
  return texts.join(", ") + (ends.length > texts.length ? ", …" : "");
}
