/**
 * One captured frame on its way up through the layers. There is a single `Frame` for a whole file:
 * the file format fills it in, each layer reads its header, narrows the range that is left and names
 * the next layer. Nothing is allocated for a frame on the way, apart from what is wrong with it.
 */

import type { Note, NoteSeverity } from "../bytes/dissection.ts";
import type { ByteQueue } from "./byte_queue.ts";
import type { CaptureProblemCode } from "./events.ts";

/**
 * One layer: reads its header at `frame.start`, moves the range to its payload, and returns the
 * layer of that payload. Null: this was the last layer, or the rest is none of ours, or
 * `frame.problem` says what is wrong.
 */
export type Layer = (frame: Frame) => Layer | null;

/** Reads the frames of one file format from a queue of its bytes. */
export interface FrameSource {
  /**
   * Reads the next frame into `frame`. False: that needs more bytes; when `isEnd` says that none
   * will come, the file is read to its end.
   */
  next(frame: Frame, isEnd: boolean): boolean;
}

/**
 * Largest captured length that is believed, in bytes: the largest snaplen that capture programs use.
 * Whatever says more is damaged.
 */
export const MAX_CAPTURED_SIZE = 262_144;

/** No notes: shared, because most packets have none. */
export const NO_NOTES: readonly Note[] = Object.freeze([]);

/** Turns the time fields of a frame into a time; each file format and interface has its own. */
export interface CaptureClock {
  /** Nanoseconds since 1970-01-01 UTC. */
  nanoseconds(high: number, low: number): bigint;
  /** Seconds since then, to about a microsecond: quicker, for rates and durations. */
  seconds(high: number, low: number): number;
}

/** The fragment of an IP datagram that a frame carries. */
export interface Fragment {
  /** Tells the fragments of different datagrams between two hosts apart. */
  readonly identification: number;
  /** Where in the datagram's payload it belongs, in bytes. */
  readonly offset: number;
  readonly isLast: boolean;
  /** IP protocol of the datagram's payload. */
  readonly protocol: number;
}

/** For frames whose time the file does not tell. */
export const NO_CLOCK: CaptureClock = { nanoseconds: () => 0n, seconds: () => 0 };
const NO_BYTES = new Uint8Array(0);
const NO_VIEW = new DataView(NO_BYTES.buffer);

/** The frame at hand, and what its layers have said so far. */
export class Frame {
  /** 1-based number in the file. */
  number = 0;
  /** Link-layer type, as tcpdump.org numbers them. */
  linkType = 0;
  clock: CaptureClock = NO_CLOCK;
  timeHigh = 0;
  timeLow = 0;

  bytes: Uint8Array = NO_BYTES;
  view: DataView = NO_VIEW;
  /** False when `bytes` will be overwritten: whatever is handed out of them must be copied. */
  isStable = true;
  /** The bytes that the current layer has to read. */
  start = 0;
  end = 0;
  /** Number of bytes behind `end` that were on the wire but not captured. */
  missing = 0;

  /** The layers read so far. */
  path: ProtocolPath;
  notes: readonly Note[] = NO_NOTES;
  /** Why the frame's packet cannot be had. */
  problem: { readonly code: CaptureProblemCode; readonly message: string } | null = null;

  /** IP version; 0 until the network layer is read. */
  family: 0 | 4 | 6 = 0;
  /** Where in `bytes` the IP addresses are. */
  sourceAt = 0;
  destinationAt = 0;
  fragment: Fragment | null = null;
  /** False when the destination in the header is not the one that checksums are made with. */
  hasFinalDestination = true;

  transport: "udp" | "tcp" | null = null;
  sourcePort = 0;
  destinationPort = 0;
  /** TCP only. */
  sequence = 0;
  acknowledgment = 0;
  /** The flag bits of the TCP header, FIN = 1. */
  flags = 0;

  readonly #root = new ProtocolPath([]);

