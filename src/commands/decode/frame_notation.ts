/** Packets written as text, one a line: hexadecimal, base64, or a JSON object that holds either. */

import { parseBase64 } from "../../bytes/base64.ts";
import { parseHex, type TextFault } from "../../bytes/hex.ts";
import { DecodeError } from "../../errors.ts";

/** How the bytes of a packet are written. */
export type Notation = "hex" | "base64" | "ndjson";

/** Bytes, why the text is none, or null for a JSON object that holds no packet. */
export type Notated = Uint8Array<ArrayBuffer> | DecodeError | null;

/** Reads one packet in a given notation. */
export function parseNotation(text: string, notation: Notation): Notated {
  switch (notation) {
    case "hex":
      return bytesOr(parseHex(text), "hex", "is no hexadecimal digit");
    case "base64":
      return bytesOr(parseBase64(text), "base64", "is no base64 character");
    case "ndjson":
      return parseJsonLine(text);
  }
}

/**
 * The notation of a line that does not say which it is; null when it is none. Hexadecimal wins where
 * both are possible; base64 must be whole groups of four, as encoders write it.
 */
export function detectNotation(line: string): Notation | null {
  const text = line.trim();
  if (text.startsWith("{")) return "ndjson";
  const hex = parseHex(text);
  if (hex instanceof Uint8Array || hex.found === "") return "hex";
  return BASE64.test(text) && text.length % 4 === 0 ? "base64" : null;
}

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

function parseJsonLine(line: string): Notated {
  const object = parseJsonObject(line);
  if (object === null) return badNotation("NDJSON", "the line is no JSON object");
  const { hex, base64, bytes } = object;
  if (typeof hex === "string") return parseNotation(hex, "hex");
  if (typeof base64 === "string") return parseNotation(base64, "base64");
  return typeof bytes === "string" ? parseNotation(bytes, detectNotation(bytes) ?? "hex") : null;
}

function parseJsonObject(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    // An object that is no array has string keys; its values are unknown.
    return isObject(value) ? value as Readonly<Record<string, unknown>> : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function bytesOr(
  parsed: Uint8Array<ArrayBuffer> | TextFault,
  what: string,
  fault: string,
): Uint8Array<ArrayBuffer> | DecodeError {
  if (parsed instanceof Uint8Array) return parsed;
  const { at, found } = parsed;
  const why = found === ""
    ? "the text ends in the middle of a byte"
    : `${JSON.stringify(found)} in column ${at + 1} ${fault}`;
  return badNotation(what, why);
}

function badNotation(what: string, why: string): DecodeError {
  return new DecodeError({
    code: "ERR_INVALID_DATA",
    reason: "bad-notation",
    offset: 0,
    what,
    why,
  });
}
