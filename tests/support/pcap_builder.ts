/**
 * Capture files by hand: link, IP, UDP and TCP headers with right checksums, and pcap and pcapng
 * files of both byte orders around them. Endpoints are written `192.0.2.1:4242` and `[::1]:4242`;
 * the address decides on the IP version.
 */

import {
  type CapturedPacket,
  type CaptureEvent,
  type CaptureOptions,
  type CaptureProblem,
  CaptureReader,
} from "../../src/pcap/capture.ts";

/** Bytes of text, numbers 0 to 255, or bytes. */
export type Bytes = Uint8Array | readonly number[] | string;

/** One array of several. */
export function concat(...parts: readonly Bytes[]): Uint8Array {
  const arrays = parts.map(toBytes);
  const joined = new Uint8Array(arrays.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of arrays) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Text as UTF-8, numbers as bytes. */
export function toBytes(bytes: Bytes): Uint8Array {
  if (typeof bytes === "string") return new TextEncoder().encode(bytes);
  return bytes instanceof Uint8Array ? bytes : Uint8Array.from(bytes);
}

/** A 16-bit number. */
export function u16(value: number, isLittleEndian = false): Uint8Array {
  const bytes = new Uint8Array(2);
  new DataView(bytes.buffer).setUint16(0, value, isLittleEndian);
  return bytes;
}

/** A 32-bit number. */
export function u32(value: number, isLittleEndian = false): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, isLittleEndian);
  return bytes;
}

/** A `PacketPeerStream` frame. */
export function framed(packet: Bytes): Uint8Array {
  const bytes = toBytes(packet);
  return concat(u32(bytes.length, true), bytes);
}

/** A Variant of type int, as Godot 4 writes small ones. */
export function intVariant(value: number): Uint8Array {
  return concat(u32(2, true), u32(value, true));
}

/** A Variant of type PackedByteArray. */
export function bytesVariant(size: number, fill = 0xee): Uint8Array {
  const padded = new Uint8Array(Math.ceil(size / 4) * 4);
  padded.fill(fill, 0, size);
  return concat(u32(29, true), u32(size, true), padded);
}

// --- Transport and network ---

interface Endpoint {
  readonly address: Uint8Array;
  readonly port: number;
}

function endpoint(text: string): Endpoint {
  const split = text.lastIndexOf(":");
  const host = text.slice(0, split);
  const port = Number(text.slice(split + 1));
  if (!host.startsWith("[")) return { address: Uint8Array.from(host.split("."), Number), port };
  const [left = "", right] = host.slice(1, -1).split("::");
  const groups = (part: string) => part === "" ? [] : part.split(":").map((g) => parseInt(g, 16));
  const start = groups(left);
  const end = groups(right ?? "");
  const zeros = new Array(8 - start.length - end.length).fill(0);
  const address = concat(...[...start, ...zeros, ...end].map((group) => u16(group)));
  return { address, port };
}

