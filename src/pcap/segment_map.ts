/**
 * Which TCP segment brought which bytes of a stream: where segments begin and end tells about the
 * frames in them, and a packet has the time and frame number of the segment that completed it.
 */

/** The bytes that a segment brought, by offsets in the stream. */
export interface SegmentRange {
  readonly start: number;
  readonly end: number;
  /** Number of the captured frame. */
  readonly frame: number;
  readonly time: bigint;
}

/** What a remembered segment costs in memory, about. */
const RANGE_OVERHEAD = 64;

/** The segments whose bytes are still of interest, in order. */
export class SegmentMap {
  #ranges: SegmentRange[] = [];
  #endOffset = 0;

  /** Offset of the end of all bytes that came. */
  get endOffset(): number {
    return this.#endOffset;
  }

  /** Memory that the ranges take, about. */
  get retained(): number {
    return this.#ranges.length * RANGE_OVERHEAD;
  }

  /** Adds the next `size` bytes. */
  push(size: number, frame: number, time: bigint): void {
    const start = this.#endOffset;
    this.#endOffset += size;
    this.#ranges.push({ start, end: this.#endOffset, frame, time });
  }

  /** The first range, which is forgotten; undefined when there is none. */
  takeFirst(): SegmentRange | undefined {
    return this.#ranges.shift();
  }

  /** Forgets all ranges. */
  clear(): void {
    this.#ranges = [];
  }

  /** Forgets the ranges that end at the offset or before it. */
  forgetBefore(offset: number): void {
    let count = 0;
    while ((this.#ranges[count]?.end ?? Infinity) <= offset) count++;
    if (count > 0) this.#ranges.splice(0, count);
  }

  /** The range with the last byte in front of the offset, or the last there is; forgets earlier ones. */
  completing(offset: number): SegmentRange {
    this.forgetBefore(Math.min(offset, this.#endOffset) - 1);
    const range = this.#ranges[0];
    if (range === undefined) throw new Error("No segment has brought these bytes");
    return range;
  }

  /** True when a segment begins at the offset, or the last one ends there. */
  isBoundary(offset: number): boolean {
    if (offset === this.#endOffset) return true;
    let low = 0;
    let high = this.#ranges.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const start = this.#ranges[middle]?.start ?? offset;
      if (start === offset) return true;
      if (start < offset) low = middle + 1;
      else high = middle - 1;
    }
    return false;
  }
}
