/** Packets that are no values: bytes from the options `--hex`, `--base64`, `--text` and `--file`. */

import type { Io } from "../../cli/command.ts";
import { DecodeError, UsageError } from "../../errors.ts";
import { type Notation, parseNotation } from "../decode/frame_notation.ts";
import { readWholeFile } from "../input/chunks.ts";

/** One of these options. */
export type RawOption = "hex" | "base64" | "text" | "file";

/** The bytes that an option's value stands for. Throws `UsageError`. */
export async function readRawPacket(
  option: RawOption,
  text: string,
  io: Io,
): Promise<Uint8Array<ArrayBuffer>> {
  switch (option) {
    case "hex":
    case "base64":
      return readNotation(option, text);
    case "text":
      return new TextEncoder().encode(text);
    case "file":
      return await readWholeFile(text, io);
  }
}

function readNotation(notation: Notation, text: string): Uint8Array<ArrayBuffer> {
  const bytes = parseNotation(text, notation);
  if (bytes instanceof Uint8Array) return bytes;
  const why = bytes instanceof DecodeError ? bytes.problem : "it holds no bytes";
  throw new UsageError(`--${notation}: ${why}`, "ERR_PARSE_ERROR");
}
