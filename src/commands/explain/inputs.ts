/** Where `explain` gets its bytes from: arguments, files and stdin, never more than it looks at. */

import { concat } from "@std/bytes/concat";
import type { Io } from "../../cli/command.ts";
import { UsageError } from "../../errors.ts";
import { readPrinted, readTyped, whyNoBytes } from "./notations.ts";
import { parsePackets } from "./packets.ts";
import { type Chunks, fileChunks } from "../input/chunks.ts";

/** How files and stdin are written; `auto`: as hex if every line is, else as they are. */
export type ExplainFormat = "auto" | "hex" | "raw";

/** What was read. */
export interface ExplainInput {
  readonly packets: readonly Uint8Array[];
  /** True when there was more than is looked at. */
  readonly isCut: boolean;
}

/** Twice what is explained, and some: hexadecimal takes two characters a byte. */
const MAX_READ = 20 * 1024 * 1024;

/**
 * The packets of all arguments, in order; of stdin without any. Words of one byte each are one packet.
 * Throws `UsageError` for what cannot be read and what is no packet.
 */
export async function readExplainInput(
  values: readonly string[],
  format: ExplainFormat,
  io: Io,
): Promise<ExplainInput> {
  if (values.filter((value) => value === "-").length > 1) {
    throw new UsageError("stdin was named twice; it can be read once");
  }
  const isBytewise = values.length > 1 &&
    values.every((value) => /^(?:0x)?[0-9a-f]{2}$/i.test(value));
  const packets: Uint8Array[] = [];
  let isCut = false;
  for (const value of isBytewise ? [values.join(" ")] : values.length > 0 ? values : ["-"]) {
    const input = await readOne(value, format, io);
    packets.push(...input.packets);
    isCut ||= input.isCut;
  }
  return { packets, isCut };
}

async function readOne(value: string, format: ExplainFormat, io: Io): Promise<ExplainInput> {
  if (value === "-") return await fromChunks("stdin", io.stdin, format);
  if (value.startsWith("@")) {
    return await fromChunks(value.slice(1), fileChunks(value.slice(1), io), format);
  }
  const lines = value.split("\n");
  const packets = parsePackets(lines, readTyped) ?? spreadPacket(lines);
  if (packets !== null) return { packets, isCut: false };
  throw new UsageError(whyNoBytes(value));
}

async function fromChunks(
  name: string,
  chunks: Chunks,
  format: ExplainFormat,
): Promise<ExplainInput> {
  const { bytes, isCut } = await readHead(chunks);
  const packets = format === "raw" ? null : packetsIn(bytes, isCut);
  if (packets !== null) return { packets, isCut };
  if (format === "hex") {
    throw new UsageError(`${name} is no hex, one packet a line; --from raw takes it as it is`);
  }
  return { packets: [bytes], isCut };
}

async function readHead(chunks: Chunks): Promise<{ bytes: Uint8Array; isCut: boolean }> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    size += chunk.length;
    if (size > MAX_READ) return { bytes: concat(parts).subarray(0, MAX_READ), isCut: true };
  }
  return { bytes: concat(parts), isCut: false };
}

/** Hexadecimal text as packets; null when the bytes are something else. */
function packetsIn(bytes: Uint8Array, isCut: boolean): Uint8Array[] | null {
  if (!bytes.every((byte) => byte < 0x80 && byte >= 0x09)) return null;
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  if (isCut) lines[lines.length - 1] = (lines.at(-1) ?? "").slice(0, -3).replace(/\s+\S*$/, "");
  const packets = parsePackets(lines);
  return packets ?? spreadPacket(lines);
}

/** One list or one run of numbers over several lines. */
function spreadPacket(lines: readonly string[]): Uint8Array[] | null {
  const packet = lines.length > 1 ? readPrinted(lines.join(" ")) : null;
  return packet === null ? null : [packet];
}
