/**
 * X.509 certificates as plain data: read from PEM, DER or OpenSSL's own structures, and written as
 * PEM. What is accepted is decided in `trust.ts`; making one is in `new_certificate.ts`.
 */

import { bytesToHex } from "../bytes/hex.ts";
import { PeerError } from "../errors.ts";
import { copyBytes, type Pointer, readCString, storedPointer } from "./native.ts";
import type { OpenSsl } from "./openssl.ts";
import { takeErrors } from "./openssl_errors.ts";
import { type AlternativeName, readAlternativeNames } from "./x509_names.ts";
import { secondsOf } from "./x509_time.ts";

/** What a certificate says. */
export interface CertificateInfo {
  /** As `CN=localhost, O=Example`. */
  readonly subject: string;
  readonly issuer: string;
  /** The common name of the subject; the last one where there are more. */
  readonly commonName: string | null;
  /** Subject alternative names. */
  readonly names: readonly AlternativeName[];
  /** Hex digits, in upper case. */
  readonly serial: string;
  /** Seconds since 1970-01-01 UTC; NaN for a date that is none. */
  readonly notBefore: number;
  /** Seconds since 1970-01-01 UTC; the certificate is still good in that second. NaN as above. */
  readonly notAfter: number;
  readonly key: {
    /** As OpenSSL names it: `RSA`, `EC`, `ED25519` … */
    readonly type: string;
    readonly bits: number;
    /** The curve of an elliptic key, such as `prime256v1`; null for others. */
    readonly curve: string | null;
  };
  /** The signature's algorithm, such as `sha256WithRSAEncryption`. */
  readonly signature: string;
  /** True when it may sign others. */
  readonly isCa: boolean;
  /** True when subject and issuer, and the key identifiers if there are any, are the same. */
  readonly isSelfSigned: boolean;
  /** SHA-256 of the certificate in DER: 64 hex digits in lower case. */
  readonly sha256: string;
  /** SHA-256 of its public key (SubjectPublicKeyInfo in DER): 64 hex digits in lower case. */
  readonly publicKeySha256: string;
  readonly der: Uint8Array<ArrayBuffer>;
}

const UNREADABLE = "(unreadable)";
const NID_COMMON_NAME = 13;
/** UTF-8, with separators and control characters escaped, as `CN=a, O=b`. */
const NAME_FLAGS = 0x1n | 0x2n | 0x10n | 0x20000n;
/** UTF-8 with control characters escaped. */
const TEXT_FLAGS = 0x2n | 0x10n;

const PEM_MARK = "-----BEGIN";
const PEM_LIBRARY = 9;
const NO_START_LINE = 108;
const NO_PASSPHRASE = new Uint8Array(1);

/**
 * What an `X509` says; the caller keeps the `X509`. It may come from anybody: what cannot be read is
 * said to be unreadable.
 */
export function describeX509(openssl: OpenSsl, x509: Pointer): CertificateInfo {
  const description = describe(openssl, x509);
  takeErrors(openssl.crypto); // What could not be read has left its reasons.
  return description;
}

function describe(openssl: OpenSsl, x509: Pointer): CertificateInfo {
  const { crypto } = openssl;
  const subject = crypto.X509_get_subject_name(x509);
  const der = derOf(openssl, x509);
  return {
    subject: nameText(openssl, subject),
    issuer: nameText(openssl, crypto.X509_get_issuer_name(x509)),
    commonName: commonName(openssl, subject),
    names: readAlternativeNames(openssl, x509),
    serial: readText(
      openssl,
      (bio) => crypto.i2a_ASN1_INTEGER(bio, crypto.X509_get0_serialNumber(x509)),
    ),
    notBefore: readTime(openssl, crypto.X509_get0_notBefore(x509)),
    notAfter: readTime(openssl, crypto.X509_get0_notAfter(x509)),
    key: describeKey(openssl, x509),
    signature: readCString(crypto.OBJ_nid2ln(crypto.X509_get_signature_nid(x509))),
    isCa: crypto.X509_check_ca(x509) > 0,
    isSelfSigned: crypto.X509_self_signed(x509, 0) === 1,
    sha256: bytesToHex(openssl.sha256(der)),
    publicKeySha256: bytesToHex(openssl.sha256(publicKeyDer(openssl, x509))),
    der,
  };
}

/** What a certificate in DER says. Throws `PeerError` when it is none. */
export function readDer(openssl: OpenSsl, der: Uint8Array<ArrayBuffer>): CertificateInfo {
  return withX509(openssl, der, (x509) => describeX509(openssl, x509));
}

/** Calls `use` with the `X509` of a certificate in DER. Throws `PeerError` when it is none. */
export function withX509<T>(
  openssl: OpenSsl,
  der: Uint8Array<ArrayBuffer>,
  use: (x509: Pointer) => T,
): T {
  const x509 = openssl.withBytes(der, (bio) => openssl.crypto.d2i_X509_bio(bio, null));
  const certificate = openssl.need(x509, "read the certificate");
  try {
    return use(certificate);
  } finally {
    openssl.crypto.X509_free(certificate);
  }
}

/**
 * All certificates of a file's content: PEM with one or more of them, other parts ignored, or one
 * in DER. `source` names it in messages. Throws `PeerError` when there is none or one is broken.
 */
export function readCertificates(
  openssl: OpenSsl,
  content: Uint8Array<ArrayBuffer>,
  source: string,
): readonly CertificateInfo[] {
  if (!isPem(content)) return [readDerFile(openssl, content, source)];
  const certificates: CertificateInfo[] = [];
  forEachPemX509(openssl, content, source, (x509) => {
    certificates.push(describeX509(openssl, x509));
  });
  return certificates;
}

