/**
 * A DTLS client as Godot's `PacketPeerDTLS`: opens a socket, completes the handshake and hands out
 * the connected peer. Servers are in `dtls_server.ts`.
 */

import { connectDtls, type DtlsSession } from "../dtls/session.ts";
import { PeerError } from "../errors.ts";
import { type Address, formatAddress, type PacketPeer, type WaitOptions } from "../packet/peer.ts";
import { type Clock, formatMs, systemClock, within } from "./clock.ts";
import { canonicalHost, formatEndpoint } from "./endpoint.ts";
import { DtlsPeer } from "./dtls_peer.ts";
import { udpSocketOpener, type UdpSocketOptions } from "./open_udp_socket.ts";
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
  const { clock = systemClock, timeoutMs = Infinity } = options;
  const startedMs = clock.monotonicMs();
  const addresses = await resolveHost(host, options);
  for (const [i, hostname] of addresses.entries()) {
    const leftMs = startedMs + timeoutMs - clock.monotonicMs();
    const shareMs = Math.max(1, leftMs / (addresses.length - i));
    try {
      return await connect(host, { hostname, port }, shareMs, options);
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

async function connect(
  host: string,
  target: Address,
  timeoutMs: number,
  options: DtlsPeerOptions,
): Promise<PacketPeer> {
  const { security = {}, clock = systemClock, signal } = options;
  const endpoint = SecureEndpoint.client("dtls", security);
  let peer: DtlsClient | null = null;
  try {
    const open = await udpSocketOpener(options);
    const socket = open(localHostFor(target.hostname), options.localPort ?? 0);
    const key = formatEndpoint("dtls", { hostname: host, port: target.port });
    try {
      const session = connectDtls(endpoint.context, {
        remote: formatAddress({ ...target, hostname: canonicalHost(target.hostname) }),
        host: security.serverName ?? host,
        port: target.port,
        now: clock.monotonicMs(),
        session: security.sessions?.get(key) ?? null,
        ...(security.mtu === undefined ? {} : { mtu: security.mtu }),
      });
      peer = new DtlsClient(session, { socket, target, endpoint, key, options });
    } catch (error) {
      await socket.close();
      throw error;
    }
  } catch (error) {
    endpoint.close();
    throw error;
  }
  const opening = peer;
  try {
    const limits = {
      ...(signal === undefined ? {} : { signal }),
      ...(timeoutMs === Infinity ? {} : { timeoutMs }),
    };
    signal?.throwIfAborted();
    if (!opening.open()) await within(limits, (ms) => opening.tooLate(ms), () => opening.opened);
    return opening;
  } catch (error) {
    await opening.close();
    throw error;
  }
}

interface ClientParts {
  readonly socket: DatagramSocket;
  readonly target: Address;
  readonly endpoint: SecureEndpoint;
  /** What its session is remembered by. */
  readonly key: string;
  readonly options: DtlsPeerOptions;
}

class DtlsClient extends DtlsPeer {
  readonly #parts: ClientParts;
  #closing: Promise<void> | null = null;

  constructor(session: DtlsSession, parts: ClientParts) {
    const { socket, target, options: { security = {}, clock = systemClock, queueSize } } = parts;
    const { idleMs, onStatus, onDiscarded } = security;
    super(session, { socket, target, clock, queueSize, idleMs, onStatus, onDiscarded });
    this.#parts = parts;
  }

  /** Begins. True when that was enough: else wait for `opened`. */
  open(): boolean {
    const { socket, target, options } = this.#parts;
    const { mayBlock = false, clock = systemClock } = options;
    socket.connect(target);
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
    socket.receiveNow();
    socket.start(handler);
    this.#receiveNow();
  }

  #onDatagram(payload: Uint8Array<ArrayBuffer>): void {
    this.handleDatagram(payload);
    const { mayBlock = false } = this.#parts.options;
    // The socket is ready for it when this has returned.
    if (mayBlock && this.status === "handshaking") queueMicrotask(() => this.#receiveNow());
  }

  /** Waits for the handshake inside the system's calls, as long as one answer follows the other. */
  #receiveNow(): void {
    while (this.status === "handshaking" && this.#parts.socket.receiveNow());
  }

  override close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
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
