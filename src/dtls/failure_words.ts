/**
 * Why a handshake or a connection failed, from OpenSSL's errors, in words that say what to do. The
 * reasons are `SSL_R_*` of `openssl/sslerr.h`.
 */

import { formatAlert } from "./alerts.ts";
import { type OpenSslError, receivedAlert, SSL_LIBRARY } from "./openssl_errors.ts";

/** A failure that OpenSSL reported. */
export interface Failure {
  /** Why, as the end of a sentence. */
  readonly why: string;
  /** The alert with which the peer ended it; null when it did not. */
  readonly alert: number | null;
}

const REASONS: Readonly<Record<number, string>> = {
  118: "there is no signature algorithm that both sides accept for this certificate's key",
  134: "the certificate is not accepted",
  156: "the peer speaks plain HTTP",
  166: "the peer wants a newer protocol version than is allowed here",
  191: "no protocol version is left by the lowest and highest that are allowed",
  193: "no cipher that both sides accept; the client may need another one, or the server a " +
    "certificate with another kind of key",
  199: "the client sent no certificate, and one is required",
  244: "a handshake message came that does not belong there",
  258: "the peer's protocol version is not allowed here: it may be too old",
  266: "the peer answered in another protocol version",
  267: "the peer answered with something else than this protocol: is it the right port, and does " +
    "it expect encryption?",
  281: "a record could not be decrypted: damaged, or the keys differ",
  294: "the peer ended the stream in the middle of it",
  308: "the cookie is wrong",
  312: "no answer came, however often it was asked",
  394: "the peer's Diffie-Hellman key is too weak",
  396: "the peer wants an older protocol version than is allowed here",
  397: "a CA's key is too weak for this security level",
  398: "a CA's signature is too weak for this security level",
  399: "the certificate's key is too weak for this security level",
  410: "no curve that both sides accept",
};

/** The failure in words, by the errors that OpenSSL left, oldest first. */
export function failureOf(errors: readonly OpenSslError[]): Failure {
  for (const error of errors) {
    const alert = receivedAlert(error);
    if (alert !== null) return { why: `the peer sent the alert ${formatAlert(alert)}`, alert };
  }
  const [first] = errors;
  if (first === undefined) return { why: "OpenSSL gives no reason", alert: null };
  const words = first.library === SSL_LIBRARY ? REASONS[first.reasonNumber] : undefined;
  return { why: words ?? `OpenSSL says "${first.reason}"`, alert: null };
}
