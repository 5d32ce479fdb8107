/**
 * Names in certificates: the subject alternative names as plain data, and what a person calls them.
 * Types by RFC 5280, 4.2.1.6.
 */

import { copyBytes, type Pointer } from "./native.ts";
import type { OpenSsl } from "./openssl.ts";

/** One subject alternative name. */
export interface AlternativeName {
  readonly type: "dns" | "ip" | "email" | "uri";
  /** An IPv6 address is written short and without brackets. */
  readonly value: string;
}

/** The general names that have a value of text, or of address bytes, by their number. */
const NAME_TYPES: Readonly<Record<number, AlternativeName["type"]>> = {
  1: "email",
  2: "dns",
  6: "uri",
  7: "ip",
};

const NID_SUBJECT_ALT_NAME = 85;

/** The subject alternative names of an `X509`, in their order; other kinds of names are left out. */
export function readAlternativeNames(
  { crypto }: OpenSsl,
  x509: Pointer,
): readonly AlternativeName[] {
  const stack = crypto.X509_get_ext_d2i(x509, NID_SUBJECT_ALT_NAME, null, null);
  if (stack === null) return [];
  try {
    const names: AlternativeName[] = [];
    const typeSlot = new Int32Array(1);
    for (let i = 0, count = crypto.OPENSSL_sk_num(stack); i < count; i++) {
      const name = crypto.OPENSSL_sk_value(stack, i);
      const text = crypto.GENERAL_NAME_get0_value(name, typeSlot);
      const type = NAME_TYPES[typeSlot[0] ?? -1];
      if (type === undefined || text === null) continue;
      const length = crypto.ASN1_STRING_length(text);
      const bytes = copyBytes(crypto.ASN1_STRING_get0_data(text), length);
      names.push({ type, value: type === "ip" ? formatIp(bytes) : latin1(bytes) });
    }
    return names;
  } finally {
    crypto.GENERAL_NAMES_free(stack);
  }
}

/** Writes 4 or 16 address bytes as text, IPv6 as RFC 5952 has it; else their hex digits. */
export function formatIp(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) return [...bytes].map((byte) => byte.toString(16)).join(" ");
  const groups = Array.from(
    { length: 8 },
    (_, i) => (bytes[2 * i] ?? 0) << 8 | (bytes[2 * i + 1] ?? 0),
  );
  const [start, length] = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}

function longestZeroRun(groups: readonly number[]): readonly [start: number, length: number] {
  let best: readonly [number, number] = [0, 0];
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > best[1]) best = [start, end - start];
  }
  return best;
}

/** True for an IP address literal: such a name is compared with addresses, not with DNS names. */
export function isIpLiteral(host: string): boolean {
  return host.includes(":") || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
}

/** Names are ASCII by their standard; a byte beyond it must stay visible, not become U+FFFD. */
function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
