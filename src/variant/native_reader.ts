/**
 * The JSON text of `JSON.from_native` to a Variant: the way back from `native.ts`, whose tables say
 * what stands for what. Takes what `JSON.to_native` takes, and reads the `null` that the engine
 * writes for NaN as NaN; but where `to_native` logs an error or makes up a 0, it throws. Nothing is
 * instantiated, so class names and script paths are not looked up.
 */

import { ParseError } from "../errors.ts";
import { type JsonNode, type JsonObject, parseJson } from "./json_syntax.ts";
import { typeOfName } from "./layout.ts";
import {
  type Fault,
  floatOfText,
  hasPlainArgs,
  intOf,
  stringOf,
  valueOfArgs,
} from "./native_args.ts";
import { nodePathFromText } from "./node_path.ts";
import {
  Callable,
  type ElementType,
  EncodedObject,
  MAX_DEPTH,
  NodePath,
  ObjectId,
  Rid,
  Signal,
  StringName,
  type Variant,
  VariantArray,
  VariantDictionary,
  VariantType,
} from "./types.ts";

/**
 * Reads the JSON text of `JSON.from_native`, by the engine or by `variantToNative`.
 *
 * @throws {ParseError} when the text is not JSON, says what no Variant is, or nests deeper than
 * Godot follows (1024 levels).
 */
export function variantFromNative(text: string): Variant {
  return new NativeReader(text).read();
}

/** What the name of an element type stands for. `Object` is the class, as the engine writes it. */
export function elementKindOfName(name: string): ElementType["kind"] {
  if (typeOfName(name) !== null && name !== "Object") return "builtin";
  return name.startsWith("res://") ? "script" : "class";
}

/** A container that tells its type takes two levels of JSON. */
const MAX_JSON_DEPTH = 2 * (MAX_DEPTH + 1);

const MAX_UINT64 = (1n << 64n) - 1n;

/** The members of an object; of equal names, the last one counts. */
type Members = ReadonlyMap<string, JsonNode>;

class NativeReader {
  readonly #text: string;
  readonly #fault: Fault = (node, why) => new ParseError(why, this.#text, node.at);

  constructor(text: string) {
    this.#text = text;
  }

  read(): Variant {
    return this.#value(parseJson(this.#text, { maxDepth: MAX_JSON_DEPTH, isLenient: true }), 0);
  }

  #value(node: JsonNode, depth: number): Variant {
    if (depth > MAX_DEPTH) {
      throw this.#fault(node, `Nested too deep: more than ${MAX_DEPTH} levels`);
    }
    switch (node.kind) {
      case "null":
        return null;
      case "boolean":
        return node.value;
      case "number":
        throw this.#fault(node, `Expected "i:…" for an int or "f:…" for a float`);
      case "string":
        return this.#prefixed(node, node.value);
      case "array":
        return new VariantArray(this.#values(node.items, depth));
      case "object":
        return this.#tagged(node, depth);
    }
  }

  #values(nodes: readonly JsonNode[], depth: number): Variant[] {
    return nodes.map((node) => this.#value(node, depth + 1));
  }

