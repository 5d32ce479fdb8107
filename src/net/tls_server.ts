/**
 * A TLS server: `tcp_server.ts` with a handshake before a connection becomes a peer. A handshake
 * that fails or takes too long concerns nobody else.
 */

import { acceptTls } from "../dtls/stream_session.ts";
import { PeerError } from "../errors.ts";
import { formatAddress, type PacketServer } from "../packet/peer.ts";
import { type Clock, formatMs, systemClock, within } from "./clock.ts";
import { addressOf, formatEndpoint } from "./endpoint.ts";
import { HANDSHAKE_MS, MAX_HALF_OPEN, SecureEndpoint, type ServerSecurity } from "./security.ts";
import { socketError } from "./socket_errors.ts";
import { tapped } from "./tapped_stream.ts";
import { TcpServer, type TcpServerOptions } from "./tcp_server.ts";
import { TlsStream } from "./tls_stream.ts";
import type { WireTap } from "./wire_tap.ts";

/** How to open a server. */
export interface TlsServerOptions extends TcpServerOptions {
  readonly security: ServerSecurity;
}

/** Listens on a host and port; port 0 finds a free one. Throws `PeerError`. */
export function openTlsServer(
  hostname: string,
  port: number,
  options: TlsServerOptions,
): PacketServer {
  const secure = SecureEndpoint.server("tls", options.security);
  try {
    return new TlsServer(Deno.listen({ hostname, port }), secure, options);
  } catch (error) {
    secure.close();
    const endpoint = formatEndpoint("tls", { hostname, port });
    throw socketError(error, "listen", `cannot listen on ${endpoint}`, endpoint);
  }
}

class TlsServer extends TcpServer {
  override readonly transport = "tls";
  readonly #secure: SecureEndpoint;
  readonly #security: ServerSecurity;
  readonly #clock: Clock;
  readonly #tap: WireTap | undefined;
  /** Handshakes under way, by what ends them. */
  readonly #halfOpen: Map<TlsStream, Promise<void>> = new Map();
  #closing: Promise<void> | null = null;

  constructor(listener: Deno.TcpListener, secure: SecureEndpoint, options: TlsServerOptions) {
    super(listener, options);
    this.#secure = secure;
    this.#security = options.security;
    this.#clock = options.clock ?? systemClock;
    this.#tap = options.tap;
  }

  override close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  protected override admit(conn: Deno.TcpConn): void {
    const { maxHalfOpen = MAX_HALF_OPEN, idleMs, onDiscarded, onLimit } = this.#security;
    if (this.#closing !== null) return conn.close();
    if (this.#halfOpen.size >= maxHalfOpen) {
      onDiscarded?.("refused", 1);
      onLimit?.("handshakes", maxHalfOpen);
      return conn.close();
    }
    conn.setNoDelay(true);
    const remote = formatAddress(addressOf(conn.remoteAddr));
    const session = acceptTls(this.#secure.context, { remote, now: this.#clock.monotonicMs() });
    const lower = tapped(conn, "in", this.#tap);
    const stream = new TlsStream(lower, session, { clock: this.#clock, idleMs });
    const handshake = this.#shakeHands(stream).finally(() => this.#halfOpen.delete(stream));
    this.#halfOpen.set(stream, handshake);
  }

  async #shakeHands(stream: TlsStream): Promise<void> {
    const { handshakeMs = HANDSHAKE_MS, onStatus } = this.#security;
    const address = addressOf(stream.remoteAddr);
    const remote = formatAddress(address);
    onStatus?.("handshaking", address, null);
    try {
      const limits = { timeoutMs: handshakeMs };
      const timeoutError = (ms: number): PeerError => tooLate(remote, ms);
      const handshake = await within(limits, timeoutError, () => stream.shakeHands());
      if (this.#closing === null) this.welcome(stream, handshake);
      else stream.close();
    } catch (error) {
      stream.close();
      if (this.#closing !== null) return;
      const what = `the handshake with ${remote} failed`;
      onStatus?.(stream.failedStatus, address, socketError(error, "connect", what, remote));
    }
  }

  async #close(): Promise<void> {
    for (const stream of this.#halfOpen.keys()) stream.close();
    await Promise.all([...this.#halfOpen.values()]);
    await super.close();
    this.#secure.close();
  }
}

function tooLate(remote: string, timeoutMs: number): PeerError {
  const why = `the handshake with ${remote} was not done within ${formatMs(timeoutMs)}; ` +
    "does it speak TLS?";
  return new PeerError("ERR_TIMEOUT", why, remote);
}
