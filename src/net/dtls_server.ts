/**
 * A DTLS server as Godot's `DTLSServer` over `UDPServer`: one session per remote address, made only
 * for addresses that have shown a good cookie. Peers are handed out when their handshake is done.
 */

import { CookieGuard, isClientHello } from "../dtls/cookie.ts";
import { acceptDtls, type DtlsSession } from "../dtls/session.ts";
import { PeerError } from "../errors.ts";
import {
  type Address,
  formatAddress,
  type PacketPeer,
  type PacketServer,
  type WaitOptions,
} from "../packet/peer.ts";
import { type Clock, formatMs, systemClock } from "./clock.ts";
import { type DtlsLink, DtlsPeer } from "./dtls_peer.ts";
import { BoundedQueue, Budget } from "./queue.ts";
import { resolveHost } from "./resolve.ts";
import { HANDSHAKE_MS, MAX_HALF_OPEN, SecureEndpoint, type ServerSecurity } from "./security.ts";
import { bindFirst, datagramSource, UdpSocket } from "./udp_socket.ts";

/** Bytes that all peers of a server may queue together. */
const SERVER_QUEUE_SIZE = 64 * 1024 * 1024;
/** Peers at once. */
const MAX_PEERS = 8192;
/** A peer that sent nothing for so long is given up, unless the options say otherwise. */
const IDLE_MS = 60_000;
/** Where the client's random bytes are in a datagram that begins with a ClientHello, and how many. */
const RANDOM_OFFSET = 13 + 12 + 2;
const RANDOM_SIZE = 32;

/** How to open a server. */
export interface DtlsServerOptions extends WaitOptions {
  readonly security: ServerSecurity;
  readonly clock?: Clock;
  /** Receive queue of each peer in bytes. */
  readonly queueSize?: number;
  /** Bytes that all peers may queue together. */
  readonly serverQueueSize?: number;
  /** Peers at once, those in a handshake included. */
  readonly maxPeers?: number;
}

/** Listens on a host and port; port 0 finds a free one. Throws `PeerError`. */
export async function openDtlsServer(
  host: string,
  port: number,
  options: DtlsServerOptions,
): Promise<PacketServer> {
  const addresses = await resolveHost(host, options);
  const endpoint = SecureEndpoint.server("dtls", options.security);
  try {
    const { socket } = bindFirst(addresses, (address) => new UdpSocket(address, port));
    return new DtlsServer(socket, endpoint, options);
  } catch (error) {
    endpoint.close();
    throw error;
  }
}

/** One client: its session, and which handshake it came from. */
class DtlsServerPeer extends DtlsPeer {
  readonly helloRandom: string;
  readonly #events: PeerEvents;

  constructor(session: DtlsSession, link: DtlsLink, helloRandom: string, events: PeerEvents) {
    super(session, link);
    this.helloRandom = helloRandom;
    this.#events = events;
  }

  /** The client has started again from the same port: it knows nothing of this session any more. */
  replace(): void {
    this.abandon();
  }

  protected override onConnected(): void {
    this.#events.onConnected(this);
  }

  protected override onEnd(): void {
    this.#events.onEnd(this);
  }
}

interface PeerEvents {
  onConnected(peer: DtlsServerPeer): void;
  onEnd(peer: DtlsServerPeer): void;
}

class DtlsServer implements PacketServer {
  readonly transport = "dtls";
  readonly address: Address;
  readonly #socket: UdpSocket;
  readonly #endpoint: SecureEndpoint;
  readonly #guard: CookieGuard;
  readonly #options: DtlsServerOptions;
  readonly #clock: Clock;
  readonly #maxPeers: number;
  readonly #peers: Map<string, DtlsServerPeer> = new Map();
  readonly #halfOpen: Set<DtlsServerPeer> = new Set();
  readonly #newPeers: BoundedQueue<PacketPeer>;
  readonly #budget: Budget;
  #droppedPackets = 0;
  #closing: Promise<void> | null = null;

