/**
 * One `SSL` object over two memory BIOs: bytes from the wire go in, bytes for the wire come out,
 * without sockets. Thin and typed; what the steps mean for a session is in `secure_session.ts`.
 */

import { derOf } from "./certificate.ts";
import type { SecureContext } from "./context.ts";
import { cString, type Pointer, readCString } from "./native.ts";
import type { OpenSsl, SslFunctions } from "./openssl.ts";
import { takeErrors } from "./openssl_errors.ts";
import { isIpLiteral } from "./x509_names.ts";

/** How a step ended: done, waiting for more from the wire, closed by the peer, or failed. */
export type Step = "done" | "waiting" | "closed" | "failed";

const SSL_ERROR_WANT_READ = 2;
const SSL_ERROR_WANT_WRITE = 3;
const SSL_ERROR_ZERO_RETURN = 6;
const SHUTDOWN_SENT_AND_RECEIVED = 3;
const SSL_CTRL_SET_MTU = 17;
const SSL_CTRL_SET_TLSEXT_HOSTNAME = 55;
const DTLS_CTRL_GET_TIMEOUT = 73;
const DTLS_CTRL_HANDLE_TIMEOUT = 74;
const SSL_CTRL_GET_NEGOTIATED_GROUP = 134;
const NAME_TYPE_HOST = 0;
/** Set in the number of a group that OpenSSL has no name for. */
const UNKNOWN_GROUP = 0x0100_0000;
const NO_BYTES = new Uint8Array(0);

/** An `SSL` with its BIOs. Free it. */
export class SslObject {
  readonly #context: SecureContext;
  readonly #openssl: OpenSsl;
  readonly #ssl: SslFunctions;
  readonly #pointer: Pointer;
  readonly #input: Pointer;
  readonly #output: Pointer;
  #isFree = false;

