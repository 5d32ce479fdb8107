/**
 * What makes an endpoint a secure one: certificates, trust and limits, from which OpenSSL's context
 * is made. Shared by DTLS and TLS, clients and servers.
 */

import type { Handshake, StatusChange } from "../dtls/session_outputs.ts";
import { SecureContext } from "../dtls/context.ts";
import type { CertificateFiles, PemFile } from "../dtls/context_options.ts";
import { loadOpenSsl, type OpenSsl } from "../dtls/openssl.ts";
import type { Pin, VerifyFunction } from "../dtls/trust.ts";
import type { HandshakeListener, HandshakeSummary } from "../packet/peer.ts";

/** What clients and servers have in common. */
export interface Security {
  /** The file of libssl or its folder. @default the system's usual places */
  readonly library?: string;
  /** Accepted certificates or keys; any other is refused. */
  readonly pins?: readonly Pin[];
  /** Has the last word on certificates. */
  readonly verify?: VerifyFunction;
  /** DTLS: largest datagram of a handshake in bytes. */
  readonly mtu?: number;
  /** A peer that sent nothing for so long is given up. In milliseconds. */
  readonly idleMs?: number;
  /** Gets each line of an SSLKEYLOGFILE. */
  readonly onKeylog?: (line: string) => void;
  /** Is told of peers before they are connected. */
  readonly onStatus?: HandshakeListener;
  /** Is told what was thrown away; of a peer's records when it has ended. */
  readonly onDiscarded?: (what: Discarded, count: number) => void;
}

/** What is thrown away without harm to anybody. */
export type Discarded =
  /** A record that came before. */
  | "replayed"
  /** An encrypted record that does not decrypt: forged, or damaged on the way. */
  | "forged"
  /** A datagram that is no DTLS, or of no session. */
  | "stray"
  /** A ClientHello with a cookie that is old, or that was made for another address. */
  | "bad_cookie"
  /** A ClientHello, or a connection, above a limit of the server's. */
  | "refused";

/** Sessions that a client may resume, by what they were made for. */
export interface SessionStore {
  get(endpoint: string): string | null;
  set(endpoint: string, session: string): void;
}

/** How a client is secured. */
export interface ClientSecurity extends Security {
  /** Trusted certificates instead of the system's. */
  readonly ca?: readonly PemFile[];
  /** The name that must be in the certificate. @default the endpoint's host */
  readonly serverName?: string;
  /** Accepts every certificate. */
  readonly isInsecure?: boolean;
  /** For a server that asks who the client is. */
  readonly certificate?: CertificateFiles;
  readonly sessions?: SessionStore;
}

/** How a server is secured. */
export interface ServerSecurity extends Security {
  readonly certificate: CertificateFiles;
  /** @default {"none"} */
  readonly clientCertificate?: "none" | "optional" | "required";
  readonly clientCa?: readonly PemFile[];
  /** A handshake that takes longer is given up. In milliseconds. @default {10_000} */
  readonly handshakeMs?: number;
  /** Handshakes under way at once. @default {1024} */
  readonly maxHalfOpen?: number;
  /** Is told of each handshake that is refused, by which limit. */
  readonly onLimit?: (limit: "peers" | "handshakes", most: number) => void;
}

/** Handshakes that a server has under way at once. */
export const MAX_HALF_OPEN = 1024;
/** How long a server waits for a handshake. */
export const HANDSHAKE_MS = 10_000;

/** A context together with the library that it needs: closed in the right order. */
export class SecureEndpoint implements Disposable {
  readonly openssl: OpenSsl;
  readonly context: SecureContext;
  /** Those in use, so that clients with the same security share one: making it takes longest. */
  static readonly #clients: {
    readonly [protocol in "dtls" | "tls"]: WeakMap<ClientSecurity, SecureEndpoint>;
  } = { dtls: new WeakMap(), tls: new WeakMap() };
  #users = 1;

  private constructor(openssl: OpenSsl, make: (openssl: OpenSsl) => SecureContext) {
    this.openssl = openssl;
    try {
      this.context = make(openssl);
    } catch (error) {
      openssl.close();
      throw error;
    }
  }

  /**
   * The one that another client with the same `security` object uses, or a new one: keep one open
   * where many connect one after the other. Throws `PeerError`: without OpenSSL, and for a file or
   * an option that is not usable.
   */
  static client(protocol: "dtls" | "tls", security: ClientSecurity): SecureEndpoint {
    const clients = SecureEndpoint.#clients[protocol];
    const shared = clients.get(security);
    if (shared !== undefined && shared.#users > 0) {
      shared.#users++;
      return shared;
    }
    const endpoint = new SecureEndpoint(
      loadLibrary(security),
      (openssl) => SecureContext.client(openssl, { ...security, protocol }),
    );
    clients.set(security, endpoint);
    return endpoint;
  }

  /** Throws `PeerError`: without OpenSSL, and for a file or an option that is not usable. */
  static server(protocol: "dtls" | "tls", security: ServerSecurity): SecureEndpoint {
    return new SecureEndpoint(
      loadLibrary(security),
      (openssl) => SecureContext.server(openssl, { ...security, protocol }),
    );
  }

  /** To be called, by everybody who got it, when all connections are freed. */
  close(): void {
    if (--this.#users > 0) return;
    this.context.close();
    this.openssl.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function loadLibrary({ library = "" }: Security): OpenSsl {
  return loadOpenSsl({ location: library });
}

/** A handshake as a peer shows it. */
export function summaryOf(handshake: Handshake): HandshakeSummary {
  const { version, cipher, isResumed, durationMs, verdict } = handshake;
  return { version, cipher, isResumed, durationMs, trust: verdict?.rule ?? null };
}

/** A status that ends a session because of an error. */
export type Failure = Extract<
  StatusChange,
  { readonly status: "error" | "error_hostname_mismatch" }
>;
