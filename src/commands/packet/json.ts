/** What NDJSON lines say about a packet: the same fields in `decode`, `listen` and `send`. */

import type { PlacedNote } from "../../bytes/dissection.ts";
import { type DecodeError, formatPath } from "../../errors.ts";
import { variantToJson } from "../../variant/json.ts";
import { typeName } from "../../variant/layout.ts";
import { variantToNative } from "../../variant/native.ts";
import { variantToText } from "../../variant/text.ts";
import { type GodotVersion, type Variant, variantTypeOf } from "../../variant/types.ts";

export { notesOf } from "./notes.ts";

/** `"type":…,"value":…,"text":…` of a value that arrived. */
export function valueFields(
  value: Variant,
  mode: "json" | "native",
  options: { readonly godot: GodotVersion },
): string {
  const type = typeName(variantTypeOf(value), options.godot);
  const json = mode === "native" ? variantToNative(value) : variantToJson(value);
  const text = JSON.stringify(variantToText(value, options));
  return `"type":"${type}","value":${json},"text":${text}`;
}

/** `"error":{…}` of bytes that do not decode. */
export function errorField({ code, message, offset, path }: DecodeError): string {
  return `"error":${JSON.stringify({ code, message, offset, path: formatPath(path) })}`;
}

/** `"notes":[…]`. */
export function notesField(notes: readonly PlacedNote[]): string {
  const plain = notes.map(({ offset, code, message }) => ({ offset, code, message }));
  return `"notes":${JSON.stringify(plain)}`;
}
