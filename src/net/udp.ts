/**
 * A UDP peer as Godot's `PacketPeerUDP`: one datagram is one packet, for one remote address.
 *
 * There is no connection: the peer is "connected" at once. That nobody listens at the other end is
 * told, by an error, after something was sent; only where the system passes it on (see
 * `udp_socket.ts`). Servers are in `udp_server.ts`.
 */

import { MAX_UDP_PAYLOAD, type Packet } from "../packet/packet.ts";
import {
  type Address,
  type BatchOptions,
  formatAddress,
  type PacketPeer,
  type WaitOptions,
} from "../packet/peer.ts";
import { type Clock, systemClock } from "./clock.ts";
import { canonicalHost, isIpv4 } from "./endpoint.ts";
import type { Budget } from "./queue.ts";
import { QueuedPeer } from "./queued_peer.ts";
import { resolveHost } from "./resolve.ts";
import { socketError } from "./socket_errors.ts";
import { udpSocketOpener, type UdpSocketOptions } from "./open_udp_socket.ts";
import { bindFirst, type DatagramSocket, preferBound } from "./udp_socket.ts";

/** Bytes that one peer may queue; what comes while it is full is dropped, as in the engine. */
const QUEUE_SIZE = 4 * 1024 * 1024;

/** How to open a client. */
export interface UdpPeerOptions extends WaitOptions, UdpSocketOptions {
  /** The local port; 0 is any. @default {0} */
  readonly localPort?: number;
  readonly clock?: Clock;
  /** Receive queue in bytes. */
  readonly queueSize?: number;
}

/**
 * Opens a socket for one remote address; datagrams from elsewhere are ignored. A name is resolved
 * first, and its addresses are tried until this machine can open a socket for one; of several
 * loopback addresses, one where somebody listens is taken. Throws `PeerError`.
 */
export async function openUdpPeer(
  host: string,
  port: number,
  options: UdpPeerOptions = {},
): Promise<PacketPeer> {
  const addresses = preferBound(await resolveHost(host, options), port);
  const open = await udpSocketOpener(options);
  const { socket, hostname } = bindFirst(addresses, (address) => {
    return open(localHostFor(address), options.localPort ?? 0);
  });
  return new UdpClient(socket, { hostname, port }, options);
}

/** The local address to bind to: loopback for loopback, so that nobody else can send to it. */
export function localHostFor(remote: string): string {
  if (isIpv4(remote)) return remote.startsWith("127.") ? "127.0.0.1" : "0.0.0.0";
  const canonical = canonicalHost(remote);
  if (isIpv4(canonical)) return "::";
  return canonical === "::1" ? "::1" : "::";
}

/** A peer at the end of a socket that is its own or that it shares with others. */
export abstract class UdpPeer extends QueuedPeer {
  readonly #socket: DatagramSocket;
  readonly #target: Address;

  /** `target` is where to send: the remote address, perhaps with a `%zone`. */
  constructor(socket: DatagramSocket, target: Address, queueSize?: number, budget?: Budget) {
    super({
      transport: "udp",
      localAddress: socket.address,
      remoteAddress: { hostname: canonicalHost(target.hostname), port: target.port },
      maxPacketSize: MAX_UDP_PAYLOAD,
      queueSize: queueSize ?? QUEUE_SIZE,
      ...(budget === undefined ? {} : { budget }),
    });
    this.#socket = socket;
    this.#target = target;
  }

  /** The system takes a datagram at once or not at all: there is nothing to wait for. */
  override async send(payload: Uint8Array, { signal }: WaitOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.checkPayload(payload)) await this.#socket.send(payload, this.#target);
  }

  /** All at once where each may be sent; what may not be is left to `send`, one by one. */
  override sendBatch(
    payloads: readonly Uint8Array[],
    options: WaitOptions = {},
  ): Promise<number> {
    const [first] = payloads;
    const { signal } = options;
    if (
      first === undefined || signal?.aborted || !this.isOpen || !payloads.every(this.#isSendable)
    ) {
      return super.sendBatch(payloads, options);
    }
    return this.#socket.sendBatch(payloads, this.#target);
  }

  override receiveBatch(options: BatchOptions = {}): Promise<readonly Packet[] | null> {
    if (options.mayBlock && this.availablePackets === 0 && !options.signal?.aborted) {
      this.#socket.receiveNow();
    }
    return super.receiveBatch(options);
  }

  readonly #isSendable = ({ length }: Uint8Array): boolean =>
    length > 0 && length <= this.maxPacketSize;
}

class UdpClient extends UdpPeer {
  readonly #socket: DatagramSocket;
  /** The remote host as the system writes it, once a datagram came. */
  #systemHost: string | null = null;

  constructor(socket: DatagramSocket, target: Address, options: UdpPeerOptions) {
    super(socket, target, options.queueSize);
    this.#socket = socket;
    socket.connect(target);
    socket.start({
      clock: options.clock ?? systemClock,
      onDatagram: (payload, hostname, port, time) => {
        if (this.#isFromRemote(hostname, port)) this.enqueueOrDrop({ payload, time });
      },
      onError: (error) => this.#onError(error),
    });
  }

  override async close(): Promise<void> {
    this.disconnect();
    await this.#socket.close();
  }

  #isFromRemote(hostname: string, port: number): boolean {
    if (port !== this.remoteAddress.port) return false;
    if (hostname === this.#systemHost) return true;
    if (canonicalHost(hostname) !== this.remoteAddress.hostname) return false;
    this.#systemHost = hostname;
    return true;
  }

  #onError(error: Error): void {
    const remote = formatAddress(this.remoteAddress);
    this.fail(socketError(error, "receive", `cannot receive from ${remote}`, remote));
  }
}
