/**
 * `SSL_CTX`: what all connections of one endpoint share, made from options. A context may be closed
 * while connections are open; it lives on until the last of them is freed.
 *
 * Decisions: verification never uses OpenSSL's own verdict but collects all its objections and lets
 * `trust.ts` decide, inside the handshake, so that a refusal is sent as an alert. There is no
 * renegotiation. Cookies are checked before OpenSSL sees a datagram (`cookie.ts`).
 */

import { PeerError } from "../errors.ts";
import { ChainVerifier, type PeerCertificate } from "./chain_verification.ts";
import { announceAuthorities, trustCertificates, useCertificate } from "./context_files.ts";
import type {
  ClientContextOptions,
  ContextOptions,
  ProtocolVersion,
  Retransmission,
  ServerContextOptions,
} from "./context_options.ts";
import {
  addressOf,
  cString,
  type NativeCallback,
  nativeCallback,
  type Pointer,
  readCString,
} from "./native.ts";
import type { OpenSsl } from "./openssl.ts";
import { takeErrors } from "./openssl_errors.ts";
import type { TrustPolicy } from "./trust.ts";
import { type ChainProblem, isAboutIssuer, VerifyError } from "./verify_words.ts";

const SSL_VERIFY_PEER = 1;
const SSL_VERIFY_FAIL_IF_NO_PEER_CERT = 2;
const SSL_CTRL_SET_SESS_CACHE_SIZE = 42;
const SSL_CTRL_SET_SESS_CACHE_MODE = 44;
const SSL_CTRL_SET_MIN_PROTO_VERSION = 123;
const SSL_CTRL_SET_MAX_PROTO_VERSION = 124;
const SSL_SESS_CACHE_OFF = 0n;
const SSL_SESS_CACHE_SERVER = 2n;
const SSL_OP_NO_QUERY_MTU = 1n << 12n;
const SSL_OP_NO_TICKET = 1n << 14n;
const SSL_OP_NO_COMPRESSION = 1n << 17n;
const SSL_OP_NO_ENCRYPT_THEN_MAC = 1n << 19n;
const SSL_OP_NO_RENEGOTIATION = 1n << 30n;

/** Sessions that a server remembers by id, beside those whose clients hold a ticket. */
const SESSION_CACHE_SIZE = 4096n;
const NO_PASSPHRASE = new Uint8Array(1);
/** What a session may be resumed for; OpenSSL wants one wherever clients send certificates. */
const SESSION_CONTEXT = new TextEncoder().encode("packetpeer");

const VERSION_NUMBERS = {
  dtls: { "1.0": 0xfeff, "1.2": 0xfefd },
  tls: { "1.0": 0x0301, "1.1": 0x0302, "1.2": 0x0303, "1.3": 0x0304 },
} as const;

/** A connection that judges its peer's certificate while its handshake runs. */
export interface CertificateJudge {
  /** The name to look for in the certificate; null for none. */
  readonly checkedHost: string | null;
  /** True accepts. */
  judge(peer: PeerCertificate): boolean;
  /** Something threw while OpenSSL was calling us; the connection throws it afterwards. */
  fail(error: unknown): void;
}

/** An `SSL_CTX` with what belongs to it. */
export class SecureContext implements Disposable {
  readonly openssl: OpenSsl;
  readonly role: "client" | "server";
  readonly protocol: "dtls" | "tls";
  readonly pointer: Pointer;
  readonly policy: TrustPolicy;
  readonly verifier: ChainVerifier;
  /** A callback for `DTLS_set_timer_cb`; null where OpenSSL's own times are used. */
  readonly timer: NativeCallback | null;
  /** The connection whose handshake is running; set around calls into OpenSSL. */
  judge: CertificateJudge | null = null;
  readonly #callbacks: NativeCallback[] = [];
  /** The context itself until it is closed, and its connections. */
  #users = 1;
  #isClosed = false;
  /** False where nothing is trusted on purpose: an unknown issuer is no news then. */
  #knowsIssuers = true;
  /** An `SSL` that is still to be freed. */
  #discarded: Pointer | null = null;
  /** The session that was read last: clients that resume it many times read it once. */
  #imported: { readonly pem: string; readonly session: Pointer } | null = null;

