/**
 * The network layer: IPv4 with options (RFC 791), IPv6 with extension headers (RFC 8200). Fragments
 * are recognised here and put together in `fragments.ts`; checksums are noted, never a reason to
 * drop. A total length of 0, as captures on a sending machine have it when the network card cuts
 * large segments (TSO), means all bytes of the frame.
 */

import { checkIpv4Header } from "./checksum.ts";
import type { Frame, Layer } from "./frame.ts";
import { tcp, udp } from "./transport.ts";

const IPV4_HEADER_SIZE = 20;
const IPV6_HEADER_SIZE = 40;
const EXTENSION_HEADER_SIZE = 8;
const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET = 0x1fff;

const PROTOCOL_TCP = 6;
const PROTOCOL_UDP = 17;

/** IPv6 "next header" numbers that are not yet the payload. */
const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION_OPTIONS = 60;
const MOBILITY = 135;
const HIP = 139;
const SHIM6 = 140;

/** Reads an IPv4 header. */
export function ipv4(frame: Frame): Layer | null {
  frame.enter("ip");
  if (!frame.need(IPV4_HEADER_SIZE, "IPv4 header")) return null;
  const { view, start } = frame;
  const version = view.getUint8(start) >> 4;
  const headerSize = (view.getUint8(start) & 15) * 4;
  const totalSize = view.getUint16(start + 2);
  if (version !== 4 || headerSize < IPV4_HEADER_SIZE) {
    return refuse(frame, `IPv4 header has version ${version} and a size of ${headerSize} bytes`);
  }
  if (totalSize !== 0 && totalSize < headerSize) {
    return refuse(frame, `IPv4 length is ${totalSize} bytes, its header alone has ${headerSize}`);
  }
  if (!frame.need(headerSize, "IPv4 header")) return null;
  if (totalSize !== 0 && !frame.limit(totalSize, "IPv4 length")) return null;
  checkIpv4Header(frame, headerSize);
  setAddresses(frame, 4, start + 12, 4);
  frame.start = start + headerSize;
  const protocol = view.getUint8(start + 9);
  const fragmentation = view.getUint16(start + 6);
  const isLast = (fragmentation & MORE_FRAGMENTS) === 0;
  const offset = (fragmentation & FRAGMENT_OFFSET) * 8;
  if (isLast && offset === 0) return transport(protocol);
  frame.fragment = { identification: view.getUint16(start + 4), offset, isLast, protocol };
  return null;
}

/** Reads an IPv6 header and the extension headers behind it. */
export function ipv6(frame: Frame): Layer | null {
  frame.enter("ipv6");
  if (!frame.need(IPV6_HEADER_SIZE, "IPv6 header")) return null;
  const { view, start } = frame;
  const version = view.getUint8(start) >> 4;
  if (version !== 6) return refuse(frame, `IPv6 header has version ${version}`);
  const payloadSize = view.getUint16(start + 4);
  const size = IPV6_HEADER_SIZE + payloadSize;
  if (payloadSize !== 0 && !frame.limit(size, "IPv6 length")) return null;
  setAddresses(frame, 6, start + 8, 16);
  frame.start = start + IPV6_HEADER_SIZE;
  return afterExtensions(frame, view.getUint8(start + 6));
}

/** The layer of a datagram's payload, once its fragments are together. */
export function reassembledLayer(frame: Frame, protocol: number): Layer | null {
  return frame.family === 4 ? transport(protocol) : afterExtensions(frame, protocol);
}

/** Moves behind IPv6 extension headers; `protocol` is the number of what comes first. */
function afterExtensions(frame: Frame, protocol: number): Layer | null {
  let next = protocol;
  while (isExtension(next)) {
    if (!frame.need(EXTENSION_HEADER_SIZE, "IPv6 extension header")) return null;
    const { view, start } = frame;
    const current = next;
    next = view.getUint8(start);
    if (current === FRAGMENT) {
      const offset = view.getUint16(start + 2) & 0xfff8;
      const isLast = (view.getUint8(start + 3) & 1) === 0;
      frame.start += EXTENSION_HEADER_SIZE;
      if (isLast && offset === 0) continue;
      frame.fragment = {
        identification: view.getUint32(start + 4),
        offset,
        isLast,
        protocol: next,
      };
      return null;
    }
    const size = extensionSize(current, view.getUint8(start + 1));
    if (!frame.need(size, "IPv6 extension header")) return null;
    if (current === ROUTING && view.getUint8(start + 3) > 0) frame.hasFinalDestination = false;
    frame.start += size;
  }
  return transport(next);
}

function isExtension(protocol: number): boolean {
  switch (protocol) {
    case HOP_BY_HOP:
    case ROUTING:
    case FRAGMENT:
    case AUTHENTICATION:
    case DESTINATION_OPTIONS:
    case MOBILITY:
    case HIP:
    case SHIM6:
      return true;
    default:
      return false;
  }
}

/** Size of an extension header in bytes; the authentication header alone counts in words of 4. */
function extensionSize(protocol: number, lengthField: number): number {
  return protocol === AUTHENTICATION ? (lengthField + 2) * 4 : (lengthField + 1) * 8;
}

function transport(protocol: number): Layer | null {
  if (protocol === PROTOCOL_UDP) return udp;
  return protocol === PROTOCOL_TCP ? tcp : null;
}

function setAddresses(frame: Frame, family: 4 | 6, at: number, size: number): void {
  frame.family = family;
  frame.sourceAt = at;
  frame.destinationAt = at + size;
}

function refuse(frame: Frame, why: string): null {
  frame.refuse("bad-header", why);
  return null;
}
