/**
 * The door of this folder: a capture file goes in as chunks of bytes, packets and problems come out.
 * pcap and pcapng files; Ethernet, Linux cooked, loopback and raw IP links; IPv4 and IPv6 with their
 * fragments; UDP datagrams and the packets in TCP streams; DTLS and TLS in both. Memory does not grow
 * with the file: see `CaptureLimits`. Other traffic (ARP, ICMP …) is counted and left out.
 */

import { DecodeError } from "../errors.ts";
import { EndpointNames } from "./address.ts";
import type { RecordCrypto } from "../tls/crypto.ts";
import type { Secrets } from "../tls/handshake.ts";
import { KeyLog } from "../tls/key_log.ts";
import { ByteQueue } from "./byte_queue.ts";
import { DatagramFlows } from "./datagram_flows.ts";
import {
  type CapturedPacket,
  type CaptureEvent,
  captureProblem,
  type CaptureProblemCode,
} from "./events.ts";
import { type FragmentLimits, FragmentTable } from "./fragments.ts";
import { whyNoCapture } from "./foreign_formats.ts";
import { Frame, type FrameSource, type Layer } from "./frame.ts";
import { gunzip } from "./gzip.ts";
import { reassembledLayer } from "./ip.ts";
import { linkLayer } from "./link.ts";
import type { Framing } from "./packet_stream.ts";
import { isPcapMagic, PcapSource } from "./pcap.ts";
import { PcapngSource, SECTION_HEADER } from "./pcapng.ts";
import { PlainUdp } from "./plain_udp.ts";
import { type TcpLimits, TcpTable } from "./tcp_table.ts";

export type {
  CapturedPacket,
  CapturedRecord,
  CaptureEvent,
  CaptureProblem,
  CaptureProblemCode,
} from "./events.ts";
export type { Framing } from "./packet_stream.ts";

/** What is kept of frames whose packets are not complete; the oldest of what exceeds it is given up. */
export interface CaptureLimits extends TcpLimits, FragmentLimits {}

/** Enough for real networks, and tens of megabytes at most. */
export const DEFAULT_CAPTURE_LIMITS: CaptureLimits = {
  streams: 8192,
  streamBytes: 1 << 20,
  totalStreamBytes: 1 << 25,
  datagrams: 1024,
  fragmentBytes: 1 << 22,
};

/** Longest packet in a TCP stream that is believed by default: 8 MiB, in bytes. */
export const DEFAULT_MAX_STREAM_PACKET_SIZE: number = 1 << 23;

/** How to read a capture. */
export interface CaptureOptions {
  /**
   * How packets lie in TCP streams: `packet-stream`, `none` (the bytes as they come), or `auto`:
   * `packet-stream` for each stream that looks like it. UDP datagrams are packets as they are.
   * @default "auto"
   */
  readonly framing?: Framing;
  /** Longest packet in a framed stream, in bytes. @default 8 MiB */
  readonly maxPacketSize?: number;
  /** Secrets of TLS and DTLS connections; those that stand in the capture are added. */
  readonly keyLog?: KeyLog;
  /** What decrypts with them. Without it nothing is decrypted. */
  readonly crypto?: RecordCrypto;
  /** @default DEFAULT_CAPTURE_LIMITS */
  readonly limits?: Partial<CaptureLimits>;
}

/**
 * Reads a capture without I/O: push chunks, and call `next` until it returns null after each.
 *
 * Payloads may be views of the chunks. Who reads into one buffer over and over must be done with the
 * packets before reading again, and call `next` until null: then nothing refers to the chunk.
 */
export class CaptureReader {
  readonly #queue = new ByteQueue();
  readonly #frame = new Frame();
  readonly #names = new EndpointNames();
  readonly #plainUdp = new PlainUdp();
  readonly #fragments: FragmentTable;
  readonly #streams: TcpTable;
  readonly #flows: DatagramFlows;
  readonly #secrets: Secrets;
  /** Problems that were found, and packets that must not overtake them. */
  readonly #ready: CaptureEvent[] = [];
  readonly #unsupportedLinks = new Set<number>();
  #source: FrameSource | null = null;
  #linkType: number | null = null;
  #linkLayer: Layer | null = null;
  #isFinished = false;
  /** True once the file is read to its end. */
  #isDrained = false;
  #otherFrames = 0;
  /** A frame was read that `nextDatagram` could not take. */
  #isFrameWaiting = false;
  /** The last frame may have left events behind, which come before the next frame. */
  #mayHaveEvents = false;

