/** What readers are given, for tests of one reader alone. */

import type { Clues, Decompress, Reading } from "../../../src/explain/reading.ts";
import type { GodotVersion } from "../../../src/variant/types.ts";

/** How the clues differ from bare bytes at a Godot 4. */
export interface ClueSettings {
  readonly receiver?: GodotVersion;
  readonly decompress?: Decompress | null;
  /** What is found inside, for any bytes. */
  readonly inside?: (bytes: Uint8Array) => Reading | null;
}

/** Clues around bytes. */
export function cluesFor(bytes: Uint8Array, settings: ClueSettings = {}): Clues {
  const { receiver = 4, decompress = null, inside = () => null } = settings;
  return { bytes, receiver, decompress, inside };
}

/** A reading of something inside. */
export function insideReading(fields: Partial<Reading> = {}): Reading {
  return {
    kind: "variant",
    what: "a Godot Variant (int)",
    score: 0.97,
    why: ["reason"],
    at: 0,
    verdict: "verdict",
    text: () => "7",
    ...fields,
  };
}

/** Bytes of hexadecimal text. */
export function hex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(text.replace(/\s+/g, ""));
}
