/** An input as lines of text, in batches: as many lines at once as came with a chunk. */

import { UsageError } from "../../errors.ts";
import type { Chunks } from "./chunks.ts";

/**
 * Lines without their line ends (LF or CRLF), of UTF-8 with or without a byte order mark. The last
 * line counts when it is not empty. Throws `UsageError` on bytes that are not UTF-8, unless
 * `isLossy`: then they become U+FFFD.
 */
export async function* linesOf(chunks: Chunks, isLossy = false): AsyncGenerator<string[]> {
  const decoder = new TextDecoder("utf-8", { fatal: !isLossy });
  const splitter = new LineSplitter();
  for await (const chunk of chunks) yield splitter.push(decodeText(decoder, chunk));
  const last = splitter.push(decodeText(decoder)).concat(splitter.finish());
  if (last.length > 0) yield last;
}

/** Cuts text into lines, wherever its pieces begin and end. */
export class LineSplitter {
  #rest = "";

  /** The lines that are complete with this piece. */
  push(text: string): string[] {
    const lines = text.split("\n");
    lines[0] = this.#rest + lines[0];
    this.#rest = lines.pop() ?? "";
    return lines.map(withoutCarriageReturn);
  }

  /** What is left at the end: one line without a line end, or nothing. */
  finish(): string[] {
    const rest = this.#rest;
    this.#rest = "";
    return rest === "" ? [] : [withoutCarriageReturn(rest)];
  }
}

function withoutCarriageReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

/** The text of a chunk; without a chunk, what a cut-off character at the end leaves. */
function decodeText(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError("the input is not UTF-8 text; values are read as UTF-8, one a line");
  }
}
