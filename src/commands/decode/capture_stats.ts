/** `decode --stats`: counts the frames, and prints what they come to at the end. */

import type { Output } from "../../cli/output.ts";
import type { ConversationTable } from "../../inspect/conversations.ts";
import { TrafficStats } from "../../inspect/traffic_stats.ts";
import type { CaptureReader } from "../../pcap/capture.ts";
import type { Frame } from "../../pcap/frame.ts";
import { statsJson } from "./capture_stats_json.ts";
import { statsLines } from "./capture_stats_lines.ts";
import type { FrameDecoding, FramePrinter, InputFrame, PacketFrame } from "./input_frame.ts";

/** Counts instead of printing each frame. */
export class CaptureStats implements FramePrinter {
  readonly #output: Output;
  readonly #stats: TrafficStats;

  constructor(output: Output, decoding: FrameDecoding, conversations: ConversationTable) {
    this.#output = output;
    this.#stats = new TrafficStats(conversations, decoding);
  }

  print(frame: InputFrame): boolean {
    if (frame.kind === "packet") return this.#count(frame);
    if (frame.kind === "broken") this.#stats.countBroken(frame.size);
    return frame.kind === "blank";
  }

  printDatagram(datagram: Frame, reader: CaptureReader): boolean {
    return this.#stats.countDatagram(datagram, reader);
  }

  finish(): Promise<void> {
    const { mode, paint } = this.#output;
    const lines = mode === "json" || mode === "native"
      ? [statsJson(this.#stats)]
      : statsLines(this.#stats, paint);
    for (const line of lines) this.#output.data(line);
    return Promise.resolve();
  }

  #count({ bytes, origin }: PacketFrame): boolean {
    if (origin === null) return this.#stats.count(bytes, null);
    const { transport, source, destination, time } = origin;
    const conversation = this.#stats.conversations.of(transport, source, destination);
    const direction = conversation.directionFrom(source);
    return this.#stats.count(bytes, { conversation, direction, time: Number(time) / 1e9 });
  }
}
