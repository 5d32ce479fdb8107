/** Frames as NDJSON, for `decode -o json` and `-o native`: a line a frame. */

import type { Output } from "../cli/output.ts";
import { DecodeError } from "../errors.ts";
import { VariantDecoder } from "../variant/decode.ts";
import { placeFields } from "./frame_place.ts";
import { frameNotes } from "./frame_remarks.ts";
import type {
  BrokenFrame,
  FrameDecoding,
  FramePrinter,
  InputFrame,
  PacketFrame,
} from "./input_frame.ts";
import { errorField, notesField, valueFields } from "./packet_json.ts";

/** Prints an object for each frame; empty lines of the input are left out, and counted. */
export class FrameEvents implements FramePrinter {
  readonly #output: Output;
  readonly #mode: "json" | "native";
  readonly #decoding: FrameDecoding;
  readonly #decoder: VariantDecoder;

  constructor(output: Output, mode: "json" | "native", decoding: FrameDecoding) {
    this.#output = output;
    this.#mode = mode;
    this.#decoding = decoding;
    this.#decoder = new VariantDecoder(decoding);
  }

  print(frame: InputFrame, index: number): boolean {
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

  #printPacket(frame: PacketFrame, index: number): void {
    const value = this.#decoder.decode(frame.bytes);
    const fields = valueFields(value, this.#mode, this.#decoding);
    const notes = notesField(frameNotes(frame, this.#decoding));
    this.#output.data(`{${placeFields(frame, index)},"ok":true,${fields},${notes}}`);
  }

  #printError(frame: PacketFrame | BrokenFrame, index: number, error: DecodeError): false {
    this.#output.data(`{${placeFields(frame, index)},"ok":false,${errorField(error)}}`);
    return false;
  }
}
