/**
 * Plain JSON to a Variant: the way back from `json.ts`, whose table says what becomes what.
 */

import { ParseError } from "../errors.ts";
import { type JsonNode, type JsonObject, parseJson } from "./json_syntax.ts";
import {
  Callable,
  EncodedObject,
  MAX_DEPTH,
  ObjectId,
  type ObjectProperty,
  Rid,
  Signal,
  type Variant,
  VariantArray,
  VariantDictionary,
} from "./types.ts";

/**
 * Reads JSON as a Variant: a number without fraction and exponent is an int, with one a float;
 * strings are String, arrays Array, objects Dictionary with String keys, in the order of the text
 * and with all duplicates. An object of exactly one of the `"$type"` forms is what it says.
 *
 * @throws {ParseError} when the text is not JSON, an int does not fit 64 bits, or it nests deeper
 * than Godot follows (1024 levels).
 */
export function variantFromJson(text: string): Variant {
  return new JsonReader(text).read();
}

const INT = /^-?\d+$/;
/** Length of the longest int that fits 64 bits: `-9223372036854775808`. */
const MAX_INT_LENGTH = 20;

class JsonReader {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Variant {
    return this.#value(parseJson(this.#text, { maxDepth: MAX_DEPTH, isLenient: false }));
  }

  #value(node: JsonNode): Variant {
    switch (node.kind) {
      case "null":
        return null;
      case "boolean":
      case "string":
        return node.value;
      case "number":
        return INT.test(node.source) ? this.#int(node.source, node.at) : Number(node.source);
      case "array":
        return new VariantArray(node.items.map((item) => this.#value(item)));
      case "object":
        return this.#tagged(node) ?? this.#dictionary(node);
    }
  }

  #int(source: string, at: number): bigint {
    if (source.length <= MAX_INT_LENGTH) {
      const value = BigInt(source);
      if (BigInt.asIntN(64, value) === value) return value;
    }
    const why = `${source} does not fit a 64-bit int; with a fraction or an exponent it is a float`;
    throw new ParseError(why, this.#text, at);
  }

  #dictionary({ keys, values }: JsonObject): VariantDictionary {
    return new VariantDictionary(
      keys.map((key) => key.value),
      values.map((value) => this.#value(value)),
    );
  }

  /** What an object with a `"$type"` of ours says; null when it is a Dictionary. */
  #tagged(node: JsonObject): Variant {
    const members = new Map(node.keys.map((key, i) => [key.value, node.values[i]]));
    const type = members.get("$type");
    if (type?.kind !== "string" || members.size < node.keys.length) return null;
    switch (`${type.value}: ${[...members.keys()].sort().slice(1)}`) {
      case "RID: id":
        return ifId(members.get("id"), (id) => new Rid(id));
      case "Object: id":
        return ifId(members.get("id"), (id) => new ObjectId(id));
      case "Callable: ":
        return new Callable();
      case "Signal: name,object_id":
        return ifText(
          members.get("name"),
          (name) => ifId(members.get("object_id"), (id) => new Signal(name, id)),
        );
      case "Object: class,properties":
        return ifText(
          members.get("class"),
          (className) => this.#encodedObject(className, members.get("properties")),
        );
      default:
        return null;
    }
  }

  #encodedObject(className: string, node: JsonNode | undefined): EncodedObject | null {
    const pairs = propertyPairs(node);
    if (pairs === null) return null;
    const properties: ObjectProperty[] = pairs.map(([name, value]) => ({
      name,
      value: this.#value(value),
    }));
    return new EncodedObject(className, properties);
  }
}

/** Names and values of an object, or of an array of pairs; null when it is neither. */
function propertyPairs(node: JsonNode | undefined): [string, JsonNode][] | null {
  if (node?.kind === "object") {
    return node.keys.map((key, i) => [key.value, node.values[i]!]); // as many values as keys
  }
  if (node?.kind !== "array") return null;
  const pairs: [string, JsonNode][] = [];
  for (const item of node.items) {
    if (item.kind !== "array") return null;
    const [name, value, ...rest] = item.items;
    if (name?.kind !== "string" || value === undefined || rest.length > 0) return null;
    pairs.push([name.value, value]);
  }
  return pairs;
}

function ifText<T>(node: JsonNode | undefined, create: (text: string) => T): T | null {
  return node?.kind === "string" ? create(node.value) : null;
}

/** An unsigned 64-bit number, as a number or in a string. */
function ifId<T>(node: JsonNode | undefined, create: (id: bigint) => T): T | null {
  const digits = node?.kind === "number" ? node.source : node?.kind === "string" ? node.value : "";
  if (!/^\d{1,20}$/.test(digits)) return null;
  const id = BigInt(digits);
  return BigInt.asUintN(64, id) === id ? create(id) : null;
}
