/** What an endpoint's certificates are worth: chain, names, dates, key. Pure: the time is passed in. */

import type { CertificateInfo } from "../../dtls/certificate.ts";
import { formatPin } from "../../dtls/trust.ts";
import { VerifyError } from "../../dtls/verify_words.ts";
import { daysLeft, namesText, validityWords } from "../cert/lines.ts";
import type { TrustExamination } from "../cert/trust.ts";
import type { Check } from "./check.ts";
import type { TrustQuestion } from "../security/trust_options.ts";

/** Fewer days than this are worth a note. */
const SOON_DAYS = 14;
const MIN_RSA_BITS = 2048;
const MAX_RSA_BITS = 4096;

/** A chain and what it is held against. */
export interface ExaminedChain {
  readonly chain: readonly [CertificateInfo, ...CertificateInfo[]];
  readonly examination: TrustExamination;
  readonly question: Pick<TrustQuestion, "ca" | "pins">;
  /** As the user wrote it, for advice. */
  readonly endpoint: string;
  /** Seconds since 1970-01-01 UTC. */
  readonly now: number;
}

/** All there is to say about a chain. */
export function certificateChecks(examined: ExaminedChain): readonly Check[] {
  const { examination: { verdict }, question: { pins } } = examined;
  const isPinned = pins.length > 0 && verdict.isAccepted;
  const others = [nameCheck(examined), dateCheck(examined), keyCheck(examined)];
  return [chainCheck(examined), ...(isPinned ? others.map(settledByPin) : others)];
}

/** A pin names exactly one certificate: what else is wrong with it refuses nobody who has the pin. */
function settledByPin(check: Check): Check {
  if (check.verdict !== "fail") return check;
  return { ...check, verdict: "warn", text: `${check.text}; the pin accepts it all the same` };
}

function chainCheck({ chain, examination, question, endpoint }: ExaminedChain): Check {
  const id = "chain";
  const [leaf] = chain;
  const facts = {
    certificates: chain.length,
    pin: formatPin(leaf),
    self_signed: leaf.isSelfSigned,
  };
  const { verdict } = examination;
  if (question.pins.length > 0) {
    const advice = verdict.isAccepted ? null : "the pin is of another certificate: was it renewed?";
    return { id, verdict: verdict.isAccepted ? "ok" : "fail", text: verdict.reason, advice, facts };
  }
  // Dates have a check of their own.
  const problems = examination.chain.filter(({ code }) => !isAboutDates(code));
  const sent = chain.length === 1 ? "1 certificate" : `${chain.length} certificates`;
  if (problems.length === 0) {
    return { id, verdict: "ok", text: `${sent}, vouched for by a trusted one`, facts };
  }
  const text = problems.map(({ message }) => message).join("; ");
  if (leaf.isSelfSigned) {
    const advice = `give it to the clients: packetpeer cert show ${endpoint} -o pem > ca.crt for ` +
      `TLSOptions.client(ca), or --pin ${formatPin(leaf)}`;
    return { id, verdict: question.ca === null ? "warn" : "fail", text, advice, facts };
  }
  const advice = chain.length === 1
    ? "let the server send the whole chain (fullchain.pem), not its own certificate alone; Godot " +
      "says -0x2700 to this"
    : "name the CA to trust with --ca FILE, or let a public CA sign it";
  return { id, verdict: "fail", text, advice, facts };
}

function nameCheck({ chain, examination }: ExaminedChain): Check {
  const [leaf] = chain;
  const { host, isForHost } = examination;
  const names = namesText(leaf);
  return {
    id: "names",
    verdict: isForHost ? "ok" : "fail",
    text: isForHost
      ? `it is for ${host ?? "any host"}: ${names}`
      : `it is not for ${host ?? "this host"} but for ${names}`,
    advice: isForHost
      ? null
      : "connect by one of these names, name one of them (--server-name NAME, in Godot " +
        "TLSOptions.client(ca, name)), or make one for this host: packetpeer cert new",
    facts: { host, names: leaf.names.map(({ value }) => value), common_name: leaf.commonName },
  };
}

function dateCheck({ chain, now }: ExaminedChain): Check {
  const worst = chain.reduce((a, b) => b.notAfter < a.notAfter ? b : a);
  const early = chain.find(({ notBefore }) => now < notBefore);
  const shown = early ?? worst;
  const days = daysLeft(worst, now);
  const isOver = now > worst.notAfter || early !== undefined;
  return {
    id: "dates",
    verdict: isOver ? "fail" : days < SOON_DAYS ? "warn" : "ok",
    text: `${shown.subject || "the certificate"}: ${validityWords(shown, now)}`,
    advice: isOver
      ? "check this machine's clock, or make a new certificate"
      : days < SOON_DAYS
      ? "make a new one before then"
      : null,
    facts: { days_left: days },
  };
}

function keyCheck({ chain: [leaf] }: ExaminedChain): Check {
  const { type, bits, curve } = leaf.key;
  const [verdict, advice] = keyVerdict(leaf);
  return {
    id: "key",
    verdict,
    text: `${type}, ${bits} bits${curve === null ? "" : ` (${curve})`}, ${leaf.signature}`,
    advice,
    facts: { key_type: type, key_bits: bits, signature: leaf.signature },
  };
}

function keyVerdict(
  { key, signature }: CertificateInfo,
): readonly [verdict: Check["verdict"], advice: string | null] {
  const renew = "make a new one: packetpeer cert new";
  if (/md5|sha1/i.test(signature)) return ["fail", `the signature is too weak; ${renew}`];
  if (key.type === "RSA" && key.bits < MIN_RSA_BITS) return ["fail", `too short; ${renew}`];
  if (key.type === "RSA" && key.bits > MAX_RSA_BITS) {
    return ["warn", "such a long key is slow, and more than some builds of mbedTLS take (-0x4290)"];
  }
  if (key.type !== "RSA" && key.type !== "EC") {
    return ["fail", `Godot's mbedTLS knows RSA and EC keys only; ${renew}`];
  }
  if (/pss/i.test(signature)) {
    return ["warn", "Godot's DTLS clients do not offer RSA-PSS; take a certificate without it"];
  }
  return ["ok", null];
}

function isAboutDates(code: number): boolean {
  return code === VerifyError.notYetValid || code === VerifyError.expired;
}
