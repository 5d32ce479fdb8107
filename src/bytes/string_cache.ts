/**
 * A bounded cache of short strings by their bytes, for traffic that repeats the same keys packet
 * after packet. A slot holds one string and its padded bytes as 32-bit words; they are compared in
 * full, never by hash alone, so that hostile traffic can only make it miss.
 */

const SLOT_BITS = 9;
const SLOT_COUNT = 1 << SLOT_BITS;
const SLOT_SHIFT = 32 - SLOT_BITS;
const WORDS_PER_SLOT = 8;

/** Strings of more bytes than this are not cached. */
export const MAX_CACHED_BYTES = 32;

/** Remembers strings of 1 to 32 bytes whose bytes are zero-padded to a multiple of four. */
export class StringCache {
  readonly #texts: string[] = new Array<string>(SLOT_COUNT).fill("");
  readonly #lengths: Uint8Array = new Uint8Array(SLOT_COUNT);
  readonly #words: Uint32Array = new Uint32Array(SLOT_COUNT * WORDS_PER_SLOT);

  /**
   * The slot where a string of `length` bytes (1 to 32) at `offset` belongs. The padded bytes must
   * lie inside the view.
   */
  slotOf(view: DataView, offset: number, length: number): number {
    const first = view.getUint32(offset, true);
    const last = view.getUint32(offset + ((length - 1) & ~3), true);
    const mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(last + length, 0x85ebca6b);
    return mixed >>> SLOT_SHIFT; // a factor moves what differs upwards
  }

  /** The string in `slot` if its bytes are exactly these, else null. */
  get(slot: number, view: DataView, offset: number, length: number): string | null {
    if (this.#lengths[slot] !== length) return null;
    const words = this.#words;
    let word = slot * WORDS_PER_SLOT;
    for (let i = 0; i < length; i += 4) {
      if (view.getUint32(offset + i, true) !== words[word++]) return null;
    }
    return this.#texts[slot]!;
  }

  /** Replaces what is in `slot`. */
  set(slot: number, view: DataView, offset: number, length: number, text: string): void {
    this.#lengths[slot] = length;
    this.#texts[slot] = text;
    let word = slot * WORDS_PER_SLOT;
    for (let i = 0; i < length; i += 4) this.#words[word++] = view.getUint32(offset + i, true);
  }
}
