/**
 * Dictionaries of a game repeat: the same String keys in the same order, packet after packet. A
 * shape remembers such a run of keys as the words it takes on the wire, so that to read a dictionary
 * of the same shape costs a comparison a key, and to write it a copy.
 *
 * Bounded, and compared in full: hostile traffic can only make it miss. Twice as fast on small
 * messages and snapshots (tests/bench).
 */

import { VariantType } from "./types.ts";

const SHAPE_COUNT = 64;
const MAX_KEYS = 32;
const MAX_KEY_LENGTH = 32;

/** A run of keys: `String` header, length and padded bytes of each, as 32-bit words. */
export class KeyShape {
  readonly keys: readonly string[];
  readonly #words: Uint32Array;
  /** Where each key begins in `#words`, and where the last one ends. */
  readonly #starts: Uint16Array;

  private constructor(keys: readonly string[], words: Uint32Array, starts: Uint16Array) {
    this.keys = keys;
    this.#words = words;
    this.#starts = starts;
  }

  /** The shape of these keys; null when they are not a few short ASCII texts. */
  static of(keys: readonly unknown[]): KeyShape | null {
    const words: number[] = [];
    const starts: number[] = [];
    const texts: string[] = [];
    for (const key of keys) {
      if (typeof key !== "string" || key.length > MAX_KEY_LENGTH) return null;
      starts.push(words.length);
      texts.push(key);
      words.push(VariantType.String, key.length);
      if (!pushAscii(words, key)) return null;
    }
    starts.push(words.length);
    return new KeyShape(texts, Uint32Array.from(words), Uint16Array.from(starts));
  }

  /** True when these are its keys. */
  isOf(keys: readonly unknown[]): boolean {
    const own = this.keys;
    if (keys.length !== own.length) return false;
    for (let i = 0; i < own.length; i++) if (keys[i] !== own[i]) return false;
    return true;
  }

  /** The size in bytes of key `index`. */
  sizeOf(index: number): number {
    return (this.#starts[index + 1]! - this.#starts[index]!) * 4;
  }

  /** Writes key `index` at `offset`, where its size must fit. */
  write(index: number, view: DataView, offset: number): void {
    const words = this.#words;
    const stop = this.#starts[index + 1]!;
    for (let i = this.#starts[index]!, at = offset; i < stop; i++, at += 4) {
      view.setUint32(at, words[i]!, true);
    }
  }

  /** The size in bytes of key `index` if exactly that key is at `offset`, else 0. */
  match(index: number, view: DataView, offset: number, end: number): number {
    const words = this.#words;
    const start = this.#starts[index]!, stop = this.#starts[index + 1]!;
    const size = (stop - start) * 4;
    if (offset + size > end) return 0;
    for (let i = start, at = offset; i < stop; i++, at += 4) {
      if (view.getUint32(at, true) !== words[i]) return 0;
    }
    return size;
  }
}

function pushAscii(words: number[], text: string): boolean {
  for (let i = 0; i < text.length; i += 4) {
    let word = 0;
    for (let j = Math.min(4, text.length - i) - 1; j >= 0; j--) {
      const code = text.charCodeAt(i + j);
      if (code >= 0x80) return false;
      word = (word << 8) | code;
    }
    words.push(word >>> 0);
  }
  return true;
}

/** The shapes that one decoder or encoder has seen more than once. */
export class KeyShapes {
  readonly #shapes: (KeyShape | null)[] = new Array<KeyShape | null>(SHAPE_COUNT).fill(null);
  /** What was last met in each place without having a shape: the second meeting makes one. */
  readonly #met: Int32Array = new Int32Array(SHAPE_COUNT);

  /**
   * A number that dictionaries with this count and this first key share, or 0 when no shape can
   * fit. `offset` is where the first key begins.
   */
  signature(view: DataView, offset: number, end: number, count: number): number {
    if (count === 0 || count > MAX_KEYS || end - offset < 12) return 0;
    const length = view.getUint32(offset + 4, true);
    const word = view.getUint32(offset + 8, true);
    const mixed = Math.imul(word, 0x9e3779b1) + Math.imul(length, 0x85ebca6b) + count;
    return ((mixed ^ (mixed >>> 15)) << 1) | 1;
  }

  /** The shape of exactly these keys; null while they are not known to come again. */
  shapeOf(keys: readonly unknown[]): KeyShape | null {
    const signature = signatureOf(keys);
    const shape = this.find(signature, keys.length);
    if (shape !== null && shape.isOf(keys)) return shape;
    this.learn(signature, keys);
    return null;
  }

  /** A shape of `count` keys that may fit, by signature; its first mismatch ends its use. */
  find(signature: number, count: number): KeyShape | null {
    if (signature === 0) return null;
    const shape = this.#shapes[(signature >>> 1) & (SHAPE_COUNT - 1)]!;
    return shape !== null && shape.keys.length === count ? shape : null; // places are shared
  }

  /** Tells the keys of a dictionary that had no fitting shape. */
  learn(signature: number, keys: readonly unknown[]): void {
    if (signature === 0) return;
    const place = (signature >>> 1) & (SHAPE_COUNT - 1);
    if (this.#met[place] === signature) this.#shapes[place] = KeyShape.of(keys);
    else this.#met[place] = signature;
  }
}

/** As `KeyShapes.signature`, from the first key and the last one. */
function signatureOf(keys: readonly unknown[]): number {
  const count = keys.length, first = keys[0], last = keys[count - 1];
  if (typeof first !== "string" || typeof last !== "string" || count > MAX_KEYS) return 0;
  if (first.length === 0 || last.length === 0) return 0;
  const mixed = Math.imul(first.charCodeAt(0) << 8 | first.length, 0x9e3779b1) +
    Math.imul(last.charCodeAt(0) << 8 | last.length, 0x85ebca6b) + count;
  return ((mixed ^ (mixed >>> 15)) << 1) | 1;
}
