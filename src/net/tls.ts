/**
 * A TLS client as Godot's `PacketPeerStream` over `StreamPeerTLS`: a TCP connection, a handshake,
 * then the framing of TCP. Servers are in `tls_server.ts`.
 */

import { connectTls } from "../dtls/stream_session.ts";
import { PeerError } from "../errors.ts";
import { formatAddress, type PacketPeer } from "../packet/peer.ts";
import { formatMs, systemClock, within } from "./clock.ts";
import { addressOf, formatEndpoint } from "./endpoint.ts";
import { type ClientSecurity, SecureEndpoint } from "./security.ts";
import { socketError } from "./socket_errors.ts";
import { dial, TcpPeer, type TcpPeerOptions } from "./tcp.ts";
import { TlsStream } from "./tls_stream.ts";

/** How to open a client. */
export interface TlsPeerOptions extends TcpPeerOptions {
  readonly security?: ClientSecurity;
}

/** Connects: resolves with a peer whose handshake is done. Throws `PeerError`. */
export async function openTlsPeer(
  host: string,
  port: number,
  options: TlsPeerOptions = {},
): Promise<PacketPeer> {
  const { security = {}, clock = systemClock, timeoutMs = Infinity } = options;
  const giveUpAtMs = clock.monotonicMs() + timeoutMs;
  const endpoint = SecureEndpoint.client("tls", security);
  try {
    const lower = await dial("tls", host, port, options);
    const remoteAddress = addressOf(lower.remoteAddr);
    const remote = formatAddress(remoteAddress);
    const key = formatEndpoint("tls", { hostname: host, port });
    let stream: TlsStream;
    try {
      const session = connectTls(endpoint.context, {
        remote,
        host: security.serverName ?? host,
        port,
        now: clock.monotonicMs(),
        session: security.sessions?.get(key) ?? null,
      });
      stream = new TlsStream(lower, session, {
        clock,
        idleMs: security.idleMs,
        onEnd: (ended) => {
          const exported = security.sessions === undefined ? null : ended.exportSession();
          if (exported !== null) security.sessions?.set(key, exported);
        },
      });
    } catch (error) {
      lower.close();
      throw error;
    }
    try {
      security.onStatus?.("handshaking", remoteAddress, null);
      const leftMs = Math.max(1, giveUpAtMs - clock.monotonicMs());
      const limits = {
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        ...(leftMs === Infinity ? {} : { timeoutMs: leftMs }),
      };
      const handshake = await within(
        limits,
        (ms) => tooLate(remote, ms),
        () => stream.shakeHands(),
      );
      return new TcpPeer(stream, { ...options, handshake }, () => endpoint.close());
    } catch (error) {
      stream.close();
      options.signal?.throwIfAborted();
      const what = `the handshake with ${remote} failed`;
      const failure = socketError(error, "connect", what, remote);
      security.onStatus?.(stream.failedStatus, remoteAddress, failure);
      throw failure;
    }
  } catch (error) {
    endpoint.close();
    throw error;
  }
}

function tooLate(remote: string, timeoutMs: number): PeerError {
  const why = `the handshake with ${remote} was not done within ${formatMs(timeoutMs)}; ` +
    "is it a TLS server?";
  return new PeerError("ERR_TIMEOUT", why, remote);
}
