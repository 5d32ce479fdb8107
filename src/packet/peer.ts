/**
 * The two things every transport offers: a peer that packets go to and come from, and a server that
 * peers connect to. Names and states follow Godot's `PacketPeer`, `UDPServer` and `TCPServer`; the
 * waiting (`receive`, `accept`, `for await`) is ours. Types only: the transports are in `net/`.
 */

import type { PeerError } from "../errors.ts";
import type { Packet } from "./packet.ts";

/** An IP address (IPv6 without brackets) and a port. */
export interface Address {
  readonly hostname: string;
  readonly port: number;
}

/** Writes an address as in a URL: `127.0.0.1:4242`, `[::1]:4242`. */
export function formatAddress({ hostname, port }: Address): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

/** The ways packets travel. */
export type Transport = "udp" | "tcp" | "tls" | "dtls" | "memory";

/** Where a peer is in its life, by the names of the engine's `Status` enums. */
export type PeerStatus =
  | "connecting"
  | "handshaking"
  | "connected"
  | "disconnected"
  | "error"
  | "error_hostname_mismatch";

/** What the handshake of an encrypted connection came to. */
export interface HandshakeSummary {
  /** As `DTLSv1.2` or `TLSv1.3`. */
  readonly version: string;
  /** OpenSSL's name, as `ECDHE-RSA-AES256-GCM-SHA384`. */
  readonly cipher: string;
  /** An earlier session was resumed: no certificates were sent. */
  readonly isResumed: boolean;
  readonly durationMs: number;
  /** The rule that accepted the other side's certificate; null when it sent none. */
  readonly trust: string | null;
}

/** Is told of a peer that is not open yet: its handshake begins, or it fails. */
export type HandshakeListener = (
  status: PeerStatus,
  address: Address,
  error: PeerError | null,
) => void;

/** Limits of one wait. A wait that is given up leaves the peer or server usable. */
export interface WaitOptions {
  /** Rejects with the signal's reason when aborted. */
  readonly signal?: AbortSignal;
  /** Rejects with a `PeerError` of code `ERR_TIMEOUT` after so many milliseconds. */
  readonly timeoutMs?: number;
}

/** Limits of a wait for several packets. */
export interface BatchOptions extends WaitOptions {
  /**
   * May wait inside the system's call for about a millisecond before it waits as everything else:
   * answers are had sooner, but nothing else of this thread runs meanwhile. For one peer under
   * load; a transport that cannot do it does not. @default {false}
   */
  readonly mayBlock?: boolean;
}

/** One remote end: packets go to it and come from it. */
export interface PacketPeer extends AsyncIterable<Packet>, AsyncDisposable {
  readonly transport: Transport;
  readonly status: PeerStatus;
  readonly localAddress: Address;
  readonly remoteAddress: Address;
  /** How the connection was encrypted; null where it is not. */
  readonly handshake: HandshakeSummary | null;
  /** Largest payload that can be sent or received, in bytes. */
  readonly maxPacketSize: number;
  /** Packets that wait to be taken (`get_available_packet_count`). */
  readonly availablePackets: number;
  /** Packets that arrived when the receive queue was full and are lost; always 0 on streams. */
  readonly droppedPackets: number;
  /** The next packet, or null when none waits (`get_packet`). Never waits itself. */
  takePacket(): Packet | null;
  /**
   * Waits for the next packet; null after an orderly end. Throws `PeerError` when the connection
   * failed and `DecodeError` when the stream's framing is broken (sending still works then), once
   * the packets that came before have been taken.
   */
  receive(options?: WaitOptions): Promise<Packet | null>;
  /**
   * Sends a packet (`put_packet`); resolves when the system has taken all of it. An empty one is
   * not sent at all, as in the engine. Throws `PeerError`: `ERR_INVALID_PARAMETER` for a packet
   * above `maxPacketSize`, `ERR_UNCONFIGURED` after `close`.
   */
  send(payload: Uint8Array, options?: WaitOptions): Promise<void>;
  /**
   * Waits until a packet is there and gives all that are, in order: never an empty list. Ends as
   * `receive` does: null, or its errors, once the packets that came before have been taken.
   */
  receiveBatch(options?: BatchOptions): Promise<readonly Packet[] | null>;
  /**
   * Sends packets in their order, each as `send` does; resolves with how many were taken. Less than
   * all when the system takes no more for now, or when one failed: offered again as the first, it
   * throws what `send` throws. No less than 1, unless there are none.
   */
  sendBatch(payloads: readonly Uint8Array[], options?: WaitOptions): Promise<number>;
  /** Ends the connection in order: what was sent still arrives. Packets that wait may be taken. */
  close(): Promise<void>;
}

/** Opens peers to one endpoint, and keeps what they can share until it is disposed of. */
export interface Connector extends AsyncDisposable {
  /** Throws `PeerError`, as `openPeer` does. */
  connect(limits?: WaitOptions): Promise<PacketPeer>;
}

/** What peers connect to. */
export interface PacketServer extends AsyncIterable<PacketPeer>, AsyncDisposable {
  readonly transport: Transport;
  /** Where it listens: with port 0 asked for, the port that was found. */
  readonly address: Address;
  /** Packets, of all peers, that arrived when too much was waiting and are lost. */
  readonly droppedPackets: number;
  /** Waits for the next peer; null once the server is closed. */
  accept(options?: WaitOptions): Promise<PacketPeer | null>;
  /** Stops listening and closes every peer. */
  close(): Promise<void>;
}
