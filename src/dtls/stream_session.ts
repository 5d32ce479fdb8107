/**
 * A TLS session without I/O: bytes of a stream go in; bytes for the stream, plain bytes and events
 * come out. As `session.ts`, with a stream in place of datagrams and without timers; packets over
 * it are framed as over TCP, which is not done here.
 *
 *     using session = connectTls(context, { remote: "127.0.0.1:4242", host: "localhost", now });
 *
 * or `acceptTls` for each connection of a server; then `handleBytes`, `handleEnd`, `send` and
 * `close`, each followed by `poll` until it gives null. `transmit` outputs go to the stream in their
 * order; after `disconnected` and both errors, what waits is still to be sent, then the stream is
 * to be closed. `dispose` frees the session in the end.
 *
 * Wire: RFC 5246 (TLS 1.2), RFC 8446 (TLS 1.3).
 */

import { PeerError } from "../errors.ts";
import type { SecureContext } from "./context.ts";
import {
  SecureSession,
  type SessionOptions,
  type SessionStart,
  type SessionTarget,
} from "./secure_session.ts";

/** The TLS engine as a transport sees it. */
export interface StreamSession extends Disposable {
  readonly status: SecureSession["status"];
  /** Bytes came from the peer, cut anyhow. */
  handleBytes(bytes: Uint8Array<ArrayBuffer>, now: number): void;
  /** The peer's side of the stream ended. */
  handleEnd(now: number): void;
  /** Sends bytes. Throws `PeerError` `ERR_UNCONFIGURED` unless connected. */
  send(bytes: Uint8Array<ArrayBuffer>, now: number): void;
  /** Sends close_notify. */
  close(now: number): void;
  poll(): ReturnType<SecureSession["poll"]>;
}

/** Starts a handshake as client; its first bytes wait in `poll`. Throws `PeerError`. */
export function connectTls(context: SecureContext, options: SessionOptions): TlsSession {
  requireRole(context, "client");
  const session = new TlsSession(context, options);
  session.start(options);
  session.handleBytes(new Uint8Array(0), options.now);
  return session;
}

/** Waits for a handshake as server. Throws `PeerError`. */
export function acceptTls(context: SecureContext, options: SessionOptions): TlsSession {
  requireRole(context, "server");
  const session = new TlsSession(context, options);
  session.start(options);
  return session;
}

/** One connection: see the head of this file. */
export class TlsSession extends SecureSession implements StreamSession {
  /** Use `connectTls` and `acceptTls`. */
  constructor(context: SecureContext, target: SessionTarget) {
    super(context, target);
  }

  /** To be called first. Throws `PeerError` for a session that is none. */
  start(start: SessionStart): void {
    this.begin(start);
  }

  handleBytes(bytes: Uint8Array<ArrayBuffer>, now: number): void {
    if (this.status !== "handshaking" && this.status !== "connected") return;
    if (bytes.length > 0) this.ssl.feed(bytes);
    this.advance(now, Infinity);
  }

  handleEnd(_now: number): void {
    this.endWithoutNotice();
  }

  send(bytes: Uint8Array<ArrayBuffer>, _now: number): void {
    if (this.checkPayload(bytes, Infinity)) this.write(bytes);
  }

  protected override transmit(bytes: Uint8Array<ArrayBuffer>): void {
    this.push({ type: "transmit", bytes: this.context.openssl.pool.copy(bytes, 0, bytes.length) });
  }
}

function requireRole(context: SecureContext, role: "client" | "server"): void {
  if (context.role === role && context.protocol === "tls") return;
  const made = `a ${context.role} of ${context.protocol.toUpperCase()}`;
  throw new PeerError("ERR_INVALID_PARAMETER", `the context is for ${made}, not a TLS ${role}`);
}
