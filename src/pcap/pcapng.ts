/**
 * pcapng files: blocks of a type, a length, a body and the length again, in sections that each have
 * their own byte order and interfaces (draft-ietf-opsawg-pcapng). Enhanced, Simple and the obsolete
 * Packet Block are read, with the time resolution and offset of their interface, and key logs in
 * Decryption Secrets Blocks; all other blocks are skipped. A block whose lengths cannot be true is
 * skipped up to the next one that is whole.
 */

import type { ByteQueue } from "./byte_queue.ts";
import type { ReportProblem } from "./events.ts";
import {
  type CaptureClock,
  type Frame,
  type FrameSource,
  MAX_CAPTURED_SIZE,
  NO_CLOCK,
} from "./frame.ts";

/** The type of a Section Header Block, the same in both byte orders: a pcapng file begins with it. */
export const SECTION_HEADER = 0x0a0d0d0a;

const INTERFACE_DESCRIPTION = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const NAME_RESOLUTION = 4;
const INTERFACE_STATISTICS = 5;
const ENHANCED_PACKET = 6;
const DECRYPTION_SECRETS = 10;

/** The types that the search for the next whole block believes in. */
const COMMON_BLOCKS: ReadonlySet<number> = new Set([
  SECTION_HEADER,
  INTERFACE_DESCRIPTION,
  OBSOLETE_PACKET,
  SIMPLE_PACKET,
  NAME_RESOLUTION,
  INTERFACE_STATISTICS,
  ENHANCED_PACKET,
  DECRYPTION_SECRETS,
]);

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Type and length in front of the body, and the length again behind it. */
const BLOCK_HEADER_SIZE = 8;
const BLOCK_OVERHEAD = 12;
/** Longer blocks are not looked into; a packet with its options always fits. */
const MAX_READ_BLOCK_SIZE = 2 * MAX_CAPTURED_SIZE;
/** But key logs are: this one has the secrets of 10,000 connections. */
const MAX_SECRETS_SIZE = 1 << 22;
/** Longer blocks are not believed. */
const MAX_BLOCK_SIZE = 1 << 24;
/** A section with more interfaces is damaged. */
const MAX_INTERFACES = 4096;

/** "TLSK": the secrets are a key log of TLS. */
const TLS_KEY_LOG = 0x544c534b;

const OPTION_END = 0;
const OPTION_TIME_RESOLUTION = 9;
const OPTION_TIME_OFFSET = 14;

interface Interface {
  readonly linkType: number;
  /** Captured bytes are never more than this; 0 = no limit. */
  readonly snapLength: number;
  readonly clock: CaptureClock;
}

/** Time as a 64-bit count of fractions of a second. */
class CounterClock implements CaptureClock {
  readonly #unitsPerSecond: bigint;
  readonly #offset: bigint;
  /** Whole nanoseconds in a unit; 0n when a unit is not a whole number of them. */
  readonly #nanosecondsPerUnit: bigint;

  /** `resolution` as the option `if_tsresol` has it: a negative power of 10, or with bit 7 of 2. */
  constructor(resolution: number, offsetSeconds: bigint) {
    const exponent = BigInt(resolution & 0x7f);
    this.#unitsPerSecond = (resolution & 0x80) === 0 ? 10n ** exponent : 2n ** exponent;
    this.#offset = offsetSeconds * 1_000_000_000n;
    const isWhole = 1_000_000_000n % this.#unitsPerSecond === 0n;
    this.#nanosecondsPerUnit = isWhole ? 1_000_000_000n / this.#unitsPerSecond : 0n;
  }

