/**
 * What a DTLS or TLS endpoint is made of: certificates, trust, versions, ciphers. Types only; they
 * become an `SSL_CTX` in `context.ts`.
 */

import type { Pin, VerifyFunction } from "./trust.ts";

/** A file's content, in PEM, and what to call it in messages. */
export interface PemFile {
  readonly name: string;
  readonly content: Uint8Array<ArrayBuffer>;
}

/** A certificate, the chain that leads to its CA, and its key. */
export interface CertificateFiles {
  /** The certificate first, then those that lead to the CA. */
  readonly chain: PemFile;
  /** PKCS #8 or the older forms of RSA and EC keys. */
  readonly key: PemFile;
  /** For an encrypted key. */
  readonly passphrase?: string;
}

/** Versions as in `DTLS 1.2` and `TLS 1.3`. DTLS has 1.0 and 1.2 here, TLS 1.0 to 1.3. */
export type ProtocolVersion = "1.0" | "1.1" | "1.2" | "1.3";

/** When DTLS sends a flight of handshake messages again. */
export interface Retransmission {
  /** The first wait, in milliseconds. OpenSSL takes what is left below 15 ms as over: use more. */
  readonly firstMs: number;
  /** Each wait is twice the one before, up to this many milliseconds. */
  readonly longestMs: number;
}

/** What clients and servers have in common. */
export interface ContextOptions {
  readonly protocol: "dtls" | "tls";
  /** @default {"1.2"} */
  readonly minVersion?: ProtocolVersion;
  /** @default the newest that the protocol has in OpenSSL 3: DTLS 1.2, TLS 1.3 */
  readonly maxVersion?: ProtocolVersion;
  /** Ciphers up to TLS 1.2 and DTLS, as `openssl ciphers` reads them. @default OpenSSL's own */
  readonly ciphers?: string;
  /**
   * OpenSSL's security level, 0 to 5: below 2, RSA keys under 2048 bits and SHA-1 pass, below 1,
   * anything does. @default the library's own: 2 on most systems
   */
  readonly securityLevel?: number;
  /** Accepted certificates or keys; any other is refused. @default none */
  readonly pins?: readonly Pin[];
  /** Has the last word on certificates. */
  readonly verify?: VerifyFunction;
  /** The time that certificates are checked at, in seconds since 1970. @default the system's */
  readonly verifyTime?: number;
  /** Gets each line of an SSLKEYLOGFILE, without its newline. */
  readonly onKeylog?: (line: string) => void;
  /** @default first after 1 s, then twice as long each time, up to 60 s */
  readonly retransmission?: Retransmission;
}

/** How to make a client. */
export interface ClientContextOptions extends ContextOptions {
  /** Trusted certificates instead of the system's. Any of them, CA or not, ends a chain. */
  readonly ca?: readonly PemFile[];
  /** Accepts every certificate. */
  readonly isInsecure?: boolean;
  /** For a server that wants to know who the client is. */
  readonly certificate?: CertificateFiles;
}

/** How to make a server. */
export interface ServerContextOptions extends ContextOptions {
  readonly certificate: CertificateFiles;
  /** Whether clients send a certificate. @default {"none"} */
  readonly clientCertificate?: "none" | "optional" | "required";
  /** Trusted certificates of clients; required unless pins or `verify` decide. */
  readonly clientCa?: readonly PemFile[];
  /** Whether clients may resume sessions, by ticket or by id. @default {true} */
  readonly resumesSessions?: boolean;
}
