/**
 * What each kind of message costs: packets are told apart by their shape, and counted. Every packet
 * is read in full and checked as Godot checks it; most by a template, the others by the decoder.
 * The number of shapes has a limit: the rarest are folded together when there are too many.
 */

import { DecodeError } from "../errors.ts";
import { VariantDecoder } from "../variant/decode.ts";
import type { DecodeOptions } from "../variant/decoding.ts";
import { VariantType } from "../variant/types.ts";
import { ShapeTemplate } from "./shape_template.ts";
import { shapeText } from "./shape_text.ts";

/** Shapes that are told apart; of more, the rarer half is folded together. */
export const MAX_SHAPES = 1024;
/** Templates that are kept, each in the place that its first words give it. */
const TEMPLATES = 256;
/** Packets in a row that a place must see without its template fitting before it gets a new one. */
const MISSES_TO_REPLACE = 4;

/** The packets of one shape. */
export class ShapeCounts {
  /** `Dictionary{cmd: String, pos: Vector3}`, or Godot's error for packets that do not decode. */
  readonly shape: string;
  readonly isError: boolean;
  packets = 0;
  bytes = 0;
  /** Sizes of packets in bytes. */
  min = 0;
  max = 0;

  constructor(shape: string, isError: boolean) {
    this.shape = shape;
    this.isError = isError;
  }

  /** Counts a packet of that many bytes. */
  count(size: number): void {
    if (this.packets === 0 || size < this.min) this.min = size;
    if (size > this.max) this.max = size;
    this.packets++;
    this.bytes += size;
  }

  /** Adds the counts of another. */
  add(other: ShapeCounts): void {
    this.min = this.packets === 0 ? other.min : Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
    this.packets += other.packets;
    this.bytes += other.bytes;
  }
}

/** A template and whose it is. */
interface Place {
  readonly template: ShapeTemplate | null;
  readonly counts: ShapeCounts;
  misses: number;
}

/** Counts packets by shape. */
export class MessageShapes {
  readonly #options: DecodeOptions;
  readonly #decoder: VariantDecoder;
  readonly #limit: number;
  #shapes = new Map<string, ShapeCounts>();
  #places: (Place | null)[] = new Array(TEMPLATES).fill(null);
  readonly #folded = new ShapeCounts("", false);
  #foldedCount = 0;

  constructor(options: DecodeOptions, limit: number = MAX_SHAPES) {
    this.#options = options;
    this.#decoder = new VariantDecoder(options);
    this.#limit = limit;
  }

  /**
   * Counts the packet in `bytes[start, end)`; false when it does not decode. `view` is over the
   * same bytes.
   */
  count(bytes: Uint8Array, view: DataView, start: number, end: number): boolean {
    const slot = slotOf(view, start, end);
    const place = this.#places[slot] ?? null;
    if (place !== null && place.template !== null && place.template.matches(view, start, end)) {
      place.misses = 0;
      place.counts.count(end - start);
      return true;
    }
    return this.#read(bytes, view, start, end, slot);
  }

  #read(
    bytes: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    slot: number,
  ): boolean {
    const { godot = 4 } = this.#options;
    try {
      const value = this.#decoder.decodeAt(bytes, start, end);
      const counts = this.#countsOf(shapeText(value, godot), false);
      counts.count(end - start);
      if (godot === 4) this.#learn(slot, counts, view, start, end);
      return true;
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#countsOf(error.code, true).count(end - start);
      return false;
    }
  }

  #learn(slot: number, counts: ShapeCounts, view: DataView, start: number, end: number): void {
    const place = this.#places[slot];
    if (place && place.misses++ < MISSES_TO_REPLACE) return;
    this.#places[slot] = { template: ShapeTemplate.of(view, start, end), counts, misses: 0 };
  }

  #countsOf(shape: string, isError: boolean): ShapeCounts {
    let counts = this.#shapes.get(shape);
    if (counts === undefined) {
      if (this.#shapes.size >= this.#limit) this.#foldRare();
      counts = new ShapeCounts(shape, isError);
      this.#shapes.set(shape, counts);
    }
    return counts;
  }

  /** The rarer half, without what fails to decode: that is never lost among others. */
  #foldRare(): void {
    const byCount = this.list().sort((a, b) => b.packets - a.packets);
    const kept = byCount.filter(({ isError }, i) => isError || i < this.#limit / 2);
    this.#shapes = new Map(kept.map((counts) => [counts.shape, counts]));
    for (const counts of byCount) {
      if (this.#shapes.get(counts.shape) === counts) continue;
      this.#folded.add(counts);
      this.#foldedCount++;
    }
    this.#places = this.#places.map((place) =>
      place && this.#shapes.get(place.counts.shape) === place.counts ? place : null
    );
  }

  /** The shapes, those that cost most bytes first. */
  list(): ShapeCounts[] {
    return [...this.#shapes.values()].sort((a, b) => b.bytes - a.bytes || b.packets - a.packets);
  }

  /** How often shapes were folded together. */
  get foldedCount(): number {
    return this.#foldedCount;
  }

  /** All packets of shapes that were folded together. */
  get folded(): ShapeCounts {
    return this.#folded;
  }
}

/** What messages of one shape have in common: the header, and of containers the count and first key. */
function slotOf(view: DataView, start: number, end: number): number {
  if (end - start < 4) return 0;
  const header = view.getInt32(start, true);
  let hash = Math.imul(header, 0x9e3779b1);
  if (end - start >= 20 && (header & 0xff) >= CONTAINERS && (header & 0xff) < PACKED) {
    hash = Math.imul(hash ^ view.getInt32(start + 4, true), 0x85ebca6b);
    hash = Math.imul(hash ^ view.getInt32(start + 12, true), 0xc2b2ae35);
    hash ^= view.getInt32(start + 16, true);
  }
  return (Math.imul(hash ^ (hash >>> 15), 0x9e3779b1) >>> 16) & (TEMPLATES - 1);
}

/** Type numbers: Dictionary and Array. */
const CONTAINERS = VariantType.Dictionary, PACKED = VariantType.PackedByteArray;
