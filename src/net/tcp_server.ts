/**
 * A TCP server as Godot's `TCPServer`, whose peers speak `PacketPeerStream`. One peer that fails
 * does not concern the others.
 */

import type { Address, HandshakeSummary, PacketServer } from "../packet/peer.ts";
import type { ByteStream } from "./byte_stream.ts";
import { sleep } from "./clock.ts";
import { canonicalHost, formatEndpoint } from "./endpoint.ts";
import { QueuedServer } from "./queued_server.ts";
import { socketError } from "./socket_errors.ts";
import { tapped } from "./tapped_stream.ts";
import { type TcpOptions, TcpPeer } from "./tcp.ts";

/** Connections that are open at once; more wait in the system's own queue. */
const MAX_PEERS = 4096;
/** A pause when the system cannot open one more connection. */
const ACCEPT_PAUSE_MS = 50;

/** How to open a server. */
export interface TcpServerOptions extends TcpOptions {
  /** Connections that are open at once. */
  readonly maxPeers?: number;
}

/**
 * Listens on a host and port; port 0 finds a free one, `::` takes IPv4 too. Throws `PeerError`.
 */
export function openTcpServer(
  hostname: string,
  port: number,
  options: TcpServerOptions = {},
): PacketServer {
  try {
    return new TcpServer(Deno.listen({ hostname, port }), options);
  } catch (error) {
    const endpoint = formatEndpoint("tcp", { hostname, port });
    throw socketError(error, "listen", `cannot listen on ${endpoint}`, endpoint);
  }
}

/** A server whose peers are those of TCP; TLS puts a handshake between. */
export class TcpServer extends QueuedServer {
  readonly transport: "tcp" | "tls" = "tcp";
  readonly address: Address;
  readonly droppedPackets = 0;
  readonly #listener: Deno.TcpListener;
  readonly #options: TcpServerOptions;
  readonly #maxPeers: number;
  readonly #peers: Set<TcpPeer> = new Set();
  readonly #stopped = new AbortController();
  readonly #accepting: Promise<void>;
  /** Resolves when a connection has been closed; not null while there are too many. */
  #fewerPeers: PromiseWithResolvers<void> | null = null;

  constructor(listener: Deno.TcpListener, options: TcpServerOptions) {
    const maxPeers = options.maxPeers ?? MAX_PEERS;
    super(maxPeers);
    this.#listener = listener;
    this.address = { hostname: canonicalHost(listener.addr.hostname), port: listener.addr.port };
    this.#options = options;
    this.#maxPeers = maxPeers;
    this.#accepting = this.#acceptAll();
  }

  async close(): Promise<void> {
    if (!this.#stopped.signal.aborted) {
      this.#stopped.abort();
      this.#listener.close();
      this.newPeers.end(null);
      this.#fewerPeers?.resolve();
    }
    await this.#accepting;
    await Promise.all([...this.#peers].map((peer) => peer.close()));
  }

  async #acceptAll(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      const conn = await this.#listener.accept().catch(() => null);
      if (conn !== null) this.admit(conn);
      else await this.#pause();
      await this.#roomForPeers();
    }
  }

  /** Takes a new connection. */
  protected admit(conn: Deno.TcpConn): void {
    conn.setNoDelay(true);
    this.welcome(tapped(conn, "in", this.#options.tap));
  }

  /** Makes a peer of a connection that packets can go over. */
  protected welcome(stream: ByteStream, handshake?: HandshakeSummary): void {
    const options = handshake === undefined ? this.#options : { ...this.#options, handshake };
    const peer = new TcpPeer(stream, options, () => this.#onReleased(peer));
    this.#peers.add(peer);
    this.newPeers.push(peer);
  }

  #onReleased(peer: TcpPeer): void {
    this.#peers.delete(peer);
    this.#fewerPeers?.resolve();
    this.#fewerPeers = null;
  }

  async #roomForPeers(): Promise<void> {
    if (this.#peers.size < this.#maxPeers || this.#stopped.signal.aborted) return;
    this.#fewerPeers ??= Promise.withResolvers<void>();
    await this.#fewerPeers.promise;
  }

  /** After a failure that may pass, such as too many open files. */
  async #pause(): Promise<void> {
    try {
      await sleep(ACCEPT_PAUSE_MS, this.#stopped.signal);
    } catch (error) {
      if (!this.#stopped.signal.aborted) throw error;
    }
  }
}
