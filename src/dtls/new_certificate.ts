/**
 * Makes a key and a certificate signed with it, in PEM: as Godot's
 * `Crypto.generate_self_signed_certificate` makes them (a CA that vouches for itself, which other
 * Godot peers trust by having the file), with the names and addresses that Godot leaves out.
 */

import { PeerError, UsageError } from "../errors.ts";
import { type CertificateInfo, describeX509 } from "./certificate.ts";
import { cString, type Pointer, storedPointer } from "./native.ts";
import type { OpenSsl } from "./openssl.ts";
import { isIpLiteral } from "./x509_names.ts";

/** The kinds of keys to make. */
export type KeyKind = "rsa-2048" | "rsa-3072" | "rsa-4096" | "ec-p256";

/** What the certificate says. */
export interface NewCertificateOptions {
  /** The subject's common name: the host name, for peers that look at nothing else. */
  readonly commonName: string;
  /** Host names and IP addresses, as subject alternative names. Empty: none, as Godot makes them. */
  readonly names: readonly string[];
  /** Subject fields beside the common name, such as `O` and `C`. @default none */
  readonly subject?: Readonly<Record<string, string>>;
  /** @default {"rsa-2048"}: the only kind that Godot makes itself */
  readonly key?: KeyKind;
  /** Seconds since 1970-01-01 UTC. */
  readonly notBefore: number;
  /** Seconds since 1970-01-01 UTC. */
  readonly notAfter: number;
  /** True as in Godot: it may sign others, none of which may. @default {true} */
  readonly isCa?: boolean;
  /** Signs the certificate in place of its own key. @default itself */
  readonly issuer?: NewCertificate;
}

/** A certificate and its key. */
export interface NewCertificate {
  readonly certificate: CertificateInfo;
  readonly certificatePem: string;
  /** PKCS #8, not encrypted. */
  readonly keyPem: string;
}

const X509_VERSION_3 = 2n;
const MBSTRING_UTF8 = 0x1000;
const NID_SUBJECT_KEY_IDENTIFIER = 82;
const NID_KEY_USAGE = 83;
const NID_SUBJECT_ALT_NAME = 85;
const NID_BASIC_CONSTRAINTS = 87;
const NID_AUTHORITY_KEY_IDENTIFIER = 90;
/** `struct v3_ext_ctx` has eight pointers or less in OpenSSL 3. */
const EXTENSION_CONTEXT_SIZE = 128;

const HOST_NAME =
  /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/i;

/**
 * Makes one. The key is made aside, since an RSA key takes from tenths of a second to seconds.
 * Throws `UsageError` for a name that cannot be in a certificate and `PeerError` when OpenSSL fails.
 */
export async function makeCertificate(
  openssl: OpenSsl,
  options: NewCertificateOptions,
): Promise<NewCertificate> {
  checkOptions(options);
  const { crypto } = openssl;
  const key = await makeKey(openssl, options.key ?? "rsa-2048");
  const owned = new DisposableStack();
  try {
    owned.defer(() => crypto.EVP_PKEY_free(key));
    const x509 = openssl.need(crypto.X509_new(), "make a certificate");
    owned.defer(() => crypto.X509_free(x509));
    const issuer = options.issuer === undefined ? null : loadIssuer(openssl, options.issuer, owned);
    fill(openssl, x509, key, options);
    const issuerX509 = issuer?.x509 ?? x509;
    const issuerName = crypto.X509_get_subject_name(issuerX509);
    openssl.check(crypto.X509_set_issuer_name(x509, issuerName), "set the issuer");
    addExtensions(openssl, x509, issuerX509, options);
    if (crypto.X509_sign(x509, issuer?.key ?? key, crypto.EVP_sha256()) <= 0) {
      throw openssl.failure("sign the certificate");
    }
    return {
      certificate: describeX509(openssl, x509),
      certificatePem: openssl.collectText(
        (bio) => crypto.PEM_write_bio_X509(bio, x509),
        "write the certificate",
      ),
      keyPem: openssl.collectText(
        (bio) => crypto.PEM_write_bio_PKCS8PrivateKey(bio, key, null, null, 0, null, null),
        "write the key",
      ),
    };
  } finally {
    owned.dispose();
  }
}

async function makeKey(openssl: OpenSsl, kind: KeyKind): Promise<Pointer> {
  const { crypto } = openssl;
  const algorithm = kind === "ec-p256" ? "EC" : "RSA";
  const context = openssl.need(
    crypto.EVP_PKEY_CTX_new_from_name(null, cString(algorithm), null),
    `make a key of kind ${kind}`,
  );
  try {
    openssl.check(crypto.EVP_PKEY_keygen_init(context), `make a key of kind ${kind}`);
    const configured = kind === "ec-p256"
      ? crypto.EVP_PKEY_CTX_set_group_name(context, cString("P-256"))
      : crypto.EVP_PKEY_CTX_set_rsa_keygen_bits(context, Number(kind.slice("rsa-".length)));
    openssl.check(configured, `make a key of kind ${kind}`);
    const slot = new BigUint64Array(1);
    const made = await crypto.EVP_PKEY_generate(context, slot);
    const key = storedPointer(slot);
    // OpenSSL's reasons are lost: they are kept for the thread that made the key.
    if (made !== 1 || key === null) {
      throw new PeerError("ERR_CANT_CREATE", `cannot make a key of kind ${kind}`);
    }
    return key;
  } finally {
    crypto.EVP_PKEY_CTX_free(context);
  }
}

