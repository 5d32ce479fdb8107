/**
 * FastLZ blocks, levels 1 and 2, as `PackedByteArray.compress` writes them with mode 0 (FASTLZ): no
 * magic, no length, no checksum. Decompression only. The engine pads input to 16 bytes first.
 */

const LEVEL_2_FAR = 8191;

/** The bytes of a block; null when these are none, or give more than `limit` bytes. */
export function decompressFastLz(block: Uint8Array, limit: number): Uint8Array | null {
  const first = block[0];
  if (first === undefined) return null;
  const level = (first >> 5) + 1;
  if (level > 2) return null;
  const output = new Uint8Array(Math.min(limit, 16 * 1024 + block.length * 8));
  return new BlockReader(block, level, output, limit).read();
}

/** Walks over the instructions of one block. */
class BlockReader {
  readonly #block: Uint8Array;
  readonly #level: number;
  readonly #limit: number;
  #output: Uint8Array;
  #at = 0;
  #size = 0;

  constructor(block: Uint8Array, level: number, output: Uint8Array, limit: number) {
    this.#block = block;
    this.#level = level;
    this.#output = output;
    this.#limit = limit;
  }

  /** All of it, or null at the first instruction that cannot be. */
  read(): Uint8Array | null {
    let instruction = (this.#block[this.#at++] ?? 0) & 31;
    while (true) {
      const isGood = instruction < 32 ? this.#literals(instruction + 1) : this.#match(instruction);
      if (!isGood) return null;
      if (this.#at >= this.#block.length) return this.#output.subarray(0, this.#size);
      instruction = this.#block[this.#at++] ?? 0;
    }
  }

  #literals(count: number): boolean {
    const end = this.#at + count;
    if (end > this.#block.length || !this.#makeRoom(count)) return false;
    this.#output.set(this.#block.subarray(this.#at, end), this.#size);
    this.#at = end;
    this.#size += count;
    return true;
  }

  #match(instruction: number): boolean {
    const length = this.#matchLength(instruction >> 5);
    const high = instruction & 31;
    const low = this.#block[this.#at++];
    if (length < 0 || low === undefined) return false;
    let distance = high * 256 + low + 1;
    if (this.#level === 2 && high === 31 && low === 255) {
      if (this.#at + 2 > this.#block.length) return false;
      distance = (this.#block[this.#at]! << 8 | this.#block[this.#at + 1]!) + LEVEL_2_FAR + 1;
      this.#at += 2;
    }
    if (distance > this.#size || !this.#makeRoom(length)) return false;
    // Matches may overlap what they write.
    for (let i = 0; i < length; i++, this.#size++) {
      this.#output[this.#size] = this.#output[this.#size - distance]!;
    }
    return true;
  }

  /** -1 where the block ends too early. */
  #matchLength(short: number): number {
    if (short < 7) return short + 2;
    let length = 9;
    while (true) {
      const more = this.#block[this.#at++];
      if (more === undefined) return -1;
      length += more;
      if (this.#level === 1 || more < 255) return length;
    }
  }

  #makeRoom(count: number): boolean {
    const needed = this.#size + count;
    if (needed > this.#limit) return false;
    if (needed > this.#output.length) {
      const grown = new Uint8Array(
        Math.min(this.#limit, Math.max(needed, this.#output.length * 2)),
      );
      grown.set(this.#output.subarray(0, this.#size));
      this.#output = grown;
    }
    return true;
  }
}