/** The checksum over byte ranges, as RFC 1071 words it. */
function checksum(...parts: readonly Uint8Array[]): number {
  const bytes = concat(...parts);
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) sum += (bytes[i] ?? 0) << (i % 2 === 0 ? 8 : 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function pseudoHeader(
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  size: number,
): Uint8Array {
  return concat(source, destination, u32(size), u32(protocol));
}

/** Fields of an IP header that tests set. */
export interface IpOptions {
  readonly identification?: number;
  /** Bytes of IPv4 options, a multiple of 4. */
  readonly options?: Bytes;
  /** IPv6 extension headers: number and bytes, without their "next header" field. */
  readonly extensions?: readonly (readonly [protocol: number, rest: Bytes])[];
  /** The length field, when it is to lie. */
  readonly length?: number;
  readonly headerChecksum?: number;
}

/** An IP packet of the version of the addresses. */
export function ip(
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  payload: Uint8Array,
  options: IpOptions = {},
): Uint8Array {
  return source.length === 4
    ? ipv4(source, destination, protocol, payload, options)
    : ipv6(source, destination, protocol, payload, options);
}

function ipv4(
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  payload: Uint8Array,
  options: IpOptions,
): Uint8Array {
  const extra = toBytes(options.options ?? []);
  const headerSize = 20 + extra.length;
  const header = concat(
    [0x40 | headerSize / 4, 0],
    u16(options.length ?? headerSize + payload.length),
    u16(options.identification ?? 0),
    [0, 0, 64, protocol, 0, 0],
    source,
    destination,
    extra,
  );
  header.set(u16(options.headerChecksum ?? checksum(header)), 10);
  return concat(header, payload);
}

function ipv6(
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  payload: Uint8Array,
  options: IpOptions,
): Uint8Array {
  const extensions = options.extensions ?? [];
  const chain = extensions.map(([, rest], i) =>
    concat([extensions[i + 1]?.[0] ?? protocol], toBytes(rest))
  );
  const body = concat(...chain, payload);
  const first = extensions[0]?.[0] ?? protocol;
  const size = u16(options.length ?? body.length);
  return concat([0x60, 0, 0, 0], size, [first, 64], source, destination, body);
}

/** A UDP datagram in an IP packet. `checksum` and `length` replace the right ones. */
export function udp(
  from: string,
  to: string,
  payload: Bytes,
  options: IpOptions & { readonly checksum?: number; readonly udpLength?: number } = {},
): Uint8Array {
  const source = endpoint(from);
  const destination = endpoint(to);
  const bytes = toBytes(payload);
  const size = options.udpLength ?? 8 + bytes.length;
  const datagram = concat(u16(source.port), u16(destination.port), u16(size), [0, 0], bytes);
  const pseudo = pseudoHeader(source.address, destination.address, 17, datagram.length);
  datagram.set(u16(options.checksum ?? (checksum(pseudo, datagram) || 0xffff)), 6);
  return ip(source.address, destination.address, 17, datagram, options);
}

/** Flag bits. */
export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const ACK = 16;

/** Fields of a TCP segment that tests set. */
export interface TcpOptions extends IpOptions {
  readonly sequence: number;
  readonly acknowledgment?: number;
  readonly flags?: number;
  readonly payload?: Bytes;
  readonly checksum?: number;
}

/** A TCP segment in an IP packet. */
export function tcp(from: string, to: string, options: TcpOptions): Uint8Array {
  const source = endpoint(from);
  const destination = endpoint(to);
  const segment = concat(
    u16(source.port),
    u16(destination.port),
    u32(options.sequence >>> 0),
    u32((options.acknowledgment ?? 0) >>> 0),
    [0x50, options.flags ?? ACK],
    u16(65535),
    [0, 0, 0, 0],
    options.payload ?? [],
  );
  const pseudo = pseudoHeader(source.address, destination.address, 6, segment.length);
  segment.set(u16(options.checksum ?? checksum(pseudo, segment)), 16);
  return ip(source.address, destination.address, 6, segment, options);
}

/** Cuts an IP packet without options or extension headers into fragments of at most `size` bytes. */
export function fragments(packet: Uint8Array, size: number): Uint8Array[] {
  const is4 = (packet[0] ?? 0) >> 4 === 4;
  const headerSize = is4 ? 20 : 40;
  const payload = packet.subarray(headerSize);
  const pieces: Uint8Array[] = [];
  for (let offset = 0; offset < payload.length; offset += size) {
    const isLast = offset + size >= payload.length;
    pieces.push(fragment(packet, offset, payload.subarray(offset, offset + size), isLast));
  }
  return pieces;
}

/** One fragment of an IP packet, with any payload. */
export function fragment(
  packet: Uint8Array,
  offset: number,
  payload: Bytes,
  isLast: boolean,
  identification = 0x1234,
): Uint8Array {
  const bytes = toBytes(payload);
  if ((packet[0] ?? 0) >> 4 === 4) {
    const header = packet.slice(0, 20);
    header.set(u16(20 + bytes.length), 2);
    header.set(u16(identification), 4);
    header.set(u16(offset / 8 | (isLast ? 0 : 0x2000)), 6);
    header.set([0, 0], 10);
    header.set(u16(checksum(header)), 10);
    return concat(header, bytes);
  }
  const header = packet.slice(0, 40);
  const next = header[6] ?? 0;
  header.set(u16(8 + bytes.length), 4);
  header[6] = 44;
  const extension = concat([next, 0], u16(offset | (isLast ? 0 : 1)), u32(identification));
  return concat(header, extension, bytes);
}

// --- Link ---

function etherTypeOf(packet: Uint8Array): number {
  return (packet[0] ?? 0) >> 4 === 6 ? 0x86dd : 0x0800;
}

const MAC_ADDRESSES = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];

