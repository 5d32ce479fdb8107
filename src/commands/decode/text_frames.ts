/** Packets written as text, a line each. */

import { DecodeError } from "../../errors.ts";
import { detectNotation, type Notation, parseNotation } from "./frame_notation.ts";
import type { InputFrame, PacketSplitter } from "./input_frame.ts";

/**
 * Reads lines in one notation. When it is not known, the first line that is written in any of them
 * settles it for the rest.
 */
export class TextFrames {
  readonly #split: PacketSplitter;
  #notation: Notation | null;
  #lines = 0;
  #skipped = 0;

  constructor(notation: Notation | null, split: PacketSplitter) {
    this.#notation = notation;
    this.#split = split;
  }

  /** Lines so far that were not empty. */
  get lines(): number {
    return this.#lines;
  }

  /** How many of them were JSON objects that held no packet. */
  get skipped(): number {
    return this.#skipped;
  }

  /** The frames of some lines. */
  *frames(lines: Iterable<string>): Generator<InputFrame> {
    for (const line of lines) {
      if (line.trim() === "") yield { kind: "blank" };
      else yield* this.frame(line);
    }
  }

  /** The frames of one line; an empty one is a packet of no bytes. */
  frame(line: string): Iterable<InputFrame> {
    this.#lines++;
    this.#notation ??= detectNotation(line);
    const bytes = parseNotation(line, this.#notation ?? "hex");
    if (bytes instanceof DecodeError) return [{ kind: "broken", error: bytes, offset: 0, size: 0 }];
    if (bytes !== null) return this.#split(bytes);
    this.#skipped++;
    return [];
  }
}
