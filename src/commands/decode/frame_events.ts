/** Frames as NDJSON, for `decode -o json` and `-o native`: a line a frame. */

import type { Output } from "../../cli/output.ts";
import { DecodeError } from "../../errors.ts";
import type { CaptureReader } from "../../pcap/capture.ts";
import type { Frame } from "../../pcap/frame.ts";
import { VariantDecoder } from "../../variant/decode.ts";
import { VariantScanner } from "../../variant/scan.ts";
import { DatagramEvents } from "./datagram_events.ts";
import { placeFields } from "./frame_place.ts";
import { frameNotes } from "./frame_remarks.ts";
import type { FrameTimes } from "./frame_times.ts";
import type {
  BrokenFrame,
  FrameDecoding,
  FramePrinter,
  InputFrame,
  PacketFrame,
} from "./input_frame.ts";
import { errorField, notesField, valueFields } from "../packet/json.ts";

/** Prints an object for each frame; empty lines of the input are left out, and counted. */
export class FrameEvents implements FramePrinter {
  readonly #output: Output;
  readonly #mode: "json" | "native";
  readonly #decoding: FrameDecoding;
  readonly #decoder: VariantDecoder;
  readonly #scanner: VariantScanner;
  readonly #times: FrameTimes;
  /** The short way; null where it does not lead to the same lines. */
  readonly #datagrams: DatagramEvents | null;

  constructor(
    output: Output,
    mode: "json" | "native",
    decoding: FrameDecoding,
    times: FrameTimes,
  ) {
    this.#times = times;
    const isPlain = mode === "json" && decoding.godot === 4;
    this.#datagrams = isPlain ? new DatagramEvents(output, times) : null;
    this.#scanner = new VariantScanner(decoding);
    this.#output = output;
    this.#mode = mode;
    this.#decoding = decoding;
    this.#decoder = new VariantDecoder(decoding);
  }

  print(frame: InputFrame, index: number): boolean {
    this.flush();
    if (frame.kind === "blank") return true;
    if (frame.kind === "broken") return this.#printError(frame, index, frame.error);
    try {
      this.#printPacket(frame, index);
      return true;
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return this.#printError(frame, index, error);
    }
  }

  printDatagram(datagram: Frame, reader: CaptureReader, index: number): boolean {
    if (this.#datagrams?.print(datagram, reader, index)) return true;
    return this.print(packetOf(datagram, reader), index);
  }

  flush(): void {
    this.#datagrams?.flush();
  }

  #printPacket(frame: PacketFrame, index: number): void {
    const value = this.#decoder.decode(frame.bytes);
    const fields = valueFields(value, this.#mode, this.#decoding);
    const place = placeFields(frame, index, this.#times);
    this.#output.data(`{${place},"ok":true,${fields},${this.#notesOf(frame)}}`);
  }

  /** Most packets have nothing to remark, which a scan tells. */
  #notesOf(frame: PacketFrame): string {
    const isPlain = (frame.origin?.notes.length ?? 0) === 0 &&
      !this.#scanner.scan(frame.bytes).mayHaveNotes;
    return isPlain ? NO_NOTES : notesField(frameNotes(frame, this.#decoding));
  }

  #printError(frame: PacketFrame | BrokenFrame, index: number, error: DecodeError): false {
    const place = placeFields(frame, index, this.#times);
    this.#output.data(`{${place},"ok":false,${errorField(error)}}`);
    return false;
  }
}

/** The packet of a datagram, as the reader itself would give it out. */
function packetOf(datagram: Frame, reader: CaptureReader): PacketFrame {
  const [source, destination] = reader.endpointsOf(datagram);
  const { number: frame, time, notes, path, payload } = datagram;
  const protocol = path.names;
  const origin = { frame, time, source, destination, transport: "udp", protocol, notes } as const;
  return { kind: "packet", bytes: payload, offset: 0, origin };
}

const NO_NOTES = notesField([]);