/** An Ethernet frame; `tags` are the EtherTypes of the VLAN tags, from the outside in. */
export function ethernet(
  packet: Uint8Array,
  tags: readonly number[] = [],
  etherType: number = etherTypeOf(packet),
): Uint8Array {
  const tagged = tags.map((tag) => concat(u16(tag), u16(100)));
  return concat(MAC_ADDRESSES, ...tagged, u16(etherType), packet);
}

/** An 802.3 frame with LLC and SNAP headers. */
export function snap(packet: Uint8Array): Uint8Array {
  const header = [0xaa, 0xaa, 3, 0, 0, 0];
  return concat(MAC_ADDRESSES, u16(8 + packet.length), header, u16(etherTypeOf(packet)), packet);
}

/** Linux cooked capture v1. */
export function linuxCooked(packet: Uint8Array): Uint8Array {
  return concat([0, 0, 3, 4, 0, 6], [0, 0, 0, 0, 0, 0, 0, 0], u16(etherTypeOf(packet)), packet);
}

/** Linux cooked capture v2. */
export function linuxCookedV2(packet: Uint8Array): Uint8Array {
  const rest = [0, 0, 0, 0, 0, 1, 3, 4, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0];
  return concat(u16(etherTypeOf(packet)), rest, packet);
}

/** BSD loopback; `family` as the capturing system numbers it. */
export function loopback(packet: Uint8Array, family: number, isLittleEndian: boolean): Uint8Array {
  return concat(u32(family, isLittleEndian), packet);
}

/** Link types, as tcpdump.org numbers them. */
export const LINK = { null: 0, ethernet: 1, raw: 101, loop: 108, sll: 113, sll2: 276 } as const;

// --- Files ---

/** A frame to be written; plain bytes are whole frames at time 0. */
export interface FrameSpec {
  readonly bytes: Uint8Array;
  /** Seconds, and units of the file's resolution. */
  readonly seconds?: number;
  readonly fraction?: number;
  /** Size on the wire, when the frame is cut. */
  readonly original?: number;
}

/** What tests set in a file header. */
export interface FileOptions {
  readonly isBigEndian?: boolean;
  readonly isNano?: boolean;
  readonly linkType?: number;
}

function frameSpec(frame: Uint8Array | FrameSpec): FrameSpec {
  return frame instanceof Uint8Array ? { bytes: frame } : frame;
}

/** The header of a classic pcap file. */
export function pcapHeader(options: FileOptions = {}): Uint8Array {
  const isLittle = options.isBigEndian !== true;
  return concat(
    u32(options.isNano === true ? 0xa1b23c4d : 0xa1b2c3d4, isLittle),
    u16(2, isLittle),
    u16(4, isLittle),
    u32(0),
    u32(0),
    u32(262144, isLittle),
    u32(options.linkType ?? LINK.ethernet, isLittle),
  );
}

/** One record of a classic pcap file. */
export function pcapRecord(
  frame: Uint8Array | FrameSpec,
  options: FileOptions = {},
): Uint8Array {
  const { bytes, seconds = 0, fraction = 0, original = bytes.length } = frameSpec(frame);
  const fields = [seconds, fraction, bytes.length, original];
  return concat(...fields.map((field) => u32(field, options.isBigEndian !== true)), bytes);
}

