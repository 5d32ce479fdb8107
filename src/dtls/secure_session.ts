/**
 * What DTLS and TLS sessions have in common: one connection's life from handshake to close, without
 * I/O. Events come out of `poll`; `session.ts` (datagrams) and `stream_session.ts` (a byte stream)
 * add how bytes come in and go out, and describe how to use them.
 */

import { PeerError } from "../errors.ts";
import { type CertificateInfo, derOf, readDer } from "./certificate.ts";
import type { CertificateJudge, SecureContext } from "./context.ts";
import { failureOf } from "./failure_words.ts";
import { takeErrors } from "./openssl_errors.ts";
import type { SessionOutput, SessionStatus } from "./session_outputs.ts";
import { SslObject, type Step } from "./ssl_object.ts";
import { decideTrust, summarizeCertificate, type TrustVerdict } from "./trust.ts";
import { isForHost, type PeerCertificate } from "./chain_verification.ts";

/** Whom a session is with. */
export interface SessionTarget {
  /** The remote address for messages, as `127.0.0.1:4242`. */
  readonly remote: string;
  /** The remote port, for a verify function. @default {0} */
  readonly port?: number;
  /**
   * Client: the host whose name must be in the certificate, sent as SNI when it is a name. Null
   * checks no name. Servers have none.
   */
  readonly host?: string | null;
}

/** How a session begins. */
export interface SessionStart {
  /** Milliseconds of a clock that never goes back; all later times are of the same one. */
  readonly now: number;
  /** Client: a session to resume, as `exportSession` gave it. A useless one is ignored. */
  readonly session?: string | null;
}

/** How one session differs from others of its context. */
export interface SessionOptions extends SessionTarget, SessionStart {}

/** The life of one connection. `dispose` it, whatever its status: only that frees its memory. */
export abstract class SecureSession implements Disposable {
  protected readonly context: SecureContext;
  protected readonly ssl: SslObject;
  readonly #target: SessionTarget;
  readonly #judge: CertificateJudge;
  #startedAt = 0;
  #status: SessionStatus = "handshaking";
  #outputs: SessionOutput[] = [];
  #nextOutput = 0;
  #verdict: TrustVerdict | null = null;
  #certificate: Uint8Array<ArrayBuffer> | null = null;
  #thrown: { readonly error: unknown } | null = null;
  #isDisposed = false;

