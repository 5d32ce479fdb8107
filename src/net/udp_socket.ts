/**
 * One UDP socket: reads datagrams into memory of their own and sends them. Who a datagram belongs
 * to is decided by its user.
 *
 * This is the portable way. Deno's sockets do not report that a port is closed (an ICMP answer) on
 * Linux and macOS; where a system does report it, on receiving, it is passed on as an error. The
 * quick way, which reports it, is in `fast_udp_socket.ts`.
 */

import type { PeerError } from "../errors.ts";
import { type Address, formatAddress } from "../packet/peer.ts";
import { type Clock, sleep } from "./clock.ts";
import { canonicalHost, formatEndpoint } from "./endpoint.ts";
import { socketError } from "./socket_errors.ts";

/** Room for any datagram: over IPv6 they can be a little larger. */
const MAX_DATAGRAM = 65536;

/** A pause after a failure to receive, in case it comes again and again. */
const ERROR_PAUSE_MS = 5;

/** What to do with what arrives. */
export interface DatagramHandler {
  /** Tells when datagrams come. */
  readonly clock: Clock;
  /**
   * A datagram in memory of its own. `hostname` is as the system writes it: see `canonicalHost`;
   * `time` is when it was taken from the system, by `wallMicros`: of all that came by one call, one.
   */
  onDatagram(
    payload: Uint8Array<ArrayBuffer>,
    hostname: string,
    port: number,
    time: number,
  ): void;
  /** The system reports a failure, a closed port say; the socket goes on. */
  onError(error: Error): void;
}

/** A bound UDP socket, as its users see it. */
export type DatagramSocket = Pick<
  UdpSocket,
  "address" | "connect" | "start" | "send" | "sendBatch" | "receiveNow" | "close"
>;

/** A bound UDP socket. */
export class UdpSocket {
  readonly address: Address;
  protected readonly conn: Deno.DatagramConn;
  #isClosed = false;
  #reading: Promise<void> = Promise.resolve();

  /** Binds to an IP address and port, 0 for any. Throws `PeerError`. */
  constructor(hostname: string, port: number) {
    try {
      this.conn = Deno.listenDatagram({ transport: "udp", hostname, port });
    } catch (error) {
      const endpoint = formatEndpoint("udp", { hostname, port });
      throw socketError(error, "listen", `cannot listen on ${endpoint}`, endpoint);
    }
    const { addr } = this.conn;
    if (addr.transport !== "udp") throw new TypeError("a UDP socket has a UDP address");
    this.address = { hostname: addr.hostname, port: addr.port };
  }

  /**
   * Connects to the one address that datagrams go to and come from from now on: then a closed port
   * there is reported. False where that cannot be done; everything else works without.
   */
  connect(_target: Address): boolean {
    return false;
  }

  /** Starts reading. Call it once. */
  start(handler: DatagramHandler): void {
    this.#reading = this.#read(handler);
  }

  /** Sends one datagram. Throws `PeerError`. */
  async send(payload: Uint8Array, to: Address): Promise<void> {
    await this.#send(payload, to);
  }

  /**
   * Sends datagrams in order; resolves with how many were taken, no less than 1. Throws `PeerError`
   * when the first failed.
   */
  async sendBatch(payloads: readonly Uint8Array[], to: Address): Promise<number> {
    let count = 0;
    for (const payload of payloads) {
      try {
        await this.#send(payload, to);
      } catch (error) {
        if (count === 0) throw error;
        return count;
      }
      count++;
    }
    return count;
  }

  /**
   * Receives at once, and may wait inside the system's call for about a millisecond. False when it
   * did not do so, or nothing came: then wait as ever. The first call only says that more follow; it
   * may come before `start`.
   */
  receiveNow(): boolean {
    return false;
  }

  /** Closes the socket and waits until nothing is read any more. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.onClose();
      this.conn.close();
    }
    await this.#reading;
  }

  protected get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The socket is about to be closed. */
  protected onClose(): void {}

  /** Takes what is there without waiting for it; the promise is for when to wait. */
  protected readMore(_handler: DatagramHandler): Promise<void> | null {
    return null;
  }

  async #send(payload: Uint8Array, to: Address): Promise<void> {
    try {
      await this.conn.send(payload, { transport: "udp", ...to });
    } catch (error) {
      throw sendError(error, to);
    }
  }

  async #read(handler: DatagramHandler): Promise<void> {
    // One buffer for all: a packet keeps only its own bytes alive.
    let buffer: Uint8Array<ArrayBuffer> | null = null;
    while (!this.#isClosed) {
      const pause = this.readMore(handler);
      if (pause !== null) await pause;
      if (this.#isClosed) return;
      buffer ??= new Uint8Array(MAX_DATAGRAM);
      const received = await this.conn.receive(buffer).catch(asError);
      if (this.#isClosed) return;
      if (received instanceof Error) {
        handler.onError(received);
        await sleep(ERROR_PAUSE_MS);
        continue;
      }
      const [bytes, from] = received;
      if (from.transport !== "udp") continue;
      handler.onDatagram(bytes.slice(), from.hostname, from.port, handler.clock.wallMicros());
    }
  }
}

/** Why a datagram could not be sent. */
export function sendError(error: unknown, to: Address): PeerError {
  const address = formatAddress(to);
  return socketError(error, "send", `cannot send to ${address}`, address);
}

function asError(error: unknown): Error {
  if (error instanceof Error) return error;
  throw error;
}

/** The address of a datagram in the spelling that everything else uses. */
export function datagramSource(hostname: string, port: number): Address {
  return { hostname: canonicalHost(hostname), port };
}

/** Opens a socket for the first address that allows it; throws the first failure otherwise. */
export function bindFirst(
  addresses: readonly string[],
  bind: (hostname: string) => DatagramSocket,
): { readonly socket: DatagramSocket; readonly hostname: string } {
  let failure: unknown;
  for (const hostname of addresses) {
    try {
      return { socket: bind(hostname), hostname };
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

/**
 * Of several loopback addresses, as `localhost` may have them, puts those first that a socket of
 * this machine is bound to: UDP itself does not tell where somebody listens. Others stay in order.
 */
export function preferBound(addresses: readonly string[], port: number): readonly string[] {
  if (addresses.length < 2 || !addresses.every(isLoopback)) return addresses;
  const bound = addresses.filter((hostname) => isBound(hostname, port));
  return [...bound, ...addresses.filter((hostname) => !bound.includes(hostname))];
}

function isLoopback(hostname: string): boolean {
  return hostname === "::1" || hostname.startsWith("127.");
}

function isBound(hostname: string, port: number): boolean {
  try {
    Deno.listenDatagram({ transport: "udp", hostname, port }).close();
    return false;
  } catch (error) {
    return error instanceof Deno.errors.AddrInUse;
  }
}
