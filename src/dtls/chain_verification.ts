/**
 * OpenSSL's judgement of a chain of certificates: all objections instead of the first one, and
 * whether a name is in a certificate. What follows from them is decided in `trust.ts`.
 */

import { derOf, describeX509 } from "./certificate.ts";
import {
  cString,
  type NativeCallback,
  nativeCallback,
  type Pointer,
  readCString,
} from "./native.ts";
import type { OpenSsl } from "./openssl.ts";
import { takeErrors } from "./openssl_errors.ts";
import { type ChainProblem, chainProblem, withoutEchoes } from "./verify_words.ts";
import { isIpLiteral, readAlternativeNames } from "./x509_names.ts";

/** A `*` stands for whole labels only. */
const NO_PARTIAL_WILDCARDS = 0x4;

/** What OpenSSL found out about a peer's certificate. */
export interface PeerCertificate {
  /** Copies the certificate, which few rules need; only until OpenSSL has its answer. */
  readonly der: () => Uint8Array<ArrayBuffer>;
  /** All objections to the chain: see `SecureContext.relevant`. */
  readonly chain: readonly ChainProblem[];
  readonly isForHost: boolean;
}

/** What a chain is examined against. */
export interface ExamineOptions {
  /** The `X509_STORE` of trusted certificates. */
  readonly trusted: Pointer | null;
  /** What the certificate is to be good for. */
  readonly purpose: "ssl_server" | "ssl_client";
  /** The host that it should be for; null for none. */
  readonly host: string | null;
}

/** Verifies chains; objections are gathered while OpenSSL goes on. Close it after its contexts. */
export class ChainVerifier {
  readonly #openssl: OpenSsl;
  readonly #onProblem: NativeCallback;
  readonly #verifyTime: number | null;
  #problems: ChainProblem[] = [];
  #thrown: { readonly error: unknown } | null = null;

  /** `verifyTime` is when dates are looked at, in seconds since 1970; null is now. */
  constructor(openssl: OpenSsl, verifyTime: number | null) {
    this.#openssl = openssl;
    this.#verifyTime = verifyTime;
    this.#onProblem = nativeCallback(
      { parameters: ["i32", "pointer"], result: "i32" },
      (isGood: number, store: Pointer) => this.#note(isGood, store),
    );
  }

  /** Looks at the certificate and the chain of an `X509_STORE_CTX` that is set up. */
  findOut(store: Pointer, host: string | null): PeerCertificate {
    const { crypto } = this.#openssl;
    const x509 = this.#openssl.need(crypto.X509_STORE_CTX_get0_cert(store), "see the certificate");
    const peer = {
      der: () => derOf(this.#openssl, x509),
      chain: this.#verify(store),
      isForHost: host === null || isForHost(this.#openssl, x509, host),
    };
    takeErrors(crypto); // They are told already; left behind, they would look like other failures.
    return peer;
  }

  /**
   * Looks at a certificate that did not come in a handshake. `chain` is in DER, the certificate
   * first, then what came with it. Throws `PeerError` when one is broken.
   */
  examine(
    chain: readonly Uint8Array<ArrayBuffer>[],
    { trusted, purpose, host }: ExamineOptions,
  ): PeerCertificate {
    const { crypto } = this.#openssl;
    const owned = new DisposableStack();
    try {
      const stack = this.#openssl.need(crypto.OPENSSL_sk_new_null(), "make a chain");
      owned.defer(() => crypto.OPENSSL_sk_free(stack));
      const [leaf = null, ...others] = chain.map((der) => {
        const x509 = this.#openssl.withBytes(der, (bio) => crypto.d2i_X509_bio(bio, null));
        owned.defer(() => crypto.X509_free(x509));
        return this.#openssl.need(x509, "read the certificate");
      });
      for (const x509 of others) crypto.OPENSSL_sk_push(stack, x509);
      const store = this.#openssl.need(crypto.X509_STORE_CTX_new(), "start a verification");
      owned.defer(() => crypto.X509_STORE_CTX_free(store));
      const isSet = crypto.X509_STORE_CTX_init(store, trusted, leaf, stack);
      this.#openssl.check(isSet, "start a verification");
      crypto.X509_STORE_CTX_set_default(store, cString(purpose));
      const [der = new Uint8Array()] = chain; // without one, nothing could be examined
      return { ...this.findOut(store, host), der: () => der };
    } finally {
      owned.dispose();
    }
  }

  /** An objection that a session to resume remembers: of its certificates only one is known. */
  rememberedProblem(code: number): ChainProblem {
    const words = `the session was made with a certificate that was not good: ${this.#words(code)}`;
    return chainProblem(code, 0, null, words);
  }

  close(): void {
    this.#onProblem.close();
  }

  /** Objections to the chain; empty when there are none. */
  #verify(store: Pointer): readonly ChainProblem[] {
    const { crypto } = this.#openssl;
    if (this.#verifyTime !== null) {
      const param = crypto.X509_STORE_CTX_get0_param(store);
      crypto.X509_VERIFY_PARAM_set_time(param, BigInt(Math.floor(this.#verifyTime)));
    }
    this.#problems = [];
    crypto.X509_STORE_CTX_set_verify_cb(store, this.#onProblem.pointer);
    this.#thrown = null;
    const result = crypto.X509_verify_cert(store);
    this.#rethrow();
    if (result !== 1 && this.#problems.length === 0) {
      this.#add(crypto.X509_STORE_CTX_get_error(store), store);
    }
    return withoutEchoes(this.#problems);
  }

  #rethrow(): void {
    if (this.#thrown !== null) throw this.#thrown.error;
  }

  /** Notes the objection and lets OpenSSL go on: trust is decided when all are known. */
  #note(isGood: number, store: Pointer): number {
    if (isGood === 1) return 1;
    try {
      this.#add(this.#openssl.crypto.X509_STORE_CTX_get_error(store), store);
    } catch (error) {
      this.#thrown = { error }; // C cannot pass an exception on: it is thrown after the call.
    }
    return 1;
  }

  #add(code: number, store: Pointer): void {
    const { crypto } = this.#openssl;
    const x509 = crypto.X509_STORE_CTX_get_current_cert(store);
    const depth = crypto.X509_STORE_CTX_get_error_depth(store);
    const certificate = x509 === null ? null : describeX509(this.#openssl, x509);
    this.#problems.push(chainProblem(code, depth, certificate, this.#words(code)));
  }

  #words(code: number): string {
    return readCString(this.#openssl.crypto.X509_verify_cert_error_string(BigInt(code)));
  }
}

/**
 * Whether a certificate is for a host: host names by RFC 6125, addresses by their bytes. Without
 * any alternative name the common name counts, for an address too: certificates that Godot makes
 * have nothing else, and Godot compares so.
 */
export function isForHost(openssl: OpenSsl, x509: Pointer, host: string): boolean {
  const name = host.replace(/%.*$/, "").replace(/(?<=.)\.$/, "");
  // To OpenSSL a leading dot means "any name below".
  if (name === "" || name.startsWith(".")) return false;
  const text = cString(name);
  const { crypto } = openssl;
  if (isIpLiteral(name)) {
    if (crypto.X509_check_ip_asc(x509, text, 0) === 1) return true;
    if (readAlternativeNames(openssl, x509).length > 0) return false;
  }
  return crypto.X509_check_host(x509, text, 0n, NO_PARTIAL_WILDCARDS, null) === 1;
}
