/** A little-endian cursor over bytes. It knows where it is, not what it reads: callers check bounds. */

/**
 * Position and limit in one buffer, in absolute byte positions of the underlying ArrayBuffer; the
 * `DataView` over it is kept as long as the buffer stays the same.
 */
export class Reader {
  /** The whole underlying buffer. */
  view: DataView = EMPTY_VIEW;
  /** The same bytes as `view`. */
  bytes: Uint8Array = EMPTY_BYTES;
  /** Where the packet begins in the buffer: reported offsets count from here. */
  base: number = 0;
  /** The next byte to read. */
  position: number = 0;
  /** The first byte that may not be read. */
  end: number = 0;
  #buffer: ArrayBufferLike = EMPTY_VIEW.buffer;

  /** Starts over at `offset` of `source`, up to `end` of it. Offsets are reported from `offset`. */
  reset(source: Uint8Array, offset: number, end: number): void {
    if (source.buffer !== this.#buffer) {
      this.#buffer = source.buffer;
      this.view = new DataView(source.buffer);
      this.bytes = new Uint8Array(source.buffer);
    }
    this.base = source.byteOffset + offset;
    this.position = this.base;
    this.end = source.byteOffset + end;
  }

  /** Bytes left. */
  get remaining(): number {
    return this.end - this.position;
  }
}

const EMPTY_BYTES: Uint8Array = new Uint8Array(0);
const EMPTY_VIEW: DataView = new DataView(EMPTY_BYTES.buffer);
