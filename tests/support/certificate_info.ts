/** A certificate as plain data, for tests that need no library. */

import type { CertificateInfo } from "../../src/dtls/certificate.ts";

/** Days after 1970-01-01 in seconds. */
export const DAY = 86_400;

/** A certificate for `localhost`, valid from day 0 to day 100, with these deviations. */
export function certificateInfo(deviations: Partial<CertificateInfo> = {}): CertificateInfo {
  return {
    subject: "CN=localhost",
    issuer: "CN=localhost",
    commonName: "localhost",
    names: [{ type: "dns", value: "localhost" }],
    serial: "01",
    notBefore: 0,
    notAfter: 100 * DAY,
    key: { type: "RSA", bits: 2048, curve: null },
    signature: "sha256WithRSAEncryption",
    isCa: true,
    isSelfSigned: true,
    sha256: "ab".repeat(32),
    publicKeySha256: "cd".repeat(32),
    der: new Uint8Array(0),
    ...deviations,
  };
}
