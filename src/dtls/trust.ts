/**
 * Which certificates are accepted: a pure decision over what OpenSSL says of the chain, the names in
 * the certificate, pins, and a function of the user's. The first of these rules that applies
 * decides:
 *
 * 1. `verify function`: what the user's function says, which sees the verdict of the other rules;
 * 2. `insecure`: everything is accepted;
 * 3. `pin`: the certificate (or its key) is one of the pinned ones, or it is refused. A pin names
 *    exactly one certificate, so neither issuer, dates nor host name matter any more;
 * 4. `chain`: a trusted certificate vouches for it, all dates and signatures are good;
 * 5. `host name`: it is made for this host.
 */

import { UsageError } from "../errors.ts";
import type { CertificateInfo } from "./certificate.ts";
import type { ChainProblem } from "./verify_words.ts";
import { formatUtc } from "./x509_time.ts";

/** The rule that decided. */
export type TrustRule = "chain" | "host name" | "pin" | "insecure" | "verify function";

/** A decision about a certificate. */
export interface TrustVerdict {
  readonly isAccepted: boolean;
  readonly rule: TrustRule;
  /** Why, as part of a sentence. */
  readonly reason: string;
  /** All that is wrong with chain and host name, also where that does not decide. */
  readonly problems: readonly string[];
}

/** A certificate, or a public key, by its SHA-256. */
export interface Pin {
  readonly kind: "certificate" | "public key";
  /** 64 hex digits in lower case. */
  readonly sha256: string;
}

/** What the user's function is asked. */
export interface VerifyQuestion {
  /** The host that the certificate should be for; null on a server, which is asked about clients. */
  readonly host: string | null;
  /** The remote port. */
  readonly port: number;
  /** What the other rules say. */
  readonly verdict: TrustVerdict;
  readonly certificate: CertificateInfo;
}

/**
 * A function of the user's: true accepts, false refuses, a text refuses and says why. It must
 * answer at once: a promise is refused.
 */
export type VerifyFunction = (question: VerifyQuestion) => boolean | string;

/** The rules to decide by. */
export interface TrustPolicy {
  readonly pins: readonly Pin[];
  readonly isInsecure: boolean;
  readonly verify: VerifyFunction | null;
}

/** What is known about a peer's certificate. */
export interface TrustFacts {
  /** The host that it should be for; null when no name is checked. */
  readonly host: string | null;
  readonly port: number;
  /** Whether one of its names is the host's; true when no name is checked. */
  readonly isForHost: boolean;
  /** OpenSSL's objections to the chain. */
  readonly chain: readonly ChainProblem[];
  /** Reads the certificate; called only when a rule needs it. */
  readonly certificate: () => CertificateInfo;
}

/** Decides. Never throws: a user's function that does refuses. */
export function decideTrust(facts: TrustFacts, policy: TrustPolicy): TrustVerdict {
  const verdict = decideWithoutFunction(facts, policy);
  return policy.verify === null ? verdict : askFunction(policy.verify, facts, verdict);
}

function decideWithoutFunction(facts: TrustFacts, policy: TrustPolicy): TrustVerdict {
  const problems = [
    ...facts.chain.map(({ message }) => message),
    ...(facts.isForHost ? [] : [hostProblem(facts)]),
  ];
  if (policy.isInsecure) {
    return accept("insecure", "certificates are not checked", problems);
  }
  if (policy.pins.length > 0) return decideByPins(facts, policy.pins, problems);
  if (facts.chain.length > 0) {
    return refuse("chain", facts.chain.map(({ message }) => message).join("; "), problems);
  }
  if (!facts.isForHost) return refuse("host name", hostProblem(facts), problems);
  return accept("chain", "a trusted certificate vouches for it", problems);
}

function decideByPins(
  { certificate }: TrustFacts,
  pins: readonly Pin[],
  problems: readonly string[],
): TrustVerdict {
  const found = certificate();
  const pin = pins.find(({ kind, sha256 }) => {
    return sha256 === (kind === "certificate" ? found.sha256 : found.publicKeySha256);
  });
  if (pin !== undefined) return accept("pin", `its ${pin.kind} is pinned`, problems);
  const expected = pins.length === 1 ? "the pinned one" : `one of the ${pins.length} pinned ones`;
  return refuse("pin", `it is not ${expected}; its pin is sha256:${found.sha256}`, problems);
}

