/**
 * Certificates and keys from PEM into an `SSL_CTX`: one's own, and those that are trusted. Every
 * failure names the file and what is wrong with it.
 */

import { PeerError } from "../errors.ts";
import { forEachPemX509 } from "./certificate.ts";
import type { CertificateFiles, PemFile } from "./context_options.ts";
import { cString, type Pointer } from "./native.ts";
import type { OpenSsl } from "./openssl.ts";
import { takeErrors } from "./openssl_errors.ts";

const SSL_CTRL_CHAIN_CERT = 89;
const X509_V_FLAG_PARTIAL_CHAIN = 0x80000n;

/** Gives the context its certificate, the chain to send with it, and its key. */
export function useCertificate(
  openssl: OpenSsl,
  context: Pointer,
  { chain, key, passphrase }: CertificateFiles,
): void {
  const { crypto, ssl } = openssl;
  forEachPemX509(openssl, chain.content, chain.name, (x509, index) => {
    const result = index === 0
      ? ssl.SSL_CTX_use_certificate(context, x509)
      : ssl.SSL_CTX_ctrl(context, SSL_CTRL_CHAIN_CERT, 1n, x509);
    openssl.check(result, `use certificate ${index + 1} of ${chain.name}`);
  });
  const pkey = openssl.withBytes(key.content, (bio) => {
    // Without a passphrase OpenSSL would ask for one on the terminal.
    return crypto.PEM_read_bio_PrivateKey(bio, null, null, cString(passphrase ?? ""));
  });
  if (pkey === null) throw keyFailure(openssl, key, passphrase);
  try {
    const isPair = ssl.SSL_CTX_use_PrivateKey(context, pkey) === 1 &&
      ssl.SSL_CTX_check_private_key(context) === 1;
    if (!isPair) throw pairFailure(openssl, chain, key);
  } finally {
    crypto.EVP_PKEY_free(pkey);
  }
}

/** Trusts the certificates given, or, for null, those of the system. */
export function trustCertificates(
  openssl: OpenSsl,
  context: Pointer,
  files: readonly PemFile[] | null,
): void {
  const { crypto, ssl } = openssl;
  if (files === null) {
    ssl.SSL_CTX_set_default_verify_paths(context);
    takeErrors(crypto); // A system without certificates trusts nobody; that is no error here.
    return;
  }
  const store = ssl.SSL_CTX_get_cert_store(context);
  for (const { content, name } of files) {
    forEachPemX509(openssl, content, name, (x509, index) => {
      const what = `trust certificate ${index + 1} of ${name}`;
      openssl.check(crypto.X509_STORE_add_cert(store, x509), what);
    });
  }
  // As in mbedTLS, whatever is given ends a chain: a server's own certificate, an intermediate.
  crypto.X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
}

/** Tells clients whose certificates are welcome. */
export function announceAuthorities(
  openssl: OpenSsl,
  context: Pointer,
  files: readonly PemFile[],
): void {
  for (const { content, name } of files) {
    forEachPemX509(openssl, content, name, (x509, index) => {
      const what = `announce certificate ${index + 1} of ${name}`;
      openssl.check(openssl.ssl.SSL_CTX_add_client_CA(context, x509), what);
    });
  }
}

function pairFailure({ crypto }: OpenSsl, chain: PemFile, key: PemFile): PeerError {
  const reasons = takeErrors(crypto).map(({ reason }) => reason).join("; ");
  const what = `cannot use the key of ${key.name} with the certificate of ${chain.name}`;
  const why = "it belongs to another certificate";
  return new PeerError("ERR_INVALID_DATA", `${what}: ${why} (OpenSSL: ${reasons})`);
}

function keyFailure(openssl: OpenSsl, key: PemFile, passphrase: string | undefined): PeerError {
  const error = openssl.failure(`read a private key from ${key.name}`);
  if (!new TextDecoder().decode(key.content).includes("ENCRYPTED")) return error;
  const why = passphrase === undefined ? "it needs a passphrase" : "the passphrase is wrong";
  return new PeerError("ERR_INVALID_DATA", `cannot read the key of ${key.name}: ${why}`);
}
