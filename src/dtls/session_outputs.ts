/** What a DTLS or TLS session asks for and tells: what comes out of `SecureSession.poll`. */

import type { PeerError } from "../errors.ts";
import type { CertificateInfo } from "./certificate.ts";
import type { TrustVerdict } from "./trust.ts";

/** Where a session is in its life, by the names of Godot's `Status` enums. */
export type SessionStatus =
  | "handshaking"
  | "connected"
  | "disconnected"
  | "error"
  | "error_hostname_mismatch";

/** What a completed handshake came to. */
export interface Handshake {
  /** As `DTLSv1.2` or `TLSv1.3`. */
  readonly version: string;
  /** OpenSSL's name, as `ECDHE-RSA-AES256-GCM-SHA384`. */
  readonly cipher: string;
  /** True when an earlier session was resumed: no certificates were sent. */
  readonly isResumed: boolean;
  /** From the first message to the last, in milliseconds. */
  readonly durationMs: number;
  /** Why the peer's certificate was accepted; null when it sent none. */
  readonly verdict: TrustVerdict | null;
}

/** A change of status. */
export type StatusChange =
  | { readonly type: "status"; readonly status: "handshaking" }
  | { readonly type: "status"; readonly status: "connected"; readonly handshake: Handshake }
  | {
    readonly type: "status";
    readonly status: "disconnected";
    readonly by: "us" | "peer";
    /** False when the peer's stream ended without close_notify: something may be missing. */
    readonly isOrderly: boolean;
  }
  | {
    readonly type: "status";
    readonly status: "error" | "error_hostname_mismatch";
    /** `ERR_UNAUTHORIZED` when we refused a certificate; its message says all there is to say. */
    readonly error: PeerError;
    /** The verdict that refused the certificate; null when something else went wrong. */
    readonly verdict: TrustVerdict | null;
    /** The refused certificate. */
    readonly certificate: CertificateInfo | null;
    /** The alert that the peer sent; null when it sent none. */
    readonly alert: number | null;
  };

/** What a session asks for or tells. */
export type SessionOutput =
  /**
   * Send these bytes: a datagram, or the next piece of the stream. They never change, but their
   * buffer has other bytes too: do not keep them for long.
   */
  | { readonly type: "transmit"; readonly bytes: Uint8Array<ArrayBuffer> }
  /** A packet (DTLS) or a piece of the stream (TLS) came. The payload has a buffer of its own. */
  | { readonly type: "data"; readonly payload: Uint8Array<ArrayBuffer> }
  /** Call `handleWake` at this time; null: no more. Each one replaces the one before. */
  | { readonly type: "wake"; readonly at: number | null }
  | StatusChange;
