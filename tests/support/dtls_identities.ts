/**
 * OpenSSL and certificates for tests: tests that need the library, and throw-away certificates that
 * are made once a process, with dates that do not depend on the day of the test.
 */

import { PeerError } from "../../src/errors.ts";
import type { CertificateFiles, PemFile } from "../../src/dtls/context_options.ts";
import {
  makeCertificate,
  type NewCertificate,
  type NewCertificateOptions,
} from "../../src/dtls/new_certificate.ts";
import { loadOpenSsl, type OpenSsl } from "../../src/dtls/openssl.ts";

/** 2014-01-01, as the certificates that Godot makes by default. */
export const NOT_BEFORE = 1_388_534_400;
/** 2090-01-01. */
export const NOT_AFTER = 3_786_912_000;

/**
 * Registers a test that needs OpenSSL 3; it gets a library of its own, which is unloaded
 * afterwards. Without OpenSSL it is ignored and its name says why.
 */
export function opensslTest(name: string, test: (openssl: OpenSsl) => void | Promise<void>): void {
  const reason = whyUnavailable();
  if (reason !== null) {
    Deno.test.ignore(`${name} (ignored: ${reason})`, () => {});
    return;
  }
  Deno.test(name, async () => {
    using openssl = loadOpenSsl({ location: Deno.env.get("PACKETPEER_LIBSSL") ?? "" });
    await test(openssl);
  });
}

function whyUnavailable(): string | null {
  try {
    loadOpenSsl({ location: Deno.env.get("PACKETPEER_LIBSSL") ?? "" }).close();
    return null;
  } catch (error) {
    if (error instanceof PeerError && error.code === "ERR_UNAVAILABLE") return error.message;
    throw error;
  }
}

const made = new Map<string, Promise<NewCertificate>>();

/** A certificate with these deviations from one for `localhost`; the same ones give the same. */
export async function identity(
  openssl: OpenSsl,
  options: Partial<NewCertificateOptions> = {},
): Promise<NewCertificate> {
  const { issuer, ...rest } = options;
  const key = JSON.stringify([rest, issuer?.certificate.sha256]);
  const known = made.get(key) ?? makeCertificate(openssl, {
    commonName: "localhost",
    names: [],
    key: "ec-p256",
    notBefore: NOT_BEFORE,
    notAfter: NOT_AFTER,
    ...options,
  });
  made.set(key, known);
  return await known;
}

/** Text as a PEM file. */
export function pemFile(text: string, name = "test.pem"): PemFile {
  return { name, content: new TextEncoder().encode(text) };
}

/** The certificate, then those that it was signed with, and its key. */
export function filesOf(
  { certificatePem, keyPem }: NewCertificate,
  ...issuers: readonly NewCertificate[]
): CertificateFiles {
  const chain = [certificatePem, ...issuers.map((issuer) => issuer.certificatePem)].join("");
  return { chain: pemFile(chain, "cert.pem"), key: pemFile(keyPem, "key.pem") };
}

/** The certificate alone, to trust it. */
export function caOf({ certificatePem }: NewCertificate): readonly PemFile[] {
  return [pemFile(certificatePem, "ca.pem")];
}
