/** The end of the chain over UDP: each datagram that comes up is a packet. */

import type { Dissector, FlowContext } from "./dissector.ts";
import type { CapturedPacket } from "./events.ts";
import type { StreamBytes } from "./reassembly.ts";

/** One direction. */
export class DatagramPackets implements Dissector {
  readonly retained = 0;
  readonly #context: FlowContext;
  #ready: StreamBytes[] = [];

  constructor(context: FlowContext) {
    this.#context = context;
  }

  push(piece: StreamBytes): void {
    this.#ready.push(piece);
  }

  /** A datagram that is missing does not matter to the others. */
  interrupt(): void {}

  end(): void {}

  next(): CapturedPacket | null {
    const piece = this.#ready.shift();
    if (piece === undefined) return null;
    const { transport, source, destination, path } = this.#context;
    const { bytes: payload, frame, time, notes } = piece;
    const protocol = path.names;
    return {
      type: "packet",
      frame,
      time,
      transport,
      source,
      destination,
      payload,
      protocol,
      notes,
    };
  }
}