  constructor() {
    this.path = this.#root;
  }

  /** When the frame was captured, in nanoseconds since 1970-01-01 UTC. */
  get time(): bigint {
    return this.clock.nanoseconds(this.timeHigh, this.timeLow);
  }

  /** As `time`, in seconds, to about a microsecond. */
  get seconds(): number {
    return this.clock.seconds(this.timeHigh, this.timeLow);
  }

  /** The bytes left for the current layer, safe to hand out. */
  get payload(): Uint8Array {
    if (this.start === this.end) return NO_BYTES;
    return this.isStable
      ? this.bytes.subarray(this.start, this.end)
      : this.bytes.slice(this.start, this.end);
  }

  /**
   * Begins the next frame: `captured` bytes from `start` on in the window of `queue`, of `original`
   * bytes on the wire. Time, clock and link type are the file format's to set.
   */
  begin(queue: ByteQueue, start: number, captured: number, original: number): void {
    this.number++;
    this.bytes = queue.bytes;
    this.view = queue.view;
    this.isStable = queue.isStable;
    this.start = start;
    this.end = start + captured;
    this.missing = Math.max(0, original - captured);
    this.path = this.#root;
    this.notes = NO_NOTES;
    this.problem = null;
    this.family = 0;
    this.fragment = null;
    this.hasFinalDestination = true;
    this.transport = null;
  }

  /** Goes on with the reassembled payload of the datagram, behind a copy of its IP header. */
  reassemble(bytes: Uint8Array, headerSize: number): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.isStable = true;
    this.start = headerSize;
    this.end = bytes.length;
    this.missing = 0;
    this.fragment = null;
    this.sourceAt = this.family === 4 ? 12 : 8;
    this.destinationAt = this.family === 4 ? 16 : 24;
  }

  /** Adds the current layer to the path. */
  enter(protocol: string): void {
    this.path = this.path.then(protocol);
  }

  /** True when `count` bytes are left; otherwise the frame gets a problem. */
  need(count: number, what: string): boolean {
    const left = this.end - this.start;
    if (left >= count) return true;
    if (left + this.missing >= count) return this.refuseCut(what);
    return this.refuse("bad-header", `${what} needs ${count} bytes, ${left} left`);
  }

  /**
   * Ends the range `size` bytes after `start`, as a length field says. False, with a problem, when
   * the frame never had so many.
   */
  limit(size: number, what: string): boolean {
    const left = this.end - this.start;
    if (size <= left) {
      this.end = this.start + size;
      this.missing = 0;
      return true;
    }
    if (size > left + this.missing) {
      const has = left + this.missing;
      return this.refuse("bad-header", `${what} says ${size} bytes, the frame has ${has}`);
    }
    this.missing = size - left;
    return true;
  }

  /** Gives the frame a problem; always false. */
  refuse(code: CaptureProblemCode, message: string): false {
    this.problem = { code, message };
    return false;
  }

  /** Gives the frame the problem that the capture does not have all of `what`; always false. */
  refuseCut(what: string): false {
    return this.refuse(
      "cut-frame",
      `${what} is cut: the capture lacks the last ${this.missing} bytes of it (snaplen)`,
    );
  }

  /** Says something about how the frame's packet was carried. */
  note(severity: NoteSeverity, code: string, message: string): void {
    this.notes = [...this.notes, { severity, code, message }];
  }
}

/** A sequence of protocol names; equal sequences are one object, so that packets can share it. */
export class ProtocolPath {
  readonly names: readonly string[];
  readonly #longer = new Map<string, ProtocolPath>();

  constructor(names: readonly string[]) {
    this.names = names;
  }

  /** The path with one more name at its end. */
  then(name: string): ProtocolPath {
    let path = this.#longer.get(name);
    if (path === undefined) {
      path = new ProtocolPath([...this.names, name]);
      this.#longer.set(name, path);
    }
    return path;
  }
}
