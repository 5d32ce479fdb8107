/**
 * Memory for received packets. A fresh buffer for each costs more than receiving it: 700 ns against
 * 140 ns in a piece of a larger block, for 64 bytes (tests/bench/sockets.ts). No byte is handed out
 * twice.
 *
 * Only packets in a row from one source share a block. They wait in one queue and leave it in order,
 * so at most one block a queue is kept alive by a packet that is smaller; if sources shared blocks,
 * each packet that is not taken could keep one alive.
 */

const BLOCK_SIZE = 8192;
/** Larger packets get buffers of their own. */
const LARGEST_PIECE = 2048;
/** Pieces begin where a view of 64-bit numbers could. */
const ALIGNMENT = 8;
/** A loop over words is quicker than a view and `set` up to about this size. */
const LOOP_SIZE = 128;

/** Memory to copy from. */
export interface SourceMemory {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same memory. */
  readonly words: Int32Array;
}

/** Hands out copies. */
export class PayloadPool {
  #block: ArrayBuffer | null = null;
  /** The block. */
  #words = new Int32Array();
  #used = 0;

  /**
   * A copy of so many bytes, which begin at a multiple of 4; `isSameSource` if they come from where
   * the bytes before came from.
   */
  copy(
    { bytes, words }: SourceMemory,
    start: number,
    size: number,
    isSameSource: boolean,
  ): Uint8Array<ArrayBuffer> {
    if (size > LARGEST_PIECE) return bytes.slice(start, start + size);
    if (!isSameSource) {
      this.#block = null;
      return bytes.slice(start, start + size);
    }
    if (this.#block === null || this.#used + size > BLOCK_SIZE) {
      this.#block = new ArrayBuffer(BLOCK_SIZE);
      this.#words = new Int32Array(this.#block);
      this.#used = 0;
    }
    const piece = new Uint8Array(this.#block, this.#used, size);
    if (size > LOOP_SIZE) piece.set(bytes.subarray(start, start + size));
    else this.#copyWords(words, start >> 2, size + 3 >> 2);
    this.#used += size + ALIGNMENT - 1 & -ALIGNMENT;
    return piece;
  }

  /** To where the next piece begins. */
  #copyWords(words: Int32Array, first: number, count: number): void {
    const [block, start] = [this.#words, this.#used >> 2];
    for (let i = 0; i < count; i++) block[start + i] = words[first + i]!; // both are long enough
  }
}
