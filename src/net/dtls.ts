/**
 * A DTLS client as Godot's `PacketPeerDTLS`: opens a socket, completes the handshake and hands out
 * the connected peer. Servers are in `dtls_server.ts`.
 */

import { type DtlsSession, prepareDtls } from "../dtls/session.ts";
import { PeerError } from "../errors.ts";
import {
  type Address,
  type Connector,
  formatAddress,
  type PacketPeer,
  type WaitOptions,
} from "../packet/peer.ts";
import { type Clock, formatMs, systemClock, within } from "./clock.ts";
import { canonicalHost, formatEndpoint } from "./endpoint.ts";
import { DtlsPeer } from "./dtls_peer.ts";
import { type OpenUdpSocket, udpSocketOpener, type UdpSocketOptions } from "./open_udp_socket.ts";
import { resolveHost } from "./resolve.ts";
import { type ClientSecurity, SecureEndpoint } from "./security.ts";
import { socketError } from "./socket_errors.ts";
import { localHostFor } from "./udp.ts";
import type { DatagramHandler, DatagramSocket } from "./udp_socket.ts";

/** How to open a client. */
export interface DtlsPeerOptions extends WaitOptions, UdpSocketOptions {
  readonly security?: ClientSecurity;
  /** The local port; 0 is any. @default {0} */
  readonly localPort?: number;
  readonly clock?: Clock;
  /** Receive queue in bytes. */
  readonly queueSize?: number;
  /** See `OpenPeerOptions`. */
  readonly mayBlock?: boolean;
}

/**
 * Connects: resolves with a peer whose handshake is done. A name is resolved first, and its
 * addresses are tried one after the other, each with its share of the time. Throws `PeerError`.
 */
export async function openDtlsPeer(
  host: string,
  port: number,
  options: DtlsPeerOptions = {},
): Promise<PacketPeer> {
  const maker = await ClientMaker.of(host, options);
  return await openFirst(host, port, options, (target) => maker.make(target));
}

/**
 * Connects over and over to one endpoint. With `mayBlock`, the next connection is made ready, up to
 * its first datagram, while one waits for the server; its socket stays open until this is disposed
 * of. Without it there may be many connectors, and not as many sockets to spare.
 */
export class DtlsConnector implements Connector {
  readonly #host: string;
  readonly #port: number;
  readonly #options: DtlsPeerOptions;
  #spare: DtlsClient | null = null;

  constructor(host: string, port: number, options: DtlsPeerOptions = {}) {
    this.#host = host;
    this.#port = port;
    this.#options = options;
  }

