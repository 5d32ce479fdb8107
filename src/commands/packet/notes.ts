/** What Godot would read differently in a packet, or would never have written. */

import { collectNotes, type PlacedNote } from "../../bytes/dissection.ts";
import type { DecodeOptions } from "../../variant/decode.ts";
import { dissectVariant } from "../../variant/dissect.ts";
import { scanVariant } from "../../variant/scan.ts";

/**
 * The notes on a packet that decodes. It is dissected only when a scan finds reason to.
 *
 * @throws {DecodeError} when the packet does not decode.
 */
export function notesOf(bytes: Uint8Array, options: DecodeOptions): readonly PlacedNote[] {
  return scanVariant(bytes, options).mayHaveNotes
    ? collectNotes(dissectVariant(bytes, options))
    : [];
}
