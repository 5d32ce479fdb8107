/**
 * OpenSSL's queue of errors: taken as plain data. Every call that fails leaves its reasons there,
 * and `SSL_get_error` looks at it, so the queue is emptied after each failure.
 *
 * A packed error number is, from the top: a flag for system errors, 8 bits library, 23 bits reason
 * (`openssl/err.h` of OpenSSL 3).
 */

import { type Pointer, readCString } from "./native.ts";

/** The two functions of libcrypto that empty the queue. */
export interface ErrorQueue {
  ERR_get_error(): number;
  ERR_reason_error_string(number: bigint): Pointer | null;
}

/** One error of the queue. */
export interface OpenSslError {
  /** The packed number, as `openssl errstr` reads it. */
  readonly number: number;
  /** The number of the library inside OpenSSL; 20 is the SSL library. */
  readonly library: number;
  /** The reason inside that library. */
  readonly reasonNumber: number;
  /** OpenSSL's words for the reason, such as `wrong version number`. */
  readonly reason: string;
}

/** The SSL library's number in error numbers. */
export const SSL_LIBRARY = 20;
/** In the SSL library, the reason of an alert from the peer is this plus the alert's number. */
export const ALERT_REASON_BASE = 1000;

const SYSTEM_FLAG = 0x80000000;
const REASON_MASK = 0x7fffff;
const LIBRARY_SHIFT = 23;
const LIBRARY_MASK = 0xff;

/** Empties the queue: the errors, oldest first. */
export function takeErrors(crypto: ErrorQueue): readonly OpenSslError[] {
  const errors: OpenSslError[] = [];
  for (let number = crypto.ERR_get_error(); number !== 0; number = crypto.ERR_get_error()) {
    const words = readCString(crypto.ERR_reason_error_string(BigInt(number)));
    errors.push({ ...splitErrorNumber(number), reason: words || `error ${formatNumber(number)}` });
  }
  return errors;
}

/** Takes a packed number apart. */
export function splitErrorNumber(number: number): Omit<OpenSslError, "reason"> {
  if ((number & SYSTEM_FLAG) !== 0) {
    return { number, library: 0, reasonNumber: number & 0x7fffffff };
  }
  return {
    number,
    library: (number >>> LIBRARY_SHIFT) & LIBRARY_MASK,
    reasonNumber: number & REASON_MASK,
  };
}

/** The alert that the peer sent, when the error is one. */
export function receivedAlert(
  { library, reasonNumber }: Omit<OpenSslError, "reason">,
): number | null {
  const alert = reasonNumber - ALERT_REASON_BASE;
  return library === SSL_LIBRARY && alert >= 0 && alert <= 255 ? alert : null;
}

function formatNumber(number: number): string {
  return number.toString(16).toUpperCase().padStart(8, "0");
}