  async connect(limits: WaitOptions = {}): Promise<PacketPeer> {
    const options = { ...this.#options, ...limits };
    const maker = await ClientMaker.of(this.#host, this.#options);
    return await openFirst(this.#host, this.#port, options, (target) => {
      const client = this.#takeSpare(target) ?? maker.make(target);
      if (options.mayBlock) client.onWaiting = () => this.#spare ??= maker.makeIfPossible(target);
      return client;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#spare?.discard();
    this.#spare = null;
  }

  #takeSpare({ hostname }: Address): DtlsClient | null {
    const spare = this.#spare;
    if (spare === null || spare.target.hostname !== hostname) return null;
    this.#spare = null;
    return spare;
  }
}

/** Tries the addresses of a host. */
async function openFirst(
  host: string,
  port: number,
  options: DtlsPeerOptions,
  make: (target: Address) => DtlsClient,
): Promise<PacketPeer> {
  const { clock = systemClock, timeoutMs = Infinity } = options;
  const startedMs = clock.monotonicMs();
  const addresses = await resolveHost(host, options);
  for (const [i, hostname] of addresses.entries()) {
    const leftMs = startedMs + timeoutMs - clock.monotonicMs();
    const shareMs = Math.max(1, leftMs / (addresses.length - i));
    try {
      return await open(make({ hostname, port }), { ...options, timeoutMs: shareMs });
    } catch (error) {
      const isLast = i === addresses.length - 1;
      if (isLast || !(error instanceof PeerError) || !maybeElsewhere(error)) throw error;
    }
  }
  throw new TypeError("a name that resolves has an address");
}

/** True when another address of the same name may do better. */
function maybeElsewhere({ code }: PeerError): boolean {
  return code === "ERR_CANT_CONNECT" || code === "ERR_CANT_OPEN" || code === "ERR_TIMEOUT";
}

async function open(
  client: DtlsClient,
  { signal, timeoutMs = Infinity }: WaitOptions,
): Promise<PacketPeer> {
  try {
    const limits = {
      ...(signal === undefined ? {} : { signal }),
      ...(timeoutMs === Infinity ? {} : { timeoutMs }),
    };
    signal?.throwIfAborted();
    if (!client.open()) await within(limits, (ms) => client.tooLate(ms), () => client.opened);
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** Makes clients for one host, which send nothing before they are opened. */
class ClientMaker {
  readonly #host: string;
  readonly #options: DtlsPeerOptions;
  readonly #openSocket: OpenUdpSocket;

  private constructor(host: string, options: DtlsPeerOptions, openSocket: OpenUdpSocket) {
    this.#host = host;
    this.#options = options;
    this.#openSocket = openSocket;
  }

  static async of(host: string, options: DtlsPeerOptions): Promise<ClientMaker> {
    return new ClientMaker(host, options, await udpSocketOpener(options));
  }

  /** Throws `PeerError`. */
  make(target: Address): DtlsClient {
    const { security = {}, localPort = 0 } = this.#options;
    const endpoint = SecureEndpoint.client("dtls", security);
    try {
      const session = prepareDtls(endpoint.context, {
        remote: formatAddress({ ...target, hostname: canonicalHost(target.hostname) }),
        host: security.serverName ?? this.#host,
        port: target.port,
        ...(security.mtu === undefined ? {} : { mtu: security.mtu }),
      });
      try {
        const socket = this.#openSocket(localHostFor(target.hostname), localPort);
        const key = formatEndpoint("dtls", { hostname: this.#host, port: target.port });
        return new DtlsClient({ session, socket, target, endpoint, key, options: this.#options });
      } catch (error) {
        session.dispose();
        throw error;
      }
    } catch (error) {
      endpoint.close();
      throw error;
    }
  }

  /** null where it is not: whoever needs the client then learns why. */
  makeIfPossible(target: Address): DtlsClient | null {
    try {
      return this.make(target);
    } catch (error) {
      if (error instanceof PeerError) return null;
      throw error;
    }
  }
}

interface ClientParts {
  readonly session: DtlsSession;
  readonly socket: DatagramSocket;
  readonly target: Address;
  readonly endpoint: SecureEndpoint;
  /** What its session is remembered by. */
  readonly key: string;
  readonly options: DtlsPeerOptions;
}

class DtlsClient extends DtlsPeer {
  /** Called when it has nothing to do before the server has answered. */
  onWaiting: (() => void) | null = null;
  readonly #parts: ClientParts;
  #closing: Promise<void> | null = null;

  constructor(parts: ClientParts) {
    const { session, socket, target, options } = parts;
    const { security = {}, clock = systemClock, queueSize } = options;
    const { idleMs, onStatus, onDiscarded } = security;
    super(session, { socket, target, clock, queueSize, idleMs, onStatus, onDiscarded });
    this.#parts = parts;
    socket.connect(target);
  }

  /** Where it is to connect to. */
  get target(): Address {
    return this.#parts.target;
  }

  /** Begins. True when that was enough: else wait for `opened`. Throws `PeerError`. */
  open(): boolean {
    const { session, socket, key, options } = this.#parts;
    const { mayBlock = false, clock = systemClock, security } = options;
    const remembered = security?.sessions?.get(key) ?? null;
    session.connect({ now: clock.monotonicMs(), session: remembered });
    const handler: DatagramHandler = {
      clock,
      onDatagram: (payload, hostname, port) => {
        const isFromRemote = port === this.remoteAddress.port &&
          canonicalHost(hostname) === this.remoteAddress.hostname;
        if (isFromRemote) this.#onDatagram(payload);
        else options.security?.onDiscarded?.("stray", 1);
      },
      onError: (error) => this.#onError(error),
    };
    if (mayBlock) this.withoutTimers(() => this.#openNow(handler));
    else {
      socket.start(handler);
      this.start();
    }
    return this.status === "connected";
  }

  /** The server is at work while the rest is set up. */
  #openNow(handler: DatagramHandler): void {
    const { socket } = this.#parts;
    this.start();
    this.#parts.endpoint.context.freeDiscarded();
    socket.receiveNow();
    socket.start(handler);
    this.#receiveNow();
  }

  #onDatagram(payload: Uint8Array<ArrayBuffer>): void {
    this.handleDatagram(payload);
    if (this.status !== "handshaking") return;
    this.onWaiting?.();
    // The socket is ready for it when this has returned.
    if (this.#parts.options.mayBlock) queueMicrotask(() => this.#receiveNow());
  }

  /** Waits for the handshake inside the system's calls, as long as one answer follows the other. */
  #receiveNow(): void {
    while (this.status === "handshaking" && this.#parts.socket.receiveNow());
  }

  override close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Frees a client that was never opened. */
  async discard(): Promise<void> {
    this.abandon();
    await this.#free();
  }

  tooLate(timeoutMs: number): PeerError {
    const remote = formatAddress(this.remoteAddress);
    const what = `cannot connect to ${formatEndpoint("dtls", this.remoteAddress)}`;
    const why = this.heardAnything
      ? `the handshake was not done within ${formatMs(timeoutMs)}, although answers came; ` +
        "is the network very slow, or --mtu too large for it?"
      : `no answer within ${formatMs(timeoutMs)}; is a DTLS server running there?`;
    return new PeerError("ERR_TIMEOUT", `${what}: ${why}`, remote);
  }

  protected override onEnd(session: DtlsSession): void {
    if (this.handshake === null) return;
    const { key, options: { security } } = this.#parts;
    const exported = security?.sessions === undefined ? null : session.exportSession();
    if (exported !== null) security?.sessions?.set(key, exported);
  }

  async #close(): Promise<void> {
    await super.close();
    await this.#free();
  }

  async #free(): Promise<void> {
    await this.#parts.socket.close();
    this.#parts.endpoint.close();
  }

  #onError(error: Error): void {
    const remote = formatAddress(this.remoteAddress);
    const [action, what] = this.status === "handshaking"
      ? ["connect", `cannot connect to ${formatEndpoint("dtls", this.remoteAddress)}`] as const
      : ["receive", `lost the connection to ${remote}`] as const;
    this.handleSocketError(socketError(error, action, what, remote));
  }
}
