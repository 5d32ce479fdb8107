/**
 * The keys of the dictionaries that a scan is in, so that it can say cheaply whether two of them
 * may be one key to Godot. Knows nothing of the wire but which bytes belong to a key.
 */

import { fixedLayout } from "./layout.ts";
import { VariantType } from "./types.ts";

/** Keys that have no bytes to compare: the same hash is all that is known. */
const NO_BYTES = -1;
const NO_SLOTS = new Int32Array(0);
/** Numbers per key in the record: hash, first byte, end. */
const FIELDS = 3;
const HASH_FACTOR = 0x9e3779b1;

/** A stack of keys: those of the innermost dictionary are on top. */
export class KeyRecord {
  readonly #fields: number[] = [];
  /** The first free place in `#fields`: shrinking the array itself would cost more. */
  #top = 0;
  #slots: Int32Array = NO_SLOTS;

  /** Where the keys of a dictionary that begins now will be. */
  mark(): number {
    return this.#top;
  }

  /** Forgets the keys from `mark` on. */
  release(mark: number): void {
    this.#top = mark;
  }

  /** Adds a key with bytes to compare, such as a text, with a hash over all of its bytes; `[start, end)` is the text alone. */
  push(hash: number, start: number, end: number): void {
    const fields = this.#fields, top = this.#top;
    fields[top] = hash;
    fields[top + 1] = start;
    fields[top + 2] = end;
    this.#top = top + FIELDS;
  }

  /** Adds a key that is not a text; `[start, end)` is all of it, header included. */
  add(type: VariantType, view: DataView, start: number, end: number): void {
    if (isCompound(type)) this.push(type, NO_BYTES, NO_BYTES);
    else if (type === VariantType.Float) this.#addFloat(view, start, end);
    else if (hasFloats(type)) this.push(hashFloats(view, start, end), NO_BYTES, NO_BYTES);
    else this.push(hashWords(view, start, end), start, end);
  }

  /** 0.0 and -0.0 are the same key, and so are all NaN. */
  #addFloat(view: DataView, start: number, end: number): void {
    const isWide = end - start === 12;
    const value = isWide ? view.getFloat64(end - 8, true) : view.getFloat32(end - 4, true);
    if (value === 0) this.push(0, NO_BYTES, NO_BYTES);
    else if (Number.isNaN(value)) this.push(1, NO_BYTES, NO_BYTES);
    else this.push(hashWords(view, start, end), start, end);
  }

  /** True when two of the keys from `mark` on are the same, or may be. */
  mayHaveEqual(bytes: Uint8Array, mark: number): boolean {
    const fields = this.#fields;
    const count = (this.#top - mark) / FIELDS;
    if (count < 2) return false;
    const size = 4 << (31 - Math.clz32(count)); // more than twice as many slots as keys
    const slots = this.#clearSlots(size);
    let probesLeft = MAX_PROBES * count; // keys that all collide are hostile: leave it at "may be"
    for (let key = mark; key < this.#top; key += FIELDS) {
      let slot = spread(fields[key]!) & (size - 1);
      for (; slots[slot] !== 0; slot = (slot + 1) & (size - 1)) {
        if (probesLeft-- === 0 || this.#isEqual(bytes, key, slots[slot]! - 1)) return true;
      }
      slots[slot] = key + 1;
    }
    return false;
  }

  #clearSlots(size: number): Int32Array {
    if (this.#slots.length < size) this.#slots = new Int32Array(size);
    else this.#slots.fill(0, 0, size);
    return this.#slots;
  }

  #isEqual(bytes: Uint8Array, a: number, b: number): boolean {
    const fields = this.#fields;
    if (fields[a] !== fields[b]) return false;
    let left = fields[a + 1]!, right = fields[b + 1]!;
    if (left === NO_BYTES || right === NO_BYTES) return true;
    const end = fields[a + 2]!;
    if (end - left !== fields[b + 2]! - right) return false;
    while (left < end) if (bytes[left++] !== bytes[right++]) return false;
    return true;
  }
}

const MAX_PROBES = 16;

/** Containers and packed arrays: two of them in one dictionary are rare, and never compared. */
function isCompound(type: VariantType): boolean {
  return type >= VariantType.Dictionary || type === VariantType.Object;
}

function hasFloats(type: VariantType): boolean {
  const layout = fixedLayout(type);
  return layout !== null && layout.scalar !== "int32";
}

/** Everything but a text takes a multiple of four bytes. */
function hashWords(view: DataView, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at += 4) hash = mix(hash, view.getInt32(at, true));
  return hash;
}

/** The same for 32-bit floats that are one to Godot: 0.0 and -0.0, all NaN. */
function hashFloats(view: DataView, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at += 4) hash = mix(hash, plainFloat(view.getInt32(at, true)));
  return hash;
}

function plainFloat(bits: number): number {
  const size = bits & 0x7fffffff;
  if (size === 0) return 0;
  return size > INFINITY_BITS ? 1 : bits;
}

const INFINITY_BITS = 0x7f800000;

function mix(hash: number, word: number): number {
  return Math.imul(hash ^ word, HASH_FACTOR);
}

function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}
