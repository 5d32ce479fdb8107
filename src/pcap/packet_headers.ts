/**
 * Writes IP packets around payloads: IPv4 (RFC 791) and IPv6 (RFC 8200) with UDP (RFC 768) or TCP
 * (RFC 9293), checksums included, never in fragments. For captures of traffic that was seen above
 * these layers; the other direction is read in `ip.ts` and `transport.ts`.
 */

import { sumWords } from "./checksum.ts";

/** One end of a conversation. */
export interface IpEndpoint {
  /** Four bytes (IPv4) or sixteen (IPv6). */
  readonly address: Uint8Array;
  readonly port: number;
}

/** What a TCP header says besides the ports. */
export interface TcpFields {
  readonly sequence: number;
  readonly acknowledgment: number;
  /** `TCP_FIN`, `TCP_SYN`, … of `transport.ts`. */
  readonly flags: number;
  /** A multiple of four bytes. @default none */
  readonly options?: readonly number[];
}

/** Largest payload of a TCP segment, over IPv4 and IPv6, in bytes. */
export const MAX_SEGMENT_SIZE = 65_495;

const IPV4_HEADER_SIZE = 20;
const IPV6_HEADER_SIZE = 40;
const UDP_HEADER_SIZE = 8;
const TCP_HEADER_SIZE = 20;
const MAX_IP_LENGTH = 0xffff;
const PROTOCOL_TCP = 6;
const PROTOCOL_UDP = 17;
/** The packet may not be cut into fragments: then it needs no identification (RFC 6864). */
const DONT_FRAGMENT = 0x4000;
const HOP_LIMIT = 64;
/** The window that all segments offer. */
const WINDOW = 0xffff;

/**
 * A UDP packet. The endpoints are both IPv4 or both IPv6. Throws `RangeError` for a payload that no
 * datagram can have.
 */
export function udpPacket(from: IpEndpoint, to: IpEndpoint, payload: Uint8Array): Uint8Array {
  const size = UDP_HEADER_SIZE + payload.length;
  const { bytes, view, start } = ipPacket(from, to, PROTOCOL_UDP, size);
  view.setUint16(start, from.port);
  view.setUint16(start + 2, to.port);
  view.setUint16(start + 4, size);
  bytes.set(payload, start + UDP_HEADER_SIZE);
  // A checksum of 0 would mean that there is none.
  view.setUint16(start + 6, transportChecksum(view, start, from, PROTOCOL_UDP) || 0xffff);
  return bytes;
}

/** A TCP segment, otherwise as `udpPacket`. */
export function tcpPacket(
  from: IpEndpoint,
  to: IpEndpoint,
  { sequence, acknowledgment, flags, options = [] }: TcpFields,
  payload: Uint8Array,
): Uint8Array {
  const headerSize = TCP_HEADER_SIZE + options.length;
  const { bytes, view, start } = ipPacket(from, to, PROTOCOL_TCP, headerSize + payload.length);
  view.setUint16(start, from.port);
  view.setUint16(start + 2, to.port);
  view.setUint32(start + 4, sequence);
  view.setUint32(start + 8, acknowledgment);
  view.setUint8(start + 12, headerSize / 4 << 4);
  view.setUint8(start + 13, flags);
  view.setUint16(start + 14, WINDOW);
  bytes.set(options, start + TCP_HEADER_SIZE);
  bytes.set(payload, start + headerSize);
  view.setUint16(start + 16, transportChecksum(view, start, from, PROTOCOL_TCP));
  return bytes;
}

interface IpPacket {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where the transport's header begins. */
  readonly start: number;
}

/** A packet with its IP header, and room for what follows. */
function ipPacket(from: IpEndpoint, to: IpEndpoint, protocol: number, size: number): IpPacket {
  if (from.address.length !== to.address.length) {
    throw new TypeError("A packet cannot go from IPv4 to IPv6");
  }
  const isIpv4 = from.address.length === 4;
  const start = isIpv4 ? IPV4_HEADER_SIZE : IPV6_HEADER_SIZE;
  const length = isIpv4 ? start + size : size;
  if (length > MAX_IP_LENGTH) throw new RangeError(`No IP packet has ${length} bytes`);
  const bytes = new Uint8Array(start + size);
  const view = new DataView(bytes.buffer);
  if (isIpv4) writeIpv4Header(view, protocol, length);
  else writeIpv6Header(view, protocol, length);
  bytes.set(from.address, start - 2 * from.address.length);
  bytes.set(to.address, start - to.address.length);
  if (isIpv4) view.setUint16(10, checksum(sumWords(view, 0, IPV4_HEADER_SIZE)));
  return { bytes, view, start };
}

function writeIpv4Header(view: DataView, protocol: number, length: number): void {
  view.setUint8(0, 4 << 4 | IPV4_HEADER_SIZE / 4);
  view.setUint16(2, length);
  view.setUint16(6, DONT_FRAGMENT);
  view.setUint8(8, HOP_LIMIT);
  view.setUint8(9, protocol);
}

function writeIpv6Header(view: DataView, protocol: number, length: number): void {
  view.setUint8(0, 6 << 4);
  view.setUint16(4, length);
  view.setUint8(6, protocol);
  view.setUint8(7, HOP_LIMIT);
}

/** Over the pseudo-header of addresses, protocol and size, and everything behind the IP header. */
function transportChecksum(
  view: DataView,
  start: number,
  { address }: IpEndpoint,
  protocol: number,
): number {
  const size = view.byteLength - start;
  const addressesAt = start - 2 * address.length;
  return checksum(sumWords(view, addressesAt, view.byteLength) + protocol + size);
}

/** The ones' complement of a sum of words. */
function checksum(sum: number): number {
  return (0xffff - sum % 0xffff) % 0xffff;
}
