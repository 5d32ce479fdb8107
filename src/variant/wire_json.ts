/**
 * From the wire to the JSON that a line of `decode -o json` has, without values in between: plain
 * JSON as `json.ts` writes it, and Godot's notation as `text.ts` does, as the inside of a JSON
 * string. Only for what packets are full of: untyped containers, numbers, plain ASCII texts, the
 * vectors, in Godot 4's format and exactly as Godot writes them. For anything else (and so for all
 * that has a note, or does not decode) the answer is no, and the way over values is right. Five
 * times as fast as that way (tests/bench, a capture of a million packets).
 */

import { AsciiWriter } from "../bytes/ascii_writer.ts";
import { finiteToJson } from "./json.ts";
import { fixedLayout, FLAG_64, typeName } from "./layout.ts";
import { formatFloat, formatReal32 } from "./numbers.ts";
import { VARIANT_MAX, VariantType } from "./types.ts";

/** Deeper values are left to the other way. */
const MAX_LEVELS = 32;
/** Dictionaries with more keys, too: each is compared with each. */
const MAX_KEYS = 24;

const COMMA = 0x2c, QUOTE = 0x22, BACKSLASH = 0x5c, DELETE = 0x7f, SPACE = 0x20;
const OPEN_BRACE = 0x7b, CLOSE_BRACE = 0x7d, OPEN_BRACKET = 0x5b, CLOSE_BRACKET = 0x5d;
const CLOSE_PARENTHESIS = 0x29, AMPERSAND = 0x26, COLON = 0x3a;

/** A math type of plain components: its start in Godot's notation, and its members in JSON. */
interface PlainVector {
  readonly start: string;
  readonly isInt: boolean;
  /** `{"x":`, `,"y":` … */
  readonly members: readonly string[];
}

const VECTOR_TYPES: readonly VariantType[] = [
  VariantType.Vector2,
  VariantType.Vector2i,
  VariantType.Vector3,
  VariantType.Vector3i,
  VariantType.Vector4,
  VariantType.Vector4i,
  VariantType.Quaternion,
  VariantType.Color,
];

const VECTORS: readonly (PlainVector | null)[] = Array.from({ length: VARIANT_MAX }, (_, id) => {
  const type = id as VariantType; // 0 to 38 are the type numbers
  const layout = VECTOR_TYPES.includes(type) ? fixedLayout(type) : null;
  if (layout === null) return null;
  const members = layout.members.map((name, i) => `${i === 0 ? "{" : ","}"${name}":`);
  return { start: `${typeName(type)}(`, isInt: layout.scalar === "int32", members };
});

const NO_BYTES = new Uint8Array(0);
const NO_VIEW = new DataView(NO_BYTES.buffer);

/** Writes the JSON and the text of packets. */
export class WireJson {
  /** Where the plain JSON goes. */
  readonly json: AsciiWriter;
  /** The last value in Godot's notation, as the inside of a JSON string. */
  readonly text: AsciiWriter = new AsciiWriter();
  #bytes: Uint8Array = NO_BYTES;
  #view: DataView = NO_VIEW;
  #at = 0;
  #end = 0;
  /** Where the keys of the dictionaries under way begin and end. */
  readonly #keys: number[] = [];

  constructor(json: AsciiWriter) {
    this.json = json;
  }

  /**
   * Writes the packet in `bytes[start, end)`, as JSON behind what is written already, and as text
   * anew; `view` is over the same bytes. False when it is not for this way: what was written counts
   * for nothing then.
   */
  write(bytes: Uint8Array, view: DataView, start: number, end: number): boolean {
    this.#bytes = bytes;
    this.#view = view;
    this.#at = start;
    this.#end = end;
    this.#keys.length = 0;
    this.text.length = 0;
    return this.#value(0) && this.#at === end;
  }

  #value(level: number): boolean {
    if (this.#end - this.#at < 4) return false;
    const header = this.#view.getInt32(this.#at, true);
    this.#at += 4;
    switch (header) {
      case VariantType.Nil:
        return this.#both("null");
      case VariantType.Bool:
        return this.#bool();
      case VariantType.Int:
        return this.#int();
      case VariantType.Float:
        return this.#float32();
      case VariantType.Float | FLAG_64:
        return this.#float64();
      case VariantType.String:
        return this.#string();
      case VariantType.StringName:
        this.text.code(AMPERSAND);
        return this.#string();
      case VariantType.Dictionary:
        return this.#dictionary(level + 1);
      case VariantType.Array:
        return this.#array(level + 1);
    }
    const vector = header >= 0 && header < VARIANT_MAX ? VECTORS[header] ?? null : null;
    return vector !== null && this.#vector(vector);
  }

