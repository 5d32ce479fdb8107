/**
 * One direction of a TCP connection, as bytes in order (RFC 9293). Segments may come out of order,
 * twice, overlapping, and the capture may start in the middle. Where segments overlap, the bytes that
 * were captured first stay. A hole is reported as a gap once nothing can fill it any more: the
 * receiver has acknowledged what lies behind it, or too much is waiting behind it, or the stream ends.
 *
 * Sequence numbers wrap; inside, bytes are counted from the first one of the stream on, as offsets.
 */

import type { Note } from "../bytes/dissection.ts";

/** One TCP segment of the stream's direction. */
export interface Segment {
  /** Sequence number as on the wire. */
  readonly sequence: number;
  /** The captured bytes. */
  readonly payload: Uint8Array;
  /** Bytes of the payload that the capture has cut off. */
  readonly missing: number;
  readonly isSyn: boolean;
  readonly isFin: boolean;
  readonly frame: number;
  readonly time: bigint;
  readonly notes: readonly Note[];
}

/** The next bytes of the stream. */
export interface StreamBytes {
  readonly type: "bytes";
  readonly bytes: Uint8Array;
  /** The frame that brought them, or, when they had to wait for earlier ones, brought those. */
  readonly frame: number;
  readonly time: bigint;
  readonly notes: readonly Note[];
}

/** Bytes that the capture does not have. */
export interface StreamGap {
  readonly type: "gap";
  readonly size: number;
  /** The frame with the bytes behind the gap. */
  readonly frame: number;
  /**
   * Given when `size` is not that of what is missing in this stream, but in one that carries it
   * encrypted: what has happened, to go on behind "the stream".
   */
  readonly unknown?: string;
}

/** Acknowledgements that must cover a hole before it counts: captures may swap frames. */
const PATIENCE = 4;
/** Sequence numbers further apart than this (256 MiB) do not belong to one connection. */
const MAX_DISTANCE = 1 << 28;
/** What a waiting segment costs on top of its bytes, about. */
const PIECE_OVERHEAD = 128;

interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly frame: number;
  readonly time: bigint;
  readonly notes: readonly Note[];
}

/** Puts the segments of one direction in order. */
export class TcpStream {
  readonly #maxWaiting: number;
  /** Bytes behind a hole, in order, without overlaps. */
  readonly #waiting: Piece[] = [];
  /** Sequence number of the first byte of the stream; null before the first segment. */
  #firstSequence: number | null = null;
  /** Sequence number of the next byte to deliver, and its offset. */
  #nextSequence = 0;
  #nextOffset = 0;
  /** Where the stream ends, once a FIN has said so. */
  #endOffset: number | null = null;
  /** Holes in front of this offset will not be filled. */
  #lostOffset = 0;
  #coveringAcks = 0;
  #retained = 0;
  /** The frame that filled the last hole: what waited behind it became available then. */
  #fillingFrame = 0;
  #fillingTime = 0n;

  /** `maxWaiting`: bytes behind a hole, above which it is given up. */
  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  /** Memory that waiting bytes take, about. */
  get retained(): number {
    return this.#retained;
  }

  /** True when everything up to the FIN has been delivered. */
  get isFinished(): boolean {
    return this.#endOffset !== null && this.#nextOffset >= this.#endOffset;
  }

