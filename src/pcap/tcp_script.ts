/**
 * Plays a TCP connection from what was said over it: handshake, segments with sequence and
 * acknowledgement numbers that add up, and the end. Nothing is lost or sent twice, and whoever
 * receives acknowledges from time to time, so that readers of the capture find nothing to remark.
 */

import { type IpEndpoint, MAX_SEGMENT_SIZE, type TcpFields, tcpPacket } from "./packet_headers.ts";
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from "./transport.ts";

/** Who sends a segment. The client is the one that connects. */
export type TcpEnd = "client" | "server";

/** Takes the packets of the connection as they are made. */
export type EmitPacket = (from: TcpEnd, packet: Uint8Array) => void;

const TCP_PUSH = 8;
/** Bytes without an answer that are acknowledged by a segment of their own. */
const ACKNOWLEDGE_AFTER = 1 << 18;
/** Maximum segment size, and window scale 2^7 for windows of 8 MiB; then a NOP. */
const SYN_OPTIONS = [2, 4, MAX_SEGMENT_SIZE >> 8, MAX_SEGMENT_SIZE & 255, 3, 3, 7, 1];
const NO_BYTES = new Uint8Array(0);
/** Spreads the first sequence numbers of connections far apart (2^32 divided by the golden ratio). */
const SPREAD = 0x9e3779b1;

interface Side {
  readonly end: TcpEnd;
  readonly endpoint: IpEndpoint;
  /** Of the next byte that it sends. */
  sequence: number;
  /** Bytes that have come and are not acknowledged. */
  unacknowledged: number;
  hasFinished: boolean;
}

/** One connection, from its handshake on. */
export class TcpScript {
  readonly #client: Side;
  readonly #server: Side;
  readonly #emit: EmitPacket;
  #isReset = false;

  /**
   * `number` tells apart connections of one capture: those of the same ports must differ in it. The
   * handshake is emitted at once.
   */
  constructor(client: IpEndpoint, server: IpEndpoint, number: number, emit: EmitPacket) {
    this.#emit = emit;
    this.#client = side("client", client, 2 * number);
    this.#server = side("server", server, 2 * number + 1);
    this.#send(this.#client, TCP_SYN, NO_BYTES, SYN_OPTIONS);
    this.#send(this.#server, TCP_SYN | TCP_ACK, NO_BYTES, SYN_OPTIONS);
    this.#send(this.#client, TCP_ACK);
  }

  /** True when nothing more can be said. */
  get isOver(): boolean {
    return this.#isReset || this.#client.hasFinished && this.#server.hasFinished;
  }

  /** One end sends bytes, in as many segments as they need. */
  send(end: TcpEnd, bytes: Uint8Array): void {
    const sender = this.#side(end);
    if (this.#isReset || sender.hasFinished) return;
    for (let at = 0; at < bytes.length; at += MAX_SEGMENT_SIZE) {
      const segment = bytes.subarray(at, at + MAX_SEGMENT_SIZE);
      const isLast = at + segment.length === bytes.length;
      this.#send(sender, isLast ? TCP_ACK | TCP_PUSH : TCP_ACK, segment);
      const receiver = this.#other(sender);
      if (receiver.unacknowledged >= ACKNOWLEDGE_AFTER) this.#send(receiver, TCP_ACK);
    }
  }

  /** One end says that it sends nothing more, and the other acknowledges it. */
  finish(end: TcpEnd): void {
    const sender = this.#side(end);
    if (this.#isReset || sender.hasFinished) return;
    this.#send(sender, TCP_FIN | TCP_ACK);
    sender.hasFinished = true;
    this.#send(this.#other(sender), TCP_ACK);
  }

  /** One end breaks the connection off. */
  reset(end: TcpEnd): void {
    if (this.isOver) return;
    this.#send(this.#side(end), TCP_RST | TCP_ACK);
    this.#isReset = true;
  }

  #send(
    sender: Side,
    flags: number,
    payload: Uint8Array = NO_BYTES,
    options: readonly number[] = [],
  ): void {
    const receiver = this.#other(sender);
    const fields: TcpFields = {
      sequence: sender.sequence,
      acknowledgment: (flags & TCP_ACK) === 0 ? 0 : receiver.sequence,
      flags,
      options,
    };
    this.#emit(sender.end, tcpPacket(sender.endpoint, receiver.endpoint, fields, payload));
    // SYN and FIN count as a byte each.
    const size = payload.length + ((flags & (TCP_SYN | TCP_FIN)) === 0 ? 0 : 1);
    sender.sequence = sender.sequence + size >>> 0;
    sender.unacknowledged = 0;
    receiver.unacknowledged += size;
  }

  #side(end: TcpEnd): Side {
    return end === "client" ? this.#client : this.#server;
  }

  #other(side: Side): Side {
    return side === this.#client ? this.#server : this.#client;
  }
}

function side(end: TcpEnd, endpoint: IpEndpoint, number: number): Side {
  const sequence = Math.imul(number, SPREAD) >>> 0;
  return { end, endpoint, sequence, unacknowledged: 0, hasFinished: false };
}
