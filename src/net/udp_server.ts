/**
 * A UDP server as Godot's `UDPServer`: one peer per remote address.
 *
 * A peer begins with its first datagram and is forgotten when it was silent for long, or when too
 * many others came after it: sender addresses cost an attacker nothing. What a forgotten peer had
 * received can still be taken.
 */

import type { Packet } from "../packet/packet.ts";
import type { Address, PacketServer, WaitOptions } from "../packet/peer.ts";
import { type Clock, systemClock } from "./clock.ts";
import { Budget } from "./queue.ts";
import { QueuedServer } from "./queued_server.ts";
import { resolveHost } from "./resolve.ts";
import { udpSocketOpener, type UdpSocketOptions } from "./open_udp_socket.ts";
import { UdpPeer } from "./udp.ts";
import { bindFirst, type DatagramSocket, datagramSource } from "./udp_socket.ts";

/** Bytes that all peers of a server may queue together. */
const SERVER_QUEUE_SIZE = 64 * 1024 * 1024;
/** Peers that a server remembers. */
const MAX_PEERS = 8192;
/** A server forgets a peer that was silent for so long. */
const IDLE_MS = 60_000;
/** How often a server looks for silent peers: on the next datagram after so long. */
const SWEEP_MICROS = 1_000_000;

/** How to open a server. */
export interface UdpServerOptions extends WaitOptions, UdpSocketOptions {
  readonly clock?: Clock;
  /** Receive queue of each peer in bytes. */
  readonly queueSize?: number;
  /** Bytes that all peers may queue together. */
  readonly serverQueueSize?: number;
  /** Peers that are remembered at once; the longest silent one makes room for a new one. */
  readonly maxPeers?: number;
  /** Peers silent for so long are forgotten: their iteration ends. In milliseconds. */
  readonly idleMs?: number;
}

/**
 * Listens on a host and port; port 0 finds a free one, `::` takes IPv4 too. Throws `PeerError`.
 */
export async function openUdpServer(
  host: string,
  port: number,
  options: UdpServerOptions = {},
): Promise<PacketServer> {
  const addresses = await resolveHost(host, options);
  const open = await udpSocketOpener(options);
  const { socket } = bindFirst(addresses, (address) => open(address, port));
  return new UdpServer(socket, options);
}

class UdpServerPeer extends UdpPeer {
  /** By the clock's `wallMicros`. */
  lastHeard = 0;
  readonly #onClose: (peer: UdpServerPeer) => void;

  constructor(
    socket: DatagramSocket,
    remote: Address,
    queue: { readonly size: number | undefined; readonly budget: Budget },
    onClose: (peer: UdpServerPeer) => void,
  ) {
    super(socket, remote, queue.size, queue.budget);
    this.#onClose = onClose;
  }

  /** Queues a packet; false when it does not fit and is dropped. */
  deliver(packet: Packet): boolean {
    return this.enqueueOrDrop(packet);
  }

  /** Ends the peer on the server's side; its user still takes what waits, and closes it. */
  forget(): void {
    this.disconnect();
    this.#onClose(this);
  }

  override close(): Promise<void> {
    this.forget();
    this.leaveBudget();
    return Promise.resolve();
  }
}

class UdpServer extends QueuedServer {
  readonly transport = "udp";
  readonly address: Address;
  readonly #socket: DatagramSocket;
  readonly #options: UdpServerOptions;
  readonly #maxPeers: number;
  readonly #idleMicros: number;
  /** By address, the longest silent first. */
  readonly #peers: Map<string, UdpServerPeer> = new Map();
  readonly #budget: Budget;
  /** Who sent last, by the names that its datagrams had: often the next is from there too. */
  #latest:
    | { readonly hostname: string; readonly port: number; readonly peer: UdpServerPeer }
    | null = null;
  /** By the clock's `wallMicros`. */
  #lastSweep = 0;
  #droppedPackets = 0;

  constructor(socket: DatagramSocket, options: UdpServerOptions) {
    const maxPeers = options.maxPeers ?? MAX_PEERS;
    super(maxPeers, "sent anything");
    this.#socket = socket;
    this.address = datagramSource(socket.address.hostname, socket.address.port);
    this.#options = options;
    this.#maxPeers = maxPeers;
    this.#idleMicros = (options.idleMs ?? IDLE_MS) * 1000;
    this.#budget = new Budget(options.serverQueueSize ?? SERVER_QUEUE_SIZE);
    socket.start({
      clock: options.clock ?? systemClock,
      onDatagram: (payload, hostname, port, time) => {
        this.#onDatagram(payload, hostname, port, time);
      },
      // Some system's word that a reply went to a closed port: no concern of the other peers.
      onError: () => {},
    });
  }

  get droppedPackets(): number {
    return this.#droppedPackets;
  }

  async close(): Promise<void> {
    this.newPeers.end(null);
    for (const peer of [...this.#peers.values()]) await peer.close();
    await this.#socket.close();
  }

  #onDatagram(
    payload: Uint8Array<ArrayBuffer>,
    hostname: string,
    port: number,
    time: number,
  ): void {
    if (time - this.#lastSweep >= SWEEP_MICROS) this.#forgetSilent(time);
    const peer = this.#peerOf(hostname, port);
    if (peer === null) {
      this.#droppedPackets++;
      return;
    }
    peer.lastHeard = time;
    if (!peer.deliver({ payload, time })) this.#droppedPackets++;
  }

  /** The peer of an address, a new one if need be, which is now the one that was heard last. */
  #peerOf(hostname: string, port: number): UdpServerPeer | null {
    const latest = this.#latest;
    if (latest?.port === port && latest.hostname === hostname) return latest.peer;
    const key = `${hostname} ${port}`;
    const peer = this.#peers.get(key) ?? this.#admit(key, datagramSource(hostname, port));
    if (peer === null) return null;
    // The map is kept in the order of the last datagrams.
    this.#peers.delete(key);
    this.#peers.set(key, peer);
    this.#latest = { hostname, port, peer };
    return peer;
  }

  #admit(key: string, remote: Address): UdpServerPeer | null {
    if (this.newPeers.isFull) return null;
    if (this.#peers.size >= this.#maxPeers) this.#forgetOldest();
    const queue = { size: this.#options.queueSize, budget: this.#budget };
    const peer = new UdpServerPeer(this.#socket, remote, queue, (closed) => {
      // A new peer may have taken the address over in the meantime.
      if (this.#peers.get(key) === closed) this.#peers.delete(key);
      if (this.#latest?.peer === closed) this.#latest = null;
    });
    this.newPeers.push(peer);
    return peer;
  }

  #forgetOldest(): void {
    for (const peer of this.#peers.values()) return peer.forget();
  }

  #forgetSilent(now: number): void {
    this.#lastSweep = now;
    for (const peer of this.#peers.values()) {
      if (now - peer.lastHeard < this.#idleMicros) return;
      peer.forget();
    }
  }
}
