/**
 * Classic pcap files: a 24-byte header, then records of a 16-byte header and the captured bytes
 * (draft-ietf-opsawg-pcap). Both byte orders, micro- and nanoseconds. A record whose lengths cannot
 * be true is skipped, up to the next place that two plausible record headers in a row (or one and
 * the end of the file) make likely.
 */

import type { ByteQueue } from "./byte_queue.ts";
import type { ReportProblem } from "./events.ts";
import { type CaptureClock, type Frame, type FrameSource, MAX_CAPTURED_SIZE } from "./frame.ts";

const FILE_HEADER_SIZE = 24;
const RECORD_HEADER_SIZE = 16;
/** The link type takes the low bits of its field; the others tell about frame check sequences. */
const LINK_TYPE_MASK = 0xffff;
/** Frames that are further apart than this are not believed while searching: a week, in seconds. */
const PLAUSIBLE_PAUSE = 604_800;
/** No link carries longer frames; believed while searching. */
const PLAUSIBLE_ORIGINAL_SIZE = 1 << 24;
/** A record in front of the end of the file is not believed with less: an IP header, in bytes. */
const PLAUSIBLE_LAST_SIZE = 20;

interface Flavour {
  readonly isLittleEndian: boolean;
  /** Units of the fraction field in a second. */
  readonly unitsPerSecond: number;
}

/** The first four bytes of a file, read as little-endian, and what they say. */
const FLAVOURS: ReadonlyMap<number, Flavour> = new Map([
  [0xa1b2c3d4, { isLittleEndian: true, unitsPerSecond: 1e6 }],
  [0xd4c3b2a1, { isLittleEndian: false, unitsPerSecond: 1e6 }],
  [0xa1b23c4d, { isLittleEndian: true, unitsPerSecond: 1e9 }],
  [0x4d3cb2a1, { isLittleEndian: false, unitsPerSecond: 1e9 }],
]);

/** True when a file that begins with these four bytes, read as little-endian, is classic pcap. */
export function isPcapMagic(magic: number): boolean {
  return FLAVOURS.has(magic);
}

/** Time as whole seconds and a fraction. */
class FractionClock implements CaptureClock {
  readonly #nanosecondsPerUnit: bigint;
  readonly #unitsPerSecond: number;

  constructor(unitsPerSecond: number) {
    this.#unitsPerSecond = unitsPerSecond;
    this.#nanosecondsPerUnit = BigInt(1e9 / unitsPerSecond);
  }

  nanoseconds(high: number, low: number): bigint {
    return BigInt(high) * 1_000_000_000n + BigInt(low) * this.#nanosecondsPerUnit;
  }

  seconds(high: number, low: number): number {
    return high + low / this.#unitsPerSecond;
  }
}

/** Reads a classic pcap file whose first four bytes `isPcapMagic` has accepted. */
export class PcapSource implements FrameSource {
  readonly #queue: ByteQueue;
  readonly #report: ReportProblem;
  #hasHeader = false;
  #isLittleEndian = true;
  #unitsPerSecond = 1e6;
  #linkType = 0;
  #clock: CaptureClock = new FractionClock(1e6);
  /** Where in the file the record that makes no sense begins; null while all is well. */
  #lostAt: number | null = null;
  #lostWhy = "";
  /** Seconds of the first record; NaN as long as none is believed. */
  #firstSeconds = NaN;

  constructor(queue: ByteQueue, report: ReportProblem) {
    this.#queue = queue;
    this.#report = report;
  }

  next(frame: Frame, isEnd: boolean): boolean {
    const queue = this.#queue;
    if (!this.#hasHeader && !this.#readHeader()) return this.#stop(frame, isEnd);
    for (;;) {
      if (this.#lostAt !== null && !this.#findRecord(frame, isEnd)) return false;
      if (!queue.ensure(RECORD_HEADER_SIZE)) return this.#stop(frame, isEnd);
      const captured = this.#field(queue.position + 8);
      const isBelieved = captured <= MAX_CAPTURED_SIZE;
      if (isBelieved && queue.ensure(RECORD_HEADER_SIZE + captured)) {
        this.#readRecord(frame, captured);
        return true;
      }
      if (isBelieved && !isEnd) return false;
      this.#lose(`its record says that ${captured} bytes were captured`);
    }
  }

  #readHeader(): boolean {
    const queue = this.#queue;
    if (!queue.ensure(FILE_HEADER_SIZE)) return false;
    const flavour = FLAVOURS.get(queue.view.getUint32(queue.position, true));
    if (flavour === undefined) return false; // the caller has checked the magic number
    this.#isLittleEndian = flavour.isLittleEndian;
    this.#unitsPerSecond = flavour.unitsPerSecond;
    this.#clock = new FractionClock(flavour.unitsPerSecond);
    this.#linkType = this.#field(queue.position + 20) & LINK_TYPE_MASK;
    this.#hasHeader = true;
    queue.position += FILE_HEADER_SIZE;
    return true;
  }

  #readRecord(frame: Frame, captured: number): void {
    const queue = this.#queue;
    const at = queue.position;
    frame.begin(queue, at + RECORD_HEADER_SIZE, captured, this.#field(at + 12));
    frame.linkType = this.#linkType;
    frame.clock = this.#clock;
    frame.timeHigh = this.#field(at);
    frame.timeLow = this.#field(at + 4);
    if (frame.number === 1) this.#firstSeconds = frame.timeHigh;
    queue.position += RECORD_HEADER_SIZE + captured;
  }

  #field(at: number): number {
    return this.#queue.view.getUint32(at, this.#isLittleEndian);
  }

