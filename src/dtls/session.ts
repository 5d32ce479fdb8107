/**
 * A DTLS session without I/O: datagrams and time go in; datagrams, packets, events and the next
 * wake-up come out. One session is one connection, of a client or of a server's side of it.
 *
 * Client:
 *
 *     using session = connectDtls(context, { remote: "127.0.0.1:4242", host: "localhost", now });
 *
 * Server, for each datagram of an address without a session (see `cookie.ts`):
 *
 *     const answer = guard.answer(datagram, remote, now);
 *     if (answer.type === "verify") send(answer.datagram);
 *     if (answer.type === "accept") session = acceptDtls(context, answer.hello, { remote, now });
 *
 * Then, for both, `handleDatagram`, `handleWake`, `send` and `close`, each followed by `poll` until
 * it gives null: `transmit` is a datagram to send, `data` a packet that came, `wake` when to call
 * `handleWake`, `status` a change of status; `disconnected`, `error` and `error_hostname_mismatch`
 * are final. `dispose` frees the session in the end, in any status.
 *
 * Wire: RFC 6347. Handshake messages are cut to the MTU and sent again by OpenSSL's timers; packets
 * are one record and one datagram each, whatever the MTU, and never sent again, as in Godot.
 */

import type { SecureContext } from "./context.ts";
import { PeerError } from "../errors.ts";
import {
  ContentType,
  DTLS_HEADER_SIZE,
  dtlsRecords,
  epochOf,
  MAX_RECORD_PAYLOAD,
  packRecords,
  sequenceOf,
} from "./record.ts";
import { ReplayWindow } from "./replay_window.ts";
import { SecureSession, type SessionStart, type SessionTarget } from "./secure_session.ts";

/** Whom a DTLS session is with, and through what. */
export interface DtlsTarget extends SessionTarget {
  /** Largest datagram for handshake messages, in bytes without IP and UDP headers. @default {1200} */
  readonly mtu?: number;
}

/** How one DTLS session differs from others of its context. */
export interface DtlsSessionOptions extends DtlsTarget, SessionStart {}

/** What a session has counted. */
export interface DtlsCounters {
  readonly datagramsIn: number;
  readonly datagramsOut: number;
  /** Flights of the handshake that were sent again. */
  readonly retransmissions: number;
  /** Records that led to nothing once connected: repeated, forged, or of the handshake. */
  readonly droppedRecords: number;
  /** Those of them that had come before, or are too old to tell. */
  readonly replayedRecords: number;
  /** Those of them that were new and did not decrypt: forged, or damaged on the way. */
  readonly forgedRecords: number;
  /** Datagrams that do not begin with a DTLS record. */
  readonly droppedDatagrams: number;
}

/** The DTLS engine as a transport sees it. */
export interface DatagramSession extends Disposable {
  readonly status: SecureSession["status"];
  /** A datagram came from the peer. */
  handleDatagram(datagram: Uint8Array<ArrayBuffer>, now: number): void;
  /** The time of the last `wake` is here; too early does no harm. */
  handleWake(now: number): void;
  /**
   * Sends a packet; an empty one is not sent. Throws `PeerError`: `ERR_INVALID_PARAMETER` above
   * 16,384 bytes, `ERR_UNCONFIGURED` unless connected.
   */
  send(payload: Uint8Array<ArrayBuffer>, now: number): void;
  /** Sends close_notify. */
  close(now: number): void;
  poll(): ReturnType<SecureSession["poll"]>;
}

/** A datagram that arrives anywhere: the minimum MTU of IPv6 less headers, rounded down. */
export const DEFAULT_MTU = 1200;
/** Below this, OpenSSL does not cut handshake messages. */
export const MIN_MTU = 256;
export const MAX_MTU = 65_507;

