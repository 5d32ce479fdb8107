/**
 * Reads packets for the printers of `listen` and `send`. This module brings the decoder and all that
 * goes with it; a printer loads it when there is something to read.
 */

import type { PlacedNote } from "../../bytes/dissection.ts";
import { DecodeError } from "../../errors.ts";
import { renderHex } from "../../inspect/render_hex.ts";
import { type DecodeOptions, VariantDecoder } from "../../variant/decode.ts";
import { VariantScanner } from "../../variant/scan.ts";
import type { Variant } from "../../variant/types.ts";
import { packetHint } from "../packet/hint.ts";
import { notesOf } from "../packet/notes.ts";

/** Bytes shown of a packet that does not decode. */
const EXCERPT_SIZE = 32;

/** Tells everything there is to tell about a packet. */
export class PacketReader {
  readonly #options: DecodeOptions;
  readonly #decoder: VariantDecoder;
  readonly #scanner: VariantScanner;

  constructor(options: DecodeOptions) {
    this.#options = options;
    this.#decoder = new VariantDecoder(options);
    this.#scanner = new VariantScanner(options);
  }

  /** The value, or why there is none. */
  read(payload: Uint8Array): Variant | DecodeError {
    try {
      return this.#decoder.decode(payload);
    } catch (error) {
      if (error instanceof DecodeError) return error;
      throw error;
    }
  }

  /** What is wrong with the packet, without building its value; null when it decodes. */
  check(payload: Uint8Array): DecodeError | null {
    try {
      this.#scanner.scan(payload);
      return null;
    } catch (error) {
      if (error instanceof DecodeError) return error;
      throw error;
    }
  }

  /** What Godot would read differently, or would never have written, in a packet that decodes. */
  notes(payload: Uint8Array): readonly PlacedNote[] {
    return this.#scanner.scan(payload).mayHaveNotes ? notesOf(payload, this.#options) : [];
  }

  /** What a packet that does not decode probably is; null without a guess. */
  hint(payload: Uint8Array, error: DecodeError): string | null {
    return packetHint(payload, error, this.#options);
  }

  /** Its first bytes as rows of a hex dump. */
  excerpt(payload: Uint8Array): readonly string[] {
    return renderHex({ bytes: payload }, { maxBytes: EXCERPT_SIZE });
  }
}
