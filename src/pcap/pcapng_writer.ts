/**
 * Writes pcapng files block by block (draft-ietf-opsawg-pcapng), little-endian: a section with one
 * interface of raw IP packets, as Wireshark and `pcapng.ts` read them. Pure: blocks come out as bytes,
 * each complete, so that a file that ends between two of them is a good one.
 */

/** Which way a packet went, seen from the interface. */
export type PacketDirection = "in" | "out" | "unknown";

/** How the file counts time: whole microseconds or nanoseconds since 1970-01-01 UTC. */
export type TimeResolution = "microseconds" | "nanoseconds";

/** What the beginning of a file says. */
export interface PcapngHeader {
  readonly resolution: TimeResolution;
  /** The program that writes it. */
  readonly application: string;
  /** Where the packets were seen. */
  readonly interfaceName: string;
}

/** Packets begin with an IPv4 or IPv6 header. */
const LINKTYPE_RAW = 101;
/** As other programs write it: larger packets are not in the file, and there are none. */
const SNAP_LENGTH = 262_144;

const SECTION_HEADER = 0x0a0d0d0a;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const DECRYPTION_SECRETS = 10;
/** Secrets in the form of an SSLKEYLOGFILE. */
const TLS_KEY_LOG = 0x544c534b;

const OPTION_USER_APPLICATION = 4;
const OPTION_INTERFACE_NAME = 2;
const OPTION_TIME_RESOLUTION = 9;
const OPTION_PACKET_FLAGS = 2;

/** The option `if_tsresol`: a negative power of 10. */
const RESOLUTIONS: Readonly<Record<TimeResolution, number>> = { microseconds: 6, nanoseconds: 9 };
/** The option `epb_flags`, bits 0 and 1. */
const DIRECTIONS: Readonly<Record<PacketDirection, number>> = { unknown: 0, in: 1, out: 2 };

const BLOCK_OVERHEAD = 12;
const PACKET_FIELDS_SIZE = 20;
/** Its flags are all the options of a packet: code, size and value, then the end of options. */
const PACKET_OPTIONS_SIZE = 12;

/** The section header and the interface description that a file begins with. */
export function pcapngHeader(header: PcapngHeader): Uint8Array<ArrayBuffer> {
  const { resolution, application, interfaceName } = header;
  const section = new Uint8Array(16);
  const sectionView = new DataView(section.buffer);
  sectionView.setUint32(0, BYTE_ORDER_MAGIC, true);
  sectionView.setUint16(4, 1, true); // version 1.0
  sectionView.setBigInt64(8, -1n, true); // the section's size: not known in advance
  const description = new Uint8Array(8);
  const descriptionView = new DataView(description.buffer);
  descriptionView.setUint16(0, LINKTYPE_RAW, true);
  descriptionView.setUint32(4, SNAP_LENGTH, true);
  const text = new TextEncoder();
  return joined([
    block(SECTION_HEADER, [
      section,
      option(OPTION_USER_APPLICATION, text.encode(application)),
      END,
    ]),
    block(INTERFACE_DESCRIPTION, [
      description,
      option(OPTION_INTERFACE_NAME, text.encode(interfaceName)),
      option(OPTION_TIME_RESOLUTION, Uint8Array.of(RESOLUTIONS[resolution])),
      END,
    ]),
  ]);
}

/** A packet, from its IP header on; `time` is in the units that the file's header names. */
export function packetBlock(
  packet: Uint8Array,
  time: bigint,
  direction: PacketDirection,
): Uint8Array<ArrayBuffer> {
  const paddedSize = padded(packet.length);
  const optionsSize = direction === "unknown" ? 0 : PACKET_OPTIONS_SIZE;
  const size = BLOCK_OVERHEAD + PACKET_FIELDS_SIZE + paddedSize + optionsSize;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, ENHANCED_PACKET, true);
  view.setUint32(4, size, true);
  view.setUint32(12, Number(BigInt.asUintN(32, time >> 32n)), true);
  view.setUint32(16, Number(BigInt.asUintN(32, time)), true);
  view.setUint32(20, packet.length, true);
  view.setUint32(24, packet.length, true);
  bytes.set(packet, 28);
  if (optionsSize > 0) {
    const at = 28 + paddedSize;
    view.setUint16(at, OPTION_PACKET_FLAGS, true);
    view.setUint16(at + 2, 4, true);
    view.setUint32(at + 4, DIRECTIONS[direction], true);
  }
  view.setUint32(size - 4, size, true);
  return bytes;
}

/** Lines of an SSLKEYLOGFILE, with which a reader decrypts the packets behind them. */
export function keyLogBlock(lines: string): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(lines);
  const fields = new Uint8Array(8);
  const view = new DataView(fields.buffer);
  view.setUint32(0, TLS_KEY_LOG, true);
  view.setUint32(4, text.length, true);
  return block(DECRYPTION_SECRETS, [fields, text]);
}

/** `opt_endofopt`. */
const END: Uint8Array = new Uint8Array(4);

function option(code: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + padded(value.length));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, code, true);
  view.setUint16(2, value.length, true);
  bytes.set(value, 4);
  return bytes;
}

function block(type: number, parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const body = joined(parts);
  const size = BLOCK_OVERHEAD + padded(body.length);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, size, true);
  bytes.set(body, 8);
  view.setUint32(size - 4, size, true);
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Everything in a file begins at a multiple of four bytes. */
function padded(size: number): number {
  return size + 3 & ~3;
}
