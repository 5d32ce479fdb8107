/**
 * Plain JSON of a Variant: for people and `jq`. Strict JSON on one line, and not the way back:
 * types that JSON lacks are lost (`text.ts` and `native.ts` keep them). What comes back as itself
 * is marked.
 *
 * | Variant                 | JSON                                                 | and back          |
 * | ----------------------- | ---------------------------------------------------- | ----------------- |
 * | Nil, bool               | `null`, `true`, `false`                              | the same          |
 * | int                     | number without fraction; beyond ±2^53 a string       | the same to ±2^53 |
 * | float                   | number with fraction or exponent: `1.0`, `1e+21`     | the same          |
 * | inf, -inf, NaN          | `"inf"`, `"-inf"`, `"nan"`                           | String            |
 * | String                  | string                                               | the same          |
 * | StringName, NodePath    | string                                               | String            |
 * | Array                   | array; its element type is lost                      | Array, untyped    |
 * | Dictionary              | object, if all keys are String or StringName         | keys are String   |
 * | any other Dictionary    | array of `[key, value]` pairs                        | Array             |
 * | math types, Color       | object of Godot's members: `{"x":1.0,"y":2.0}`       | Dictionary        |
 * | packed numbers, strings | array                                                | Array             |
 * | packed vectors, colors  | array of objects of Godot's members                  | Array             |
 * | RID                     | `{"$type":"RID","id":1}`                             | the same          |
 * | Object as id            | `{"$type":"Object","id":1}`                          | the same          |
 * | Object in full          | `{"$type":"Object","class":"Node","properties":{…}}` | the same          |
 * | Callable                | `{"$type":"Callable"}`                               | the same          |
 * | Signal                  | `{"$type":"Signal","name":"died","object_id":1}`     | the same          |
 *
 * Floats have as many digits as it takes to read the same 64-bit float. Ids are written like ints.
 * A Dictionary that has a key twice is an array of pairs, and so are properties.
 */

import { fixedLayout, isFixedValue, packedStride } from "./layout.ts";
import { nodePathToText } from "./node_path.ts";
import {
  EncodedObject,
  type FixedValue,
  type ObjectId,
  type PackedNumbers,
  type PackedVectors,
  type Signal,
  StringName,
  type Variant,
  type VariantDictionary,
  type VariantObject,
  VariantType,
} from "./types.ts";

export { variantFromJson } from "./json_reader.ts";

/** Writes the plain JSON of a value. */
export function variantToJson(value: Variant): string {
  switch (typeof value) {
    case "boolean":
      return value ? "true" : "false";
    case "bigint":
      return intToJson(value);
    case "number":
      return floatToJson(value);
    case "string":
      return textToJson(value);
  }
  if (value === null) return "null";
  if (ArrayBuffer.isView(value)) return packedNumbersToJson(value);
  return isFixedValue(value) ? membersToJson(value) : objectToJson(value);
}

