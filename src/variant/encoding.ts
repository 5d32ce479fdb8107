/** What encoding carries along: where it writes, in which generation of the format, and how far in. */

import { Writer } from "../bytes/writer.ts";
import { EncodeError, type PathStep } from "../errors.ts";
import { type KeyShape, KeyShapes } from "./key_shapes.ts";
import { GODOT3_ID_OF_TYPE, typeName } from "./layout.ts";
import type { GodotVersion, VariantType } from "./types.ts";

/** How to write a packet. */
export interface EncodeOptions {
  /** Wire format. @default {4} */
  readonly godot?: GodotVersion;
  /** Write objects in full, as `put_var(value, true)` does. @default {false} */
  readonly fullObjects?: boolean;
}

/** Everything that one encoder carries along. */
export class Encoding extends Writer {
  readonly fullObjects: boolean;
  readonly isGodot3: boolean;
  /** Null while nothing is to be remembered from value to value. */
  shapes: KeyShapes | null = null;
  /** Steps from the failing value outwards, noted while an error unwinds. */
  readonly #unwound: PathStep[] = [];

  constructor(options: EncodeOptions) {
    super();
    this.fullObjects = options.fullObjects ?? false;
    this.isGodot3 = options.godot === 3;
  }

  /** Remembers the keys of dictionaries from now on. */
  remember(): void {
    this.shapes = new KeyShapes();
  }

  unwind(step: PathStep): void {
    this.#unwound.push(step);
  }

  takePath(): PathStep[] {
    return this.#unwound.splice(0).reverse();
  }

  /** Writes a key of a dictionary whose shape is known; ensures room. */
  key(shape: KeyShape, index: number): void {
    const size = shape.sizeOf(index);
    this.ensure(size);
    shape.write(index, this.view, this.position);
    this.position += size;
  }

  /** Writes the header word of a type; ensures room. @throws {EncodeError} when this generation lacks the type. */
  header(type: VariantType, flags: number): void {
    this.ensure(4);
    this.uint32((this.isGodot3 ? godot3Id(type) : type) | flags);
  }
}

function godot3Id(type: VariantType): number {
  const id = GODOT3_ID_OF_TYPE[type]!; // has an entry for every type
  if (id < 0) throw new EncodeError(`Godot 3 has no ${typeName(type)}`);
  return id;
}
