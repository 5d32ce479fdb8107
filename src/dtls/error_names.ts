/**
 * Error numbers of TLS libraries in words: those of mbedTLS, which Godot prints (`-0x2700`, `-9984`),
 * OpenSSL's (`0A000086`, `error:0A000086:SSL routines::…`), and TLS alerts (`alert 48`). Only text is
 * looked at; no library is needed.
 */

import { alertWords } from "./alerts.ts";
import { failureOf } from "./failure_words.ts";
import { HIGH_LEVEL_ERRORS, LOW_LEVEL_ERRORS, type MbedTlsError } from "./mbedtls_errors.ts";
import { splitErrorNumber } from "./openssl_errors.ts";

/** What an error number says. */
export interface ErrorExplanation {
  readonly library: "mbedTLS" | "OpenSSL" | "TLS alert";
  /** As its library writes it: `-0x2700`, `0A000086`, `48`. */
  readonly number: string;
  /** As in the library's headers; null for a number that is not known here. */
  readonly name: string | null;
  readonly meaning: string;
  /** What usually helps; null where the meaning says it all. */
  readonly cure: string | null;
}

const MBEDTLS_MAX = 0x7fff;
const LOW_LEVEL_MASK = 0x7f;
const MAX_ALERT = 255;

/** `ERR_LIB_*` of `openssl/err.h`, as far as TLS meets them. */
const OPENSSL_LIBRARIES: Readonly<Record<number, string>> = {
  2: "the system",
  3: "big numbers",
  4: "RSA",
  6: "keys and ciphers (EVP)",
  9: "PEM",
  11: "X.509",
  13: "ASN.1",
  15: "common functions",
  16: "elliptic curves",
  20: "SSL",
  32: "input and output (BIO)",
  34: "X.509 extensions",
  57: "the provider",
};

const OPENSSL_NUMBER = /^(?:error:)?(?:0x)?([0-9a-f]{8})(?::.*)?$/i;
const ALERT = /^(?:tls |ssl )?alert[ :=]*(?:number )?(\d{1,3})$/i;

/** Explains a number as people find it in a log; null when it is none of the known forms. */
export function explainError(text: string): ErrorExplanation | null {
  const trimmed = text.trim().replace(/^[−–]/, "-");
  const [, alert] = ALERT.exec(trimmed) ?? [];
  if (alert !== undefined) return Number(alert) <= MAX_ALERT ? explainAlert(Number(alert)) : null;
  const [, packed] = OPENSSL_NUMBER.exec(trimmed) ?? [];
  if (packed !== undefined) return explainOpenSsl(Number.parseInt(packed, 16));
  if (!/^-?(?:0x[0-9a-f]{1,4}|\d{1,5})$/i.test(trimmed)) return null;
  const number = Number(trimmed.replace("-", ""));
  return number > 0 && number <= MBEDTLS_MAX ? explainMbedTls(number) : null;
}

/** An mbedTLS number without its sign: a known high-level part, low-level part, or both. */
function explainMbedTls(number: number): ErrorExplanation {
  const lowPart = number & LOW_LEVEL_MASK;
  const highPart = number - lowPart;
  const parts = [HIGH_LEVEL_ERRORS[highPart], LOW_LEVEL_ERRORS[lowPart]]
    .filter((part): part is MbedTlsError => part !== undefined);
  const shown = `-0x${number.toString(16).toUpperCase().padStart(4, "0")}`;
  if (parts.length === 0) {
    const meaning = "a number that is not in packetpeer's table of mbedTLS errors";
    return { library: "mbedTLS", number: shown, name: null, meaning, cure: null };
  }
  return {
    library: "mbedTLS",
    number: shown,
    name: parts.map(({ name }) => `MBEDTLS_ERR_${name}`).join(" + "),
    meaning: parts.map(({ meaning }) => meaning).join(": "),
    cure: parts.find(({ cure }) => cure !== null)?.cure ?? null,
  };
}

function explainOpenSsl(packed: number): ErrorExplanation {
  const number = packed.toString(16).toUpperCase().padStart(8, "0");
  const split = splitErrorNumber(packed);
  const part = OPENSSL_LIBRARIES[split.library] ?? `part ${split.library}`;
  const reason = `reason ${split.reasonNumber} of ${part}`;
  const { why, alert } = failureOf([{ ...split, reason }]);
  return {
    library: "OpenSSL",
    number,
    name: reason,
    meaning: why,
    cure: alert === null
      ? `"openssl errstr ${number}" has OpenSSL's own words`
      : "the other side's log says more: it ended the handshake",
  };
}

function explainAlert(description: number): ErrorExplanation {
  const { name, meaning } = alertWords(description);
  return { library: "TLS alert", number: String(description), name, meaning, cure: null };
}