function askFunction(
  verify: VerifyFunction,
  { host, port, certificate }: TrustFacts,
  verdict: TrustVerdict,
): TrustVerdict {
  const rule = "verify function";
  let answer: unknown;
  try {
    answer = verify({ host, port, verdict, certificate: certificate() });
  } catch (error) {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return refuse(rule, `the verify function failed: ${what}`, verdict.problems);
  }
  if (answer === true) return accept(rule, "the verify function accepts it", verdict.problems);
  if (answer === false) return refuse(rule, "the verify function refuses it", verdict.problems);
  if (typeof answer === "string") {
    return refuse(rule, `the verify function refuses it: ${answer}`, verdict.problems);
  }
  if (answer instanceof Promise) answer.catch(() => {}); // Refused already; its failure adds nothing.
  const got = answer instanceof Promise ? "a promise" : String(answer);
  const why = `the verify function returned ${got}, not true, false or a reason`;
  return refuse(rule, why, verdict.problems);
}

function hostProblem({ host, certificate }: TrustFacts): string {
  const names = certificateNames(certificate());
  return `it is for ${names.length === 0 ? "no name at all" : names.join(", ")}, not for ${host}`;
}

function accept(rule: TrustRule, reason: string, problems: readonly string[]): TrustVerdict {
  return { isAccepted: true, rule, reason, problems };
}

function refuse(rule: TrustRule, reason: string, problems: readonly string[]): TrustVerdict {
  return { isAccepted: false, rule, reason, problems };
}

/**
 * The names that a host name is compared with: host names and addresses, or, where there are none,
 * the common name.
 */
export function certificateNames({ names, commonName }: CertificateInfo): readonly string[] {
  const hosts = names.filter(({ type }) => type === "dns" || type === "ip");
  if (hosts.length > 0) return hosts.map(({ value }) => value);
  return commonName === null ? [] : [commonName];
}

/** What a certificate says, in one line: names, issuer, dates, key, fingerprint. */
export function summarizeCertificate(certificate: CertificateInfo): string {
  const { subject, issuer, isSelfSigned, notBefore, notAfter, key, sha256 } = certificate;
  const names = certificateNames(certificate);
  return [
    subject || "no subject",
    `names ${names.length === 0 ? "none" : names.join(", ")}`,
    isSelfSigned ? "self-signed" : `issued by ${issuer}`,
    `valid ${formatUtc(notBefore)} to ${formatUtc(notAfter)}`,
    `${key.type} ${key.bits} bits`,
    `sha256:${sha256}`,
  ].join("; ");
}

const PIN = /^(spki-)?sha-?256:([0-9a-f]{2}(?::?[0-9a-f]{2}){31}|[a-z0-9+/]{43}=?)$/i;
const HEX_PIN = /^[0-9a-f:]{64,}$/i;

/**
 * Reads a pin: `sha256:` (of the certificate in DER, as `openssl x509 -fingerprint -sha256` shows)
 * or `spki-sha256:` (of its public key), then 64 hex digits, with or without colons, or base64.
 * Throws `UsageError`.
 */
export function parsePin(text: string): Pin {
  const [, isKey, digest = ""] = PIN.exec(text) ?? [];
  if (digest === "") {
    throw new UsageError(
      `${JSON.stringify(text)} is no pin: write sha256: and the 64 hex digits of the ` +
        "certificate's fingerprint, or spki-sha256: and those of its public key",
    );
  }
  const sha256 = HEX_PIN.test(digest)
    ? digest.replaceAll(":", "").toLowerCase()
    : Uint8Array.fromBase64(digest).toHex();
  return { kind: isKey === undefined ? "certificate" : "public key", sha256 };
}

/** The pin of a certificate, as `parsePin` reads it. */
export function formatPin({ sha256 }: Pick<CertificateInfo, "sha256">): string {
  return `sha256:${sha256}`;
}
