/**
 * One handshake with a TLS or DTLS endpoint, to see how it behaves: what is common to
 * `tls_probe.ts` and `dtls_probe.ts`. A probe never throws for what the other side does: it tells.
 */

import type { CertificateInfo } from "../dtls/certificate.ts";
import type { SecureContext } from "../dtls/context.ts";
import type { SecureSession, SessionDetails } from "../dtls/secure_session.ts";
import type { Handshake, SessionOutput } from "../dtls/session_outputs.ts";
import type { PeerError } from "../errors.ts";

/** Where and how to shake hands. */
export interface ProbeTarget {
  readonly context: SecureContext;
  /** An IP address. */
  readonly hostname: string;
  readonly port: number;
  /** The name to ask for (SNI) and to look for in the certificate; null for none. */
  readonly serverName: string | null;
  /** Longest wait for the handshake, in milliseconds. */
  readonly timeoutMs: number;
  /** A session to resume, in PEM. @default none */
  readonly session?: string | null;
}

/** How far the other side went along. */
export type ProbeOutcome =
  /** The handshake was completed. */
  | "connected"
  /** Something came, but the handshake was not completed. */
  | "failed"
  /** Nothing came. */
  | "no answer";

/** What one handshake showed. */
export interface ProbeResult {
  readonly outcome: ProbeOutcome;
  /** Null unless connected. */
  readonly handshake: Handshake | null;
  readonly details: SessionDetails | null;
  /** What the other side sent, its own certificate first; empty when it sent none. */
  readonly chain: readonly CertificateInfo[];
  /** The session for the next probe to resume; null when none is offered. */
  readonly session: string | null;
  /** Why it is not connected; null when it is. */
  readonly error: PeerError | null;
  /** The alert that the other side refused with. */
  readonly alert: number | null;
  /** Milliseconds until the first bytes came; null when none did. */
  readonly firstReplyMs: number | null;
}

/** What a probe showed that got nowhere. */
export function unreached(error: PeerError): ProbeResult {
  return {
    outcome: "no answer",
    handshake: null,
    details: null,
    chain: [],
    session: null,
    error,
    alert: null,
    firstReplyMs: null,
  };
}

/** Gathers what a session tells while a probe drives it. */
export class ProbeRecord {
  readonly #session: SecureSession;
  readonly #startedAt: number;
  #firstReplyMs: number | null = null;
  #handshake: Handshake | null = null;
  #details: SessionDetails | null = null;
  #chain: readonly CertificateInfo[] = [];
  #error: PeerError | null = null;
  #alert: number | null = null;

  /** `now` is when the probe began, in milliseconds. */
  constructor(session: SecureSession, now: number) {
    this.#session = session;
    this.#startedAt = now;
  }

  /** Bytes came from the other side. */
  noteReply(now: number): void {
    this.#firstReplyMs ??= now - this.#startedAt;
  }

  /** The probe failed below TLS, or took too long; the first reason counts. */
  noteError(error: PeerError): void {
    this.#error ??= error;
  }

  /** An output of the session that is not `transmit`. */
  noteOutput(output: SessionOutput): void {
    if (output.type !== "status") return;
    if (output.status === "connected") {
      this.#handshake = output.handshake;
      this.#details = this.#session.details();
      this.#chain = this.#session.peerCertificates();
    } else if (output.status === "error" || output.status === "error_hostname_mismatch") {
      this.#alert ??= output.alert;
      this.noteError(output.error);
    }
  }

  /** True once the handshake is over, either way. */
  get isDecided(): boolean {
    return this.#handshake !== null || this.#error !== null;
  }

  /** What it came to, with the session that can be resumed now. */
  result(): ProbeResult {
    const isConnected = this.#handshake !== null;
    return {
      outcome: isConnected ? "connected" : this.#firstReplyMs === null ? "no answer" : "failed",
      handshake: this.#handshake,
      details: this.#details,
      chain: this.#chain,
      session: isConnected ? this.#session.exportSession() : null,
      error: isConnected ? null : this.#error,
      alert: this.#alert,
      firstReplyMs: this.#firstReplyMs,
    };
  }
}