  /** Makes a client's context. Throws `PeerError` when a file or an option is not usable. */
  static client(openssl: OpenSsl, options: ClientContextOptions): SecureContext {
    return new SecureContext(openssl, "client", options, (context) => {
      const { ca = null, pins = [], isInsecure = false } = options;
      // The system's certificates take tens of milliseconds to read, for nothing where another rule
      // decides.
      if (ca === null && (pins.length > 0 || isInsecure)) context.#knowsIssuers = false;
      else trustCertificates(openssl, context.pointer, ca);
      if (options.certificate !== undefined) {
        useCertificate(openssl, context.pointer, options.certificate);
      }
      context.#verifyPeer(SSL_VERIFY_PEER);
    });
  }

  /** Makes a server's context. Throws `PeerError` when a file or an option is not usable. */
  static server(openssl: OpenSsl, options: ServerContextOptions): SecureContext {
    return new SecureContext(openssl, "server", options, (context) => {
      useCertificate(openssl, context.pointer, options.certificate);
      context.#resumeSessions(options.resumesSessions ?? true);
      context.#askForCertificate(options);
      if (options.protocol === "dtls") {
        const { acceptCookie, ssl } = openssl;
        ssl.SSL_CTX_set_cookie_verify_cb(context.pointer, acceptCookie.pointer);
      }
    });
  }

