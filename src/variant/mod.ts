/**
 * Godot's Variant codec: the values that `put_var` and `get_var` exchange, as bytes, as text and as
 * JSON. Byte for byte what Godot 4.6 and 3.6 write; nothing here does any I/O.
 *
 * ```ts
 * import { decodeVariant, encodeVariant, variantFromText, variantToText } from "./mod.ts";
 *
 * const packet = encodeVariant(variantFromText('{"cmd": "move", "to": Vector2(1, 2)}'));
 * console.log(variantToText(decodeVariant(packet))); // {"cmd": "move", "to": Vector2(1, 2)}
 * ```
 *
 * @module
 */

export {
  DecodeError,
  type DecodeErrorCode,
  type DecodeErrorReason,
  EncodeError,
  formatPath,
  ParseError,
  type PathStep,
} from "../errors.ts";
export { type DecodeOptions, decodeVariant, VariantDecoder } from "./decode.ts";
export { dissectVariant } from "./dissect.ts";
export { type EncodeOptions, encodeVariant, VariantEncoder } from "./encode.ts";
export { dictionaryGet, keyHash, variantEquals } from "./equals.ts";
export { variantFromJson, variantToJson } from "./json.ts";
export { typeName } from "./layout.ts";
export { variantFromNative, variantToNative } from "./native.ts";
export { nodePathFromText, nodePathToText } from "./node_path.ts";
export { scanVariant, VariantScanner, type VariantSummary } from "./scan.ts";
export { variantFromText, variantToText } from "./text.ts";
export * from "./types.ts";