  protected constructor(context: SecureContext, target: SessionTarget) {
    this.context = context;
    this.#target = target;
    this.#judge = {
      checkedHost: target.host ?? null,
      judge: (peer) => this.#decide(peer),
      fail: (error) => {
        this.#thrown = { error };
      },
    };
    this.ssl = new SslObject(context);
    try {
      if (context.role === "client") this.ssl.askFor(target.host ?? "");
    } catch (error) {
      this.ssl.free();
      throw error;
    }
  }

  get status(): SessionStatus {
    return this.#status;
  }

  /** The next output; null when there is none until something is put in again. */
  poll(): SessionOutput | null {
    const output = this.#outputs[this.#nextOutput];
    if (output !== undefined) {
      this.#nextOutput++;
      return output;
    }
    if (this.#nextOutput > 0) {
      this.#outputs = [];
      this.#nextOutput = 0;
    }
    return null;
  }

  /**
   * Ends the session: close_notify is sent when connected, nothing when the handshake still runs.
   * The status is `disconnected` at once; what comes later is ignored.
   */
  close(_now: number): void {
    if (this.#status !== "connected" && this.#status !== "handshaking") return;
    if (this.#status === "connected") {
      this.ssl.shutdown();
      this.flush();
    }
    this.#disconnect("us", true);
  }

  /** Frees the connection. Outputs that wait can still be polled; nothing else may be called. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    if (this.#status === "connected" || this.#status === "handshaking") {
      this.#status = "disconnected";
    }
    this.ssl.free();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /**
   * The session for a later connection to resume, in PEM (as `openssl s_client -sess_out` writes);
   * null when the peer does not offer that. From the handshake on, and best when the connection
   * ends: over TLS 1.3 the server sends it with its first data. It holds secrets.
   */
  exportSession(): string | null {
    return this.#isDisposed ? null : this.ssl.exportSession();
  }

  /** The certificates that the peer sent, its own first; empty when it sent none. */
  peerCertificates(): readonly CertificateInfo[] {
    if (this.#isDisposed) return [];
    return this.ssl.peerChain().map((der) => readDer(this.context.openssl, der));
  }

  /** More about the connection than its handshake event tells. */
  details(): SessionDetails {
    const { standardCipher, group, requestedName, stateName } = this.ssl;
    return { standardCipher, group, requestedName, stateName };
  }

  /** Call it before the first step. Throws `PeerError` for a session that is none: it is disposed. */
  protected begin({ now, session = null }: SessionStart): void {
    this.#startedAt = now;
    try {
      if (session !== null) this.ssl.resume(session);
    } catch (error) {
      this.dispose();
      throw error;
    }
    this.push({ type: "status", status: "handshaking" });
  }

  /** Puts bytes for the wire into `transmit` outputs. */
  protected abstract transmit(bytes: Uint8Array<ArrayBuffer>): void;

  protected push(output: SessionOutput): void {
    this.#outputs.push(output);
  }

  /** Sends what OpenSSL has written. True when there was something. */
  protected flush(): boolean {
    const bytes = this.ssl.takeOutput();
    if (bytes.length === 0) return false;
    this.transmit(bytes);
    return true;
  }

  /**
   * After input: goes on with the handshake, then reads what has come. When connected, no more than
   * `limit` payloads can be in the input. Returns how many came.
   */
  protected advance(now: number, limit: number): number {
    if (this.#status === "connected") return this.#readPayloads(limit);
    // What came too early, with the handshake, has waited inside OpenSSL.
    return this.#status === "handshaking" && this.#shakeHands(now)
      ? this.#readPayloads(Infinity)
      : 0;
  }

  /** Decrypts until nothing more is there, or can be there. Returns how many payloads came. */
  #readPayloads(limit: number): number {
    const { plainBuffer } = this.context.openssl;
    for (let count = 0;;) {
      const result = this.ssl.read(plainBuffer);
      if (typeof result !== "number") {
        this.#endReading(result);
        return count;
      }
      this.push({ type: "data", payload: plainBuffer.slice(0, result) });
      // To ask OpenSSL for more than there is takes as long as to decrypt a small packet.
      if (++count === limit) return count;
    }
  }

  #endReading(step: Step): void {
    if (step === "closed") this.ssl.shutdown();
    this.flush();
    if (step === "closed") this.#disconnect("peer", true);
    else if (step === "failed") this.#failWithErrors("lost");
  }

  /** Throws `PeerError` unless the payload can be sent. False for an empty one: nothing to do. */
  protected checkPayload(payload: Uint8Array, maxLength: number): boolean {
    if (this.#status !== "connected") {
      const why = this.#status === "handshaking" ? "the handshake is not done" : "it is closed";
      throw this.#error("ERR_UNCONFIGURED", `cannot send to ${this.#target.remote}: ${why}`);
    }
    if (payload.length > maxLength) {
      const what = `a packet of ${payload.length} bytes does not fit`;
      const limit = `DTLS carries at most ${maxLength} in one record`;
      throw this.#error("ERR_INVALID_PARAMETER", `${what}: ${limit}`);
    }
    return payload.length > 0;
  }

  /** Encrypts and sends. */
  protected write(payload: Uint8Array<ArrayBuffer>): void {
    const step = this.ssl.write(payload);
    this.flush();
    if (step !== "done") this.#failWithErrors("lost");
  }

  /** The stream ended without close_notify. */
  protected endWithoutNotice(): void {
    if (this.#status === "connected") this.#disconnect("peer", false);
    else if (this.#status === "handshaking") {
      this.#fail("handshake", "the peer closed the connection in the middle of it", null);
    }
  }

  /** Ends the session for a reason that OpenSSL left in its queue of errors. */
  protected failWithErrors(): void {
    this.#failWithErrors(this.#status === "connected" ? "lost" : "handshake");
  }

  /** True when that completed the handshake. */
  #shakeHands(now: number): boolean {
    // OpenSSL asks about the certificate inside this call.
    this.context.judge = this.#judge;
    const step = this.ssl.handshake();
    this.context.judge = null;
    this.flush();
    const thrown = this.#thrown;
    if (thrown !== null) {
      takeErrors(this.context.openssl.crypto);
      throw thrown.error;
    }
    if (step === "done") return this.#connect(now);
    if (step !== "waiting") this.#failWithErrors("handshake");
    return false;
  }

  #connect(now: number): boolean {
    const { version, cipher, isResumed } = this.ssl;
    if (isResumed && !this.#judgeResumed()) return false;
    this.#status = "connected";
    const durationMs = now - this.#startedAt;
    const handshake = { version, cipher, isResumed, durationMs, verdict: this.#verdict };
    this.push({ type: "status", status: "connected", handshake });
    return true;
  }

  #decide(peer: PeerCertificate): boolean {
    const { openssl, policy } = this.context;
    this.#verdict = decideTrust({
      host: this.#target.host ?? null,
      port: this.#target.port ?? 0,
      isForHost: peer.isForHost,
      chain: this.context.relevant(peer.chain),
      certificate: () => readDer(openssl, peer.der()),
    }, policy);
    if (!this.#verdict.isAccepted) this.#certificate = peer.der();
    return this.#verdict.isAccepted;
  }

  /**
   * A resumed session comes without certificates: the one that it remembers, and what was wrong
   * with its chain, are judged by today's rules. The chain itself is not verified again.
   */
  #judgeResumed(): boolean {
    const { openssl, verifier, role } = this.context;
    const code = this.ssl.verifyResult;
    const host = this.#target.host ?? null;
    const peer = this.ssl.withPeerX509((x509): PeerCertificate | null => {
      if (x509 === null) return null;
      const chain = code === 0 ? [] : [verifier.rememberedProblem(code)];
      const isHost = host === null || isForHost(openssl, x509, host);
      const der = derOf(openssl, x509);
      return { der: () => der, chain, isForHost: isHost };
    });
    // A server that asks for no certificates has none to judge.
    if (peer === null ? role === "server" : this.#decide(peer)) return true;
    this.ssl.shutdown();
    this.flush();
    if (peer === null) this.#fail("handshake", "the session remembers no certificate", null);
    else this.#failWithErrors("handshake");
    return false;
  }

  #disconnect(by: "us" | "peer", isOrderly: boolean): void {
    this.#status = "disconnected";
    this.push({ type: "status", status: "disconnected", by, isOrderly });
  }

  #failWithErrors(what: "handshake" | "lost"): void {
    const { why, alert } = failureOf(takeErrors(this.context.openssl.crypto));
    if (this.#verdict?.isAccepted === false) this.#refuse(this.#verdict);
    else this.#fail(what, why, alert);
  }

  #fail(what: "handshake" | "lost", why: string, alert: number | null): void {
    const { remote } = this.#target;
    const error = what === "handshake"
      ? this.#error("ERR_CANT_CONNECT", `the handshake with ${remote} failed: ${why}`)
      : this.#error("ERR_CONNECTION_ERROR", `the connection to ${remote} broke: ${why}`);
    this.#status = "error";
    this.push({ type: "status", status: "error", error, verdict: null, certificate: null, alert });
  }

  #refuse(verdict: TrustVerdict): void {
    const { remote } = this.#target;
    const der = this.#certificate;
    const certificate = der === null ? null : readDer(this.context.openssl, der);
    const says = certificate === null ? "" : `; it says: ${summarizeCertificate(certificate)}`;
    const error = this.#error(
      "ERR_UNAUTHORIZED",
      `the certificate of ${remote} is refused by the rule "${verdict.rule}": ${verdict.reason}` +
        says,
    );
    const status = verdict.rule === "host name" ? "error_hostname_mismatch" : "error";
    this.#status = status;
    this.push({ type: "status", status, error, verdict, certificate, alert: null });
  }

  #error(code: PeerError["code"], message: string): PeerError {
    return new PeerError(code, message, this.#target.remote);
  }
}

/** What else can be asked about a connection. */
export interface SessionDetails {
  /** As `TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384`. */
  readonly standardCipher: string;
  /** The curve of the key exchange, as `X25519`; null where there was none. */
  readonly group: string | null;
  /** Server: the name that the client asked for (SNI). */
  readonly requestedName: string | null;
  /** What the handshake is doing, in OpenSSL's words. */
  readonly stateName: string;
}