  private constructor(
    openssl: OpenSsl,
    role: "client" | "server",
    options: ClientContextOptions | ServerContextOptions,
    complete: (context: SecureContext) => void,
  ) {
    this.openssl = openssl;
    this.role = role;
    this.protocol = options.protocol;
    this.policy = {
      pins: options.pins ?? [],
      isInsecure: "isInsecure" in options && options.isInsecure === true,
      verify: options.verify ?? null,
    };
    this.pointer = openssl.need(
      openssl.ssl.SSL_CTX_new(methodOf(openssl, role, options.protocol)),
      "set up encryption",
    );
    this.verifier = new ChainVerifier(openssl, options.verifyTime ?? null);
    try {
      this.timer = this.#timerOf(options.retransmission ?? null);
      this.#configure(options);
      complete(this);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The objections that count in this context. */
  relevant(chain: readonly ChainProblem[]): readonly ChainProblem[] {
    return this.#knowsIssuers ? chain : chain.filter(({ code }) => !isAboutIssuer(code));
  }

  /** No new connections; everything is freed when the last one is. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.release();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** For a connection: keeps the context alive until `release`. Throws once it is closed. */
  retain(): void {
    if (this.#isClosed) throw new PeerError("ERR_UNCONFIGURED", "the endpoint is closed");
    this.#users++;
  }

  /** Frees an `SSL` that is done with, as late as with the next one: that takes 30 µs. */
  discard(ssl: Pointer): void {
    this.freeDiscarded();
    this.#discarded = ssl;
  }

  /** Frees what waits for it; where there is time anyway, that is quicker for what follows. */
  freeDiscarded(): void {
    if (this.#discarded !== null) this.openssl.ssl.SSL_free(this.#discarded);
    this.#discarded = null;
  }

  /** The opposite of `retain`. */
  release(): void {
    if (--this.#users > 0) return;
    this.freeDiscarded();
    this.#forgetSession();
    this.openssl.ssl.SSL_CTX_free(this.pointer);
    for (const callback of this.#callbacks) callback.close();
    this.verifier.close();
  }

  /**
   * The `SSL_SESSION` that `SecureSession.exportSession` wrote; it belongs to the context. Throws
   * `PeerError` for a text that is none.
   */
  importSession(pem: string): Pointer {
    if (this.#imported?.pem === pem) return this.#imported.session;
    const { crypto, ssl } = this.openssl;
    const session = this.openssl.withBytes(
      new TextEncoder().encode(pem),
      (bio) => ssl.PEM_read_bio_SSL_SESSION(bio, null, null, NO_PASSPHRASE),
    );
    if (session === null) {
      takeErrors(crypto);
      throw new PeerError("ERR_INVALID_DATA", "cannot resume the session: it is no TLS session");
    }
    this.#forgetSession();
    this.#imported = { pem, session };
    return session;
  }

  /** The text of a session that was read by `importSession` last; null for any other. */
  textOfImported(session: Pointer): string | null {
    const imported = this.#imported;
    return imported !== null && addressOf(imported.session) === addressOf(session)
      ? imported.pem
      : null;
  }

  /**
   * Judges a certificate that did not come in a handshake of this context: chain and host name by
   * this context's trusted certificates. `intermediates` are what else the peer sent.
   */
  examine(
    der: Uint8Array<ArrayBuffer>,
    intermediates: readonly Uint8Array<ArrayBuffer>[],
    host: string | null,
  ): PeerCertificate {
    const trusted = this.openssl.ssl.SSL_CTX_get_cert_store(this.pointer);
    const purpose = this.role === "client" ? "ssl_server" : "ssl_client";
    return this.verifier.examine([der, ...intermediates], { trusted, purpose, host });
  }

  #forgetSession(): void {
    if (this.#imported !== null) this.openssl.ssl.SSL_SESSION_free(this.#imported.session);
    this.#imported = null;
  }

  #configure(options: ContextOptions): void {
    const { ssl } = this.openssl;
    const { protocol, minVersion, maxVersion, ciphers, securityLevel, onKeylog } = options;
    ssl.SSL_CTX_set_options(
      this.pointer,
      SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_QUERY_MTU,
    );
    // With it, OpenSSL ends a DTLS connection for one forged record (its issue 24972).
    if (protocol === "dtls") ssl.SSL_CTX_set_options(this.pointer, SSL_OP_NO_ENCRYPT_THEN_MAC);
    this.#limitVersion(SSL_CTRL_SET_MIN_PROTO_VERSION, protocol, minVersion ?? "1.2");
    if (maxVersion !== undefined) {
      this.#limitVersion(SSL_CTRL_SET_MAX_PROTO_VERSION, protocol, maxVersion);
    }
    if (securityLevel !== undefined) ssl.SSL_CTX_set_security_level(this.pointer, securityLevel);
    if (ciphers !== undefined) {
      const what = `use the ciphers ${JSON.stringify(ciphers)}`;
      this.openssl.check(ssl.SSL_CTX_set_cipher_list(this.pointer, cString(ciphers)), what);
    }
    if (onKeylog !== undefined) this.#logKeys(onKeylog);
    // The client keeps its sessions itself: see `SecureSession.exportSession`.
    this.#control(SSL_CTRL_SET_SESS_CACHE_MODE, SSL_SESS_CACHE_OFF);
  }

  #limitVersion(command: number, protocol: "dtls" | "tls", version: ProtocolVersion): void {
    const numbers: Readonly<Partial<Record<ProtocolVersion, number>>> = VERSION_NUMBERS[protocol];
    const number = numbers[version];
    const name = `${protocol.toUpperCase()} ${version}`;
    if (number === undefined) {
      const has = Object.keys(numbers).join(", ");
      throw new PeerError(
        "ERR_INVALID_PARAMETER",
        `cannot use ${name}: there is ${protocol.toUpperCase()} ${has}`,
      );
    }
    this.openssl.check(this.#control(command, BigInt(number)), `use ${name}`);
  }

  #control(command: number, value: bigint, pointer: Pointer | null = null): number {
    return this.openssl.ssl.SSL_CTX_ctrl(this.pointer, command, value, pointer);
  }

  #logKeys(onKeylog: (line: string) => void): void {
    const callback = nativeCallback(
      { parameters: ["pointer", "pointer"], result: "void" },
      (_ssl: Pointer, line: Pointer) => {
        try {
          onKeylog(readCString(line));
        } catch (error) {
          this.judge?.fail(error);
        }
      },
    );
    this.#callbacks.push(callback);
    this.openssl.ssl.SSL_CTX_set_keylog_callback(this.pointer, callback.pointer);
  }

  #timerOf(retransmission: Retransmission | null): NativeCallback | null {
    if (retransmission === null) return null;
    const firstMicros = Math.round(retransmission.firstMs * 1000);
    const longestMicros = Math.round(retransmission.longestMs * 1000);
    const callback = nativeCallback(
      { parameters: ["pointer", "u32"], result: "u32" },
      (_ssl: Pointer, lastMicros: number) =>
        lastMicros === 0 ? firstMicros : Math.min(longestMicros, lastMicros * 2),
    );
    this.#callbacks.push(callback);
    return callback;
  }

  #resumeSessions(resumes: boolean): void {
    const { ssl } = this.openssl;
    const length = SESSION_CONTEXT.length;
    ssl.SSL_CTX_set_session_id_context(this.pointer, SESSION_CONTEXT, length);
    if (resumes) {
      this.#control(SSL_CTRL_SET_SESS_CACHE_MODE, SSL_SESS_CACHE_SERVER);
      this.#control(SSL_CTRL_SET_SESS_CACHE_SIZE, SESSION_CACHE_SIZE);
    } else {
      ssl.SSL_CTX_set_options(this.pointer, SSL_OP_NO_TICKET);
    }
  }

  #askForCertificate(
    { clientCertificate = "none", clientCa, ...rest }: ServerContextOptions,
  ): void {
    if (clientCertificate === "none") return;
    const { pins = [], verify } = rest;
    if (clientCa === undefined && pins.length === 0 && verify === undefined) {
      const why = "client certificates need trusted CAs, pins or a verify function";
      throw new PeerError("ERR_INVALID_PARAMETER", why);
    }
    trustCertificates(this.openssl, this.pointer, clientCa ?? []);
    announceAuthorities(this.openssl, this.pointer, clientCa ?? []);
    const isRequired = clientCertificate === "required";
    this.#verifyPeer(SSL_VERIFY_PEER | (isRequired ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0));
  }

  #verifyPeer(mode: number): void {
    const { ssl } = this.openssl;
    const callback = nativeCallback(
      { parameters: ["pointer", "pointer"], result: "i32" },
      (store: Pointer) => this.#onCertificate(store),
    );
    this.#callbacks.push(callback);
    ssl.SSL_CTX_set_verify(this.pointer, mode, null);
    ssl.SSL_CTX_set_cert_verify_callback(this.pointer, callback.pointer, null);
  }

