/** Certificates as lines for people. Pure: the time is passed in. */

import type { Paint } from "../../cli/paint.ts";
import type { CertificateInfo } from "../../dtls/certificate.ts";
import { certificateNames, formatPin } from "../../dtls/trust.ts";
import { formatUtc } from "../../dtls/x509_time.ts";
import type { TrustExamination } from "./trust.ts";

const LABEL_WIDTH = 12;
const SECONDS_A_DAY = 86_400;

/** How lines look and what time it is. */
export interface CertLineStyle {
  readonly paint: Paint;
  /** Seconds since 1970-01-01 UTC. */
  readonly now: number;
}

/** A label and what belongs to it. */
export function certLine(label: string, text: string, { paint }: CertLineStyle): string {
  return paint.cyan(label.padEnd(LABEL_WIDTH)) + " " + text;
}

/** Everything that a certificate says. */
export function certificateLines(cert: CertificateInfo, style: CertLineStyle): string[] {
  const line = (label: string, text: string): string => certLine(label, text, style);
  const { key } = cert;
  return [
    line("subject", cert.subject || "none"),
    line("issuer", cert.isSelfSigned ? "itself: it is self-signed" : cert.issuer || "none"),
    line("names", namesText(cert)),
    line("valid", validityText(cert, style.now)),
    line("key", `${key.type}, ${key.bits} bits${key.curve === null ? "" : ` (${key.curve})`}`),
    line("signature", cert.signature),
    line("CA", cert.isCa ? "yes: it may sign others" : "no"),
    line("serial", cert.serial),
    line("pin", formatPin(cert)),
    line("public key", `spki-sha256:${cert.publicKeySha256}`),
  ];
}

/** The certificates that came with the first one, a line each. */
export function chainLines(chain: readonly CertificateInfo[], style: CertLineStyle): string[] {
  return chain.slice(1).map((cert, i) => {
    const what = `${cert.subject || "no subject"}, until ${formatUtc(cert.notAfter)}`;
    return certLine(i === 0 ? "came with" : "", `${what}, ${formatPin(cert)}`, style);
  });
}

/** Whether it would be accepted, by whom, and why not. */
export function verdictLines(
  { verdict, host }: TrustExamination,
  trusted: string,
  style: CertLineStyle,
): string[] {
  const { paint } = style;
  const asked = host === null ? `by ${trusted}` : `by ${trusted} for ${host}`;
  const words = verdict.isAccepted ? paint.green("✓ accepted") : paint.red("✗ refused");
  const others = verdict.problems.filter((problem) => !verdict.reason.includes(problem));
  return [
    certLine("verdict", `${words} ${asked} (rule: ${verdict.rule}): ${verdict.reason}`, style),
    ...others.map((problem) => certLine("", `also: ${problem}`, style)),
  ];
}

/** The names that a host name is compared with. */
export function namesText(cert: CertificateInfo): string {
  const names = certificateNames(cert);
  if (names.length === 0) return "none: it is for no host";
  const isFromCommonName = !cert.names.some(({ type }) => type === "dns" || type === "ip");
  return names.join(", ") + (isFromCommonName ? " (the common name)" : "");
}

/** Both dates, and how far away the end is. */
export function validityText(
  { notBefore, notAfter }: Pick<CertificateInfo, "notBefore" | "notAfter">,
  now: number,
): string {
  return `${formatUtc(notBefore)} to ${formatUtc(notAfter)}, ${
    validityWords({ notBefore, notAfter }, now)
  }`;
}

/** `364 days left`, `expired 2 days ago`, `not valid yet`. */
export function validityWords(
  { notBefore, notAfter }: Pick<CertificateInfo, "notBefore" | "notAfter">,
  now: number,
): string {
  if (now < notBefore) return "not valid yet";
  const days = Math.floor(Math.abs(notAfter - now) / SECONDS_A_DAY);
  const count = days === 1 ? "1 day" : `${days} days`;
  return now > notAfter ? `expired ${count} ago` : `${count} left`;
}

/** Whole days until the end, negative after it. */
export function daysLeft({ notAfter }: Pick<CertificateInfo, "notAfter">, now: number): number {
  return Math.floor((notAfter - now) / SECONDS_A_DAY);
}
