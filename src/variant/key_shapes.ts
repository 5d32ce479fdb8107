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

/**
 * A run of keys: `String` header, length and padded bytes of each, taken as 64-bit floats, which are
 * compared and copied twice as fast as 32-bit words. Of an odd number of words, the last float
 * begins with the word that the one before ends with. Short ASCII never makes a NaN of them, nor,
 * without NUL, a zero, which alone would equal something else than itself.
 */
export class KeyShape {
  readonly keys: readonly string[];
  readonly #floats: Float64Array;
  /** Where each key begins in `#floats`, and where the last one ends. */
  readonly #starts: Uint16Array;
  readonly #sizes: Uint8Array;

  private constructor(keys: readonly string[], encoded: readonly DataView[]) {
    this.keys = keys;
    this.#sizes = Uint8Array.from(encoded, ({ byteLength }) => byteLength);
    const floats: number[] = [];
    const starts = [0];
    for (const key of encoded) {
      for (let at = 0; at + FLOAT <= key.byteLength; at += FLOAT) {
        floats.push(key.getFloat64(at, true));
      }
      if (key.byteLength % FLOAT > 0) floats.push(key.getFloat64(key.byteLength - FLOAT, true));
      starts.push(floats.length);
    }
    this.#floats = Float64Array.from(floats);
    this.#starts = Uint16Array.from(starts);
  }

  /** The shape of these keys; null when they are not a few short ASCII texts. */
  static of(keys: readonly unknown[]): KeyShape | null {
    const encoded: DataView[] = [];
    const texts: string[] = [];
    for (const key of keys) {
      if (typeof key !== "string") return null;
      const view = encodeKey(key);
      if (view === null) return null;
      texts.push(key);
      encoded.push(view);
    }
    return new KeyShape(texts, encoded);
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
    return this.#sizes[index]!;
  }

  /** Writes key `index` at `offset`, where its size must fit. */
  write(index: number, view: DataView, offset: number): void {
    const floats = this.#floats;
    const last = this.#starts[index + 1]! - 1;
    for (let i = this.#starts[index]!, at = offset; i < last; i++, at += FLOAT) {
      view.setFloat64(at, floats[i]!, true);
    }
    view.setFloat64(offset + this.#sizes[index]! - FLOAT, floats[last]!, true);
  }

  /** The size in bytes of key `index` if exactly that key is at `offset`, else 0. */
  match(index: number, view: DataView, offset: number, end: number): number {
    const floats = this.#floats;
    const size = this.#sizes[index]!;
    if (offset + size > end) return 0;
    const last = this.#starts[index + 1]! - 1;
    for (let i = this.#starts[index]!, at = offset; i < last; i++, at += FLOAT) {
      if (view.getFloat64(at, true) !== floats[i]) return 0;
    }
    return view.getFloat64(offset + size - FLOAT, true) === floats[last] ? size : 0;
  }
}

const FLOAT = 8;

/** null when the key is too long, or not ASCII without NUL. */
function encodeKey(key: string): DataView | null {
  if (key.length > MAX_KEY_LENGTH) return null;
  const view = new DataView(new ArrayBuffer(8 + ((key.length + 3) & ~3)));
  view.setUint32(0, VariantType.String, true);
  view.setUint32(4, key.length, true);
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    if (code === 0 || code >= 0x80) return null;
    view.setUint8(8 + i, code);
  }
  return view;
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
    return mix(word, length, count);
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
  return mix(markOf(first), markOf(last), count);
}

function markOf(key: string): number {
  return key.charCodeAt(0) << 8 | key.length;
}

/** A signature; never 0. */
function mix(a: number, b: number, count: number): number {
  const mixed = Math.imul(a, 0x9e3779b1) + Math.imul(b, 0x85ebca6b) + count;
  return ((mixed ^ (mixed >>> 15)) << 1) | 1;
}
