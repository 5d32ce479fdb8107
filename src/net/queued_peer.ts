/**
 * What the peers of all transports share: the receive queue and the ways to take packets from it.
 * Sending and closing are the transports' own.
 */

import { PeerError } from "../errors.ts";
import type { Packet } from "../packet/packet.ts";
import {
  type Address,
  type BatchOptions,
  formatAddress,
  type HandshakeSummary,
  type PacketPeer,
  type PeerStatus,
  type Transport,
  type WaitOptions,
} from "../packet/peer.ts";
import { formatMs } from "./clock.ts";
import { BoundedQueue, type Budget } from "./queue.ts";

/** Added to each packet's size in a queue, as the engine does: small packets cost memory too. */
const PACKET_OVERHEAD = 24;

/** What a queued peer is made of. */
export interface QueuedPeerOptions {
  readonly transport: Transport;
  readonly localAddress: Address;
  readonly remoteAddress: Address;
  readonly maxPacketSize: number;
  /** Size of the receive queue in bytes. */
  readonly queueSize: number;
  /** Bytes that all peers of a server may queue together. */
  readonly budget?: Budget;
  /** The handshake that led here; without one the connection is not encrypted, or not yet. */
  readonly handshake?: HandshakeSummary | null;
  /** @default {"connected"} */
  readonly status?: "handshaking" | "connected";
}

/** A peer whose transport puts packets into a queue. */
export abstract class QueuedPeer implements PacketPeer {
  readonly transport: Transport;
  readonly localAddress: Address;
  readonly remoteAddress: Address;
  readonly maxPacketSize: number;
  readonly #queue: BoundedQueue<Packet>;
  #status: PeerStatus;
  #handshake: HandshakeSummary | null;
  #isOpen = true;
  #droppedPackets = 0;

  constructor(options: QueuedPeerOptions) {
    this.transport = options.transport;
    this.localAddress = options.localAddress;
    this.remoteAddress = options.remoteAddress;
    this.maxPacketSize = options.maxPacketSize;
    this.#status = options.status ?? "connected";
    this.#handshake = options.handshake ?? null;
    this.#queue = new BoundedQueue<Packet>({
      limit: options.queueSize,
      sizeOf: (packet) => packet.payload.length + PACKET_OVERHEAD,
      timeoutError: (timeoutMs) => this.#nothingCame(timeoutMs),
      ...(options.budget === undefined ? {} : { budget: options.budget }),
    });
  }

  get status(): PeerStatus {
    return this.#status;
  }

  get handshake(): HandshakeSummary | null {
    return this.#handshake;
  }

  get availablePackets(): number {
    return this.#queue.length;
  }

  get droppedPackets(): number {
    return this.#droppedPackets;
  }

  takePacket(): Packet | null {
    return this.#queue.take();
  }

  receive(options: WaitOptions = {}): Promise<Packet | null> {
    return this.#queue.receive(options);
  }

  receiveBatch(options: BatchOptions = {}): Promise<readonly Packet[] | null> {
    const isThere = this.availablePackets > 0 && !options.signal?.aborted;
    return isThere ? Promise.resolve(this.#queue.takeAll()) : this.#awaitBatch(options);
  }

  async sendBatch(payloads: readonly Uint8Array[], options: WaitOptions = {}): Promise<number> {
    let count = 0;
    for (const payload of payloads) {
      try {
        await this.send(payload, options);
      } catch (error) {
        if (count === 0) throw error;
        return count;
      }
      count++;
    }
    return count;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Packet, void, undefined> {
    for (let packet = await this.receive(); packet !== null; packet = await this.receive()) {
      yield packet;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  abstract send(payload: Uint8Array, options?: WaitOptions): Promise<void>;
  abstract close(): Promise<void>;

  /** Says that the handshake is done. */
  protected completeHandshake(handshake: HandshakeSummary): void {
    this.#handshake = handshake;
    this.#status = "connected";
  }

  /** Queues a packet; false when it does not fit. */
  protected enqueue(packet: Packet): boolean {
    return this.#queue.push(packet);
  }

  /** Queues a packet; one that does not fit is dropped and counted, and the answer is false. */
  protected enqueueOrDrop(packet: Packet): boolean {
    if (this.#queue.push(packet) || !this.#isOpen) return true;
    this.#droppedPackets++;
    return false;
  }

  /** Queues a packet as soon as it fits; false when the peer takes none any more. */
  protected enqueueWhenRoom(packet: Packet): Promise<boolean> {
    return this.#queue.put(packet);
  }

  /** Says that its user is done with the peer: packets that wait count no more. */
  protected leaveBudget(): void {
    this.#queue.leaveBudget();
  }

  /** Says that the other side sends no more packets; ours may still go out. */
  protected endReceiving(): void {
    this.#queue.end(null);
  }

  /** Says that no more packets can be read, because of an error; ours may still go out. */
  protected failReceiving(error: Error, status: PeerStatus = "error"): void {
    if (this.#isLive) this.#status = status;
    this.#queue.end(error);
  }

  /** Ends the peer because of an error, which `receive` throws after the packets that wait. */
  protected fail(error: Error, status: PeerStatus = "error"): void {
    this.#isOpen = false;
    this.failReceiving(error, status);
  }

  /** Ends the peer in order. */
  protected disconnect(): void {
    this.#isOpen = false;
    if (this.#isLive) this.#status = "disconnected";
    this.#queue.end(null);
  }

  /** False once the peer is closed, or has failed. */
  protected get isOpen(): boolean {
    return this.#isOpen;
  }

  /** What `send` checks first. False: there is nothing to send. */
  protected checkPayload(payload: Uint8Array): boolean {
    const remote = formatAddress(this.remoteAddress);
    if (!this.#isOpen) {
      const why = `cannot send to ${remote}: the connection is closed; open a new one`;
      throw new PeerError("ERR_UNCONFIGURED", why, remote);
    }
    if (payload.length > this.maxPacketSize) throw this.#tooLarge(payload.length, remote);
    return payload.length > 0;
  }

  async #awaitBatch(options: WaitOptions): Promise<readonly Packet[] | null> {
    const first = await this.receive(options);
    return first === null ? null : [first, ...this.#queue.takeAll()];
  }

  get #isLive(): boolean {
    return this.#status === "connected" || this.#status === "handshaking";
  }

  #tooLarge(size: number, remote: string): PeerError {
    const limit = this.maxPacketSize;
    const why = `cannot send to ${remote}: the packet has ${size} bytes, the limit is ${limit}; ` +
      "send less at once";
    return new PeerError("ERR_INVALID_PARAMETER", why, remote);
  }

  #nothingCame(timeoutMs: number): PeerError {
    const remote = formatAddress(this.remoteAddress);
    const why = `no packet came from ${remote} within ${formatMs(timeoutMs)}; is it running?`;
    return new PeerError("ERR_TIMEOUT", why, remote);
  }
}
