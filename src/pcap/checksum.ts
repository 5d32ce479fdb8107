/**
 * The Internet checksum (RFC 1071) of IPv4 headers and of UDP and TCP with their pseudo-header.
 * Ones' complement sums of 16-bit words are sums modulo 65,535, so 32-bit words can be added as
 * they are: 2^32 is 1 modulo 65,535.
 */

import type { Frame } from "./frame.ts";

const MODULUS = 0xffff;

/** The words of a byte range added up, as a plain number; an odd last byte is a high byte. */
export function sumWords(view: DataView, start: number, end: number): number {
  let sum = 0;
  let at = start;
  for (; end - at >= 4; at += 4) sum += view.getUint32(at);
  if (end - at >= 2) {
    sum += view.getUint16(at);
    at += 2;
  }
  return at < end ? sum + view.getUint8(at) * 256 : sum;
}

/** Notes a wrong header checksum; 0 is left to the network card of the sender. */
export function checkIpv4Header(frame: Frame, headerSize: number): void {
  const { view, start } = frame;
  if (sumWords(view, start, start + headerSize) % MODULUS === 0) return;
  const found = view.getUint16(start + 10);
  if (found !== 0) noteChecksum(frame, "IPv4 header", found);
}

/**
 * Notes a wrong UDP or TCP checksum; `checksumAt` is where it stands. A checksum that covers the
 * pseudo-header alone was left to the network card of the sender, as captures on the sending machine
 * and on loopback have it.
 */
export function checkTransport(frame: Frame, protocol: number, checksumAt: number): void {
  if (frame.missing > 0 || !frame.hasFinalDestination) return;
  const { view, start, end } = frame;
  const found = view.getUint16(checksumAt);
  const addressesSize = frame.family === 4 ? 8 : 32;
  const unsized = protocol + sumWords(view, frame.sourceAt, frame.sourceAt + addressesSize);
  const pseudo = unsized + end - start;
  const isLeftToCard = found === pseudo % MODULUS || found === unsized % MODULUS;
  if (isLeftToCard || (pseudo + sumWords(view, start, end)) % MODULUS === 0) return;
  noteChecksum(frame, protocol === 6 ? "TCP" : "UDP", found);
}

function noteChecksum(frame: Frame, what: string, found: number): void {
  const hex = found.toString(16).padStart(4, "0");
  frame.note(
    "warning",
    "bad-checksum",
    `The ${what} checksum 0x${hex} in frame ${frame.number} is wrong; a receiver drops it`,
  );
}