  nanoseconds(high: number, low: number): bigint {
    const count = BigInt(high) << 32n | BigInt(low);
    return this.#offset +
      (this.#nanosecondsPerUnit !== 0n
        ? count * this.#nanosecondsPerUnit
        : count * 1_000_000_000n / this.#unitsPerSecond);
  }

  seconds(high: number, low: number): number {
    const count = high * 2 ** 32 + low;
    return Number(this.#offset) / 1e9 + count / Number(this.#unitsPerSecond);
  }
}

const MICROSECONDS = 6;

/** Takes in the text of a key log, which stands behind frame number `frame`. */
export type AddKeys = (frame: number, text: string) => void;

/** Reads a pcapng file; its first four bytes are `SECTION_HEADER`. */
export class PcapngSource implements FrameSource {
  readonly #queue: ByteQueue;
  readonly #report: ReportProblem;
  readonly #addKeys: AddKeys;
  #isLittleEndian = true;
  #interfaces: Interface[] = [];
  /** Where in the file the block that makes no sense begins; null while all is well. */
  #lostAt: number | null = null;
  #lostWhy = "";

  constructor(queue: ByteQueue, report: ReportProblem, addKeys: AddKeys) {
    this.#queue = queue;
    this.#report = report;
    this.#addKeys = addKeys;
  }

  next(frame: Frame, isEnd: boolean): boolean {
    const queue = this.#queue;
    for (;;) {
      if (this.#lostAt !== null && !this.#findBlock(frame, isEnd)) return false;
      if (!queue.ensure(BLOCK_OVERHEAD)) return this.#stop(frame, isEnd);
      const size = this.#blockSize();
      if (size === null) continue;
      const isKeyLog = this.#field(queue.position) === DECRYPTION_SECRETS;
      if (size > (isKeyLog ? MAX_SECRETS_SIZE : MAX_READ_BLOCK_SIZE)) {
        queue.skip(size);
        continue;
      }
      if (!queue.ensure(size)) {
        if (!isEnd) return false;
        this.#lose(`it says that it is ${size} bytes long`);
        continue;
      }
      const start = queue.position;
      if (this.#field(start + size - 4) !== size) {
        this.#lose(
          `its length is ${size} at its start and ${this.#field(start + size - 4)} at its end`,
        );
        continue;
      }
      queue.position += size;
      if (this.#readBlock(frame, start, size)) return true;
    }
  }

  /** The length of the block at the front of the queue, null when it makes no sense. */
  #blockSize(): number | null {
    const queue = this.#queue;
    const type = this.#field(queue.position);
    if (type === SECTION_HEADER && !this.#readByteOrder(queue.position + BLOCK_HEADER_SIZE)) {
      return this.#lose("its byte-order magic number is neither of the two");
    }
    const size = this.#field(queue.position + 4);
    const isPacket = type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === OBSOLETE_PACKET;
    const maxSize = isPacket || type === SECTION_HEADER ? MAX_READ_BLOCK_SIZE : MAX_BLOCK_SIZE;
    if (size < BLOCK_OVERHEAD || size % 4 !== 0 || size > maxSize) {
      return this.#lose(`it says that it is ${size} bytes long`);
    }
    return size;
  }

  #readByteOrder(at: number): boolean {
    const { view } = this.#queue;
    this.#isLittleEndian = view.getUint32(at, true) === BYTE_ORDER_MAGIC;
    return this.#isLittleEndian || view.getUint32(at) === BYTE_ORDER_MAGIC;
  }

  /** Reads a whole block; true when it held a frame. */
  #readBlock(frame: Frame, start: number, size: number): boolean {
    const body = start + BLOCK_HEADER_SIZE;
    const end = start + size - 4;
    switch (this.#field(start)) {
      case SECTION_HEADER:
        this.#interfaces = [];
        return false;
      case INTERFACE_DESCRIPTION:
        this.#readInterface(body, end);
        return false;
      case ENHANCED_PACKET:
        return this.#readPacket(frame, body, end, this.#field(body), body + 4);
      case OBSOLETE_PACKET:
        return this.#readPacket(frame, body, end, this.#shortField(body), body + 4);
      case SIMPLE_PACKET:
        return this.#readSimplePacket(frame, body, end);
      case DECRYPTION_SECRETS:
        this.#readSecrets(frame, body, end);
        return false;
      default:
        return false;
    }
  }

  /** Kind of secrets u32, their length u32, the secrets. */
  #readSecrets(frame: Frame, body: number, end: number): void {
    if (end - body < 8 || this.#field(body) !== TLS_KEY_LOG) return;
    const start = body + 8;
    const size = Math.min(this.#field(body + 4), end - start);
    const text = new TextDecoder().decode(this.#queue.bytes.subarray(start, start + size));
    this.#addKeys(frame.number, text);
  }

  #readInterface(body: number, end: number): void {
    if (this.#interfaces.length === MAX_INTERFACES) return;
    const hasFields = end - body >= 8;
    let resolution = MICROSECONDS;
    let offsetSeconds = 0n;
    let at = body + 8;
    while (end - at >= 4) {
      const code = this.#shortField(at);
      const size = this.#shortField(at + 2);
      at += 4;
      if (code === OPTION_END || size > end - at) break;
      if (code === OPTION_TIME_RESOLUTION && size >= 1) {
        resolution = this.#queue.view.getUint8(at);
      } else if (code === OPTION_TIME_OFFSET && size >= 8) {
        offsetSeconds = this.#queue.view.getBigInt64(at, this.#isLittleEndian);
      }
      at += size + 3 & ~3;
    }
    this.#interfaces.push({
      // An interface too short to say anything still counts: the later ones keep their numbers.
      linkType: hasFields ? this.#shortField(body) : -1,
      snapLength: hasFields ? this.#field(body + 4) : 0,
      clock: new CounterClock(resolution, offsetSeconds),
    });
  }

