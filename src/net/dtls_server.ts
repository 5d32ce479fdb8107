/**
 * A DTLS server as Godot's `DTLSServer` over `UDPServer`: one session per remote address, made only
 * for addresses that have shown a good cookie. Peers are handed out when their handshake is done.
 */

import { CookieGuard, isClientHello } from "../dtls/cookie.ts";
import { ContentType } from "../dtls/record.ts";
import { acceptDtls, type DtlsSession } from "../dtls/session.ts";
import { PeerError } from "../errors.ts";
import {
  type Address,
  formatAddress,
  type PacketServer,
  type WaitOptions,
} from "../packet/peer.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type DtlsLink, DtlsPeer } from "./dtls_peer.ts";
import { udpSocketOpener, type UdpSocketOptions } from "./open_udp_socket.ts";
import { Budget } from "./queue.ts";
import { QueuedServer } from "./queued_server.ts";
import { resolveHost } from "./resolve.ts";
import { HANDSHAKE_MS, MAX_HALF_OPEN, SecureEndpoint, type ServerSecurity } from "./security.ts";
import { bindFirst, type DatagramSocket, datagramSource } from "./udp_socket.ts";

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
export interface DtlsServerOptions extends WaitOptions, UdpSocketOptions {
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
    const open = await udpSocketOpener(options);
    const { socket } = bindFirst(addresses, (address) => open(address, port));
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

  /** The client has started again from the same port: it knows nothing of this session now. */
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

class DtlsServer extends QueuedServer {
  readonly transport = "dtls";
  readonly address: Address;
  readonly #socket: DatagramSocket;
  readonly #endpoint: SecureEndpoint;
  readonly #guard: CookieGuard;
  readonly #options: DtlsServerOptions;
  readonly #clock: Clock;
  readonly #maxPeers: number;
  readonly #peers: Map<string, DtlsServerPeer> = new Map();
  /** Handshakes from an address that has a peer, which stays until they are done. */
  readonly #successors: Map<string, DtlsServerPeer> = new Map();
  readonly #halfOpen: Set<DtlsServerPeer> = new Set();
  readonly #budget: Budget;
  #droppedPackets = 0;
  #closing: Promise<void> | null = null;

  constructor(socket: DatagramSocket, endpoint: SecureEndpoint, options: DtlsServerOptions) {
    const maxPeers = options.maxPeers ?? MAX_PEERS;
    super(maxPeers);
    this.#socket = socket;
    this.#endpoint = endpoint;
    this.#guard = new CookieGuard(endpoint.openssl);
    this.address = datagramSource(socket.address.hostname, socket.address.port);
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#maxPeers = maxPeers;
    this.#budget = new Budget(options.serverQueueSize ?? SERVER_QUEUE_SIZE);
    socket.start({
      clock: this.#clock,
      onDatagram: (payload, hostname, port) => this.#onDatagram(payload, { hostname, port }),
      // Some system's word that an answer went to a closed port: no concern of the other peers.
      onError: () => {},
    });
  }

  get droppedPackets(): number {
    return this.#droppedPackets;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.newPeers.end(null);
    const peers = [...this.#successors.values(), ...this.#peers.values()];
    await Promise.all(peers.map((peer) => peer.close()));
    await this.#socket.close();
    this.#endpoint.close();
  }

  #onDatagram(datagram: Uint8Array<ArrayBuffer>, from: Address): void {
    if (this.#closing !== null) return;
    const key = `${from.hostname} ${from.port}`;
    const peer = this.#peers.get(key);
    if (peer === undefined) return this.#onNewcomer(key, datagram, from);
    const successor = this.#successors.get(key);
    if (isClientHello(datagram)) {
      const random = randomOf(datagram);
      const isNew = random !== peer.helloRandom && random !== successor?.helloRandom;
      if (isNew) return this.#onNewcomer(key, datagram, from);
    }
    // Each takes what is encrypted for it.
    successor?.handleDatagram(datagram);
    if (!peer.handleDatagram(datagram)) this.#droppedPackets++;
  }

  /** The first datagrams of an address, or of a client that has started again. */
  #onNewcomer(key: string, datagram: Uint8Array<ArrayBuffer>, from: Address): void {
    const answer = this.#guard.answer(datagram, key, this.#clock.monotonicMs());
    const { onDiscarded } = this.#options.security;
    switch (answer.type) {
      case "verify":
        if (answer.hadCookie) onDiscarded?.("bad_cookie", 1);
        // A lost answer is asked for again, whatever the reason.
        this.#socket.send(answer.datagram, from).catch(ignorePeerError);
        break;
      case "accept":
        this.#replaceHalfOpen(key);
        if (this.#hasRoomFor(key)) this.#admit(key, answer.hello, from);
        break;
      case "drop":
        // A goodbye that crossed ours is no stray.
        if (datagram[0] !== ContentType.alert) onDiscarded?.("stray", 1);
    }
  }

  /** What one handshake sends would end another one: an address has one at a time. */
  #replaceHalfOpen(key: string): void {
    this.#successors.get(key)?.replace();
    const peer = this.#peers.get(key);
    if (peer?.status === "handshaking") peer.replace();
  }

  /** Says it when there is none: the client asks again, and may come in then. */
  #hasRoomFor(key: string): boolean {
    const { maxHalfOpen = MAX_HALF_OPEN, onLimit, onDiscarded } = this.#options.security;
    const hasPeers = (this.#peers.has(key) || this.#peers.size < this.#maxPeers) &&
      !this.newPeers.isFull;
    if (hasPeers && this.#halfOpen.size < maxHalfOpen) return true;
    onDiscarded?.("refused", 1);
    if (hasPeers) onLimit?.("handshakes", maxHalfOpen);
    else onLimit?.("peers", this.#maxPeers);
    return false;
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
      onDiscarded: security.onDiscarded,
    };
    const peer = new DtlsServerPeer(session, link, randomOf(hello), {
      onConnected: (connected) => {
        this.#halfOpen.delete(connected);
        if (this.#successors.get(key) === connected) this.#peers.get(key)?.replace();
        this.newPeers.push(connected);
      },
      onEnd: (ended) => {
        this.#halfOpen.delete(ended);
        this.#forget(key, ended);
      },
    });
    (this.#peers.has(key) ? this.#successors : this.#peers).set(key, peer);
    this.#halfOpen.add(peer);
    peer.start();
  }

  /** Frees the address of a peer that has ended, for its successor if there is one. */
  #forget(key: string, ended: DtlsServerPeer): void {
    const successor = this.#successors.get(key);
    if (successor === ended) this.#successors.delete(key);
    if (this.#peers.get(key) !== ended) return;
    this.#peers.delete(key);
    if (successor === undefined) return;
    this.#successors.delete(key);
    this.#peers.set(key, successor);
  }
}

/** Tells one handshake of a client from its next one. */
function randomOf(hello: Uint8Array<ArrayBuffer>): string {
  return hello.subarray(RANDOM_OFFSET, RANDOM_OFFSET + RANDOM_SIZE).toHex();
}

function ignorePeerError(error: unknown): void {
  if (!(error instanceof PeerError)) throw error;
}
