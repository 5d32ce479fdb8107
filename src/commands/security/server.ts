/** What the options of `listen` on certificates mean; makes a certificate where none is named. */

import type { Io, ParsedOptions } from "../../cli/command.ts";
import type { CertificateFiles } from "../../dtls/context_options.ts";
import { makeCertificate } from "../../dtls/new_certificate.ts";
import { formatPin } from "../../dtls/trust.ts";
import { systemClock } from "../../net/clock.ts";
import type { ServerSecurity } from "../../net/security.ts";
import { openLibrary } from "./openssl_library.ts";
import { readLimit } from "../session/peer_limits.ts";
import { readOwnCertificate, readPem, readShared } from "./files.ts";
import { MAX_HANDSHAKES } from "./options.ts";

const DAY_SECONDS = 86_400;
const VALID_DAYS = 30;
const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "::1"];

/**
 * Reads them, and says on stderr how to pin the certificate that it makes for the host. Throws
 * `UsageError` and, when OpenSSL cannot make one, `PeerError`.
 */
export async function readServerSecurity(
  options: ParsedOptions,
  host: string,
  handshakeMs: number,
  io: Io,
): Promise<ServerSecurity> {
  const maxHalfOpen = readLimit(options, MAX_HANDSHAKES);
  const shared = readShared(options, io);
  const clientCa = options.text("client-ca");
  const clientCertificate = clientCa === null
    ? "none"
    : options.flag("require-client-cert")
    ? "required"
    : "optional";
  return {
    ...shared,
    certificate: await readOwnCertificate(options, io) ??
      await makeSelfSigned(host, io),
    clientCertificate,
    ...(clientCa === null ? {} : { clientCa: [await readPem(clientCa, io)] }),
    ...(handshakeMs > 0 ? { handshakeMs } : {}),
    maxHalfOpen,
  };
}

async function makeSelfSigned(host: string, io: Io): Promise<CertificateFiles> {
  using openssl = openLibrary();
  const now = Math.floor(systemClock.wallMicros() / 1_000_000);
  const isAnyHost = host === "0.0.0.0" || host === "::";
  const names = isAnyHost ? LOOPBACK_NAMES : [...new Set([host, ...LOOPBACK_NAMES])];
  const made = await makeCertificate(openssl, {
    commonName: "localhost",
    names,
    key: "ec-p256", // An RSA key takes a second to make.
    notBefore: now - DAY_SECONDS, // Clocks differ.
    notAfter: now + VALID_DAYS * DAY_SECONDS,
  });
  const pin = formatPin(made.certificate);
  io.output.status(`self-signed certificate for ${names.join(", ")}; clients take --pin ${pin}`);
  const encoder = new TextEncoder();
  return {
    chain: { name: "the self-signed certificate", content: encoder.encode(made.certificatePem) },
    key: { name: "its key", content: encoder.encode(made.keyPem) },
  };
}
