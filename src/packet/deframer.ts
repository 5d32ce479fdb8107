/**
 * Godot's `PacketPeerStream` framing: a 32-bit little-endian length, then that many bytes
 * (`core/io/packet_peer.cpp`). The length is little-endian even when the stream is set to
 * big-endian. A length of 0 is a valid empty packet, although the engine never sends one.
 *
 * Chunks go in as they come, packets come out; what the packets hold is not known here.
 */

import { DecodeError } from "../errors.ts";

/** Size of the length in front of each packet. */
export const FRAME_PREFIX_SIZE = 4;

/**
 * The engine's `input_buffer_max_size` and `output_buffer_max_size`, in bytes: what a Godot peer
 * with its defaults sends at most.
 */
export const DEFAULT_MAX_PACKET_SIZE = 65532;

/**
 * What a Godot peer with its defaults receives at most, in bytes. It never sees a larger packet and
 * never says so: its stream stalls for ever, because one slot of the ring buffer stays unused.
 */
export const DEFAULT_MAX_RECEIVABLE_SIZE = 65531;

/** Puts the length in front of a packet. */
export function frame(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(FRAME_PREFIX_SIZE + payload.length);
  new DataView(bytes.buffer).setUint32(0, payload.length, true);
  bytes.set(payload, FRAME_PREFIX_SIZE);
  return bytes;
}

const NOTHING = new Uint8Array(0);

/**
 * Cuts a stream into packets. Memory stays proportional to the bytes that came, whatever lengths
 * they announce.
 */
export class StreamDeframer {
  readonly #maxPacketSize: number;
  /** Chunks behind the current one, from `#nextChunk` on. */
  #chunks: Uint8Array[] = [];
  #nextChunk = 0;
  #chunk: Uint8Array = NOTHING;
  #at = 0;
  /** Bytes in all chunks that are not consumed yet. */
  #unread = 0;
  /** Bytes of the length read so far; the packet is under way once all four are there. */
  #prefixSize = 0;
  #length = 0;
  #body: Uint8Array<ArrayBuffer> = NOTHING;
  #bodySize = 0;
  /** Where in the stream the frame under way begins. */
  #frameStart = 0;

  constructor(maxPacketSize: number = DEFAULT_MAX_PACKET_SIZE) {
    this.#maxPacketSize = maxPacketSize;
  }

  /** Bytes that came and belong to no packet yet. */
  get buffered(): number {
    return this.#unread + this.#prefixSize + this.#bodySize;
  }

  /** Adds bytes of the stream. They must not change until `next` has answered null. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#unread += chunk.length;
    if (this.#at < this.#chunk.length) return void this.#chunks.push(chunk);
    this.#chunk = chunk;
    this.#at = 0;
  }

  /**
   * The next packet, in memory of its own; null when more bytes are needed.
   * Throws `DecodeError` (reason `frame-too-long`) from the first length above the limit on: where
   * the next frame begins is not known then.
   */
  next(): Uint8Array<ArrayBuffer> | null {
    if (!this.#readPrefix()) return null;
    if (this.#length > this.#maxPacketSize) throw this.#tooLong();
    if (!this.#readBody()) return null;
    const packet = this.#body;
    this.#frameStart += FRAME_PREFIX_SIZE + packet.length;
    this.#prefixSize = 0;
    this.#length = 0;
    this.#body = NOTHING;
    this.#bodySize = 0;
    return packet;
  }

  /**
   * Says that the stream has ended. Throws `DecodeError` (reason `frame-cut-off`) when a frame is
   * cut off. Call it after `next` has answered null.
   */
  finish(): void {
    if (this.buffered === 0) return;
    const isInPrefix = this.#prefixSize < FRAME_PREFIX_SIZE;
    throw new DecodeError({
      code: "ERR_FILE_EOF",
      reason: "frame-cut-off",
      offset: this.#frameStart,
      what: "PacketPeerStream frame",
      why: isInPrefix
        ? `the stream ended after ${this.#prefixSize} of the 4 bytes of its length`
        : `the stream ended after ${this.#bodySize} of its ${this.#length} bytes`,
    });
  }

  #tooLong(): DecodeError {
    return new DecodeError({
      code: "ERR_INVALID_DATA",
      reason: "frame-too-long",
      offset: this.#frameStart,
      what: "PacketPeerStream frame",
      why: `its length is ${this.#length} bytes${asText(this.#length)}, ` +
        `the limit is ${this.#maxPacketSize}`,
    });
  }

  /** True once the length is known. */
  #readPrefix(): boolean {
    while (this.#prefixSize < FRAME_PREFIX_SIZE) {
      if (!this.#hasByte()) return false;
      const byte = this.#chunk[this.#at++] ?? 0; // #hasByte has checked the index
      this.#unread--;
      this.#length = (this.#length | byte << 8 * this.#prefixSize++) >>> 0;
    }
    return true;
  }

  /** True once the body is complete. */
  #readBody(): boolean {
    if (this.#bodySize === 0 && this.#sliceBody()) return true;
    while (this.#bodySize < this.#length) {
      if (!this.#hasByte()) return false;
      this.#copyToBody();
    }
    return true;
  }

  /** The common case: the whole body is in one chunk, and is copied exactly once. */
  #sliceBody(): boolean {
    const end = this.#at + this.#length;
    if (end > this.#chunk.length) return false;
    this.#body = new Uint8Array(this.#length);
    this.#body.set(this.#chunk.subarray(this.#at, end));
    this.#bodySize = this.#length;
    this.#consume(this.#length);
    return true;
  }

  #copyToBody(): void {
    const size = Math.min(this.#length - this.#bodySize, this.#chunk.length - this.#at);
    this.#growBody(this.#bodySize + size);
    this.#body.set(this.#chunk.subarray(this.#at, this.#at + size), this.#bodySize);
    this.#bodySize += size;
    this.#consume(size);
  }

  /** Makes room by doubling, so that an announced length alone costs no memory. */
  #growBody(size: number): void {
    if (size <= this.#body.length) return;
    const grown = new Uint8Array(Math.min(this.#length, Math.max(size, 2 * this.#body.length)));
    grown.set(this.#body.subarray(0, this.#bodySize));
    this.#body = grown;
  }

  #consume(size: number): void {
    this.#at += size;
    this.#unread -= size;
  }

  /** Steps to the next chunk when the current one is used up; false when there is none. */
  #hasByte(): boolean {
    if (this.#at < this.#chunk.length) return true;
    this.#chunk = this.#chunks[this.#nextChunk++] ?? NOTHING;
    this.#at = 0;
    if (this.#nextChunk >= this.#chunks.length) {
      this.#chunks = [];
      this.#nextChunk = 0;
    }
    return this.#chunk.length > 0;
  }
}

/** A length that is four letters tells of a peer that sends no frames: a browser, a chat client. */
function asText(length: number): string {
  const characters = [0, 8, 16, 24].map((shift) => String.fromCharCode(length >>> shift & 0xff));
  const text = characters.join("");
  return /^[ -~\r\n]{4}$/.test(text) ? ` (as text: ${JSON.stringify(text)})` : "";
}
