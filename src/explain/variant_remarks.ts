/** What is unusual about a Variant, as a clause of the verdict: at which byte, whose doing, what to do. */

import type { PlacedNote } from "../bytes/dissection.ts";
import type { Examination, FoundVariant } from "./variant_probe.ts";

/** One remark, to stand behind what the bytes are. */
export interface VariantRemark {
  readonly at: number;
  readonly clause: string;
  /** How much it takes from the score. */
  readonly cost: number;
}

/** What to say beyond the note itself, by its code, and how much it speaks against a Variant. */
const ADVICE: Readonly<Record<string, readonly [cost: number, advice: string]>> = {
  "unused-header-bits": [0.45, "the sender is no Godot, or these are other bytes"],
  "wide-reals": [
    0.02,
    "use builds of the same precision on both sides, or send the numbers as floats",
  ],
  "ignored-wide-flag": [0.1, "the sender is a double-precision build of Godot 4"],
  "non-canonical-width": [0.01, "another library wrote it, and Godot reads it all the same"],
  "string-nul": [0.12, "the sender counts a C string's NUL into the length: leave it out"],
  "string-bom": [0.05, "the sender should write UTF-8 without it"],
  "nonzero-padding": [0.05, "the sender should write zeros"],
  "packed-string-terminator": [
    0.04,
    "the sender should end each item with one NUL and count it, unlike that of a String",
  ],
  "duplicate-key": [0.05, "the sender should write each key once"],
  "missing-padding": [0.04, "the sender should pad to a multiple of 4"],
};

const SEVERITY_COST: Readonly<Record<string, number>> = { error: 0.3, warning: 0.06, info: 0.03 };

/** What there is to remark, what matters most first. */
export function variantRemarks(
  found: FoundVariant,
  { notes, typedAt }: Examination,
): VariantRemark[] {
  const remarks = firstOfEachCode(notes).map((note) => remarkOf(note));
  if (found.objectAt !== null) remarks.push(objectRemark(found.objectAt));
  if (typedAt !== null) remarks.push(typedRemark(typedAt));
  return remarks.sort((a, b) => b.cost - a.cost || a.at - b.at);
}

function firstOfEachCode(notes: readonly PlacedNote[]): PlacedNote[] {
  const codes = new Set<string>();
  return notes.filter(({ code }) => !codes.has(code) && codes.add(code));
}

function remarkOf({ code, message, offset, severity }: PlacedNote): VariantRemark {
  const [cost, advice] = ADVICE[code] ?? [SEVERITY_COST[severity] ?? 0, ""];
  const clause = `unusual at byte ${offset} (${message})${advice === "" ? "" : `: ${advice}`}`;
  return { at: offset, clause, cost };
}

function objectRemark(at: number): VariantRemark {
  const clause = `with a full object at byte ${at}, which get_var and bytes_to_var refuse ` +
    "(ERR_UNAUTHORIZED): the sender used put_var(value, true) or var_to_bytes_with_objects, so " +
    "either the receiver calls get_var(true) or bytes_to_var_with_objects, which lets senders run " +
    "code, or better the sender sends a Dictionary of plain values";
  return { at, clause, cost: 0.5 };
}

function typedRemark(at: number): VariantRemark {
  const clause = `with a typed container at byte ${at}, which Godot 4.3 and later read (typed ` +
    "Dictionaries 4.4) and older ones misread: update the receiver, or send an untyped copy, as " +
    "Array(value) makes it";
  return { at, clause, cost: 0.005 };
}