  constructor(socket: UdpSocket, endpoint: SecureEndpoint, options: DtlsServerOptions) {
    this.#socket = socket;
    this.#endpoint = endpoint;
    this.#guard = new CookieGuard(endpoint.openssl);
    this.address = datagramSource(socket.address.hostname, socket.address.port);
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#maxPeers = options.maxPeers ?? MAX_PEERS;
    this.#budget = new Budget(options.serverQueueSize ?? SERVER_QUEUE_SIZE);
    this.#newPeers = new BoundedQueue<PacketPeer>({
      limit: this.#maxPeers,
      sizeOf: () => 1,
      timeoutError: (timeoutMs) => this.#nobodyCame(timeoutMs),
    });
    socket.start({
      onDatagram: (payload, hostname, port) => this.#onDatagram(payload, { hostname, port }),
      // Some system's word that an answer went to a closed port: no concern of the other peers.
      onError: () => {},
    });
  }

  get droppedPackets(): number {
    return this.#droppedPackets;
  }

  async accept(limits: WaitOptions = {}): Promise<PacketPeer | null> {
    return await this.#newPeers.receive(limits);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<PacketPeer, void, undefined> {
    for (let peer = await this.accept(); peer !== null; peer = await this.accept()) yield peer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#newPeers.end(null);
    await Promise.all([...this.#peers.values()].map((peer) => peer.close()));
    await this.#socket.close();
    this.#endpoint.close();
  }

  #onDatagram(datagram: Uint8Array<ArrayBuffer>, from: Address): void {
    if (this.#closing !== null) return;
    const key = `${from.hostname} ${from.port}`;
    const peer = this.#peers.get(key);
    const isNewcomer = peer === undefined ||
      isClientHello(datagram) && randomOf(datagram) !== peer.helloRandom;
    if (isNewcomer) this.#onNewcomer(key, datagram, from);
    else if (!peer.handleDatagram(datagram)) this.#droppedPackets++;
  }

  /** The first datagrams of an address, or of a client that has started again. */
  #onNewcomer(key: string, datagram: Uint8Array<ArrayBuffer>, from: Address): void {
    const answer = this.#guard.answer(datagram, key, this.#clock.monotonicMs());
    if (answer.type === "verify") {
      // A lost answer is asked for again, whatever the reason.
      this.#socket.send(answer.datagram, from).catch(ignorePeerError);
    } else if (answer.type === "accept") {
      this.#peers.get(key)?.replace();
      if (this.#hasRoom()) this.#admit(key, answer.hello, from);
    }
  }

  #hasRoom(): boolean {
    const { maxHalfOpen = MAX_HALF_OPEN } = this.#options.security;
    return this.#halfOpen.size < maxHalfOpen && this.#peers.size < this.#maxPeers &&
      !this.#newPeers.isFull;
  }

  #admit(key: string, hello: Uint8Array<ArrayBuffer>, from: Address): void {
    const { security, queueSize } = this.#options;
    const now = this.#clock.monotonicMs();
    const session = acceptDtls(this.#endpoint.context, hello, {
      remote: formatAddress(datagramSource(from.hostname, from.port)),
      port: from.port,
      now,
      ...(security.mtu === undefined ? {} : { mtu: security.mtu }),
    });
    const link: DtlsLink = {
      socket: this.#socket,
      target: from,
      clock: this.#clock,
      queueSize,
      budget: this.#budget,
      idleMs: security.idleMs ?? IDLE_MS,
      handshakeMs: security.handshakeMs ?? HANDSHAKE_MS,
      onStatus: security.onStatus,
    };
    const peer = new DtlsServerPeer(session, link, randomOf(hello), {
      onConnected: (connected) => {
        this.#halfOpen.delete(connected);
        this.#newPeers.push(connected);
      },
      onEnd: (ended) => {
        this.#halfOpen.delete(ended);
        // A new peer may have taken the address over in the meantime.
        if (this.#peers.get(key) === ended) this.#peers.delete(key);
      },
    });
    this.#peers.set(key, peer);
    this.#halfOpen.add(peer);
    peer.start();
  }

  #nobodyCame(timeoutMs: number): PeerError {
    const address = formatAddress(this.address);
    const why = `nobody connected to ${address} within ${formatMs(timeoutMs)}; is it reachable?`;
    return new PeerError("ERR_TIMEOUT", why, address);
  }
}

/** Tells one handshake of a client from its next one. */
function randomOf(hello: Uint8Array<ArrayBuffer>): string {
  return hello.subarray(RANDOM_OFFSET, RANDOM_OFFSET + RANDOM_SIZE).toHex();
}

function ignorePeerError(error: unknown): void {
  if (!(error instanceof PeerError)) throw error;
}