/** Starts a handshake as client; its first datagram waits in `poll`. Throws `PeerError`. */
export function connectDtls(context: SecureContext, options: DtlsSessionOptions): DtlsSession {
  const session = prepareDtls(context, options);
  session.connect(options);
  return session;
}

/** A client that has sent nothing yet: it waits for `connect`. Throws `PeerError`. */
export function prepareDtls(context: SecureContext, target: DtlsTarget): DtlsSession {
  requireRole(context, "client");
  return new DtlsSession(context, target);
}

/**
 * Goes on with a handshake as server, from the ClientHello that `CookieGuard` accepted. Throws
 * `PeerError`; a ClientHello that OpenSSL refuses gives a session with status `error`.
 */
export function acceptDtls(
  context: SecureContext,
  hello: Uint8Array<ArrayBuffer>,
  options: DtlsSessionOptions,
): DtlsSession {
  requireRole(context, "server");
  const session = new DtlsSession(context, options);
  session.accept(hello, options);
  return session;
}

/** One connection: see the head of this file. */
export class DtlsSession extends SecureSession implements DatagramSession {
  readonly #mtu: number;
  readonly #seen = new ReplayWindow();
  #overhead: number | null = null;
  #wakeAt: number | null = null;
  #datagramsIn = 0;
  #datagramsOut = 0;
  #retransmissions = 0;
  #droppedRecords = 0;
  #replayedRecords = 0;
  #forgedRecords = 0;
  #droppedDatagrams = 0;

  /** Use `connectDtls`, `prepareDtls` and `acceptDtls`. */
  constructor(context: SecureContext, target: DtlsTarget) {
    super(context, target);
    this.#mtu = Math.min(MAX_MTU, Math.max(MIN_MTU, target.mtu ?? DEFAULT_MTU));
    this.ssl.setMtu(this.#mtu);
  }

  /** The first step of a client. Throws `PeerError` for a session to resume that is none. */
  connect(start: SessionStart): void {
    this.begin(start);
    this.#step(start.now, Infinity);
  }

  /** The first step of a server, with the ClientHello that was accepted. */
  accept(hello: Uint8Array<ArrayBuffer>, start: SessionStart): void {
    this.begin(start);
    this.#datagramsIn++;
    this.#remember(hello);
    if (this.ssl.listen(hello)) return void this.#step(start.now, Infinity);
    this.flush();
    this.failWithErrors();
  }

  get counters(): DtlsCounters {
    return {
      datagramsIn: this.#datagramsIn,
      datagramsOut: this.#datagramsOut,
      retransmissions: this.#retransmissions,
      droppedRecords: this.#droppedRecords,
      replayedRecords: this.#replayedRecords,
      forgedRecords: this.#forgedRecords,
      droppedDatagrams: this.#droppedDatagrams,
    };
  }

  handleDatagram(datagram: Uint8Array<ArrayBuffer>, now: number): void {
    if (this.status === "connected") this.#handleRecords(datagram, now);
    else if (this.status === "handshaking") this.#handleFlight(datagram, now);
  }

  handleWake(now: number): void {
    if (this.status !== "handshaking") return;
    this.#wakeAt = null;
    const step = this.ssl.handleTimeout();
    if (step === "failed") this.failWithErrors();
    if (step === "done") this.#retransmissions++;
    this.flush();
    this.#setWake(now);
  }

  send(payload: Uint8Array<ArrayBuffer>, _now: number): void {
    if (this.checkPayload(payload, MAX_RECORD_PAYLOAD)) this.write(payload);
  }

  /** A datagram of the handshake, and perhaps of what follows it. */
  #handleFlight(datagram: Uint8Array<ArrayBuffer>, now: number): void {
    this.#datagramsIn++;
    if (!this.#remember(datagram)) {
      this.#droppedDatagrams++;
      return;
    }
    this.ssl.feed(datagram);
    this.#step(now, Infinity);
  }

