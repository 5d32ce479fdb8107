/** Frames with all their bytes explained, for `decode -o tree` and `-o hexdump`. */

import type { Output } from "../../cli/output.ts";
import { DecodeError } from "../../errors.ts";
import { scanVariant } from "../../variant/scan.ts";
import { frameName } from "./frame_place.ts";
import { sayError } from "./frame_remarks.ts";
import type {
  BrokenFrame,
  FrameDecoding,
  FramePrinter,
  InputFrame,
  PacketFrame,
} from "./input_frame.ts";
import { treeLines } from "../packet/tree.ts";

/** Prints the tree or the dump of each packet, with what is wrong and what is unusual at its place. */
export class FrameTrees implements FramePrinter {
  readonly #output: Output;
  readonly #decoding: FrameDecoding;

  constructor(output: Output, decoding: FrameDecoding) {
    this.#output = output;
    this.#decoding = decoding;
  }

  print(frame: InputFrame, index: number): boolean {
    if (frame.kind === "packet") return this.#printTree(frame, index);
    this.#output.data("");
    return frame.kind === "blank" || this.#refuse(frame, index, frame.error);
  }

  #printTree(frame: PacketFrame, index: number): boolean {
    const name = frameName(frame, index);
    const form = this.#output.mode === "hexdump" ? "hexdump" : "tree";
    const reading = { ...this.#decoding, isFramed: isFramed(frame) };
    for (const line of treeLines(form, name, frame.bytes, reading, this.#output.paint)) {
      this.#output.data(line);
    }
    try {
      scanVariant(frame.bytes, this.#decoding);
      return true;
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      const where = isFramed(frame) ? ", packet behind its length" : "";
      return this.#refuse(frame, index, error, where);
    }
  }

  #refuse(
    frame: PacketFrame | BrokenFrame,
    index: number,
    error: DecodeError,
    where = "",
  ): false {
    sayError(this.#output, frame, index, error, this.#decoding, where);
    return false;
  }
}

/** True for a packet that came behind `PacketPeerStream`'s length. */
function isFramed({ origin, framing }: PacketFrame): boolean {
  return (origin?.protocol.at(-1) ?? framing) === "packet-stream";
}