  /** OpenSSL asks inside the handshake: 1 accepts, 0 refuses with an alert by the error's number. */
  #onCertificate(store: Pointer): number {
    const { crypto } = this.openssl;
    const judge = this.judge;
    if (judge === null) return 0;
    try {
      const peer = this.verifier.findOut(store, judge.checkedHost);
      const isAccepted = judge.judge(peer);
      crypto.X509_STORE_CTX_set_error(store, isAccepted ? errorOf(peer) : refusalOf(peer));
      return isAccepted ? 1 : 0;
    } catch (error) {
      judge.fail(error); // C cannot pass an exception on: the judge throws it after the call.
      return 0;
    }
  }
}

/** What the session remembers about the chain: a resumed one is judged by it again. */
function errorOf({ chain }: PeerCertificate): number {
  return chain[0]?.code ?? 0;
}

/** The error whose alert fits the refusal. */
function refusalOf(peer: PeerCertificate): number {
  const chainError = errorOf(peer);
  if (chainError !== 0) return chainError;
  return peer.isForHost ? VerifyError.applicationVerification : VerifyError.hostnameMismatch;
}

function methodOf(
  { ssl }: OpenSsl,
  role: "client" | "server",
  protocol: "dtls" | "tls",
): Pointer | null {
  if (protocol === "dtls") {
    return role === "client" ? ssl.DTLS_client_method() : ssl.DTLS_server_method();
  }
  return role === "client" ? ssl.TLS_client_method() : ssl.TLS_server_method();
}
