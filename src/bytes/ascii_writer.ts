/**
 * Text as bytes, put together piece by piece in one buffer that is used over and over. Joining
 * strings makes a tree of them first, which costs more than the text when there are millions of
 * lines. All that is written here is ASCII.
 */

const FIRST_CAPACITY = 4096;
/** More bytes are set at once: for fewer, the call costs more than a loop. */
const MAX_LOOP = 128;
const ZERO = 0x30, MINUS = 0x2d;
/** Ints up to here are written digit by digit. */
const MAX_SMALL = 0x7fffffff;

/** A growing piece of ASCII text. */
export class AsciiWriter {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_CAPACITY);
  /** Bytes written. */
  length: number = 0;

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.bytes.length - this.length < count) this.#grow(count);
  }

  #grow(count: number): void {
    const larger = new Uint8Array(2 * (this.length + count));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  /** Writes one character by its code. */
  code(code: number): void {
    const at = this.length;
    if (at >= this.bytes.length) this.#grow(1);
    this.bytes[at] = code;
    this.length = at + 1;
  }

  /** Writes a text, which must be ASCII. */
  text(text: string): void {
    const size = text.length;
    this.reserve(size);
    const bytes = this.bytes;
    let at = this.length;
    for (let i = 0; i < size; i++) bytes[at++] = text.charCodeAt(i);
    this.length = at;
  }

  /** Writes bytes as they are. */
  copy(source: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    const bytes = this.bytes;
    let at = this.length;
    for (let i = start; i < end; i++) bytes[at++] = source[i]!; // the caller's range
    this.length = at;
  }

  /** Writes the first bytes of others, as many as `size` says. */
  append(source: Uint8Array, size: number = source.length): void {
    if (size <= MAX_LOOP) return this.copy(source, 0, size);
    this.reserve(size);
    this.bytes.set(size === source.length ? source : source.subarray(0, size), this.length);
    this.length += size;
  }

  /** What is written; it stays so until more is. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }

  /** Writes an integer in decimal. */
  int(value: number): void {
    if (value < 0 || value > MAX_SMALL) {
      if (-MAX_SMALL <= value && value < 0) {
        this.code(MINUS);
        this.int(-value);
      } else this.text(String(value));
      return;
    }
    let width = 1;
    for (let bound = 10; value >= bound; bound *= 10) width++;
    this.digits(value, width);
  }

  /** Writes an integer from 0 up to 2^31 with exactly so many digits. */
  digits(value: number, width: number): void {
    this.reserve(width);
    let rest = value | 0;
    for (let at = this.length + width - 1; at >= this.length; at--) {
      const quotient = (rest / 10) | 0;
      this.bytes[at] = ZERO + rest - quotient * 10;
      rest = quotient;
    }
    this.length += width;
  }
}