/**
 * Calls `use` with the `X509` of each certificate in PEM; they are freed afterwards. Throws
 * `PeerError` when there is none or one is broken.
 */
export function forEachPemX509(
  openssl: OpenSsl,
  pem: Uint8Array<ArrayBuffer>,
  source: string,
  use: (x509: Pointer, index: number) => void,
): void {
  const { crypto } = openssl;
  const count = openssl.withBytes(pem, (bio) => {
    for (let index = 0;; index++) {
      const x509 = crypto.PEM_read_bio_X509(bio, null, null, NO_PASSPHRASE);
      if (x509 === null) return index;
      try {
        use(x509, index);
      } finally {
        crypto.X509_free(x509);
      }
    }
  });
  const errors = takeErrors(crypto);
  const [last] = errors.slice(-1);
  const isEnd = last?.library === PEM_LIBRARY && last.reasonNumber === NO_START_LINE;
  if (!isEnd) {
    const why = errors.map(({ reason }) => reason).join("; ") || "OpenSSL gives no reason";
    const which = `certificate ${count + 1} of ${source}`;
    throw new PeerError("ERR_INVALID_DATA", `cannot read ${which}: ${why}`);
  }
  if (count === 0) {
    const why = `there is no "${PEM_MARK} CERTIFICATE-----" in it`;
    throw new PeerError("ERR_INVALID_DATA", `cannot read a certificate from ${source}: ${why}`);
  }
}

/** A certificate in PEM, with its final newline. */
export function pemOf(openssl: OpenSsl, der: Uint8Array<ArrayBuffer>): string {
  return withX509(openssl, der, (x509) => {
    return openssl.collectText(
      (bio) => openssl.crypto.PEM_write_bio_X509(bio, x509),
      "write the certificate",
    );
  });
}

/** An `X509` in DER. */
export function derOf(openssl: OpenSsl, x509: Pointer): Uint8Array<ArrayBuffer> {
  return openssl.collect((bio) => openssl.crypto.i2d_X509_bio(bio, x509), "copy the certificate");
}

/** True when the content has a PEM part. */
export function isPem(content: Uint8Array): boolean {
  return new TextDecoder().decode(content).includes(PEM_MARK);
}

function readDerFile(
  openssl: OpenSsl,
  content: Uint8Array<ArrayBuffer>,
  source: string,
): CertificateInfo {
  try {
    return readDer(openssl, content);
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    const why = "it is neither PEM nor a certificate in DER";
    const message = `cannot read a certificate from ${source}: ${why}`;
    throw new PeerError("ERR_INVALID_DATA", message, null, { cause: error });
  }
}

function nameText(openssl: OpenSsl, name: Pointer | null): string {
  return readText(
    openssl,
    (bio) => openssl.crypto.X509_NAME_print_ex(bio, name, 0, NAME_FLAGS),
  );
}

function commonName(openssl: OpenSsl, name: Pointer | null): string | null {
  const { crypto } = openssl;
  let last = -1;
  for (;;) {
    const next = crypto.X509_NAME_get_index_by_NID(name, NID_COMMON_NAME, last);
    if (next < 0) break;
    last = next;
  }
  if (last < 0) return null;
  const text = crypto.X509_NAME_ENTRY_get_data(crypto.X509_NAME_get_entry(name, last));
  return readText(openssl, (bio) => crypto.ASN1_STRING_print_ex(bio, text, TEXT_FLAGS));
}

/** What `print` prints, or that it cannot. */
function readText(openssl: OpenSsl, print: (bio: Pointer) => number): string {
  let isReadable = true;
  const text = openssl.collectText((bio) => {
    isReadable = print(bio) >= 0;
    return 0;
  }, "read a text");
  return isReadable ? text : UNREADABLE;
}

function describeKey({ crypto }: OpenSsl, x509: Pointer): CertificateInfo["key"] {
  const key = crypto.X509_get0_pubkey(x509);
  if (key === null) return { type: UNREADABLE, bits: 0, curve: null };
  const type = readCString(crypto.EVP_PKEY_get0_type_name(key));
  const bits = crypto.EVP_PKEY_get_bits(key);
  return { type, bits, curve: type === "EC" ? curveName(crypto, key) : null };
}

function curveName(crypto: OpenSsl["crypto"], key: Pointer): string | null {
  const name = new Uint8Array(80);
  if (crypto.EVP_PKEY_get_group_name(key, name, BigInt(name.length), null) !== 1) return null;
  return new TextDecoder().decode(name.subarray(0, name.indexOf(0)));
}

/** The key as the certificate has it: encoding the decoded key again takes a millisecond. */
function publicKeyDer({ crypto }: OpenSsl, x509: Pointer): Uint8Array<ArrayBuffer> {
  const slot = new BigUint64Array(1);
  const length = crypto.i2d_X509_PUBKEY(crypto.X509_get_X509_PUBKEY(x509), slot);
  const encoded = storedPointer(slot);
  try {
    return copyBytes(encoded, Math.max(0, length));
  } finally {
    crypto.CRYPTO_free(encoded, null, 0);
  }
}

/**
 * Seconds since 1970; NaN for a date that is none. `struct tm` begins with int fields: second,
 * minute, hour, day, month from 0, year from 1900.
 */
function readTime({ crypto }: OpenSsl, time: Pointer | null): number {
  const fields = new Int32Array(32);
  if (crypto.ASN1_TIME_to_tm(time, fields) !== 1) return NaN;
  const [second = 0, minute = 0, hour = 0, day = 0, month = 0, year = 0] = fields;
  return secondsOf({ year: year + 1900, month: month + 1, day, hour, minute, second });
}
