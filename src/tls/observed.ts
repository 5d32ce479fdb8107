/** What an onlooker sees of one TLS or DTLS record, decrypted or not. */

import type { ClientHello, ServerHello } from "./hello.ts";

/** Why the content of a record stays hidden. */
export type LockReason =
  /** There is no key log. */
  | "no-keys"
  /** The key log has no secret for this connection. */
  | "no-secret"
  /** The handshake was not seen: whose key it takes is not known. */
  | "no-handshake"
  /** It is early data of TLS 1.3, which has a secret of its own. */
  | "early-data"
  /** The cipher suite is none that can be decrypted. */
  | "unsupported-cipher"
  /** The record does not decrypt with the logged secret: that is wrong, or the record damaged. */
  | "wrong-key";

/** A handshake message, or a fragment of one (DTLS), in the clear. */
export interface ObservedMessage {
  readonly type: number;
  /** Of the whole message in bytes, without headers. */
  readonly length: number;
  /** DTLS only, else 0: counts the messages of one side. */
  readonly sequence: number;
  /** DTLS only: which part of the message the record has; all of it in TLS. */
  readonly fragmentOffset: number;
  readonly fragmentLength: number;
  /** What it says, when it is a ClientHello that is complete now. */
  readonly clientHello: ClientHello | null;
  /** What it says, when it is a ServerHello that is complete now. */
  readonly serverHello: ServerHello | null;
}

/** An alert in the clear. */
export interface ObservedAlert {
  /** 1 is a warning, 2 fatal. */
  readonly level: number;
  readonly description: number;
}

/** One record. */
export interface ObservedRecord {
  readonly protocol: "tls" | "dtls";
  /** Content type as in the header. */
  readonly type: number;
  /** Version as in the header. */
  readonly version: number;
  /** Version of the connection, as far as it is known; otherwise that of the header. */
  readonly connectionVersion: number;
  /** DTLS only, else 0. */
  readonly epoch: number;
  readonly sequence: number;
  /** Size of its body on the wire, in bytes. */
  readonly length: number;
  /** True when it was protected, and is in the clear now. */
  readonly isDecrypted: boolean;
  /** DTLS: true when a record of this number was decrypted before; a receiver drops it. */
  readonly isReplayed: boolean;
  /** Why the content is hidden; null when it is in the clear. */
  readonly locked: LockReason | null;
  /** Cipher suite of the connection; null when it is not known. */
  readonly suite: number | null;
  /** Content type of what is inside: another one than `type` in TLS 1.3. */
  readonly contentType: number;
  /** Handshake messages in the clear that it completes (TLS) or has parts of (DTLS). */
  readonly messages: readonly ObservedMessage[];
  readonly alert: ObservedAlert | null;
  /** Application data in the clear; null in all other records. */
  readonly data: Uint8Array | null;
}
