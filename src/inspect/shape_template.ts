/**
 * Messages of one shape look alike on the wire, too: the same headers and keys, numbers of the same
 * size between them, texts that say how long they are. A template remembers that, so that the next
 * packet of the shape is read through, every field checked, with a comparison a word. It only ever
 * says yes to a packet that decodes and has its shape; what it does not know (text that is not
 * ASCII, objects, typed containers) it leaves to the decoder. Ten times as fast as to build values
 * and write their shape (tests/bench, a capture of a million packets).
 */

import { hasReals } from "../variant/header_bits.ts";
import { fixedLayout, FLAG_64, packedStride } from "../variant/layout.ts";
import { VARIANT_MAX, VariantType } from "../variant/types.ts";

/** What comes next in a packet. */
const STEP = { words: 0, skip: 1, text: 2, number: 3, packed: 4 } as const;
type StepKind = typeof STEP[keyof typeof STEP];

/** Larger messages are left to the decoder: steps and words. */
const MAX_STEPS = 256;
const MAX_LEVELS = 16;
const NON_ASCII = 0x80808080;

/** What packets of one shape have in common. */
export class ShapeTemplate {
  /** Kind, then its parameter: a word to compare, bytes to skip, a type number, an element size. */
  readonly #steps: Int32Array;

  private constructor(steps: Int32Array) {
    this.#steps = steps;
  }

  /** The template of a Godot 4 packet that decodes; null when it has parts that are not known. */
  static of(view: DataView, start: number, end: number): ShapeTemplate | null {
    const maker = new TemplateMaker(view, start, end);
    return maker.value(0) ? new ShapeTemplate(Int32Array.from(maker.steps)) : null;
  }

  /** True only when a packet decodes and has the shape; what comes after its value is ignored. */
  matches(view: DataView, start: number, end: number): boolean {
    const steps = this.#steps;
    let at = start;
    for (let i = 0; i < steps.length; i += 2) {
      const parameter = steps[i + 1]!; // steps come in pairs
      switch (steps[i]) {
        case STEP.words:
          if (end - at < 4 || view.getInt32(at, true) !== parameter) return false;
          at += 4;
          break;
        case STEP.skip:
          at += parameter;
          if (at > end) return false;
          break;
        case STEP.text:
          at = behindAscii(view, at, end);
          if (at < 0) return false;
          break;
        case STEP.number:
          at = behindNumber(view, at, end, parameter);
          if (at < 0) return false;
          break;
        default:
          at = behindPacked(view, at, end, parameter);
          if (at < 0) return false;
      }
    }
    return true;
  }
}

/** Where the text ends whose length is at `at`; -1 when it does not fit or is not ASCII. */
function behindAscii(view: DataView, at: number, end: number): number {
  if (end - at < 4) return -1;
  const length = view.getInt32(at, true);
  const start = at + 4;
  if (length < 0 || length > end - start) return -1;
  const textEnd = start + ((length + 3) & ~3);
  if (textEnd > end) return -1;
  let bits = 0;
  for (let word = start; word < textEnd; word += 4) bits |= view.getInt32(word, true);
  return (bits & NON_ASCII) === 0 ? textEnd : -1;
}

/** Where the int or float ends, of 32 or 64 bits; -1 when there is something else. */
function behindNumber(view: DataView, at: number, end: number, type: number): number {
  if (end - at < 4) return -1;
  const header = view.getInt32(at, true);
  const size = header === type ? 8 : header === (type | FLAG_64) ? 12 : -1;
  return size > 0 && size <= end - at ? at + size : -1;
}

/** Where the packed array ends whose count is at `at`; -1 when it does not fit. */
function behindPacked(view: DataView, at: number, end: number, elementSize: number): number {
  if (end - at < 4) return -1;
  const count = view.getInt32(at, true);
  if (count < 0) return -1;
  const size = count * elementSize;
  return size <= end - at - 4 ? Math.min(at + 4 + size + (-size & 3), end) : -1;
}

