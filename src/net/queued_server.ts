/**
 * What the servers of all transports share: the queue of peers that nobody has taken yet, and the
 * ways to take them. How peers come about, and how a server ends, are the transports' own.
 */

import { PeerError } from "../errors.ts";
import {
  type Address,
  formatAddress,
  type PacketPeer,
  type PacketServer,
  type Transport,
  type WaitOptions,
} from "../packet/peer.ts";
import { formatMs } from "./clock.ts";
import { BoundedQueue } from "./queue.ts";

/** A server whose transport puts new peers into a queue. */
export abstract class QueuedServer implements PacketServer {
  abstract readonly transport: Transport;
  abstract readonly address: Address;
  abstract readonly droppedPackets: number;
  /** Peers that wait to be accepted. */
  protected readonly newPeers: BoundedQueue<PacketPeer>;

  /** `maxWaiting` peers wait at most; `arriving` is what nobody did when none came. */
  constructor(maxWaiting: number, arriving: "connected" | "sent anything" = "connected") {
    this.newPeers = new BoundedQueue<PacketPeer>({
      limit: maxWaiting,
      sizeOf: () => 1,
      timeoutError: (timeoutMs) => {
        const address = formatAddress(this.address);
        const why = `nobody ${arriving} to ${address} within ${formatMs(timeoutMs)}`;
        return new PeerError("ERR_TIMEOUT", `${why}; is it reachable?`, address);
      },
    });
  }

  async accept(limits: WaitOptions = {}): Promise<PacketPeer | null> {
    return await this.newPeers.receive(limits);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<PacketPeer, void, undefined> {
    for (let peer = await this.accept(); peer !== null; peer = await this.accept()) yield peer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  abstract close(): Promise<void>;
}