/** A classic pcap file. */
export function pcap(
  frames: readonly (Uint8Array | FrameSpec)[],
  options: FileOptions = {},
): Uint8Array {
  return concat(pcapHeader(options), ...frames.map((frame) => pcapRecord(frame, options)));
}

/** One block of a pcapng file. */
export function block(type: number, body: Bytes, isBigEndian = false): Uint8Array {
  const bytes = toBytes(body);
  const padded = concat(bytes, new Uint8Array(-bytes.length & 3));
  const size = u32(12 + padded.length, !isBigEndian);
  return concat(u32(type, !isBigEndian), size, padded, size);
}

/** A Section Header Block. */
export function sectionHeader(isBigEndian = false): Uint8Array {
  const isLittle = !isBigEndian;
  const body = concat(
    u32(0x1a2b3c4d, isLittle),
    u16(1, isLittle),
    u16(0),
    new Uint8Array(8).fill(255),
  );
  return block(0x0a0d0d0a, body, isBigEndian);
}

/** What tests set in an Interface Description Block. */
export interface InterfaceOptions {
  readonly isBigEndian?: boolean;
  readonly linkType?: number;
  readonly snapLength?: number;
  /** `if_tsresol` */
  readonly resolution?: number;
  /** `if_tsoffset`, in seconds */
  readonly offset?: bigint;
}

/** An Interface Description Block. */
export function interfaceBlock(options: InterfaceOptions = {}): Uint8Array {
  const isLittle = options.isBigEndian !== true;
  const extra: Bytes[] = [];
  const option = (code: number, value: Uint8Array) => {
    extra.push(u16(code, isLittle), u16(value.length, isLittle), value);
    extra.push(new Uint8Array(-value.length & 3));
  };
  option(2, toBytes("lo0"));
  if (options.resolution !== undefined) option(9, Uint8Array.of(options.resolution));
  if (options.offset !== undefined) {
    const seconds = new Uint8Array(8);
    new DataView(seconds.buffer).setBigInt64(0, options.offset, isLittle);
    option(14, seconds);
  }
  const fields = concat(
    u16(options.linkType ?? LINK.ethernet, isLittle),
    u16(0),
    u32(options.snapLength ?? 0, isLittle),
  );
  return block(1, concat(fields, ...extra, u32(0)), options.isBigEndian);
}

/** What tests set in a packet block. */
export interface PacketBlockOptions {
  readonly isBigEndian?: boolean;
  readonly interfaceId?: number;
  /** Count of units since the epoch. */
  readonly time?: bigint;
  readonly original?: number;
}

function packetFields(bytes: Uint8Array, options: PacketBlockOptions): Uint8Array {
  const isLittle = options.isBigEndian !== true;
  const time = options.time ?? 0n;
  return concat(
    u32(Number(time >> 32n), isLittle),
    u32(Number(time & 0xffffffffn), isLittle),
    u32(bytes.length, isLittle),
    u32(options.original ?? bytes.length, isLittle),
    bytes,
    new Uint8Array(-bytes.length & 3),
  );
}

/** An Enhanced Packet Block, with a comment as option. */
export function enhancedPacket(bytes: Uint8Array, options: PacketBlockOptions = {}): Uint8Array {
  const isLittle = options.isBigEndian !== true;
  const comment = concat(u16(1, isLittle), u16(4, isLittle), "note", u32(0));
  const id = u32(options.interfaceId ?? 0, isLittle);
  return block(6, concat(id, packetFields(bytes, options), comment), options.isBigEndian);
}

/** An obsolete Packet Block. */
export function obsoletePacket(bytes: Uint8Array, options: PacketBlockOptions = {}): Uint8Array {
  const id = u16(options.interfaceId ?? 0, options.isBigEndian !== true);
  return block(2, concat(id, u16(0), packetFields(bytes, options)), options.isBigEndian);
}

/** A Simple Packet Block. */
export function simplePacket(bytes: Uint8Array, original: number, isBigEndian = false): Uint8Array {
  return block(3, concat(u32(original, !isBigEndian), bytes), isBigEndian);
}