/** A text as JSON; most need no more than quotes, which is found out faster than done. */
export function textToJson(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** ASCII without quotes, backslashes and control characters. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** Beyond this, the numbers of most JSON readers are not exact. */
const MAX_EXACT_INT = 1n << 53n;

function intToJson(value: bigint): string {
  return value > MAX_EXACT_INT || value < -MAX_EXACT_INT ? `"${value}"` : `${value}`;
}

function floatToJson(value: number): string {
  if (Number.isFinite(value)) return finiteToJson(value);
  if (Number.isNaN(value)) return `"nan"`;
  return value > 0 ? `"inf"` : `"-inf"`;
}

/** The shortest digits that read back as the same float, never without fraction or exponent. */
export function finiteToJson(value: number): string {
  // The engine counts leading zeros among the 18 digits it reads.
  if (!Number.isInteger(value)) return Math.abs(value) < 1e-4 ? value.toExponential() : `${value}`;
  const digits = Object.is(value, -0) ? "-0" : `${value}`;
  return digits.includes("e") ? digits : `${digits}.0`;
}

function packedNumbersToJson(array: PackedNumbers): string {
  if (array instanceof Float32Array || array instanceof Float64Array) {
    return `[${Array.from(array, floatToJson)}]`;
  }
  return array instanceof BigInt64Array ? `[${Array.from(array, intToJson)}]` : `[${array}]`;
}

/** The fields of the math classes are Godot's members, in Godot's order. */
function membersToJson(value: FixedValue): string {
  const toJson = fixedLayout(value.type)?.scalar === "int32" ? String : floatToJson;
  const members = value as unknown as Record<string, number | FixedValue>; // fields are nothing else
  let json = "";
  for (const name in members) {
    const part = members[name]!; // a field
    json += json === "" ? `{"${name}":` : `,"${name}":`;
    json += typeof part === "number" ? toJson(part) : membersToJson(part);
  }
  return `${json}}`;
}

function objectToJson(value: Exclude<VariantObject, FixedValue>): string {
  switch (value.type) {
    case VariantType.StringName:
      return JSON.stringify(value.text);
    case VariantType.NodePath:
      return JSON.stringify(nodePathToText(value));
    case VariantType.RID:
      return `{"$type":"RID","id":${intToJson(value.id)}}`;
    case VariantType.Object:
      return value instanceof EncodedObject ? encodedObjectToJson(value) : objectIdToJson(value);
    case VariantType.Callable:
      return `{"$type":"Callable"}`;
    case VariantType.Signal:
      return signalToJson(value);
    case VariantType.Dictionary:
      return dictionaryToJson(value);
    case VariantType.Array:
      return `[${value.items.map((item) => variantToJson(item))}]`;
    case VariantType.PackedStringArray:
      return JSON.stringify(value.items);
    default:
      return packedVectorsToJson(value);
  }
}

function objectIdToJson({ id }: ObjectId): string {
  return `{"$type":"Object","id":${intToJson(id)}}`;
}

function encodedObjectToJson({ className, properties }: EncodedObject): string {
  const names = properties.map((property) => property.name);
  const values = properties.map((property) => property.value);
  const entries = entriesToJson(names, values);
  return `{"$type":"Object","class":${JSON.stringify(className)},"properties":${entries}}`;
}

function signalToJson({ signalName, objectId }: Signal): string {
  const name = JSON.stringify(signalName);
  return `{"$type":"Signal","name":${name},"object_id":${intToJson(objectId)}}`;
}

function dictionaryToJson({ keys, values }: VariantDictionary): string {
  const texts: string[] = [];
  for (const key of keys) {
    if (typeof key === "string") texts.push(key);
    else if (key instanceof StringName) texts.push(key.text);
    else return pairsToJson(keys, values);
  }
  return entriesToJson(texts, values);
}

/** An object, unless that would lose an entry. */
function entriesToJson(keys: readonly string[], values: readonly Variant[]): string {
  if (hasEqual(keys)) return pairsToJson(keys, values);
  let json = "{";
  for (let i = 0; i < keys.length; i++) {
    if (i > 0) json += ",";
    json += `${textToJson(keys[i]!)}:${variantToJson(values[i]!)}`;
  }
  return `${json}}`;
}

/** Most dictionaries have so few keys that to compare each with each is faster than a set. */
const FEW_KEYS = 12;

function hasEqual(keys: readonly string[]): boolean {
  if (keys.length > FEW_KEYS) return new Set(keys).size < keys.length;
  for (let i = 1; i < keys.length; i++) if (keys.indexOf(keys[i]!) < i) return true;
  return false;
}

function pairsToJson(keys: readonly Variant[], values: readonly Variant[]): string {
  return `[${keys.map((key, i) => `[${variantToJson(key)},${variantToJson(values[i]!)}]`)}]`;
}

function packedVectorsToJson({ type, components }: PackedVectors): string {
  const stride = packedStride(type);
  const names = type === VariantType.PackedColorArray ? "rgba" : "xyzw";
  const elements: string[] = [];
  for (let at = 0; at + stride <= components.length; at += stride) {
    const members: string[] = [];
    for (let i = 0; i < stride; i++) {
      members.push(`"${names[i]}":${floatToJson(components[at + i]!)}`);
    }
    elements.push(`{${members}}`);
  }
  return `[${elements}]`;
}
