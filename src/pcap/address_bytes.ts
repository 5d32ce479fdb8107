/** IP addresses and endpoints as text to the bytes that packets have: the reverse of `address.ts`. */

import type { IpEndpoint } from "./packet_headers.ts";

const GROUPS = 8;

/**
 * The bytes of an address, 4 or 16; a `%zone` is left out. Null for what is no IP address, such as
 * a name.
 */
export function addressBytes(text: string): Uint8Array | null {
  if (!text.includes(":")) return ipv4Bytes(text);
  return ipv6Bytes(text.replace(/%.*$/, ""));
}

/** Reads `192.0.2.1:4242` and `[2001:db8::1]:4242`; null for anything else. */
export function parseIpEndpoint(text: string): IpEndpoint | null {
  const [, bracketed, plain, digits = ""] = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const address = addressBytes(bracketed ?? plain ?? "");
  const port = Number(digits);
  const isRight = address?.length === (bracketed === undefined ? 4 : 16) && port <= 0xffff;
  return isRight ? { address, port } : null;
}

function ipv4Bytes(text: string): Uint8Array | null {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return null;
  const parts = text.split(".").map(Number);
  return parts.every((part) => part < 256) ? Uint8Array.from(parts) : null;
}

/** RFC 4291, 2.2: groups of hex digits, one run of zeros as `::`, perhaps IPv4 at the end. */
function ipv6Bytes(text: string): Uint8Array | null {
  const halves = text.split("::");
  // IPv4 stands at the very end.
  if (halves.length > 2 || halves.length === 2 && halves[0]?.includes(".")) return null;
  const [head = null, tail = null] = halves.map(groupsOf);
  if (head === null || halves.length === 2 && tail === null) return null;
  const missing = GROUPS - head.length - (tail?.length ?? 0);
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...(tail ?? [])];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255]));
}

function groupsOf(text: string): number[] | null {
  if (text === "") return [];
  const parts = text.split(":");
  const ipv4 = ipv4Bytes(parts.at(-1) ?? "");
  const words = ipv4 === null ? parts : parts.slice(0, -1);
  if (!words.every((word) => /^[0-9a-f]{1,4}$/i.test(word))) return null;
  const groups = words.map((word) => parseInt(word, 16));
  if (ipv4 === null) return groups;
  const [a = 0, b = 0, c = 0, d = 0] = ipv4;
  return [...groups, a << 8 | b, c << 8 | d];
}