  constructor(options: CaptureOptions = {}) {
    const limits = { ...DEFAULT_CAPTURE_LIMITS, ...options.limits };
    this.#secrets = { keyLog: options.keyLog ?? new KeyLog(), crypto: options.crypto ?? null };
    this.#fragments = new FragmentTable(limits, this.#report);
    this.#flows = new DatagramFlows(limits, this.#secrets);
    this.#streams = new TcpTable({
      framing: options.framing ?? "auto",
      maxPacketSize: options.maxPacketSize ?? DEFAULT_MAX_STREAM_PACKET_SIZE,
      limits,
      secrets: this.#secrets,
    });
  }

  /** Number of frames read so far. */
  get frames(): number {
    return this.#frame.number;
  }

  /** How many of them were neither UDP nor TCP over IP, or of no supported link type. */
  get otherFrames(): number {
    return this.#otherFrames;
  }

  /** Memory that waiting bytes take, about: parts of frames, datagrams, streams and packets. */
  get retained(): number {
    return this.#queue.storeSize + this.#fragments.retained + this.#streams.retained +
      this.#flows.retained;
  }

  /** What decrypts records from now on: the answer to an event of type `keys`. */
  set crypto(crypto: RecordCrypto) {
    this.#secrets.crypto = crypto;
  }

  /** What decrypts records; null while nothing does. */
  get crypto(): RecordCrypto | null {
    return this.#secrets.crypto;
  }

  /** Adds bytes of the file. */
  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
  }

  /** Says that the file ends here. What is still incomplete comes out of `next` then. */
  finish(): void {
    this.#isFinished = true;
  }

  /**
   * The next packet or problem; null when that needs more bytes, or all has been read.
   * Throws `DecodeError` when the bytes are no capture file at all.
   */
  next(): CaptureEvent | null {
    for (;;) {
      const event = (this.#ready.length > 0 ? this.#ready.shift() : null) ??
        this.#streams.next() ?? this.#flows.next();
      if (event !== null) return event;
      this.#mayHaveEvents = false;
      if (this.#isFrameWaiting || this.#readFrame()) {
        this.#isFrameWaiting = !this.#isFrameWaiting && this.#ready.length > 0;
        if (this.#isFrameWaiting) continue; // what stands in front of the frame comes first
        const packet = this.#readLayers();
        if (packet !== null && this.#ready.length === 0) return packet;
        this.#mayHaveEvents = true;
        if (packet !== null) this.#ready.push(packet);
      } else if (this.#ready.length === 0) {
        if (!this.#isFinished || this.#isDrained) return null;
        this.#isDrained = true;
        this.#fragments.finish();
        this.#streams.finish();
      }
    }
  }

  /**
   * The next packet, in place, if it is a plain UDP datagram: its payload is what is left of the
   * frame, which stays as it is until the next call. Null: ask `next`. Callers that want all events
   * fast ask in turns; the order is the same.
   */
  nextDatagram(): Frame | null {
    if (this.#mayHaveEvents || this.#isFrameWaiting || !this.#readFrame()) return null;
    if (this.#ready.length === 0 && this.#plainUdp.read(this.#frame)) return this.#frame;
    this.#isFrameWaiting = true;
    return null;
  }

  /** Who sent the datagram and to whom: `192.0.2.1:4242`. */
  endpointsOf(datagram: Frame): readonly [source: string, destination: string] {
    return [this.#names.source(datagram), this.#names.destination(datagram)];
  }

  #readFrame(): boolean {
    this.#source ??= this.#open();
    return this.#source?.next(this.#frame, this.#isFinished) ?? false;
  }

  /** Finds out the file format; null when that needs more bytes. */
  #open(): FrameSource | null {
    const queue = this.#queue;
    if (!queue.ensure(4)) {
      if (this.#isFinished) throw noCapture(queue, "it ends before its fourth byte");
      return null;
    }
    const magic = queue.view.getUint32(queue.position, true);
    if (magic === SECTION_HEADER) return new PcapngSource(queue, this.#report, this.#addKeys);
    if (isPcapMagic(magic)) return new PcapSource(queue, this.#report);
    throw noCapture(queue, whyNoCapture(queue.bytes.subarray(queue.position, queue.position + 4)));
  }

  /** Takes the frame through its layers; a packet that comes out at once is the result. */
  #readLayers(): CapturedPacket | null {
    const frame = this.#frame;
    this.#runLayers(this.#findLinkLayer());
    if (frame.fragment !== null) this.#readFragment();
    if (frame.problem !== null) {
      this.#report(frame.number, frame.problem.code, frame.problem.message);
      return null;
    }
    if (frame.transport === null) {
      if (frame.fragment === null) this.#otherFrames++;
      return null;
    }
    return frame.transport === "udp" ? this.#readDatagram() : this.#readSegment();
  }

  #runLayers(first: Layer | null): void {
    let layer = first;
    while (layer !== null) layer = layer(this.#frame);
  }

  #findLinkLayer(): Layer | null {
    const { linkType, number } = this.#frame;
    if (linkType === this.#linkType) return this.#linkLayer;
    this.#linkType = linkType;
    this.#linkLayer = linkLayer(linkType);
    if (this.#linkLayer === null && !this.#unsupportedLinks.has(linkType)) {
      this.#unsupportedLinks.add(linkType);
      const what = `link type ${linkType} is not supported; all frames of this type are left out`;
      this.#report(number, "unsupported-link", what);
    }
    return this.#linkLayer;
  }

  /** Goes on with the datagram, if this fragment completes it. */
  #readFragment(): void {
    const frame = this.#frame;
    if (frame.fragment === null) return;
    const protocol = this.#fragments.add(frame, frame.fragment);
    if (protocol === null) return;
    this.#runLayers(reassembledLayer(frame, protocol));
    if (frame.fragment !== null) frame.refuse("bad-fragment", "fragments of a fragment");
  }

  #readDatagram(): CapturedPacket | null {
    const frame = this.#frame;
    const source = this.#names.source(frame);
    const destination = this.#names.destination(frame);
    if (frame.missing > 0) {
      this.#reportCut("UDP datagram", source, destination);
      return null;
    }
    if (DatagramFlows.recognises(frame)) {
      this.#flows.push(frame, source, destination);
      return null;
    }
    return {
      type: "packet",
      frame: frame.number,
      time: frame.time,
      transport: "udp",
      source,
      destination,
      payload: frame.payload,
      protocol: frame.path.names,
      notes: frame.notes,
    };
  }

  #readSegment(): null {
    const frame = this.#frame;
    const source = this.#names.source(frame);
    const destination = this.#names.destination(frame);
    if (frame.missing > 0) this.#reportCut("TCP segment", source, destination);
    this.#streams.push(frame, source, destination);
    return null;
  }

  #reportCut(what: string, source: string, destination: string): void {
    const { number, missing } = this.#frame;
    const ends = `from ${source} to ${destination}`;
    const lack = `the capture lacks its last ${missing} bytes (snaplen)`;
    this.#report(number, "cut-frame", `the ${what} ${ends} is cut: ${lack}`);
  }

  #addKeys = (frame: number, text: string): void => {
    if (this.#secrets.keyLog.add(text).secrets > 0) this.#ready.push({ type: "keys", frame });
  };

  #report = (frame: number, code: CaptureProblemCode, what: string): void => {
    this.#ready.push(captureProblem(frame, code, what));
  };
}

function noCapture(queue: ByteQueue, why: string): DecodeError {
  return new DecodeError({
    code: "ERR_INVALID_DATA",
    reason: "not-a-capture",
    offset: queue.offset,
    what: "a capture file",
    why,
  });
}

/**
 * Reads a capture, plain or gzipped, from chunks of it. Payloads may be views of the chunks.
 * Throws `DecodeError` when the bytes are no capture file at all; everything else that is wrong is
 * a `CaptureProblem`.
 */
export async function* readCapture(
  chunks: AsyncIterable<Uint8Array>,
  options?: CaptureOptions,
): AsyncGenerator<CaptureEvent, void, undefined> {
  const reader = new CaptureReader(options);
  let damage: string | null = null;
  for await (const chunk of gunzip(chunks, (why) => damage = why)) {
    reader.push(chunk);
    for (let event = reader.next(); event !== null; event = reader.next()) yield event;
  }
  if (damage !== null) {
    yield { type: "problem", frame: reader.frames + 1, code: "damaged-gzip", message: damage };
  }
  reader.finish();
  for (let event = reader.next(); event !== null; event = reader.next()) yield event;
}
