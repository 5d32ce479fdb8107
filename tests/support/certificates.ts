/** Certificates for tests, made once a process with the library under test. */

import type { CertificateFiles, PemFile } from "../../src/dtls/context_options.ts";
import { makeCertificate, type NewCertificate } from "../../src/dtls/new_certificate.ts";
import { loadOpenSsl } from "../../src/dtls/openssl.ts";
import { parsePin, type Pin } from "../../src/dtls/trust.ts";
import { PeerError } from "../../src/errors.ts";

/** Why DTLS and TLS cannot be tested here; null when they can. */
export function whyNoOpenSsl(): string | null {
  try {
    loadOpenSsl({ location: Deno.env.get("PACKETPEER_LIBSSL") ?? "" }).close();
    return null;
  } catch (error) {
    if (error instanceof PeerError) return error.message;
    throw error;
  }
}

const DAY = 86_400;
const made = new Map<string, Promise<NewCertificate>>();

/** A self-signed certificate for these names; the same one each time. `names` empty: CN alone. */
export function certificateFor(
  commonName: string,
  names: readonly string[] = [],
): Promise<NewCertificate> {
  const key = [commonName, ...names].join(" ");
  const found = made.get(key) ?? make(commonName, names);
  made.set(key, found);
  return found;
}

async function make(commonName: string, names: readonly string[]): Promise<NewCertificate> {
  using openssl = loadOpenSsl({ location: Deno.env.get("PACKETPEER_LIBSSL") ?? "" });
  const now = Math.floor(Date.now() / 1000);
  return await makeCertificate(openssl, {
    commonName,
    names,
    key: "ec-p256",
    notBefore: now - DAY,
    notAfter: now + DAY,
  });
}

/** The certificate and its key as files. */
export function filesOf({ certificatePem, keyPem }: NewCertificate): CertificateFiles {
  return { chain: pem("cert.pem", certificatePem), key: pem("key.pem", keyPem) };
}

/** The certificate as one to trust. */
export function caOf({ certificatePem }: NewCertificate): readonly PemFile[] {
  return [pem("ca.pem", certificatePem)];
}

/** The pin that accepts this certificate alone. */
export function pinOf({ certificate }: NewCertificate): Pin {
  return parsePin(`sha256:${certificate.sha256}`);
}

function pem(name: string, text: string): PemFile {
  return { name, content: new TextEncoder().encode(text) };
}
