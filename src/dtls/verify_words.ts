/**
 * What OpenSSL objects to in a chain of certificates, in words that name the certificate, its dates
 * and its issuer. Numbers: `X509_V_ERR_*` of `openssl/x509_vfy.h`.
 */

import type { CertificateInfo } from "./certificate.ts";
import { formatUtc } from "./x509_time.ts";

/** One objection to a chain. */
export interface ChainProblem {
  /** `X509_V_ERR_*`. */
  readonly code: number;
  /** Which certificate of the chain: 0 is the peer's own. */
  readonly depth: number;
  readonly message: string;
}

/** The objections that code here asks for. */
export const VerifyError = {
  signatureFailure: 7,
  notYetValid: 9,
  expired: 10,
  selfSignedLeaf: 18,
  selfSignedInChain: 19,
  unknownIssuer: 20,
  unverifiedLeaf: 21,
  applicationVerification: 50,
  hostnameMismatch: 62,
} as const;

/** True for the objections that are about who issued a certificate, not about itself. */
export function isAboutIssuer(code: number): boolean {
  return ISSUER_ERRORS.includes(code);
}

const ISSUER_ERRORS: readonly number[] = [
  2,
  VerifyError.selfSignedLeaf,
  VerifyError.selfSignedInChain,
  VerifyError.unknownIssuer,
  VerifyError.unverifiedLeaf,
];

type Wording = (certificate: CertificateInfo) => string;

const WORDINGS: Readonly<Record<number, Wording>> = {
  2: unknownIssuer,
  7: ({ subject }) => `the signature of ${subject} is wrong: it was changed or is forged`,
  9: ({ subject, notBefore }) => `${subject} is not valid before ${formatUtc(notBefore)}`,
  10: ({ subject, notAfter }) => `${subject} expired on ${formatUtc(notAfter)}`,
  18: ({ subject }) => `${subject} is self-signed and not among the trusted certificates`,
  19: ({ subject }) =>
    `the chain ends at ${subject}, which is self-signed and not among the trusted certificates`,
  20: unknownIssuer,
  21: unknownIssuer,
  22: () => "the chain of certificates is too long",
  23: ({ subject }) => `${subject} was revoked`,
  25: ({ subject }) => `${subject} stands too deep below a CA that limits the depth`,
  26: ({ subject }) => `${subject} is not made for this purpose (its extended key usage)`,
  32: ({ subject }) => `${subject} may not sign certificates (its key usage)`,
  66: ({ subject, key }) => `the key of ${subject} is too weak: ${key.type}, ${key.bits} bits`,
  67: ({ subject, key }) => `the CA ${subject} has too weak a key: ${key.type}, ${key.bits} bits`,
  68: ({ subject, signature }) => `${subject} has too weak a signature: ${signature}`,
  79: ({ subject }) => `${subject} signed another certificate, but is no CA`,
};

/**
 * The objection in words. `certificate` is the one at fault, if known; `fallback` is OpenSSL's own
 * text for the code.
 */
export function chainProblem(
  code: number,
  depth: number,
  certificate: CertificateInfo | null,
  fallback: string,
): ChainProblem {
  const wording = WORDINGS[code];
  const message = certificate === null || wording === undefined
    ? fallback || `OpenSSL objects to the chain with number ${code}`
    : wording(certificate);
  return { code, depth, message };
}

/**
 * The objections worth telling: OpenSSL reports an unknown issuer twice, as missing and as "cannot
 * verify the first certificate".
 */
export function withoutEchoes(problems: readonly ChainProblem[]): readonly ChainProblem[] {
  const hasCause = problems.some(({ code }) =>
    code === VerifyError.unknownIssuer || code === VerifyError.selfSignedLeaf
  );
  return problems.filter(({ code, depth, message }, i) => {
    if (hasCause && code === VerifyError.unverifiedLeaf) return false;
    return i === problems.findIndex((other) => {
      return other.code === code && other.depth === depth && other.message === message;
    });
  });
}

function unknownIssuer({ subject, issuer }: CertificateInfo): string {
  return `${subject} was issued by ${issuer}, which is not among the trusted certificates`;
}
