/**
 * Captured packets for people: a line a packet with its time, who sent it to whom, and its value;
 * one conversation as a dialogue, with arrows in place of addresses.
 */

import type { Output } from "../../cli/output.ts";
import { DecodeError, formatPath } from "../../errors.ts";
import type { Conversation, ConversationTable } from "../../inspect/conversations.ts";
import { VariantDecoder } from "../../variant/decode.ts";
import { VariantScanner } from "../../variant/scan.ts";
import { variantToText } from "../../variant/text.ts";
import { frameNotes } from "./frame_remarks.ts";
import { type FrameTimes, TimeColumn, type TimeFormat } from "./frame_times.ts";
import type {
  BrokenFrame,
  FrameDecoding,
  FramePrinter,
  InputFrame,
  PacketFrame,
  PacketOrigin,
} from "./input_frame.ts";
import { packetHint } from "../packet/hint.ts";

/** How lines look. */
export interface ListingOptions {
  readonly time: TimeFormat;
  /** Where the one conversation is that is shown as a dialogue; null for packets of any. */
  readonly conversations: ConversationTable | null;
}

/** Endpoint columns grow up to this width. */
const MAX_ENDPOINT_WIDTH = "255.255.255.255:65535".length;

/** Prints packets as lines for people. */
export class CaptureListing implements FramePrinter {
  readonly #output: Output;
  readonly #decoding: FrameDecoding;
  readonly #decoder: VariantDecoder;
  readonly #scanner: VariantScanner;
  readonly #time: TimeColumn;
  readonly #conversations: ConversationTable | null;
  /** The conversation whose lines come now. */
  #conversation: Conversation | null = null;
  #endpointWidth = 0;

  constructor(
    output: Output,
    decoding: FrameDecoding,
    times: FrameTimes,
    { time, conversations }: ListingOptions,
  ) {
    this.#output = output;
    this.#decoding = decoding;
    this.#decoder = new VariantDecoder(decoding);
    this.#scanner = new VariantScanner(decoding);
    this.#time = new TimeColumn(times, time);
    this.#conversations = conversations;
  }

  print(frame: InputFrame, index: number): boolean {
    if (frame.kind === "blank") return true;
    const start = this.#start(frame, index);
    const value = this.#read(frame);
    if (value instanceof DecodeError) {
      this.#printError(start, frame, value);
      return false;
    }
    this.#output.data(start.painted + value);
    if (frame.kind === "packet") this.#printNotes(start.width, frame);
    return true;
  }

  /** The value as text, or why there is none. */
  #read(frame: PacketFrame | BrokenFrame): string | DecodeError {
    if (frame.kind === "broken") return frame.error;
    try {
      return variantToText(this.#decoder.decode(frame.bytes), this.#decoding);
    } catch (error) {
      if (error instanceof DecodeError) return error;
      throw error;
    }
  }

  #printError(start: LineStart, frame: PacketFrame | BrokenFrame, error: DecodeError): void {
    const { paint } = this.#output;
    const where = error.path.length === 0 ? "" : ` in ${formatPath(error.path)}`;
    const what = `${error.code} at byte ${error.offset}${where}: ${error.problem}`;
    this.#output.data(start.painted + paint.red(what));
    const hint = frame.kind === "packet" ? packetHint(frame.bytes, error, this.#decoding) : null;
    if (hint !== null) this.#remark(start.width, `hint: ${hint}`);
  }

  #printNotes(indent: number, frame: PacketFrame): void {
    const isPlain = (frame.origin?.notes.length ?? 0) === 0 &&
      !this.#scanner.scan(frame.bytes).mayHaveNotes;
    if (isPlain || this.#output.isQuiet) return;
    for (const { severity, offset, message } of frameNotes(frame, this.#decoding)) {
      if (severity !== "info" || this.#output.isVerbose) {
        this.#remark(indent, `! byte ${offset}: ${message}`);
      }
    }
  }

  #remark(indent: number, text: string): void {
    this.#output.data(" ".repeat(indent) + this.#output.paint.yellow(text));
  }

  /** Everything before the value. */
  #start(frame: PacketFrame | BrokenFrame, index: number): LineStart {
    const { paint } = this.#output;
    const origin = frame.kind === "packet" ? frame.origin : null;
    if (origin === null) {
      const name = `frame ${index + 1}  `;
      return { painted: paint.dim(name), width: name.length };
    }
    const time = this.#time.text(origin.time);
    const size = `${frame.kind === "packet" ? frame.bytes.length : frame.size} B`.padStart(8);
    const way = this.#way(origin);
    const width = time.length + 2 + way.width + size.length + 2;
    return { painted: `${paint.dim(time)}  ${way.painted}${paint.dim(size)}  `, width };
  }

  #way({ transport, source, destination }: PacketOrigin): LineStart {
    const { paint } = this.#output;
    const conversation = this.#conversations?.of(transport, source, destination) ?? null;
    if (conversation === null) {
      const ends = [source, destination].map((end) => end.padEnd(this.#widen(source, destination)));
      return { painted: ends.join(" → "), width: ends.join(" → ").length };
    }
    if (conversation !== this.#conversation) this.#printHead(conversation);
    const isToServer = conversation.directionFrom(source) === "to_server";
    return { painted: isToServer ? paint.blue("→") : paint.green("←"), width: 1 };
  }

  #printHead(conversation: Conversation): void {
    this.#conversation = conversation;
    const { number, transport, client, server } = conversation;
    const what = `conversation ${number}: ${transport}, ${client} → ${server}`;
    this.#output.data(this.#output.paint.dim(`--- ${what} ---`));
  }

  /** Columns never get narrower again. */
  #widen(...ends: readonly string[]): number {
    const widest = Math.max(...ends.map((end) => end.length));
    this.#endpointWidth = Math.max(this.#endpointWidth, Math.min(widest, MAX_ENDPOINT_WIDTH));
    return this.#endpointWidth;
  }
}

/** Text with its colours, and how wide it is without them. */
interface LineStart {
  readonly painted: string;
  readonly width: number;
}
