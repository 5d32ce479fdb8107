/** A UDP socket that a wire tap looks on. */

import type { Address } from "../packet/peer.ts";
import { systemClock } from "./clock.ts";
import { type DatagramHandler, type DatagramSocket, datagramSource } from "./udp_socket.ts";
import type { WireDirection, WireTap } from "./wire_tap.ts";

/** The socket itself without a tap; otherwise one that tells it everything. */
export function tappedSocket(socket: DatagramSocket, tap: WireTap | undefined): DatagramSocket {
  return tap === undefined ? socket : new TappedSocket(socket, tap);
}

class TappedSocket implements DatagramSocket {
  readonly address: Address;
  readonly #socket: DatagramSocket;
  readonly #tap: WireTap;

  constructor(socket: DatagramSocket, tap: WireTap) {
    this.address = datagramSource(socket.address.hostname, socket.address.port);
    this.#socket = socket;
    this.#tap = tap;
  }

  connect(target: Address): boolean {
    return this.#socket.connect(target);
  }

  start(handler: DatagramHandler): void {
    this.#socket.start({
      clock: handler.clock,
      onDatagram: (payload, hostname, port, time) => {
        this.#tell("in", payload, { hostname, port }, time);
        handler.onDatagram(payload, hostname, port, time);
      },
      onError: (error) => handler.onError(error),
    });
  }

  async send(payload: Uint8Array, to: Address): Promise<void> {
    const time = systemClock.wallMicros();
    await this.#socket.send(payload, to);
    this.#tell("out", payload, to, time);
  }

  async sendBatch(payloads: readonly Uint8Array[], to: Address): Promise<number> {
    const time = systemClock.wallMicros();
    const count = await this.#socket.sendBatch(payloads, to);
    for (const payload of payloads.slice(0, count)) this.#tell("out", payload, to, time);
    return count;
  }

  receiveNow(): boolean {
    return this.#socket.receiveNow();
  }

  async close(): Promise<void> {
    await this.#socket.close();
  }

  #tell(direction: WireDirection, bytes: Uint8Array, other: Address, time: number): void {
    const remote = datagramSource(other.hostname, other.port);
    this.#tap.datagram({ direction, local: this.address, remote, bytes, time });
  }
}
