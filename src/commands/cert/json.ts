/** Certificates as objects for machines. Pure: the time is passed in. */

import type { CertificateInfo } from "../../dtls/certificate.ts";
import { formatPin } from "../../dtls/trust.ts";
import type { TrustExamination } from "./trust.ts";
import { daysLeft } from "./lines.ts";

/** What a certificate says. `now` is in seconds since 1970-01-01 UTC. */
export function certificateObject(cert: CertificateInfo, now: number): Record<string, unknown> {
  const { type, bits, curve } = cert.key;
  return {
    subject: cert.subject,
    issuer: cert.issuer,
    common_name: cert.commonName,
    names: cert.names,
    serial: cert.serial,
    not_before: isoTime(cert.notBefore),
    not_after: isoTime(cert.notAfter),
    days_left: daysLeft(cert, now),
    key: { type, bits, ...(curve === null ? {} : { curve }) },
    signature: cert.signature,
    ca: cert.isCa,
    self_signed: cert.isSelfSigned,
    pin: formatPin(cert),
    public_key_pin: `spki-sha256:${cert.publicKeySha256}`,
  };
}

/** Whether it would be accepted, by whom and for what name. */
export function verdictObject(
  { verdict, host }: TrustExamination,
  trusted: string,
): Record<string, unknown> {
  const { isAccepted, rule, reason, problems } = verdict;
  return { accepted: isAccepted, rule, reason, problems, trusted, host };
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