function loadIssuer(
  openssl: OpenSsl,
  issuer: NewCertificate,
  owned: DisposableStack,
): { readonly x509: Pointer; readonly key: Pointer } {
  const { crypto } = openssl;
  const x509 = openssl.need(
    openssl.withBytes(issuer.certificate.der, (bio) => crypto.d2i_X509_bio(bio, null)),
    "read the issuer's certificate",
  );
  owned.defer(() => crypto.X509_free(x509));
  const pem = new TextEncoder().encode(issuer.keyPem);
  const key = openssl.need(
    openssl.withBytes(
      pem,
      (bio) => crypto.PEM_read_bio_PrivateKey(bio, null, null, cString("")),
    ),
    "read the issuer's key",
  );
  owned.defer(() => crypto.EVP_PKEY_free(key));
  return { x509, key };
}

function fill(openssl: OpenSsl, x509: Pointer, key: Pointer, options: NewCertificateOptions): void {
  const { crypto } = openssl;
  openssl.check(crypto.X509_set_version(x509, X509_VERSION_3), "set the version");
  const serial = new DataView(openssl.randomBytes(8).buffer).getBigUint64(0) >> 1n;
  const serialNumber = crypto.X509_get_serialNumber(x509);
  openssl.check(crypto.ASN1_INTEGER_set_uint64(serialNumber, serial), "set the serial number");
  setTime(openssl, crypto.X509_getm_notBefore(x509), options.notBefore);
  setTime(openssl, crypto.X509_getm_notAfter(x509), options.notAfter);
  openssl.check(crypto.X509_set_pubkey(x509, key), "set the public key");
  const subject = openssl.need(crypto.X509_get_subject_name(x509), "set the subject");
  const fields = { ...options.subject, CN: options.commonName };
  for (const [field, text] of Object.entries(fields)) addField(openssl, subject, field, text);
}

function setTime(openssl: OpenSsl, time: Pointer | null, seconds: number): void {
  openssl.need(openssl.crypto.ASN1_TIME_set(time, BigInt(Math.floor(seconds))), "set a date");
}

function addField(openssl: OpenSsl, name: Pointer, field: string, text: string): void {
  const bytes = new TextEncoder().encode(text);
  const added = openssl.crypto.X509_NAME_add_entry_by_txt(
    name,
    cString(field),
    MBSTRING_UTF8,
    bytes,
    bytes.length,
    -1,
    0,
  );
  openssl.check(added, `set ${field}=${text}`);
}

function addExtensions(
  openssl: OpenSsl,
  x509: Pointer,
  issuer: Pointer,
  { isCa = true, names, issuer: signer }: NewCertificateOptions,
): void {
  const add = (nid: number, text: string): void => addExtension(openssl, x509, issuer, nid, text);
  add(NID_BASIC_CONSTRAINTS, isCa ? "critical,CA:TRUE,pathlen:0" : "critical,CA:FALSE");
  if (!isCa) add(NID_KEY_USAGE, "critical,digitalSignature,keyEncipherment");
  add(NID_SUBJECT_KEY_IDENTIFIER, "hash");
  if (signer !== undefined) add(NID_AUTHORITY_KEY_IDENTIFIER, "keyid:always");
  if (names.length > 0) {
    const entries = names.map((name) => `${isIpLiteral(name) ? "IP" : "DNS"}:${name}`);
    add(NID_SUBJECT_ALT_NAME, entries.join(","));
  }
}

function addExtension(
  openssl: OpenSsl,
  x509: Pointer,
  issuer: Pointer,
  nid: number,
  text: string,
): void {
  const { crypto } = openssl;
  const context = new Uint8Array(EXTENSION_CONTEXT_SIZE);
  crypto.X509V3_set_ctx(context, issuer, x509, null, null, 0);
  const extension = openssl.need(
    crypto.X509V3_EXT_conf_nid(null, context, nid, cString(text)),
    `add the extension ${text}`,
  );
  try {
    openssl.check(crypto.X509_add_ext(x509, extension, -1), `add the extension ${text}`);
  } finally {
    crypto.X509_EXTENSION_free(extension);
  }
}

function checkOptions({ commonName, names, notBefore, notAfter }: NewCertificateOptions): void {
  const size = new TextEncoder().encode(commonName).length;
  if (size < 1 || [...commonName].length > 64) {
    throw new UsageError(`the common name has 1 to 64 characters, not ${[...commonName].length}`);
  }
  for (const name of names) {
    if (isIpLiteral(name) ? !/^[0-9a-f.:]+$/i.test(name) : !HOST_NAME.test(name)) {
      throw new UsageError(
        `${JSON.stringify(name)} is neither a host name nor an IP address; write an ` +
          "international name in its ASCII form (xn--…)",
      );
    }
  }
  if (notAfter <= notBefore) throw new UsageError("the certificate ends before it begins");
}
