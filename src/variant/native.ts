/**
 * The form of Godot's `JSON.from_native` and `JSON.to_native` (`core/io/json.cpp`, 4.4 and later),
 * as JSON text on one line. The engine reads what is written here; packetpeer reads it back without
 * loss, because floats have all their digits and what the engine would drop is told in members that
 * the engine passes over.
 *
 * | Variant              | JSON                                                                 |
 * | -------------------- | -------------------------------------------------------------------- |
 * | Nil, bool            | `null`, `true`, `false`                                              |
 * | int, float           | `"i:1"`, `"f:1.0"`, `"f:1e-100"`, `"f:inf"`, `"f:-inf"`, `"f:nan"`   |
 * | String, StringName   | `"s:text"`, `"sn:name"`                                              |
 * | NodePath             | `"np:a/b:c"`                                                         |
 * | Array                | `["i:1"]`; typed `{"type":"Array","elem_type":"int","args":["i:1"]}` |
 * | Dictionary           | `{"type":"Dictionary","key_type":"int","args":["i:1","s:value"]}`    |
 * | math types, Color    | `{"type":"Vector2","args":[1.0,2.0]}`, matrices by columns           |
 * | packed arrays        | `{"type":"PackedVector2Array","args":[1.0,2.0]}`, flat               |
 * | Object in full       | `{"type":"Node","props":["name","s:x"]}`                             |
 * | Callable, empty RID  | `{"type":"Callable"}`, `{"type":"RID"}`                              |
 *
 * Ours alone, which the engine takes for the same value with less in it:
 *
 * | What                           | JSON                                                       | To the engine |
 * | ------------------------------ | ---------------------------------------------------------- | ------------- |
 * | RID with an id                 | `{"type":"RID","id":"5"}`                                  | `RID()`       |
 * | Signal                         | `{"type":"Signal","name":"died","object_id":"5"}`          | `Signal()`    |
 * | Object as id                   | `{"type":"EncodedObjectAsID","id":"5","props":[…]}`        | with objects allowed, the same |
 * | NaN among `args`               | `"nan"`, `"nan(0x7ff8000020000000)"`                       | 0, like the `null` it writes itself |
 * | int64 beyond ±2^53 in `args`   | `"9007199254740993"`                                       | the same      |
 * | element type that its name does not tell | `"elem_kind":"class"`, `key_kind`, `value_kind`  | ignored       |
 * | NodePath that no text can tell | `{"type":"NodePath","names":[],"subnames":[],"absolute":true}` | null, an error |
 *
 * Lost is the payload of a NaN that stands alone, `"f:nan"`: the engine takes nothing else for it.
 */

import { finiteToJson } from "./json.ts";
import { isFixedValue, typeName } from "./layout.ts";
import { elementKindOfName } from "./native_reader.ts";
import { isTextSafe, nodePathToText } from "./node_path.ts";
import { bitsOfFloat, formatNaN32, formatNaN64 } from "./numbers.ts";
import {
  type ElementType,
  EncodedObject,
  type FixedValue,
  type NodePath,
  type ObjectId,
  type PackedComponents,
  type PackedNumbers,
  type Rid,
  type Signal,
  type Variant,
  type VariantArray,
  type VariantDictionary,
  type VariantObject,
  VariantType,
  variantTypeOf,
} from "./types.ts";

export { variantFromNative } from "./native_reader.ts";

/** Writes the JSON text of what `JSON.from_native(value, true)` makes. */
export function variantToNative(value: Variant): string {
  switch (typeof value) {
    case "boolean":
      return value ? "true" : "false";
    case "bigint":
      return `"i:${value}"`;
    case "number":
      return `"f:${Number.isFinite(value) ? finiteToJson(value) : nonFinite(value)}"`;
    case "string":
      return JSON.stringify(`s:${value}`);
  }
  if (value === null) return "null";
  if (ArrayBuffer.isView(value)) return withArgs(variantTypeOf(value), packedArgs(value));
  if (isFixedValue(value)) return withArgs(value.type, componentArgs(value));
  return objectToNative(value);
}

function objectToNative(value: Exclude<VariantObject, FixedValue>): string {
  switch (value.type) {
    case VariantType.StringName:
      return JSON.stringify(`sn:${value.text}`);
    case VariantType.NodePath:
      return nodePathToNative(value);
    case VariantType.RID:
      return ridToNative(value);
    case VariantType.Object:
      return value instanceof EncodedObject
        ? encodedObjectToNative(value)
        : objectIdToNative(value);
    case VariantType.Callable:
      return `{"type":"Callable"}`;
    case VariantType.Signal:
      return signalToNative(value);
    case VariantType.Dictionary:
      return dictionaryToNative(value);
    case VariantType.Array:
      return arrayToNative(value);
    case VariantType.PackedStringArray:
      return withArgs(value.type, JSON.stringify(value.items));
    default:
      return withArgs(value.type, floatArgs(value.components));
  }
}