  constructor(context: SecureContext) {
    const { openssl } = context;
    const { ssl } = openssl;
    context.retain();
    this.#context = context;
    this.#openssl = openssl;
    this.#ssl = ssl;
    this.#pointer = openssl.need(ssl.SSL_new(context.pointer), "set up a connection");
    this.#input = openssl.makeBuffer();
    this.#output = openssl.makeBuffer();
    ssl.SSL_set_bio(this.#pointer, this.#input, this.#output);
    if (context.role === "client") ssl.SSL_set_connect_state(this.#pointer);
    else ssl.SSL_set_accept_state(this.#pointer);
    if (context.timer !== null) ssl.DTLS_set_timer_cb(this.#pointer, context.timer.pointer);
  }

  /** Frees the object and its BIOs. Nothing else may be called afterwards. */
  free(): void {
    if (this.#isFree) return;
    this.#isFree = true;
    // Else OpenSSL would forget the session of a connection that ended without close_notify.
    this.#ssl.SSL_set_shutdown(this.#pointer, SHUTDOWN_SENT_AND_RECEIVED);
    this.#context.discard(this.#pointer);
    this.#context.release();
  }

  /** Before the first step of a client: sends the host as SNI when it is a name. */
  askFor(host: string): void {
    if (host === "" || isIpLiteral(host)) return;
    const name = cString(host.replace(/\.$/, ""));
    const done = this.#control(SSL_CTRL_SET_TLSEXT_HOSTNAME, NAME_TYPE_HOST, name);
    this.#openssl.check(done, `ask for the server name ${JSON.stringify(host)}`);
  }

  /**
   * Before the first step of a client: resumes what `exportSession` gave. Throws `PeerError` for a
   * session that is none.
   */
  resume(pem: string): void {
    const session = this.#context.importSession(pem);
    // A session of another protocol or of no use is left out: the handshake is a full one then.
    if (this.#ssl.SSL_set_session(this.#pointer, session) !== 1) takeErrors(this.#openssl.crypto);
  }

  /** DTLS: the largest datagram to cut handshake messages to. */
  setMtu(mtu: number): void {
    this.#control(SSL_CTRL_SET_MTU, mtu, null);
  }

  /**
   * DTLS server: takes the ClientHello whose cookie has been checked, so that the handshake goes on
   * where the stateless exchange ended. False when OpenSSL does not accept it.
   */
  listen(hello: Uint8Array<ArrayBuffer>): boolean {
    this.feed(hello);
    return this.#ssl.DTLSv1_listen(this.#pointer, this.#openssl.noAddress) === 1;
  }

  /** Hands over bytes from the wire: for DTLS one datagram, then a step, so that none is cut. */
  feed(bytes: Uint8Array<ArrayBuffer>): void {
    this.#openssl.crypto.BIO_write(this.#input, bytes, bytes.length);
  }

  /** Goes on with the handshake. */
  handshake(): Step {
    return this.#outcome(this.#ssl.SSL_do_handshake(this.#pointer));
  }

  /** Decrypts the next piece into `target`: its length, or how else the step ended. */
  read(target: Uint8Array<ArrayBuffer>): number | Step {
    const count = this.#ssl.SSL_read(this.#pointer, target, target.length);
    return count > 0 ? count : this.#outcome(count);
  }

  /** Encrypts a payload: one record over DTLS, as many as needed over TLS. */
  write(payload: Uint8Array<ArrayBuffer>): Step {
    return this.#outcome(this.#ssl.SSL_write(this.#pointer, payload, payload.length));
  }

  /** Writes close_notify. */
  shutdown(): void {
    if (this.#ssl.SSL_shutdown(this.#pointer) < 0) takeErrors(this.#openssl.crypto);
  }

  /**
   * All bytes for the wire; empty when there are none. They lie in a buffer of the library's that
   * the next call uses again.
   */
  takeOutput(): Uint8Array<ArrayBuffer> {
    const { crypto, wireBuffer } = this.#openssl;
    const count = crypto.BIO_read(this.#output, wireBuffer, wireBuffer.length);
    if (count <= 0) return NO_BYTES;
    if (count < wireBuffer.length) return wireBuffer.subarray(0, count);
    const pieces = [wireBuffer.slice()];
    for (let more = count; more > 0;) {
      more = crypto.BIO_read(this.#output, wireBuffer, wireBuffer.length);
      if (more > 0) pieces.push(wireBuffer.slice(0, more));
    }
    return concatBytes(pieces);
  }

  /** DTLS: milliseconds until the flight is sent again; null when no timer runs. */
  timeoutMs(): number | null {
    const { timeval } = this.#openssl;
    if (this.#control(DTLS_CTRL_GET_TIMEOUT, 0, timeval.bytes) !== 1) return null;
    return timeval.milliseconds();
  }

  /** DTLS: the timer ran out. Done when the flight was written again, waiting when too early. */
  handleTimeout(): Step {
    const result = this.#control(DTLS_CTRL_HANDLE_TIMEOUT, 0, null);
    if (result === 0) return "waiting";
    return result > 0 ? "done" : "failed";
  }

  /** As `DTLSv1.2`. */
  get version(): string {
    return readCString(this.#ssl.SSL_get_version(this.#pointer));
  }

  /** OpenSSL's name, as `ECDHE-RSA-AES256-GCM-SHA384`. */
  get cipher(): string {
    return readCString(this.#ssl.SSL_CIPHER_get_name(this.#cipher));
  }

  /** The standard's name, as `TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384`. */
  get standardCipher(): string {
    return readCString(this.#ssl.SSL_CIPHER_standard_name(this.#cipher));
  }

  /** The curve of the key exchange, as `X25519`; null where there was none, as for RSA. */
  get group(): string | null {
    // OpenSSL looks into the session without asking whether there is one.
    if (this.#ssl.SSL_get_session(this.#pointer) === null) return null;
    const number = this.#control(SSL_CTRL_GET_NEGOTIATED_GROUP, 0, null);
    if (number <= 0 || (number & UNKNOWN_GROUP) !== 0) return null;
    return readCString(this.#openssl.crypto.OBJ_nid2ln(number)) || null;
  }

  get isResumed(): boolean {
    return this.#ssl.SSL_session_reused(this.#pointer) === 1;
  }

  /** What the handshake is doing, in OpenSSL's words. */
  get stateName(): string {
    return readCString(this.#ssl.SSL_state_string_long(this.#pointer));
  }

  /** Server: the name that the client asked for (SNI). */
  get requestedName(): string | null {
    return readCString(this.#ssl.SSL_get_servername(this.#pointer, NAME_TYPE_HOST)) || null;
  }

  /** `X509_V_ERR_*` of the chain, as remembered by the session; 0 is good. */
  get verifyResult(): number {
    return this.#ssl.SSL_get_verify_result(this.#pointer);
  }

  /** Calls `use` with the peer's `X509`, or with null when it sent none. */
  withPeerX509<T>(use: (x509: Pointer | null) => T): T {
    const x509 = this.#ssl.SSL_get1_peer_certificate(this.#pointer);
    try {
      return use(x509);
    } finally {
      if (x509 !== null) this.#openssl.crypto.X509_free(x509);
    }
  }

  /** What the peer sent, its own certificate first, in DER. A resumed session has only that one. */
  peerChain(): readonly Uint8Array<ArrayBuffer>[] {
    const { crypto } = this.#openssl;
    const chain = this.withPeerX509((x509) => x509 === null ? [] : [derOf(this.#openssl, x509)]);
    const stack = this.#ssl.SSL_get_peer_cert_chain(this.#pointer);
    if (stack === null) return chain;
    // A client's stack begins with the peer's own certificate, a server's does not.
    const first = this.#context.role === "client" ? 1 : 0;
    for (let i = first, count = crypto.OPENSSL_sk_num(stack); i < count; i++) {
      const x509 = this.#openssl.need(crypto.OPENSSL_sk_value(stack, i), "read the chain");
      chain.push(derOf(this.#openssl, x509));
    }
    return chain;
  }

  /** The session in PEM, for `resume`; null when it cannot be resumed. */
  exportSession(): string | null {
    const session = this.#ssl.SSL_get_session(this.#pointer);
    if (session === null || this.#ssl.SSL_SESSION_is_resumable(session) !== 1) return null;
    // One that was resumed and not replaced by the server is written already.
    return this.#context.textOfImported(session) ?? this.#openssl.collectText(
      (bio) => this.#ssl.PEM_write_bio_SSL_SESSION(bio, session),
      "export the session",
    );
  }

  get #cipher(): Pointer | null {
    return this.#ssl.SSL_get_current_cipher(this.#pointer);
  }

  #outcome(result: number): Step {
    if (result > 0) return "done";
    const error = this.#ssl.SSL_get_error(this.#pointer, result);
    if (error === SSL_ERROR_WANT_READ || error === SSL_ERROR_WANT_WRITE) return "waiting";
    return error === SSL_ERROR_ZERO_RETURN ? "closed" : "failed";
  }

  #control(command: number, value: number, buffer: Uint8Array<ArrayBuffer> | null): number {
    return this.#ssl.SSL_ctrl(this.#pointer, command, BigInt(value), buffer);
  }
}

function concatBytes(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece, offset);
    offset += piece.length;
  }
  return joined;
}