  /** Nothing more can be read without more bytes; at the end, says what is left over. */
  #stop(frame: Frame, isEnd: boolean): false {
    if (isEnd && this.#queue.available > 0) this.#reportEnd(frame);
    return false;
  }

  #lose(why: string): void {
    const queue = this.#queue;
    this.#lostAt = queue.offset;
    this.#lostWhy = why;
    const isFirst = Number.isNaN(this.#firstSeconds);
    if (isFirst && this.#isPlausible(queue.position)) {
      this.#firstSeconds = this.#field(queue.position);
    }
    queue.position++;
  }

  /** Moves on to the next place that looks like a record. False: that needs more bytes. */
  #findRecord(frame: Frame, isEnd: boolean): boolean {
    const isFound = this.#queue.seek(RECORD_HEADER_SIZE, () => this.#isRecord(frame, isEnd));
    if (isFound) this.#reportLoss(frame);
    else if (isEnd) this.#reportEnd(frame);
    return isFound;
  }

  /**
   * True when a plausible record of the capture's time and a plausible successor follow, or a last
   * record that fits in with the last frame; null: needs more bytes. The time keeps a file that ends
   * inside a frame from going on with what the frame happens to hold.
   */
  #isRecord(frame: Frame, isEnd: boolean): boolean | null {
    const queue = this.#queue;
    if (!this.#isPlausible(queue.position) || !this.#isOfCapture(frame)) return false;
    const size = RECORD_HEADER_SIZE + this.#field(queue.position + 8);
    if (queue.ensure(size + RECORD_HEADER_SIZE)) {
      const next = queue.position + size;
      return this.#isPlausible(next) && this.#isSoonAfter(this.#field(queue.position), next);
    }
    if (!isEnd) return null;
    const isLast = queue.available === size && frame.number > 0 &&
      size >= RECORD_HEADER_SIZE + PLAUSIBLE_LAST_SIZE;
    return isLast && this.#isSoonAfter(frame.timeHigh, queue.position);
  }

  /** True when the record is from about the time of the first or the last frame, if there is one. */
  #isOfCapture(frame: Frame): boolean {
    const at = this.#queue.position;
    if (Number.isNaN(this.#firstSeconds)) return true;
    const isNearLast = frame.number > 0 && this.#isSoonAfter(frame.timeHigh, at);
    return isNearLast || this.#isSoonAfter(this.#firstSeconds, at);
  }

  #isSoonAfter(seconds: number, at: number): boolean {
    return Math.abs(this.#field(at) - seconds) <= PLAUSIBLE_PAUSE;
  }

  #isPlausible(at: number): boolean {
    const captured = this.#field(at + 8);
    const original = this.#field(at + 12);
    return captured > 0 && captured <= MAX_CAPTURED_SIZE && captured <= original &&
      original <= PLAUSIBLE_ORIGINAL_SIZE && this.#field(at + 4) < this.#unitsPerSecond;
  }

  #reportLoss(frame: Frame): void {
    const lostAt = this.#lostAt ?? this.#queue.offset;
    const skipped = this.#queue.offset - lostAt;
    this.#lostAt = null;
    this.#report(
      frame.number + 1,
      "bad-block",
      `${this.#lostWhy}, at byte ${lostAt} of the file; skipped ${skipped} bytes`,
    );
  }

  /** The rest of the file holds no whole record. */
  #reportEnd(frame: Frame): void {
    const start = this.#lostAt ?? this.#queue.offset;
    this.#queue.clear();
    this.#lostAt = null;
    const what = this.#hasHeader ? "the record" : "the file header";
    const size = this.#queue.offset - start;
    this.#report(
      frame.number + 1,
      "truncated-file",
      `the file ends inside ${what} at byte ${start}, after ${size} bytes of it`,
    );
  }
}
