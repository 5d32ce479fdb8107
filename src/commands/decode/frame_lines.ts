/** Frames as lines, for `decode -o text` and `-o hex`: line N is frame N. */

import { bytesToHex } from "../../bytes/hex.ts";
import type { Output } from "../../cli/output.ts";
import { load } from "../../cli/load.ts";
import { DecodeError } from "../../errors.ts";
import { VariantDecoder } from "../../variant/decode.ts";
import { scanVariant } from "../../variant/scan.ts";
import { TextWriter } from "../../variant/text_writer.ts";
import type { Variant } from "../../variant/types.ts";
import type {
  BrokenFrame,
  FrameDecoding,
  FramePrinter,
  InputFrame,
  PacketFrame,
} from "./input_frame.ts";

type Remarks = typeof import("./frame_remarks.ts");

/** Prints the value of each packet, or its bytes; what is to say about it goes to stderr. */
export class FrameLines implements FramePrinter {
  readonly #output: Output;
  readonly #decoding: FrameDecoding;
  readonly #decoder: VariantDecoder;
  #remarks: Remarks | null = null;

  constructor(output: Output, decoding: FrameDecoding) {
    this.#output = output;
    this.#decoding = decoding;
    this.#decoder = new VariantDecoder(decoding);
  }

  print(frame: InputFrame, index: number): boolean | Promise<boolean> {
    if (frame.kind === "packet") return this.#printPacket(frame, index);
    this.#output.data("");
    return frame.kind === "blank" || this.#refuse(frame, index, frame.error);
  }

  #printPacket(frame: PacketFrame, index: number): boolean | Promise<boolean> {
    const isHex = this.#output.mode === "hex";
    try {
      const value = this.#decoder.decode(frame.bytes);
      this.#output.data(isHex ? bytesToHex(frame.bytes) : this.#textOf(value));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#output.data(isHex ? bytesToHex(frame.bytes) : "");
      return this.#refuse(frame, index, error);
    }
    return this.#isUnremarkable(frame) || this.#warn(frame, index);
  }

  #textOf(value: Variant): string {
    return new TextWriter(this.#decoding.godot).write(value);
  }

  #isUnremarkable({ bytes, origin }: PacketFrame): boolean {
    if (this.#output.isQuiet) return true;
    if (origin !== null && origin.notes.length > 0) return false;
    return !scanVariant(bytes, this.#decoding).mayHaveNotes;
  }

  #warn(frame: PacketFrame, index: number): boolean | Promise<boolean> {
    return this.#withRemarks((remarks) => {
      remarks.sayNotes(this.#output, frame, index, this.#decoding);
      return true;
    });
  }

  #refuse(
    frame: PacketFrame | BrokenFrame,
    index: number,
    error: DecodeError,
  ): boolean | Promise<boolean> {
    return this.#withRemarks((remarks) => {
      remarks.sayError(this.#output, frame, index, error, this.#decoding);
      return false;
    });
  }

  /** Remarks take more code than values: it is loaded when the first one is due. */
  #withRemarks(say: (remarks: Remarks) => boolean): boolean | Promise<boolean> {
    if (this.#remarks !== null) return say(this.#remarks);
    return load<Remarks>("../commands/decode/frame_remarks.ts").then((remarks) => {
      this.#remarks = remarks;
      return say(remarks);
    });
  }
}
