/**
 * Peers within the process, for tests and dry runs: what one sends, the other has at once. They
 * keep the rules of the real transports: packets own their bytes, queues have limits (a full one
 * makes the sender wait, as on a stream), empty packets are not sent.
 */

import { PeerError } from "../errors.ts";
import { DEFAULT_MAX_PACKET_SIZE } from "../packet/deframer.ts";
import { type Address, formatAddress, type PacketPeer, type WaitOptions } from "../packet/peer.ts";
import { type Clock, formatMs, systemClock, within } from "./clock.ts";
import { QueuedPeer } from "./queued_peer.ts";
import { QueuedServer } from "./queued_server.ts";

const QUEUE_SIZE = 256 * 1024;
const MAX_WAITING_PEERS = 1024;
const FIRST_CLIENT_PORT = 50000;

/** How memory peers behave. */
export interface MemoryOptions {
  readonly maxPacketSize?: number;
  /** Receive queue of each peer in bytes. */
  readonly queueSize?: number;
  readonly clock?: Clock;
}

/** Two peers that are connected to each other. */
export function createMemoryPair(
  options: MemoryOptions = {},
  addresses: readonly [Address, Address] = [
    { hostname: "memory", port: 1 },
    { hostname: "memory", port: 2 },
  ],
): [PacketPeer, PacketPeer] {
  return createPair(options, addresses);
}

function createPair(
  options: MemoryOptions,
  [a, b]: readonly [Address, Address],
): [MemoryPeer, MemoryPeer] {
  const first = new MemoryPeer(a, b, options);
  const second = new MemoryPeer(b, a, options);
  first.join(second);
  second.join(first);
  return [first, second];
}

/** A server within the process. */
export class MemoryServer extends QueuedServer {
  readonly transport = "memory";
  readonly address: Address = { hostname: "memory", port: 1 };
  readonly droppedPackets = 0;
  readonly #options: MemoryOptions;
  readonly #peers: Set<PacketPeer> = new Set();
  #nextPort = FIRST_CLIENT_PORT;
  #isClosed = false;

  constructor(options: MemoryOptions = {}) {
    super(MAX_WAITING_PEERS);
    this.#options = options;
  }

  /** Connects a new client. Throws `PeerError` when the server is closed or too many wait. */
  connect(): PacketPeer {
    const address = { hostname: "memory", port: this.#nextPort++ };
    const [client, peer] = createPair(this.#options, [address, this.address]);
    if (this.#isClosed || !this.newPeers.push(peer)) {
      const why = "cannot connect in memory: nobody takes the connection; open a server first";
      throw new PeerError("ERR_CANT_CONNECT", why, formatAddress(this.address));
    }
    this.#peers.add(peer);
    peer.onClose = () => this.#peers.delete(peer);
    return client;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.newPeers.end(null);
    await Promise.all([...this.#peers].map((peer) => peer.close()));
  }
}

class MemoryPeer extends QueuedPeer {
  /** Called once, when this peer is closed. */
  onClose: () => void = () => {};
  readonly #clock: Clock;
  #other: MemoryPeer | null = null;

  constructor(local: Address, remote: Address, options: MemoryOptions) {
    super({
      transport: "memory",
      localAddress: local,
      remoteAddress: remote,
      maxPacketSize: options.maxPacketSize ?? DEFAULT_MAX_PACKET_SIZE,
      queueSize: options.queueSize ?? QUEUE_SIZE,
    });
    this.#clock = options.clock ?? systemClock;
  }

  join(other: MemoryPeer): void {
    this.#other = other;
  }

  override async send(payload: Uint8Array, limits: WaitOptions = {}): Promise<void> {
    limits.signal?.throwIfAborted();
    if (!this.checkPayload(payload)) return;
    const packet = { payload: payload.slice(), time: this.#clock.wallMicros() };
    const isTaken = await within(
      limits,
      (timeoutMs) => this.#notTaken(timeoutMs),
      () => this.#other?.enqueueWhenRoom(packet) ?? Promise.resolve(false),
    );
    if (!isTaken) throw this.#isGone();
  }

  override close(): Promise<void> {
    if (this.status === "connected") { // it has no failures
      this.disconnect();
      this.#other?.endReceiving();
      this.onClose();
    }
    return Promise.resolve();
  }

  #isGone(): PeerError {
    const remote = formatAddress(this.remoteAddress);
    const why =
      `cannot send to ${remote}: the other side has closed the connection; open a new one`;
    return new PeerError("ERR_CONNECTION_ERROR", why, remote);
  }

  #notTaken(timeoutMs: number): PeerError {
    const remote = formatAddress(this.remoteAddress);
    const why = `cannot send to ${remote}: it did not read for ${formatMs(timeoutMs)}; ` +
      "is it still running?";
    return new PeerError("ERR_TIMEOUT", why, remote);
  }
}
