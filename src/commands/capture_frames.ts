/** The packets in a capture file, as `decode` reads them. */

import type { Io } from "../cli/command.ts";
import { DecodeError, UsageError } from "../errors.ts";
import { type CaptureEvent, CaptureReader } from "../pcap/capture.ts";
import { gunzip } from "../pcap/gzip.ts";
import type { Chunks } from "./input_chunks.ts";
import type { FrameBatches, FrameReading, InputFrame } from "./input_frame.ts";

/**
 * The packets of a capture, a batch for each chunk of the file. What is wrong with the capture is
 * said on stderr. Throws `UsageError` when the bytes are no capture.
 */
export async function* readCaptureFrames(
  chunks: Chunks,
  { framing }: FrameReading,
  io: Io,
): FrameBatches {
  const reader = new CaptureReader({ framing: framing ?? "auto" });
  const warn = (message: string): void => io.output.status(`packetpeer: capture: ${message}`);
  for await (const chunk of gunzip(chunks, warn)) {
    reader.push(chunk);
    yield framesOf(reader, warn);
  }
  reader.finish();
  yield framesOf(reader, warn);
}

function* framesOf(reader: CaptureReader, warn: (message: string) => void): Generator<InputFrame> {
  for (let event = nextEvent(reader); event !== null; event = nextEvent(reader)) {
    if (event.type === "packet") {
      yield { kind: "packet", bytes: event.payload, offset: 0, origin: event };
    } else warn(event.message);
  }
}

function nextEvent(reader: CaptureReader): CaptureEvent | null {
  try {
    return reader.next();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new UsageError(error.message, "ERR_INVALID_DATA");
  }
}
