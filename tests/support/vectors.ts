/**
 * The golden vectors in `fixtures/variant`: what Godot 4.6 and 3.6 write for a value, and what
 * Godot 4.6 says to broken or unusual bytes.
 */

import type { GodotVersion } from "../../src/variant/types.ts";

/** A value and the bytes that the engine writes for it. */
export interface VariantVector {
  readonly name: string;
  readonly godot: GodotVersion;
  /** The engine's name of the type: `Quat` with Godot 3. An object may be `Nil`: a null one. */
  readonly type: string;
  /** What `var_to_str` prints; null when it depends on the process. */
  readonly text: string | null;
  /** The GDScript expression. */
  readonly expression: string;
  readonly hex: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Written with `var_to_bytes_with_objects`. */
  readonly hasFullObjects: boolean;
  /** The JSON text of `JSON.from_native`; null with Godot 3, which has none. */
  readonly nativeText: string | null;
  /** The JSON text has null where the value has NaN. */
  readonly isNativeLossy: boolean;
  /** Holds the id of an object of the process that wrote it. */
  readonly isVolatile: boolean;
}

/** Bytes and what the engine makes of them. */
export interface MalformedVector {
  readonly name: string;
  readonly hex: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly allowObjects: boolean;
  /** True when the engine decodes them. */
  readonly isAccepted: boolean;
  /** Type of the decoded value; `Nil` when refused. */
  readonly type: string;
  /** The decoded value in the engine's notation. */
  readonly text: string | null;
  /** Name of the engine's error; null when accepted. */
  readonly error: string | null;
  /** What the engine writes for the decoded value; null when refused or never the same. */
  readonly reencoded: string | null;
  /** The engine's log. */
  readonly printed: readonly string[];
}

/** The vectors of that Godot version, in the order of the file. */
export function loadVariantVectors(godot: GodotVersion = 4): VariantVector[] {
  return readRows(`variant-godot${godot}.jsonl`).map(({ row, line }) => ({
    name: textOf(row, "name"),
    godot,
    type: textOf(row, "type"),
    text: optionalTextOf(row, "text"),
    expression: textOf(row, "expr"),
    hex: textOf(row, "hex"),
    bytes: Uint8Array.fromHex(textOf(row, "hex")),
    hasFullObjects: row.full_objects === true,
    nativeText: nativeTextOf(line),
    isNativeLossy: row.native_lossy !== undefined,
    isVolatile: row.volatile !== undefined,
  }));
}

/** The broken and unusual bytes, in the order of the file. */
export function loadMalformedVectors(): MalformedVector[] {
  return readRows("malformed-godot4.jsonl").map(({ row }) => ({
    name: textOf(row, "name"),
    hex: textOf(row, "hex"),
    bytes: Uint8Array.fromHex(textOf(row, "hex")),
    allowObjects: row.allow_objects === true,
    isAccepted: row.ok === true,
    type: textOf(row, "type"),
    text: optionalTextOf(row, "text"),
    error: optionalTextOf(row, "error"),
    reencoded: optionalTextOf(row, "reencoded"),
    printed: Array.isArray(row.printed) ? row.printed.map(String) : [],
  }));
}

interface Row {
  readonly row: Record<string, unknown>;
  readonly line: string;
}

function readRows(fileName: string): Row[] {
  const text = Deno.readTextFileSync(
    new URL(`../../fixtures/variant/${fileName}`, import.meta.url),
  );
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => ({ row: JSON.parse(line), line }));
}

function textOf(row: Record<string, unknown>, key: string): string {
  const value = row[key];
  if (typeof value !== "string") throw new Error(`Vector without ${key}: ${JSON.stringify(row)}`);
  return value;
}

function optionalTextOf(row: Record<string, unknown>, key: string): string | null {
  const value = row[key];
  return typeof value === "string" ? value : null;
}

/** As written, with all digits: parsed, its ints would lose some. It is the last member. */
function nativeTextOf(line: string): string | null {
  const marker = `, "native": `;
  const at = line.indexOf(marker); // quotes inside of strings are escaped
  return at < 0 ? null : line.slice(at + marker.length, line.lastIndexOf("}"));
}
