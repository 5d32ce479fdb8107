/** From bytes to the packets in them: one packet, or `PacketPeerStream` frames one after the other. */

import { DecodeError } from "../../errors.ts";
import { FRAME_PREFIX_SIZE, StreamDeframer } from "../../packet/deframer.ts";
import { isPacketStream } from "./frame_format.ts";
import { type Chunks, peek, readWhole } from "../input/chunks.ts";
import type { FrameBatches, FrameDecoding, Framing, InputFrame } from "./input_frame.ts";

/** The largest packet that a Godot peer can be set to send, in bytes. */
const MAX_PACKET_SIZE = 256 * 1024 * 1024;

/** The packets in bytes that are complete. */
export function* packetsIn(
  bytes: Uint8Array,
  framing: Framing,
  decoding: FrameDecoding,
): Generator<InputFrame> {
  if (!isFramed(bytes, true, framing, decoding)) {
    yield { kind: "packet", bytes, offset: 0, origin: null };
    return;
  }
  const stream = new PacketStream();
  yield* stream.push(bytes);
  yield* stream.finish();
}

/** The packets of a stream as they come; when it turns out not to be framed, all of it is one. */
export async function* readPacketStream(
  input: Chunks,
  framing: Framing,
  decoding: FrameDecoding,
): FrameBatches {
  const { answer, chunks } = await peek(
    input,
    (head, isWhole) => isFramed(head, isWhole, framing, decoding),
  );
  if (!answer) return yield packetsIn(await readWhole(chunks), "none", decoding);
  const stream = new PacketStream();
  for await (const chunk of chunks) yield stream.push(chunk);
  yield stream.finish();
}

/** Null when more bytes are needed to tell. */
function isFramed(
  head: Uint8Array,
  isWhole: boolean,
  framing: Framing,
  decoding: FrameDecoding,
): boolean | null {
  if (framing === "auto") return isPacketStream(head, isWhole, decoding);
  return framing === "packet-stream";
}

/** The packets of a stream that comes in chunks. */
export class PacketStream {
  readonly #deframer = new StreamDeframer(MAX_PACKET_SIZE);
  /** Where the frame under way begins. */
  #offset = 0;
  #isLost = false;

  /** The packets that are complete with this chunk. After a frame without end there are no more. */
  *push(chunk: Uint8Array): Generator<InputFrame> {
    if (this.#isLost) return;
    this.#deframer.push(chunk);
    try {
      for (let bytes = this.#deframer.next(); bytes !== null; bytes = this.#deframer.next()) {
        const offset = this.#offset + FRAME_PREFIX_SIZE;
        this.#offset = offset + bytes.length;
        yield { kind: "packet", bytes, offset, origin: null, framing: "packet-stream" };
      }
    } catch (error) {
      yield this.#broken(error);
    }
  }

  /** The frame that the end of the stream cuts off, if there is one. */
  *finish(): Generator<InputFrame> {
    if (this.#isLost) return;
    try {
      this.#deframer.finish();
    } catch (error) {
      yield this.#broken(error);
    }
  }

  #broken(error: unknown): InputFrame {
    if (!(error instanceof DecodeError)) throw error;
    this.#isLost = true;
    const size = this.#deframer.buffered;
    return { kind: "broken", error, offset: this.#offset, size };
  }
}
