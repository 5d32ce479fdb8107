/**
 * The chain over one direction of a TCP connection: the first link is found by the first bytes. What
 * no link recognises is a stream of packets, framed or not.
 */

import type { Dissector, FlowContext, StreamLink } from "./dissector.ts";
import type { CaptureEvent } from "./events.ts";
import { PacketStream } from "./packet_stream.ts";
import type { StreamBytes, StreamGap } from "./reassembly.ts";
import { tlsLink } from "./tls_stream.ts";

/** The protocols over TCP, in the order in which they are tried. */
const STREAM_LINKS: readonly StreamLink[] = [tlsLink];
/** What a held piece costs on top of its bytes, about. */
const PIECE_OVERHEAD = 128;

/** One direction. Call `next` until null after each `push`. */
export class StreamChain implements Dissector {
  readonly #context: FlowContext;
  #first: Dissector | null = null;
  /** The first bytes, while they do not tell what they are. */
  #held: StreamBytes[] = [];

  constructor(context: FlowContext) {
    this.#context = context;
  }

  get retained(): number {
    const held = this.#held.reduce((sum, { bytes }) => sum + bytes.length + PIECE_OVERHEAD, 0);
    return held + (this.#first?.retained ?? 0);
  }

  push(piece: StreamBytes): void {
    if (this.#first !== null) this.#first.push(piece);
    else this.#choose(piece);
  }

  interrupt(gap: StreamGap): void {
    this.#settle().interrupt(gap);
  }

  end(how: string): void {
    this.#settle().end(how);
  }

  next(): CaptureEvent | null {
    return this.#first?.next() ?? null;
  }

  #choose(piece: StreamBytes): void {
    const bytes = this.#held.length === 0 ? piece.bytes : this.#headWith(piece.bytes);
    for (const link of STREAM_LINKS) {
      const isOurs = link.recognises(bytes, this.#context);
      if (isOurs === true) {
        this.#begin(link.open(this.#context, openPackets), piece);
        return;
      }
      if (isOurs === null) {
        // The bytes are needed for longer than the piece lasts.
        this.#held.push({ ...piece, bytes: piece.bytes.slice() });
        return;
      }
    }
    this.#begin(openPackets(this.#context), piece);
  }

  /** Too few bytes to tell, and no more to wait for: they are packets. */
  #settle(): Dissector {
    return this.#first ?? this.#begin(openPackets(this.#context));
  }

  #begin(first: Dissector, piece?: StreamBytes): Dissector {
    for (const held of this.#held) first.push(held);
    this.#held = [];
    if (piece !== undefined) first.push(piece);
    this.#first = first;
    return first;
  }

  #headWith(bytes: Uint8Array): Uint8Array {
    const parts = [...this.#held.map((piece) => piece.bytes), bytes];
    const head = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      head.set(part, at);
      at += part.length;
    }
    return head;
  }
}

function openPackets(context: FlowContext): Dissector {
  return new PacketStream(context);
}