/** Walks over a packet that decodes and notes what is next, step by step. */
class TemplateMaker {
  readonly steps: number[] = [];
  readonly #view: DataView;
  readonly #end: number;
  #at: number;

  constructor(view: DataView, start: number, end: number) {
    this.#view = view;
    this.#at = start;
    this.#end = end;
  }

  /** Notes a value; false when it is of no known kind. */
  value(level: number): boolean {
    if (this.#end - this.#at < 4 || this.steps.length > MAX_STEPS * 2) return false;
    const header = this.#view.getInt32(this.#at, true);
    const type = header & 0xff;
    const flags = header & ~0xff;
    if (type >= VARIANT_MAX) return false;
    const isNumber = type === VariantType.Int || type === VariantType.Float;
    if (isNumber && (flags & ~FLAG_64) === 0) {
      return this.#step(STEP.number, type, flags === 0 ? 8 : 12);
    }
    const isWide = flags === FLAG_64 && hasReals(type as VariantType); // below VARIANT_MAX
    if (flags !== 0 && !isWide) return false;
    this.#step(STEP.words, header, 4);
    return this.#body(type as VariantType, isWide ? 2 : 1, level); // below VARIANT_MAX
  }

  /** What follows the header. */
  #body(type: VariantType, width: number, level: number): boolean {
    switch (type) {
      case VariantType.Nil:
        return true;
      case VariantType.Bool:
        return this.#skip(4);
      case VariantType.String:
      case VariantType.StringName:
        return this.#text();
      case VariantType.RID:
        return this.#skip(8);
      case VariantType.Dictionary:
        return this.#entries(level + 1);
      case VariantType.Array:
        return this.#elements(level + 1);
      case VariantType.PackedByteArray:
        return this.#packed(1);
      case VariantType.PackedInt32Array:
      case VariantType.PackedFloat32Array:
        return this.#packed(4);
      case VariantType.PackedInt64Array:
      case VariantType.PackedFloat64Array:
        return this.#packed(8);
    }
    const layout = fixedLayout(type);
    if (layout !== null) return this.#skip(layout.members.length * 4 * width);
    const stride = packedStride(type);
    return stride > 0 && this.#packed(stride * 4 * width);
  }

  #entries(level: number): boolean {
    const count = this.#count(level);
    for (let i = 0; i < count; i++) if (!this.#key() || !this.value(level)) return false;
    return count >= 0;
  }

  /** A key is part of the shape: all its words. */
  #key(): boolean {
    if (this.#end - this.#at < 8) return false;
    const header = this.#view.getInt32(this.#at, true);
    if (header !== VariantType.String && header !== VariantType.StringName) return false;
    const textEnd = behindAscii(this.#view, this.#at + 4, this.#end);
    while (this.#at < textEnd) this.#step(STEP.words, this.#view.getInt32(this.#at, true), 4);
    return textEnd >= 0;
  }

  #elements(level: number): boolean {
    const count = this.#count(level);
    for (let i = 0; i < count; i++) if (!this.value(level)) return false;
    return count >= 0;
  }

  /** The count of a container, which is part of the shape; -1 when it is not for templates. */
  #count(level: number): number {
    if (this.#end - this.#at < 4 || level > MAX_LEVELS) return -1;
    const count = this.#view.getInt32(this.#at, true);
    if (count < 0 || count > MAX_STEPS) return -1;
    this.#step(STEP.words, count, 4);
    return count;
  }

  #skip(size: number): boolean {
    return this.#step(STEP.skip, size, size);
  }

  #text(): boolean {
    const textEnd = behindAscii(this.#view, this.#at, this.#end);
    return textEnd >= 0 && this.#step(STEP.text, 0, textEnd - this.#at);
  }

  #packed(elementSize: number): boolean {
    const arrayEnd = behindPacked(this.#view, this.#at, this.#end, elementSize);
    return arrayEnd >= 0 && this.#step(STEP.packed, elementSize, arrayEnd - this.#at);
  }

  /** Always true. */
  #step(kind: StepKind, parameter: number, size: number): true {
    this.steps.push(kind, parameter);
    this.#at += size;
    return true;
  }
}
