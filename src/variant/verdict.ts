/**
 * What the engine says to bad bytes: one function per kind of failure, so that decoding, scanning
 * and dissecting give the same code, offset and words. Source of the codes: `decode_variant`,
 * `_decode_string` and `_decode_container_type` in Godot's `core/io/marshalls.cpp`.
 *
 * Offsets count from the start of the packet.
 */

import { DecodeError } from "../errors.ts";
import { MAX_DEPTH } from "./types.ts";

/** A field of fixed size does not fit into the bytes left. */
export function truncated(what: string, offset: number, needs: number, left: number): DecodeError {
  const why = `needs ${plural(needs, "byte")}, ${left} left`;
  return new DecodeError({ code: "ERR_INVALID_DATA", reason: "truncated", offset, what, why });
}

/** A string's bytes, or their padding, do not fit into the bytes left. `offset`: its length field. */
export function stringTruncated(
  what: string,
  offset: number,
  needs: number,
  left: number,
): DecodeError {
  const why = `its length says ${plural(needs, "byte")} with padding, ${left} left`;
  return new DecodeError({ code: "ERR_FILE_EOF", reason: "truncated", offset, what, why });
}

/** A string length that is negative as the engine reads it. `offset`: its length field. */
export function badStringLength(what: string, offset: number, length: number): DecodeError {
  const why = `its length ${length} is beyond what a string can have`;
  return new DecodeError({ code: "ERR_FILE_EOF", reason: "bad-length", offset, what, why });
}

/** The bytes of a string are not UTF-8. `offset`: the first byte of the string. */
export function badUtf8(what: string, offset: number): DecodeError {
  const why = "its bytes are not valid UTF-8";
  return new DecodeError({ code: "ERR_INVALID_DATA", reason: "bad-utf8", offset, what, why });
}

/** A type number that no Variant type has. `offset`: the header. */
export function unknownType(offset: number, type: number, typeCount: number): DecodeError {
  const why = `type ${type} does not exist, the last one is ${typeCount - 1}`;
  return new DecodeError({
    code: "ERR_INVALID_DATA",
    reason: "unknown-type",
    offset,
    what: "Variant",
    why,
  });
}

/** More levels of nesting than the engine follows. `offset`: the header of the value too deep. */
export function tooDeep(offset: number): DecodeError {
  const why = `Variant is too deep: more than ${MAX_DEPTH} levels of nesting`;
  return new DecodeError({
    code: "ERR_OUT_OF_MEMORY",
    reason: "too-deep",
    offset,
    what: "Variant",
    why,
  });
}

/** A packed array's count is negative or its size overflows 32 bits. `offset`: the count. */
export function badCount(what: string, offset: number, count: number): DecodeError {
  const why = `its count ${count} is beyond what an array can have`;
  return new DecodeError({ code: "ERR_INVALID_DATA", reason: "bad-count", offset, what, why });
}

/** A packed array does not fit into the bytes left. `offset`: the count. */
export function arrayTruncated(
  what: string,
  offset: number,
  count: number,
  needs: number,
  left: number,
): DecodeError {
  const elements = plural(count, "element");
  const why = `its count says ${elements} in ${plural(needs, "byte")}, ${left} left`;
  return new DecodeError({ code: "ERR_INVALID_DATA", reason: "truncated", offset, what, why });
}

/** The element type of a typed container is no Variant type. `offset`: the type number. */
export function badElementType(what: string, offset: number, type: number): DecodeError {
  const why = `its element type ${type} does not exist`;
  return new DecodeError({
    code: "ERR_INVALID_DATA",
    reason: "bad-container-type",
    offset,
    what,
    why,
  });
}

/** A script path that the engine never loads from. `offset`: the header of the path or its length. */
export function badScriptPath(what: string, offset: number, path: string): DecodeError {
  const why = `its script path ${JSON.stringify(path)} does not begin with res://`;
  return new DecodeError({
    code: "ERR_INVALID_DATA",
    reason: "bad-script-path",
    offset,
    what,
    why,
  });
}

/** The `script` property of an object is neither a String nor Nil. `offset`: its header. */
export function scriptNotText(offset: number): DecodeError {
  const why = "its script property is not a String";
  return new DecodeError({
    code: "ERR_INVALID_DATA",
    reason: "bad-script-path",
    offset,
    what: "Object",
    why,
  });
}

/** A full object where objects are not allowed. `offset`: the header. */
export function objectNotAllowed(offset: number): DecodeError {
  const why = "the packet holds a full object, and objects are not allowed";
  return new DecodeError({
    code: "ERR_UNAUTHORIZED",
    reason: "object-not-allowed",
    offset,
    what: "Object",
    why,
  });
}

/** A NodePath without the top bit in its first field. `offset`: that field. */
export function legacyNodePath(offset: number): DecodeError {
  const why = "the form of Godot before 2.0, a plain string, is not supported";
  return new DecodeError({
    code: "ERR_INVALID_DATA",
    reason: "legacy-node-path",
    offset,
    what: "NodePath",
    why,
  });
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