  /** True when the segment cannot be of this connection, but of a later one on the same ports. */
  isUnrelated(segment: Segment): boolean {
    if (this.#firstSequence === null) return false;
    if (segment.isSyn) return (segment.sequence + 1 | 0) !== (this.#firstSequence | 0);
    return Math.abs(this.#distance(segment.sequence)) > MAX_DISTANCE;
  }

  /** True when a segment with this sequence number is not behind what has been delivered. */
  isCurrent(sequence: number): boolean {
    const distance = this.#distance(sequence);
    return this.#firstSequence !== null && distance >= 0 && distance <= MAX_DISTANCE;
  }

  /**
   * Takes a segment in. Its payload must stay as it is until `next` has returned null; what has to
   * wait longer is copied.
   */
  push(segment: Segment): void {
    const sequence = segment.isSyn ? segment.sequence + 1 >>> 0 : segment.sequence;
    if (this.#firstSequence === null) {
      this.#firstSequence = sequence;
      this.#nextSequence = sequence;
    }
    const offset = this.#nextOffset + this.#distance(sequence);
    const end = offset + segment.payload.length;
    if (segment.isFin && end >= this.#nextOffset) this.#endOffset ??= end + segment.missing;
    if (end > this.#nextOffset) this.#insert(segment, offset);
    const first = this.#waiting[0];
    if (this.#retained > this.#maxWaiting && first !== undefined) {
      this.#lostOffset = Math.max(this.#lostOffset, first.offset);
    }
  }

  /** Takes in what the receiver has acknowledged. */
  acknowledge(acknowledgment: number): void {
    const hole = this.#waiting[0]?.offset;
    if (hole === undefined) return;
    const distance = this.#distance(acknowledgment);
    const offset = this.#nextOffset + distance;
    if (offset < hole || distance > MAX_DISTANCE) return;
    if (++this.#coveringAcks >= PATIENCE) this.#lostOffset = Math.max(this.#lostOffset, offset);
  }

  /** Gives up all holes: nothing will fill them. */
  giveUp(): void {
    const last = this.#waiting.at(-1);
    if (last !== undefined) this.#lostOffset = last.offset;
  }

  /** The next bytes, or a gap in front of them; null when there are none now. */
  next(): StreamBytes | StreamGap | null {
    const piece = this.#waiting[0];
    if (piece === undefined) return null;
    if (piece.offset > this.#nextOffset) {
      if (piece.offset > this.#lostOffset) return null;
      const size = piece.offset - this.#nextOffset;
      this.#advance(size);
      return { type: "gap", size, frame: piece.frame };
    }
    this.#waiting.shift();
    this.#retained -= piece.bytes.length + PIECE_OVERHEAD;
    this.#advance(piece.bytes.length);
    const isLate = piece.frame < this.#fillingFrame;
    return {
      type: "bytes",
      bytes: piece.bytes,
      frame: isLate ? this.#fillingFrame : piece.frame,
      time: isLate ? this.#fillingTime : piece.time,
      notes: piece.notes,
    };
  }

  /** How far a sequence number is ahead of the next byte to deliver; negative when behind. */
  #distance(sequence: number): number {
    return sequence - this.#nextSequence | 0;
  }

  #advance(size: number): void {
    this.#nextOffset += size;
    this.#nextSequence = this.#nextSequence + size >>> 0;
    this.#coveringAcks = 0;
  }

  /** Keeps what the segment has and the stream has not. */
  #insert(segment: Segment, offset: number): void {
    const { payload, frame, time, notes } = segment;
    const isNext = offset <= this.#nextOffset;
    if (isNext) {
      this.#fillingFrame = frame;
      this.#fillingTime = time;
    }
    const end = offset + payload.length;
    let from = Math.max(offset, this.#nextOffset);
    let index = this.#firstEndingAfter(from);
    while (from < end) {
      const next = this.#waiting[index];
      const to = Math.min(end, next?.offset ?? end);
      if (from < to) {
        // All that follows the next byte without a hole is delivered before the payload goes.
        const bytes = isNext
          ? payload.subarray(from - offset, to - offset)
          : payload.slice(from - offset, to - offset);
        this.#waiting.splice(index++, 0, { offset: from, bytes, frame, time, notes });
        this.#retained += bytes.length + PIECE_OVERHEAD;
      }
      if (next === undefined) return;
      from = Math.max(from, next.offset + next.bytes.length);
      index++;
    }
  }

  #firstEndingAfter(offset: number): number {
    let low = 0;
    let high = this.#waiting.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const piece = this.#waiting[middle];
      if (piece !== undefined && piece.offset + piece.bytes.length <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
