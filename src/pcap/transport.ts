/**
 * The transport layer: UDP (RFC 768) and TCP headers (RFC 9293). They end the chain: the frame then
 * knows its ports, and its range is the payload.
 */

import { checkTransport } from "./checksum.ts";
import type { Frame, Layer } from "./frame.ts";

const UDP_HEADER_SIZE = 8;
const TCP_HEADER_SIZE = 20;
const PROTOCOL_TCP = 6;
const PROTOCOL_UDP = 17;

/** Flag bits of the TCP header. */
export const TCP_FIN = 1;
export const TCP_SYN = 2;
export const TCP_RST = 4;
export const TCP_ACK = 16;

/** Reads a UDP header. A length of 0 means all bytes of the frame (jumbograms, UDP offload). */
export function udp(frame: Frame): Layer | null {
  frame.enter("udp");
  if (!frame.need(UDP_HEADER_SIZE, "UDP header")) return null;
  const { view, start } = frame;
  const size = view.getUint16(start + 4);
  if (size !== 0 && size < UDP_HEADER_SIZE) {
    frame.refuse("bad-header", `UDP length is ${size} bytes, its header alone has 8`);
    return null;
  }
  if (size !== 0 && !frame.limit(size, "UDP length")) return null;
  checkUdp(frame);
  frame.transport = "udp";
  frame.sourcePort = view.getUint16(start);
  frame.destinationPort = view.getUint16(start + 2);
  frame.start = start + UDP_HEADER_SIZE;
  return null;
}

/** A checksum of 0 means that the sender made none, which IPv6 does not allow. */
function checkUdp(frame: Frame): void {
  const checksumAt = frame.start + 6;
  if (frame.view.getUint16(checksumAt) !== 0) {
    checkTransport(frame, PROTOCOL_UDP, checksumAt);
  } else if (frame.family === 6) {
    frame.note("warning", "bad-checksum", "UDP over IPv6 has no checksum; a receiver drops it");
  }
}

/** Reads a TCP header. */
export function tcp(frame: Frame): Layer | null {
  frame.enter("tcp");
  if (!frame.need(TCP_HEADER_SIZE, "TCP header")) return null;
  const { view, start } = frame;
  const headerSize = (view.getUint8(start + 12) >> 4) * 4;
  if (headerSize < TCP_HEADER_SIZE) {
    frame.refuse("bad-header", `TCP header has a size of ${headerSize} bytes`);
    return null;
  }
  if (!frame.need(headerSize, "TCP header")) return null;
  checkTransport(frame, PROTOCOL_TCP, start + 16);
  frame.transport = "tcp";
  frame.sourcePort = view.getUint16(start);
  frame.destinationPort = view.getUint16(start + 2);
  frame.sequence = view.getUint32(start + 4);
  frame.acknowledgment = view.getUint32(start + 8);
  frame.flags = view.getUint8(start + 13);
  frame.start = start + headerSize;
  return null;
}
