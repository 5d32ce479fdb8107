/**
 * Bytes that arrive in chunks, read as if they lay in one piece. The reader looks at a window; while
 * what it asks for lies inside one chunk, the window is that chunk and nothing is copied. Only what
 * is cut by the end of a chunk goes to a small store of the queue's own, which grows with the bytes
 * that really came, never with a length that somebody wrote.
 */

const EMPTY = new Uint8Array(0);
const EMPTY_VIEW = new DataView(EMPTY.buffer);
const SMALLEST_STORE = 256;

/** A queue of bytes with a window over its front. */
export class ByteQueue {
  /** What `position` and `end` index. */
  bytes: Uint8Array = EMPTY;
  /** The same bytes as `bytes`, with the same indexes. */
  view: DataView = EMPTY_VIEW;
  /** First byte of the window that is not consumed; the reader moves it forward. */
  position = 0;
  /** End of the window. */
  end = 0;
  /** True when the window is a pushed chunk: the queue will never overwrite these bytes. */
  isStable = true;
  /** Offset of `bytes[0]` from the first byte ever pushed. */
  #base = 0;
  #chunks: Uint8Array[] = [];
  #firstChunk = 0;
  #queued = 0;
  #owed = 0;

  /** Adds bytes at the end. The queue refers to the chunk until `ensure` has returned false. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#queued += chunk.length;
  }

  /** Number of bytes that are here and not consumed. */
  get available(): number {
    return Math.max(0, this.end - this.position + this.#queued - this.#owed);
  }

  /** Offset of the next byte to consume, from the first byte ever pushed. */
  get offset(): number {
    return this.#base + this.position + this.#owed;
  }

  /** Number of bytes that `skip` still has to drop, of bytes that have not come yet. */
  get owed(): number {
    return Math.max(0, this.#owed - this.#queued);
  }

  /** Size of the queue's own store in bytes: what it keeps alive between chunks. */
  get storeSize(): number {
    return this.isStable ? 0 : this.bytes.length;
  }

  /**
   * Moves on, byte by byte, to where `isHere` is true; `size` bytes are there each time that it is
   * asked. False where they are not, or where it is null: it needs more bytes.
   */
  seek(size: number, isHere: () => boolean | null): boolean {
    while (this.ensure(size)) {
      const answer = isHere();
      if (answer !== false) return answer === true;
      this.position++;
    }
    return false;
  }

  /**
   * Makes the window hold `count` bytes from `position` on, which may move the window. When so many
   * have not come yet, it returns false, and the queue no longer refers to any pushed chunk.
   */
  ensure(count: number): boolean {
    return this.end - this.position >= count || this.#refill(count);
  }

  /** Drops the next `count` bytes, also those that have not come yet. */
  skip(count: number): void {
    const here = Math.min(count, this.end - this.position);
    this.position += here;
    this.#owed += count - here;
  }

  /** Drops everything that is here, and forgets what `skip` still has to drop. */
  clear(): void {
    this.skip(this.available);
    this.ensure(1);
    this.#owed = 0;
  }

  /** Consumes `count` bytes that `ensure` has promised; they will never be overwritten. */
  take(count: number): Uint8Array {
    const start = this.position;
    this.position += count;
    return this.isStable
      ? this.bytes.subarray(start, this.position)
      : this.bytes.slice(start, this.position);
  }

  #refill(count: number): boolean {
    for (;;) {
      const missing = count - (this.end - this.position);
      if (missing <= 0) return true;
      const chunk = this.#chunks[this.#firstChunk];
      if (chunk === undefined) {
        this.#keep();
        return false;
      }
      if (this.position === this.end) this.#adopt(chunk);
      else this.#append(chunk, missing);
    }
  }

  /** Looks at a chunk where it is. */
  #adopt(chunk: Uint8Array): void {
    this.#base += this.end;
    this.#dropFirstChunk();
    const skipped = Math.min(this.#owed, chunk.length);
    this.#owed -= skipped;
    this.#show(chunk, skipped, chunk.length, true);
  }

  /** Copies as much of a chunk as is asked for behind what is left of the window. */
  #append(chunk: Uint8Array, missing: number): void {
    const count = Math.min(missing, chunk.length);
    this.#reserve(count);
    this.bytes.set(chunk.subarray(0, count), this.end);
    this.end += count;
    if (count === chunk.length) {
      this.#dropFirstChunk();
    } else {
      this.#chunks[this.#firstChunk] = chunk.subarray(count);
      this.#queued -= count;
    }
  }

  /** Moves the rest of the window to a store of fitting size, or lets go of it when it is empty. */
  #keep(): void {
    const left = this.end - this.position;
    if (left === 0) {
      this.#base += this.end;
      this.#show(EMPTY, 0, 0, true, EMPTY_VIEW);
    } else if (this.isStable || this.bytes.length > 4 * Math.max(left, SMALLEST_STORE)) {
      this.#move(left);
    }
  }

  /** Makes the window the own store, with room for `count` bytes behind its end. */
  #reserve(count: number): void {
    if (!this.isStable && this.bytes.length - this.end >= count) return;
    const left = this.end - this.position;
    if (this.isStable || (left + count) * 2 > this.bytes.length) {
      this.#move(left + count);
      return;
    }
    this.bytes.copyWithin(0, this.position, this.end);
    this.#base += this.position;
    this.#show(this.bytes, 0, left, false, this.view);
  }

  /** Copies the rest of the window to a new store, which has room for twice as many as `size`. */
  #move(size: number): void {
    const store = new Uint8Array(Math.max(SMALLEST_STORE, size * 2));
    store.set(this.bytes.subarray(this.position, this.end));
    this.#base += this.position;
    this.#show(store, 0, this.end - this.position, false);
  }

  #show(
    bytes: Uint8Array,
    position: number,
    end: number,
    isStable: boolean,
    view: DataView = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  ): void {
    this.bytes = bytes;
    this.view = view;
    this.position = position;
    this.end = end;
    this.isStable = isStable;
  }

  #dropFirstChunk(): void {
    this.#queued -= this.#chunks[this.#firstChunk]?.length ?? 0;
    this.#firstChunk++;
    if (this.#firstChunk === this.#chunks.length) {
      this.#chunks.length = 0;
      this.#firstChunk = 0;
    }
  }
}
