/**
 * Variant to Godot's notation, on one line, in the order of the wire, without loss. `text.ts` says
 * what the notation is and where it goes beyond the engine's.
 */

import { EncodeError } from "../errors.ts";
import { formatElementType, formatLeaf, isIdentifier, quoted } from "./text_leaf.ts";
import {
  EncodedObject,
  type GodotVersion,
  MAX_DEPTH,
  type Variant,
  VariantArray,
  VariantDictionary,
} from "./types.ts";

/** Writes one value; see `variantToText`. */
export class TextWriter {
  readonly #godot: GodotVersion;
  /** Everything up to here: inner texts are never joined to be joined again one level up. */
  #text = "";

  constructor(godot: GodotVersion) {
    this.#godot = godot;
  }

  /** @throws {EncodeError} when the value nests deeper than any packet could. */
  write(value: Variant): string {
    this.#value(value, 0);
    return this.#text;
  }

  #value(value: Variant, depth: number): void {
    if (depth > MAX_DEPTH) {
      const why = `Variant is too deep: more than ${MAX_DEPTH} levels of nesting`;
      throw new EncodeError(why, [], "ERR_OUT_OF_MEMORY");
    }
    if (value instanceof VariantDictionary) this.#dictionary(value, depth);
    else if (value instanceof VariantArray) this.#array(value, depth);
    else if (value instanceof EncodedObject) this.#instance(value, depth);
    else this.#text += formatLeaf(value, this.#godot);
  }

  #array({ items, elementType }: VariantArray, depth: number): void {
    this.#text += elementType === null ? "[" : `Array[${formatElementType(elementType)}]([`;
    for (let i = 0; i < items.length; i++) {
      if (i > 0) this.#text += ", ";
      this.#value(items[i]!, depth + 1);
    }
    this.#text += elementType === null ? "]" : "])";
  }

  #dictionary({ keys, values, keyType, valueType }: VariantDictionary, depth: number): void {
    const isTyped = keyType !== null || valueType !== null;
    if (isTyped) {
      const types = `${formatElementType(keyType)}, ${formatElementType(valueType)}`;
      this.#text += `Dictionary[${types}](`;
    }
    this.#text += "{";
    for (let i = 0; i < keys.length; i++) {
      if (i > 0) this.#text += ", ";
      this.#value(keys[i]!, depth + 1);
      this.#text += ": ";
      this.#value(values[i]!, depth + 1);
    }
    this.#text += isTyped ? "})" : "}";
  }

  /** The comma after the class is there even without properties: the engine insists on it. */
  #instance({ className, properties }: EncodedObject, depth: number): void {
    this.#text += `Object(${isIdentifier(className) ? className : quoted(className)},`;
    for (let i = 0; i < properties.length; i++) {
      const { name, value } = properties[i]!;
      this.#text += `${i > 0 ? "," : ""} ${quoted(name)}: `;
      this.#value(value, depth + 1);
    }
    this.#text += ")";
  }
}
