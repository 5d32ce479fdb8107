/**
 * Socket addresses as C has them: `struct sockaddr_in` and `sockaddr_in6` of Linux. Family u16 in
 * the machine's order (little-endian wherever Deno runs), port u16 in network order, then the
 * address; IPv6 has a u32 of flow information before it and the zone's number behind it.
 */

import type { Address } from "../packet/peer.ts";
import { canonicalHost, isIpv4 } from "./endpoint.ts";

/** Room for either. */
export const ADDRESS_SIZE = 28;

// As on every Linux: bits/socket.h.
const AF_INET = 2;
const AF_INET6 = 10;
const IPV4_OFFSET = 4;
const IPV6_OFFSET = 8;

/** The address for C; null for one with a zone. */
export function socketAddress({ hostname, port }: Address): Uint8Array<ArrayBuffer> | null {
  if (isIpv4(hostname)) {
    const parts = hostname.split(".").map(Number);
    return Uint8Array.of(AF_INET, 0, port >> 8, port & 255, ...parts, 0, 0, 0, 0, 0, 0, 0, 0);
  }
  if (hostname.includes("%")) return null;
  const bytes = new Uint8Array(ADDRESS_SIZE);
  bytes.set([AF_INET6, 0, port >> 8, port & 255]);
  const canonical = canonicalHost(hostname);
  // A mapped address goes through a socket of IPv6.
  if (isIpv4(canonical)) bytes.set([255, 255, ...canonical.split(".").map(Number)], 18);
  else bytes.set(ipv6Bytes(canonical), IPV6_OFFSET);
  return bytes;
}

/** The address that begins at an offset, in Deno's spelling: mapped IPv4 stays mapped. */
export function readSocketAddress(bytes: Uint8Array, offset: number): Address {
  const at = (index: number): number => bytes[offset + index] ?? 0;
  const pair = (index: number): number => at(index) << 8 | at(index + 1);
  const port = pair(2);
  const dotted = (start: number): string => [0, 1, 2, 3].map((i) => at(start + i)).join(".");
  if (at(0) === AF_INET) return { hostname: dotted(IPV4_OFFSET), port };
  const groups = Array.from({ length: 8 }, (_, i) => pair(IPV6_OFFSET + 2 * i));
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return { hostname: `::ffff:${dotted(IPV6_OFFSET + 12)}`, port };
  return { hostname: canonicalHost(groups.map((group) => group.toString(16)).join(":")), port };
}

/** The 16 bytes of an address in its shortest spelling. */
function ipv6Bytes(text: string): number[] {
  const groupsOf = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((group) => parseInt(group, 16));
  const [before = "", after] = text.split("::");
  const [head, tail] = [groupsOf(before), groupsOf(after ?? "")];
  const zeros = new Array<number>(8 - head.length - tail.length).fill(0);
  return [...head, ...zeros, ...tail].flatMap((group) => [group >> 8, group & 255]);
}