  /** Enhanced and obsolete packet: from `at` on both have time, captured and original length. */
  #readPacket(frame: Frame, body: number, end: number, id: number, at: number): boolean {
    if (end - body < 20) return this.#refuse(frame, "its block is too short for a packet");
    const captured = this.#field(at + 8);
    if (captured > end - body - 20) {
      return this.#refuse(frame, `its block has no room for the ${captured} bytes captured`);
    }
    if (!this.#begin(frame, id, body + 20, captured, this.#field(at + 12))) return false;
    frame.timeHigh = this.#field(at);
    frame.timeLow = this.#field(at + 4);
    return true;
  }

  #readSimplePacket(frame: Frame, body: number, end: number): boolean {
    if (end - body < 4) return this.#refuse(frame, "its block is too short for a packet");
    const original = this.#field(body);
    const snapLength = this.#interfaces[0]?.snapLength || original;
    const captured = Math.min(original, snapLength, end - body - 4);
    if (!this.#begin(frame, 0, body + 4, captured, original)) return false;
    frame.clock = NO_CLOCK;
    return true;
  }

  #begin(frame: Frame, id: number, start: number, captured: number, original: number): boolean {
    frame.begin(this.#queue, start, captured, original);
    const source = this.#interfaces[id];
    if (source === undefined) {
      const what = `its interface ${id} is not described in the file`;
      this.#report(frame.number, "unknown-interface", what);
      return false;
    }
    frame.linkType = source.linkType;
    frame.clock = source.clock;
    return true;
  }

  #refuse(frame: Frame, why: string): false {
    frame.number++;
    this.#report(frame.number, "bad-block", why);
    return false;
  }

  #field(at: number): number {
    return this.#queue.view.getUint32(at, this.#isLittleEndian);
  }

  #shortField(at: number): number {
    return this.#queue.view.getUint16(at, this.#isLittleEndian);
  }

  /** Nothing more can be read without more bytes; at the end, says what is left over. */
  #stop(frame: Frame, isEnd: boolean): false {
    if (isEnd && (this.#queue.available > 0 || this.#queue.owed > 0)) this.#reportEnd(frame);
    return false;
  }

  #lose(why: string): null {
    this.#lostAt = this.#queue.offset;
    this.#lostWhy = why;
    this.#queue.position++;
    return null;
  }

  /** Moves on to the next block that is whole. False: that needs more bytes. */
  #findBlock(frame: Frame, isEnd: boolean): boolean {
    const isFound = this.#queue.seek(BLOCK_OVERHEAD, () => this.#isBlock(isEnd));
    if (isFound) this.#reportLoss(frame);
    else if (isEnd) this.#reportEnd(frame);
    return isFound;
  }

  /** True when a whole block of a common type follows; null: needs more bytes. */
  #isBlock(isEnd: boolean): boolean | null {
    const queue = this.#queue;
    const type = this.#field(queue.position);
    if (!COMMON_BLOCKS.has(type)) return false;
    const isLittleEndian = type === SECTION_HEADER
      ? queue.view.getUint32(queue.position + BLOCK_HEADER_SIZE, true) === BYTE_ORDER_MAGIC
      : this.#isLittleEndian;
    const size = queue.view.getUint32(queue.position + 4, isLittleEndian);
    if (size < BLOCK_OVERHEAD || size % 4 !== 0 || size > MAX_READ_BLOCK_SIZE) return false;
    if (queue.ensure(size)) {
      return queue.view.getUint32(queue.position + size - 4, isLittleEndian) === size;
    }
    return isEnd ? false : null;
  }

  #reportLoss(frame: Frame): void {
    const lostAt = this.#lostAt ?? this.#queue.offset;
    const skipped = this.#queue.offset - lostAt;
    this.#lostAt = null;
    this.#report(
      frame.number + 1,
      "bad-block",
      `a block makes no sense, at byte ${lostAt} of the file: ${this.#lostWhy}; ` +
        `skipped ${skipped} bytes`,
    );
  }

  /** The rest of the file holds no whole block. */
  #reportEnd(frame: Frame): void {
    const queue = this.#queue;
    const { owed } = queue;
    const start = this.#lostAt ?? queue.offset;
    queue.clear();
    this.#lostAt = null;
    const where = owed > 0
      ? `, ${owed} bytes before its end`
      : ` at byte ${start}, after ${queue.offset - start} bytes of it`;
    this.#report(frame.number + 1, "truncated-file", `the file ends inside a block${where}`);
  }
}