/** A pcapng file of one section and one interface. */
export function pcapng(
  frames: readonly Uint8Array[],
  options: { readonly isBigEndian?: boolean; readonly linkType?: number } = {},
): Uint8Array {
  return concat(
    sectionHeader(options.isBigEndian),
    interfaceBlock(options),
    ...frames.map((bytes) => enhancedPacket(bytes, options)),
  );
}

// --- Conversations ---

/** A TCP connection whose two sides make Ethernet frames, with right sequence numbers. */
export class TcpConversation {
  readonly client: TcpSide;
  readonly server: TcpSide;

  constructor(options: {
    readonly client?: string;
    readonly server?: string;
    readonly clientSequence?: number;
    readonly serverSequence?: number;
  } = {}) {
    this.client = new TcpSide(options.client ?? "10.0.0.1:50000", options.clientSequence ?? 1000);
    this.server = new TcpSide(options.server ?? "10.0.0.2:4242", options.serverSequence ?? 7000);
    this.client.other = this.server;
    this.server.other = this.client;
  }

  /** The three frames that open the connection. */
  open(): Uint8Array[] {
    return [
      this.client.segment([], SYN),
      this.server.segment([], SYN | ACK),
      this.client.segment([]),
    ];
  }
}

/** One end of a `TcpConversation`. */
export class TcpSide {
  readonly address: string;
  /** Sequence number of the next segment. */
  sequence: number;
  other: TcpSide | null = null;

  constructor(address: string, sequence: number) {
    this.address = address;
    this.sequence = sequence;
  }

  /** The next segment, as an Ethernet frame. */
  segment(payload: Bytes, flags: number = ACK): Uint8Array {
    const bytes = toBytes(payload);
    const frame = this.at(this.sequence, bytes, flags);
    this.sequence += bytes.length + ((flags & (SYN | FIN)) !== 0 ? 1 : 0);
    return frame;
  }

  /** A segment at any sequence number; the next one stays as it is. */
  at(sequence: number, payload: Bytes, flags: number = ACK): Uint8Array {
    if (this.other === null) throw new Error("A side needs its other side");
    const acknowledgment = this.other.sequence;
    const options = { sequence, acknowledgment, flags, payload };
    return ethernet(tcp(this.address, this.other.address, options));
  }

  /** The segments of a stream, cut every `size` bytes. */
  stream(payload: Bytes, size: number): Uint8Array[] {
    const bytes = toBytes(payload);
    const count = Math.ceil(bytes.length / size);
    return Array.from(
      { length: count },
      (_, i) => this.segment(bytes.subarray(i * size, (i + 1) * size)),
    );
  }
}

// --- Reading ---

/** All events of a capture that is pushed in chunks of `chunkSize` bytes. */
export function readAll(
  file: Uint8Array,
  options: CaptureOptions = {},
  chunkSize: number = file.length || 1,
): CaptureEvent[] {
  const reader = new CaptureReader(options);
  const events: CaptureEvent[] = [];
  const drain = () => {
    for (let event = reader.next(); event !== null; event = reader.next()) events.push(event);
  };
  for (let at = 0; at < file.length; at += chunkSize) {
    reader.push(file.slice(at, at + chunkSize));
    drain();
  }
  reader.finish();
  drain();
  return events;
}

/** The packets among events. */
export function packetsOf(events: readonly CaptureEvent[]): CapturedPacket[] {
  return events.filter((event) => event.type === "packet");
}

/** The problems among events. */
export function problemsOf(events: readonly CaptureEvent[]): CaptureProblem[] {
  return events.filter((event) => event.type === "problem");
}

/** The code of a problem; of other events their type. */
export function codeOf(event: CaptureEvent): string {
  return event.type === "problem" ? event.code : event.type;
}

/** Payload bytes as text. */
export function textOf(packet: CapturedPacket | undefined): string {
  return new TextDecoder().decode(packet?.payload);
}

/** `frame code` of each problem. */
export function codesOf(events: readonly CaptureEvent[]): string[] {
  return problemsOf(events).map((problem) => `${problem.frame} ${problem.code}`);
}