  /** A datagram of a connection: each of its records is a packet, or else leads to something. */
  #handleRecords(datagram: Uint8Array<ArrayBuffer>, now: number): void {
    this.#datagramsIn++;
    if (isOnePacket(datagram)) return this.#handleRecord(datagram, now);
    const records = dtlsRecords(datagram);
    if (records.length === 0) this.#droppedDatagrams++;
    for (const { offset, bodyOffset, bodyLength } of records) {
      // The record before it may have been close_notify.
      if (this.status !== "connected") return;
      this.#handleRecord(datagram.subarray(offset, bodyOffset + bodyLength), now);
    }
  }

  #handleRecord(record: Uint8Array<ArrayBuffer>, now: number): void {
    this.#overhead ??= overheadOf(this.ssl.cipher);
    const isTooShort = record.length < DTLS_HEADER_SIZE + this.#overhead && epochOf(record) > 0;
    if (isTooShort) return this.#countDropped(record);
    const sentBefore = this.#datagramsOut;
    this.ssl.feed(record);
    const hadEffect = this.#step(now, 1) > 0 || this.status !== "connected" ||
      this.#datagramsOut > sentBefore;
    if (hadEffect) this.#seen.add(epochOf(record), sequenceOf(record));
    else this.#countDropped(record);
  }

  #countDropped(record: Uint8Array): void {
    this.#droppedRecords++;
    const [type] = record;
    const epoch = epochOf(record);
    if (this.#seen.has(epoch, sequenceOf(record))) this.#replayedRecords++;
    // A handshake message that comes late, sent once more, may be as good as it is useless.
    else if (epoch > 0 && type !== ContentType.handshake) this.#forgedRecords++;
  }

  /** During the handshake OpenSSL does not tell which records it takes. False when there is none. */
  #remember(datagram: Uint8Array<ArrayBuffer>): boolean {
    const records = dtlsRecords(datagram);
    for (const { epoch, sequence } of records) this.#seen.add(epoch, sequence);
    return records.length > 0;
  }

  /** One record, or several that fit, make a datagram. */
  protected override transmit(bytes: Uint8Array<ArrayBuffer>): void {
    const { pool } = this.context.openssl;
    for (let start = 0; start < bytes.length;) {
      const end = packRecords(bytes, start, this.#mtu);
      this.push({ type: "transmit", bytes: pool.copy(bytes, start, end) });
      this.#datagramsOut++;
      start = end;
    }
  }

  #step(now: number, recordCount: number): number {
    const payloadCount = this.advance(now, recordCount);
    this.#setWake(now);
    return payloadCount;
  }

  #setWake(now: number): void {
    const left = this.status === "handshaking" ? this.ssl.timeoutMs() : null;
    const at = left === null ? null : now + left;
    if (at === this.#wakeAt) return;
    this.#wakeAt = at;
    this.push({ type: "wake", at });
  }
}

/**
 * Bytes that encryption adds to a payload, by OpenSSL's name of the cipher (RFC 5288, 6655, 7905; 0
 * for CBC). OpenSSL 3.5 does not drop a record that has less: it ends the connection.
 */
function overheadOf(cipher: string): number {
  if (/CHACHA20|CCM8/.test(cipher)) return 16;
  return /GCM|CCM/.test(cipher) ? 24 : 0;
}

/** The usual case: one record with a packet. */
function isOnePacket(datagram: Uint8Array): boolean {
  const [type, major] = datagram;
  const length = (datagram[11] ?? 0) << 8 | (datagram[12] ?? 0);
  return type === ContentType.applicationData && major === 0xfe &&
    datagram.length === DTLS_HEADER_SIZE + length;
}

function requireRole(context: SecureContext, role: "client" | "server"): void {
  if (context.role === role && context.protocol === "dtls") return;
  const made = `a ${context.role} of ${context.protocol.toUpperCase()}`;
  throw new PeerError("ERR_INVALID_PARAMETER", `the context is for ${made}, not a DTLS ${role}`);
}
