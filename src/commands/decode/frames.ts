/**
 * The frames that `decode` reads: from arguments, stdin or files, written as text or raw, framed as
 * a packet stream or not, or out of a capture. They come in batches, so that a million of them cost
 * a few hundred waits; what the packets hold is not known here.
 */

import { parseHex } from "../../bytes/hex.ts";
import type { Io } from "../../cli/command.ts";
import { load } from "../../cli/load.ts";
import { UsageError } from "../../errors.ts";
import type { Notation } from "./frame_notation.ts";
import type {
  FrameBatches,
  FrameFormat,
  FrameReading,
  InputFrame,
  PacketSplitter,
} from "./input_frame.ts";

/**
 * The frames of one argument: hex (or what the format says), `@file`, or `-` for stdin.
 * Throws `UsageError` when the file cannot be read.
 */
export async function* readFrames(argument: string, reading: FrameReading, io: Io): FrameBatches {
  const split = await splitterOf(reading);
  if (argument !== "-" && !argument.startsWith("@")) {
    return yield await framesOfText(argument, notationOf(reading.format), split);
  }
  const { readFile, readStdin } = await load<typeof import("./frame_inputs.ts")>(
    "../commands/decode/frame_inputs.ts",
  );
  if (argument === "-") yield* readStdin(reading, split, io);
  else yield* readFile(argument.slice(1), reading, split, io);
}

/** The frames that an argument spells. Good hex, which most are, needs no more code than this. */
async function framesOfText(
  text: string,
  notation: Notation,
  split: PacketSplitter,
): Promise<Iterable<InputFrame>> {
  const bytes = notation === "hex" ? parseHex(text) : null;
  if (bytes instanceof Uint8Array) return split(bytes);
  const { TextFrames } = await load<typeof import("./text_frames.ts")>(
    "../commands/decode/text_frames.ts",
  );
  return new TextFrames(notation, split).frame(text);
}

function notationOf(format: FrameFormat): Notation {
  if (format === "raw" || format === "pcap") {
    throw new UsageError(`--from ${format} reads files and stdin: write FRAME as @file or -`);
  }
  return format === "auto" ? "hex" : format;
}

async function splitterOf({ framing, decoding }: FrameReading): Promise<PacketSplitter> {
  if (framing === null || framing === "none") return wholePacket;
  const { packetsIn } = await load<typeof import("./framing.ts")>("../commands/decode/framing.ts");
  return (bytes) => packetsIn(bytes, framing, decoding);
}

function wholePacket(bytes: Uint8Array): Iterable<InputFrame> {
  return [{ kind: "packet", bytes, offset: 0, origin: null }];
}
