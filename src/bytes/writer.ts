/** A little-endian cursor that writes: into a buffer of the caller, or into a slab of its own. */

import { EncodeError } from "../errors.ts";

const FIRST_SLAB_BYTES = 4096;
/** A slab grown beyond this is not kept for the next value. */
const MAX_KEPT_SLAB_BYTES = 1 << 20;

const UTF8 = new TextEncoder();

/** Up to this length a loop over ASCII beats `encodeInto` by two to three times (tests/bench). */
const MAX_LOOPED_CHARACTERS = 40;

/**
 * Writes at a position, in absolute byte positions of the underlying ArrayBuffer. Callers `ensure`
 * room first and then write freely.
 */
export class Writer {
  view: DataView = EMPTY_VIEW;
  bytes: Uint8Array = EMPTY_BYTES;
  position: number = 0;
  #base = 0;
  #end = 0;
  #buffer: ArrayBufferLike = EMPTY_VIEW.buffer;
  #isGrowable = false;
  #slab: Uint8Array<ArrayBuffer> = EMPTY_BYTES;

  /** Starts over in a buffer of the caller; more than it holds is an `EncodeError`. */
  useTarget(target: Uint8Array, offset: number): void {
    this.#isGrowable = false;
    this.#use(target.buffer, target.byteOffset + offset, target.byteOffset + target.length);
  }

  /** Starts over in the writer's own slab, which grows. */
  useSlab(): void {
    if (this.#slab.length === 0) this.#slab = new Uint8Array(FIRST_SLAB_BYTES);
    this.#isGrowable = true;
    this.#use(this.#slab.buffer, 0, this.#slab.length);
  }

  #use(buffer: ArrayBufferLike, base: number, end: number): void {
    if (buffer !== this.#buffer) {
      this.#buffer = buffer;
      this.view = new DataView(buffer);
      this.bytes = new Uint8Array(buffer);
    }
    this.#base = base;
    this.position = base;
    this.#end = end;
  }

  /** Bytes written since the last start. */
  get length(): number {
    return this.position - this.#base;
  }

  /** What was written into the slab, as bytes of its own; a slab that grew very large is let go. */
  takeCopy(): Uint8Array<ArrayBuffer> {
    const copy = this.#slab.slice(0, this.length);
    if (this.#slab.length > MAX_KEPT_SLAB_BYTES) this.#slab = EMPTY_BYTES;
    return copy;
  }

  /** Makes sure that `size` more bytes can be written. @throws {EncodeError} when they cannot. */
  ensure(size: number): void {
    if (this.position + size > this.#end) this.#makeRoom(size);
  }

  #makeRoom(size: number): void {
    if (!this.#isGrowable) {
      const room = this.#end - this.#base;
      throw new EncodeError(
        `it takes more than the ${room} bytes there are`,
        [],
        "ERR_OUT_OF_MEMORY",
      );
    }
    const written = this.length;
    const grown = new Uint8Array(Math.max(this.#slab.length * 2, written + size));
    grown.set(this.#slab.subarray(0, written));
    this.#slab = grown;
    this.#use(grown.buffer, 0, grown.length);
    this.position = written;
  }

  /** Writes 32 bits, signed or unsigned; room must be ensured. */
  uint32(value: number): void {
    this.view.setUint32(this.position, value, true);
    this.position += 4;
  }

  /** Writes 32 bits of float; room must be ensured. */
  float32(value: number): void {
    this.view.setFloat32(this.position, value, true);
    this.position += 4;
  }

  /** Writes 64 bits of float; room must be ensured. */
  float64(value: number): void {
    this.view.setFloat64(this.position, value, true);
    this.position += 8;
  }

  /** Writes the low 64 bits of an integer; room must be ensured. */
  uint64(value: bigint): void {
    this.view.setBigUint64(this.position, value, true);
    this.position += 8;
  }

  /** Writes bytes as they are; ensures room. */
  copy(source: Uint8Array): void {
    this.ensure(source.length);
    this.bytes.set(source, this.position);
    this.position += source.length;
  }

  /**
   * Writes text as UTF-8 behind its 32-bit byte length, then `terminator` zero bytes that the
   * length counts, then zeros up to a multiple of four; ensures room. Unpaired surrogates become
   * U+FFFD.
   */
  string(text: string, terminator: 0 | 1): void {
    this.ensure(4 + ((text.length + terminator + 3) & ~3)); // exact for ASCII, else too little
    const start = this.position;
    const size = this.#asciiBody(text, start + 4) ? text.length : this.#utf8Body(text, start + 4);
    const counted = size + terminator;
    const end = start + 4 + ((counted + 3) & ~3);
    this.ensure(end - start); // throws or does nothing: a slab has the room by now
    this.view.setUint32(start, counted, true);
    for (let i = start + 4 + size; i < end; i++) this.bytes[i] = 0;
    this.position = end;
  }

  /** Writes short ASCII at `at` and returns true; false leaves it to `#utf8Body`. */
  #asciiBody(text: string, at: number): boolean {
    if (text.length > MAX_LOOPED_CHARACTERS) return false;
    const bytes = this.bytes;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) return false;
      bytes[at + i] = code;
    }
    return true;
  }

  /** Writes UTF-8 at `at`; returns its size in bytes. */
  #utf8Body(text: string, at: number): number {
    if (this.#isGrowable) this.ensure(8 + text.length * 3); // length, text, NUL and padding
    const { read, written } = UTF8.encodeInto(text, this.bytes.subarray(at, this.#end));
    if (read < text.length) this.#makeRoom(4 + text.length); // a fixed target: this throws
    return written;
  }
}

const EMPTY_BYTES: Uint8Array<ArrayBuffer> = new Uint8Array(0);
const EMPTY_VIEW: DataView = new DataView(EMPTY_BYTES.buffer);
