/** The frames in stdin and in files: lines of text, raw bytes or a capture. */

import type { Io } from "../../cli/command.ts";
import { load } from "../../cli/load.ts";
import { detectKind, type InputKind } from "./frame_format.ts";
import type { Notation } from "./frame_notation.ts";
import { type Chunks, fileChunks, peek, readWhole } from "../input/chunks.ts";
import type { FrameBatches, FrameFormat, FrameReading, PacketSplitter } from "./input_frame.ts";
import { linesOf } from "../input/lines.ts";
import { TextFrames } from "./text_frames.ts";

/** What a format says about an input; null where the bytes must tell. */
const FORMATS: Readonly<
  Record<FrameFormat, { readonly kind: InputKind | null; readonly notation: Notation | null }>
> = {
  auto: { kind: null, notation: null },
  hex: { kind: "lines", notation: "hex" },
  base64: { kind: "lines", notation: "base64" },
  ndjson: { kind: "lines", notation: "ndjson" },
  raw: { kind: "raw", notation: null },
  pcap: { kind: "capture", notation: null },
};

/** The frames of stdin. */
export function readStdin(reading: FrameReading, split: PacketSplitter, io: Io): FrameBatches {
  return readChunks(io.stdin, reading, split, io);
}

/** The frames of a file. Throws `UsageError` when it cannot be read. */
export function readFile(
  path: string,
  reading: FrameReading,
  split: PacketSplitter,
  io: Io,
): FrameBatches {
  return readChunks(fileChunks(path, io), reading, split, io);
}

async function* readChunks(
  input: Chunks,
  reading: FrameReading,
  split: PacketSplitter,
  io: Io,
): FrameBatches {
  const { kind: known, notation } = FORMATS[reading.format];
  const { answer: kind, chunks } = await peek(input, known === null ? detectKind : () => known);
  switch (kind) {
    case "lines":
      return yield* readLines(chunks, new TextFrames(notation, split), io);
    case "raw":
      return yield* readRaw(chunks, reading, split);
    case "capture": {
      input.reuse?.();
      const { readCaptureFrames } = await load<typeof import("./capture_frames.ts")>(
        "../commands/decode/capture_frames.ts",
      );
      return yield* readCaptureFrames(chunks, reading, io);
    }
  }
}

async function* readLines(chunks: Chunks, text: TextFrames, io: Io): FrameBatches {
  for await (const lines of linesOf(chunks, true)) yield text.frames(lines);
  const message = `packetpeer: ${text.skipped} of ${text.lines} lines have no "hex", "base64" or ` +
    `"bytes" and were passed over`;
  if (text.lines > 0 && text.skipped === text.lines) io.output.status(message);
  else if (text.skipped > 0) io.output.verbose(message);
}

/** A stream of frames as it comes; without framing, the whole input is one packet. */
async function* readRaw(
  input: Chunks,
  { framing, decoding }: FrameReading,
  split: PacketSplitter,
): FrameBatches {
  if (framing === null || framing === "none") return yield split(await readWhole(input));
  const { readPacketStream } = await load<typeof import("./framing.ts")>(
    "../commands/decode/framing.ts",
  );
  yield* readPacketStream(input, framing, decoding);
}