  #prefixed(node: JsonNode, text: string): Variant {
    const [prefix] = /^(?:i|f|s|sn|np):/.exec(text) ?? [""];
    const rest = text.slice(prefix.length);
    switch (prefix) {
      case "i:":
        return this.#int(node, rest.trim());
      case "f:":
        return this.#float(node, rest.trim());
      case "s:":
        return rest;
      case "sn:":
        return new StringName(rest);
      case "np:":
        return nodePathFromText(rest);
      default:
        throw this.#fault(node, `Expected one of the prefixes "s:", "sn:", "np:", "i:" and "f:"`);
    }
  }

  #int(node: JsonNode, digits: string): bigint {
    if (!/^-?\d{1,64}$/.test(digits)) throw this.#fault(node, "Expected the digits of an int");
    const value = BigInt(digits);
    if (BigInt.asIntN(64, value) === value) return value;
    throw this.#fault(node, `${digits} does not fit a 64-bit int`);
  }

  #float(node: JsonNode, digits: string): number {
    const value = floatOfText(digits);
    if (value === null) throw this.#fault(node, "Expected the digits of a float");
    return value;
  }

  #tagged(node: JsonObject, depth: number): Variant {
    const members: Members = new Map(node.keys.map((key, i) => [key.value, node.values[i]!]));
    const typeNode = this.#member(node, members, "type");
    const name = stringOf(typeNode, this.#fault);
    const id = members.get("id"), props = members.get("props");
    if (name === "EncodedObjectAsID" && id !== undefined) return new ObjectId(this.#id(id));
    if (props !== undefined) return this.#encodedObject(name, props, depth);
    const type = typeOfName(name);
    switch (type) {
      case VariantType.RID:
        return new Rid(this.#id(id));
      case VariantType.Callable:
        return new Callable();
      case VariantType.Signal:
        return new Signal(this.#name(members), this.#id(members.get("object_id")));
      case VariantType.NodePath:
        return this.#nodePath(node, members);
      case VariantType.Array:
        return this.#array(node, members, depth);
      case VariantType.Dictionary:
        return this.#dictionary(node, members, depth);
    }
    if (type === null || !hasPlainArgs(type)) throw this.#wrongType(typeNode, name, type);
    const args = this.#member(node, members, "args");
    return valueOfArgs(type, this.#list(args), args, this.#fault);
  }

  #wrongType(node: JsonNode, name: string, type: VariantType | null): ParseError {
    if (type !== null) return this.#fault(node, `${name} is not written as an object`);
    return this.#fault(node, `No type is named ${JSON.stringify(name)}; an object has "props"`);
  }

  #name(members: Members): string {
    const name = members.get("name");
    return name === undefined ? "" : stringOf(name, this.#fault);
  }

  #id(node: JsonNode | undefined): bigint {
    return node === undefined ? 0n : intOf(node, 0n, MAX_UINT64, this.#fault);
  }

  #nodePath(node: JsonNode, members: Members): NodePath {
    const names = this.#list(this.#member(node, members, "names"));
    const subnames = this.#list(this.#member(node, members, "subnames"));
    const absolute = this.#member(node, members, "absolute");
    if (absolute.kind !== "boolean") throw this.#fault(absolute, "Expected true or false");
    return new NodePath(this.#strings(names), this.#strings(subnames), absolute.value);
  }

  #encodedObject(className: string, props: JsonNode, depth: number): EncodedObject {
    const properties = this.#pairs(props).map(([name, value]) => ({
      name: stringOf(name, this.#fault),
      value: this.#value(value, depth + 1),
    }));
    return new EncodedObject(className, properties);
  }

  #array(node: JsonNode, members: Members, depth: number): VariantArray {
    const items = this.#list(this.#member(node, members, "args"));
    return new VariantArray(this.#values(items, depth), this.#elementType(members, "elem"));
  }

  #dictionary(node: JsonNode, members: Members, depth: number): VariantDictionary {
    const pairs = this.#pairs(this.#member(node, members, "args"));
    return new VariantDictionary(
      pairs.map(([key]) => this.#value(key, depth + 1)),
      pairs.map(([, value]) => this.#value(value, depth + 1)),
      this.#elementType(members, "key"),
      this.#elementType(members, "value"),
    );
  }

  #elementType(members: Members, side: "elem" | "key" | "value"): ElementType | null {
    const node = members.get(`${side}_type`);
    if (node === undefined) return null;
    const name = stringOf(node, this.#fault);
    const kindNode = members.get(`${side}_kind`);
    const kind = kindNode === undefined ? elementKindOfName(name) : stringOf(kindNode, this.#fault);
    if (kind === "class") return { kind, className: name };
    if (kind === "script") return { kind, path: name };
    const type = typeOfName(name);
    if (kind !== "builtin" || type === null) {
      throw this.#fault(node, `No ${kind} type is named ${JSON.stringify(name)}`);
    }
    return type === VariantType.Nil ? null : { kind, type }; // Nil is untyped to the engine, too
  }

  #member(node: JsonNode, members: Members, name: string): JsonNode {
    const member = members.get(name);
    if (member === undefined) throw this.#fault(node, `Expected an object with "${name}"`);
    return member;
  }

  #list(node: JsonNode): readonly JsonNode[] {
    if (node.kind === "array") return node.items;
    throw this.#fault(node, "Expected an array");
  }

  #strings(nodes: readonly JsonNode[]): string[] {
    return nodes.map((node) => stringOf(node, this.#fault));
  }

  /** The elements of a list by twos. */
  #pairs(node: JsonNode): (readonly [JsonNode, JsonNode])[] {
    const items = this.#list(node);
    if (items.length % 2 !== 0) {
      throw this.#fault(node, `Expected pairs, found ${items.length} elements`);
    }
    const pairs: (readonly [JsonNode, JsonNode])[] = [];
    for (let i = 0; i < items.length; i += 2) pairs.push([items[i]!, items[i + 1]!]);
    return pairs;
  }
}
