/** What a dictionary key on the wire becomes in Godot, as far as that decides which keys are one. */

import { elementFit } from "./element_fit.ts";
import { isNullClass, seenByEngine } from "./engine_text.ts";
import { nodePathToText } from "./node_path.ts";
import {
  EncodedObject,
  NodePath,
  ObjectId,
  StringName,
  type Variant,
  VariantType,
  variantTypeOf,
} from "./types.ts";

/**
 * The key that Godot's Dictionary holds where `keyType` is declared (`Nil`: anything). Undefined
 * when it is no other key's equal: dropped, an object (each one decoded is new), or converted
 * between math types.
 */
export function keyInGodot(key: Variant, keyType: VariantType): Variant | undefined {
  if (key instanceof ObjectId && key.id !== 0n) return undefined;
  if (key instanceof EncodedObject && !isNullClass(key.className)) return undefined;
  switch (elementFit(keyType, variantTypeOf(key))) {
    case "same":
      return withSeenText(key);
    case "converted":
      return convert(withSeenText(key), keyType);
    case "dropped":
      return undefined;
  }
}

function withSeenText(key: Variant): Variant {
  if (typeof key === "string") return seenByEngine(key);
  return key instanceof StringName ? seenByEngine(key.text) : key; // equal to the String as a key
}

function convert(key: Variant, keyType: VariantType): Variant | undefined {
  switch (keyType) {
    case VariantType.Bool:
      return Boolean(key) || Number.isNaN(key);
    case VariantType.Int:
      return toInt(key);
    case VariantType.Float:
      return Number(key);
    case VariantType.String:
      return key instanceof NodePath ? nodePathToText(key) : key;
    case VariantType.StringName:
      return key;
    default:
      return undefined;
  }
}

/** A float loses its fraction; what an int cannot hold is left out. */
function toInt(key: Variant): bigint | undefined {
  const value = Math.trunc(Number(key));
  return Math.abs(value) < 2 ** 63 ? BigInt(value) : undefined;
}