function withArgs(type: VariantType, args: string): string {
  return `{"type":"${typeName(type)}","args":${args}}`;
}

function nonFinite(value: number): "inf" | "-inf" | "nan" {
  return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

function nodePathToNative(path: NodePath): string {
  if (isTextSafe(path)) return JSON.stringify(`np:${nodePathToText(path)}`);
  const { names, subnames, isAbsolute } = path;
  return JSON.stringify({ type: "NodePath", names, subnames, absolute: isAbsolute });
}

function ridToNative({ id }: Rid): string {
  return id === 0n ? `{"type":"RID"}` : `{"type":"RID","id":"${id}"}`;
}

function signalToNative({ signalName, objectId }: Signal): string {
  if (signalName === "" && objectId === 0n) return `{"type":"Signal"}`;
  return `{"type":"Signal","name":${JSON.stringify(signalName)},"object_id":"${objectId}"}`;
}

/** The engine keeps ids as signed ints. */
function objectIdToNative({ id }: ObjectId): string {
  const props = `["object_id","i:${BigInt.asIntN(64, id)}"]`;
  return `{"type":"EncodedObjectAsID","id":"${id}","props":${props}}`;
}

function encodedObjectToNative({ className, properties }: EncodedObject): string {
  const props = properties.map(({ name, value }) =>
    `${JSON.stringify(name)},${variantToNative(value)}`
  );
  return `{"type":${JSON.stringify(className)},"props":[${props}]}`;
}

function arrayToNative({ items, elementType }: VariantArray): string {
  const args = `[${items.map((item) => variantToNative(item))}]`;
  if (elementType === null) return args;
  return `{"type":"Array",${elementTypeToNative("elem", elementType)}"args":${args}}`;
}

function dictionaryToNative(dictionary: VariantDictionary): string {
  const { keys, values, keyType, valueType } = dictionary;
  const types = elementTypeToNative("key", keyType) + elementTypeToNative("value", valueType);
  const args = keys.map((key, i) => `${variantToNative(key)},${variantToNative(values[i]!)}`);
  return `{"type":"Dictionary",${types}"args":[${args}]}`;
}

/** The members that tell an element type, each with a comma after it. */
function elementTypeToNative(side: "elem" | "key" | "value", type: ElementType | null): string {
  if (type === null) return "";
  const name = elementTypeName(type);
  const kind = elementKindOfName(name) === type.kind ? "" : `"${side}_kind":"${type.kind}",`;
  return `"${side}_type":${JSON.stringify(name)},${kind}`;
}

function elementTypeName(type: ElementType): string {
  switch (type.kind) {
    case "builtin":
      return typeName(type.type);
    case "class":
      return type.className;
    case "script":
      return type.path;
  }
}

/** The numbers inside a math type, in the order of its members: matrices by columns. */
function componentArgs(value: FixedValue): string {
  return `[${numbersIn(value)}]`;
}

function numbersIn(value: FixedValue): string[] {
  const members: (number | FixedValue)[] = Object.values(value); // the fields are nothing else
  return members.flatMap((part) =>
    typeof part !== "number" ? numbersIn(part) : isIntegral(value) ? `${part}` : floatArg(part)
  );
}

function isIntegral(value: FixedValue): boolean {
  return value.type === VariantType.Vector2i || value.type === VariantType.Vector3i ||
    value.type === VariantType.Vector4i;
}

/** A float as `JSON.stringify` of the engine writes it, but for NaN, which it writes as `null`. */
function floatArg(value: number): string {
  if (Number.isFinite(value)) return finiteToJson(value);
  if (Number.isNaN(value)) return `"${formatNaN64(bitsOfFloat(value))}"`;
  return value > 0 ? "1e99999" : "-1e99999";
}

function packedArgs(array: PackedNumbers): string {
  if (array instanceof Float32Array || array instanceof Float64Array) return floatArgs(array);
  return array instanceof BigInt64Array ? `[${Array.from(array, int64Arg)}]` : `[${array}]`;
}

/** Beyond this, the engine reads a string of digits exactly, but not a number. */
const MAX_EXACT_INT = 1n << 53n;

function int64Arg(value: bigint): string {
  return value > MAX_EXACT_INT || value < -MAX_EXACT_INT ? `"${value}"` : `${value}`;
}

function floatArgs(array: PackedComponents): string {
  const args = Array.from(
    array,
    (value, index) => Number.isNaN(value) ? `"${nanAt(array, index)}"` : floatArg(value),
  );
  return `[${args}]`;
}

/** From the bits in the array, since a number does not always keep those of a signalling NaN. */
function nanAt(array: PackedComponents, index: number): string {
  const view = new DataView(array.buffer, array.byteOffset);
  return array instanceof Float32Array
    ? formatNaN32(view.getUint32(4 * index, true))
    : formatNaN64(view.getBigUint64(8 * index, true));
}