  #both(text: string): true {
    this.json.text(text);
    this.text.text(text);
    return true;
  }

  #bool(): boolean {
    if (this.#end - this.#at < 4) return false;
    const value = this.#view.getUint32(this.#at, true);
    this.#at += 4;
    return value <= 1 && this.#both(value === 1 ? "true" : "false");
  }

  #int(): boolean {
    if (this.#end - this.#at < 4) return false;
    const value = this.#view.getInt32(this.#at, true);
    this.#at += 4;
    this.json.int(value);
    this.text.int(value);
    return true;
  }

  #float32(): boolean {
    if (this.#end - this.#at < 4) return false;
    const value = this.#view.getFloat32(this.#at, true);
    this.#at += 4;
    return this.#float(value);
  }

  /** One that fits into 32 bits is not as Godot writes it. */
  #float64(): boolean {
    if (this.#end - this.#at < 8) return false;
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return Math.fround(value) !== value && this.#float(value);
  }

  #float(value: number): boolean {
    if (!Number.isFinite(value)) return false;
    this.json.text(finiteToJson(value));
    this.text.text(formatFloat(value));
    return true;
  }

  #vector({ start, isInt, members }: PlainVector): boolean {
    const { json, text } = this;
    if (this.#end - this.#at < members.length * 4) return false;
    text.text(start);
    for (let i = 0; i < members.length; i++, this.#at += 4) {
      json.text(members[i]!); // the index is below the length
      if (i > 0) this.#separateText();
      if (isInt) {
        const value = this.#view.getInt32(this.#at, true);
        json.int(value);
        text.int(value);
      } else {
        const value = this.#view.getFloat32(this.#at, true);
        if (!Number.isFinite(value)) return false;
        json.text(finiteToJson(value));
        text.text(formatReal32(value));
      }
    }
    json.code(CLOSE_BRACE);
    text.code(CLOSE_PARENTHESIS);
    return true;
  }

  #array(level: number): boolean {
    const count = this.#count(level);
    this.json.code(OPEN_BRACKET);
    this.text.code(OPEN_BRACKET);
    for (let i = 0; i < count; i++) {
      if (i > 0) {
        this.json.code(COMMA);
        this.#separateText();
      }
      if (!this.#value(level)) return false;
    }
    this.json.code(CLOSE_BRACKET);
    this.text.code(CLOSE_BRACKET);
    return count >= 0;
  }

  #dictionary(level: number): boolean {
    const count = this.#count(level);
    const mark = this.#keys.length;
    if (count > MAX_KEYS) return false;
    this.json.code(OPEN_BRACE);
    this.text.code(OPEN_BRACE);
    for (let i = 0; i < count; i++) {
      if (i > 0) {
        this.json.code(COMMA);
        this.#separateText();
      }
      if (!this.#key(mark)) return false;
      this.json.code(COLON);
      this.text.code(COLON);
      this.text.code(SPACE);
      if (!this.#value(level)) return false;
    }
    this.#keys.length = mark;
    this.json.code(CLOSE_BRACE);
    this.text.code(CLOSE_BRACE);
    return count >= 0;
  }

  /** A text that no key from `mark` on has already. */
  #key(mark: number): boolean {
    if (this.#end - this.#at < 8) return false;
    const header = this.#view.getInt32(this.#at, true);
    if (header !== VariantType.String && header !== VariantType.StringName) return false;
    this.#at += 4;
    const length = this.#view.getInt32(this.#at, true);
    const start = this.#at + 4;
    if (header === VariantType.StringName) this.text.code(AMPERSAND);
    if (!this.#string()) return false;
    for (let i = mark; i < this.#keys.length; i += 2) {
      const other = this.#keys[i]!; // keys come in pairs
      if (this.#keys[i + 1] === length && this.#isSame(start, other, length)) return false;
    }
    this.#keys.push(start, length);
    return true;
  }

  #isSame(a: number, b: number, length: number): boolean {
    for (let i = 0; i < length; i++) if (this.#bytes[a + i] !== this.#bytes[b + i]) return false;
    return true;
  }

  /** The count of an untyped container; -1 when there are more values than bytes, or too deep. */
  #count(level: number): number {
    if (this.#end - this.#at < 4 || level > MAX_LEVELS) return -1;
    const count = this.#view.getInt32(this.#at, true);
    this.#at += 4;
    return count <= (this.#end - this.#at) >> 2 ? count : -1;
  }

  /** A text that needs no escapes in either notation, with zeros behind it. */
  #string(): boolean {
    if (this.#end - this.#at < 4) return false;
    const length = this.#view.getInt32(this.#at, true);
    const start = this.#at + 4;
    if (length < 0 || length > this.#end - start) return false;
    const end = start + length, next = start + ((length + 3) & ~3);
    if (next > this.#end || !this.#isPlain(start, end, next)) return false;
    this.#at = next;
    const { json, text } = this;
    json.code(QUOTE);
    json.copy(this.#bytes, start, end);
    json.code(QUOTE);
    text.code(BACKSLASH);
    text.code(QUOTE);
    text.copy(this.#bytes, start, end);
    text.code(BACKSLASH);
    text.code(QUOTE);
    return true;
  }

  #isPlain(start: number, end: number, next: number): boolean {
    const bytes = this.#bytes;
    for (let at = start; at < end; at++) {
      const code = bytes[at]!; // within the packet
      if (code < SPACE || code >= DELETE || code === QUOTE || code === BACKSLASH) return false;
    }
    for (let at = end; at < next; at++) if (bytes[at] !== 0) return false;
    return true;
  }

  #separateText(): void {
    this.text.code(COMMA);
    this.text.code(SPACE);
  }
}
