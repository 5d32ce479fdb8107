/**
 * The batch scripts of `fixtures/godot4` and `fixtures/godot3`, as functions: thousands of cases go
 * through one run of the engine.
 */

import type { GodotVersion } from "../../src/variant/types.ts";
import type { Godot } from "./godot.ts";

/** A value that the engine made and what the engine writes for it. */
export interface EngineValue {
  readonly godot: GodotVersion;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly hasFullObjects: boolean;
  /** The engine writes the same bytes every time. */
  readonly isSteady: boolean;
  /** What `var_to_str` prints. */
  readonly text: string;
  /** The JSON text of `JSON.from_native`; empty with Godot 3, which has none. */
  readonly native: string;
}

/** All values of `values.gd`: every type at its boundaries, seeded random ones, objects. */
export async function loadEngineValues(godot: Godot): Promise<EngineValue[]> {
  const { lines } = await godot.run("dump_values.gd");
  return lines.map((line) => {
    const row = JSON.parse(line) as DumpedValue; // dump_values.gd prints nothing else
    return {
      godot: godot.generation,
      bytes: Uint8Array.fromHex(row.hex),
      hasFullObjects: row.full_objects,
      isSteady: row.steady ?? true,
      text: new TextDecoder().decode(Uint8Array.fromHex(row.text)),
      native: new TextDecoder().decode(Uint8Array.fromHex(row.native ?? "")),
    };
  });
}

interface DumpedValue {
  readonly hex: string;
  readonly full_objects: boolean;
  readonly steady?: boolean;
  readonly text: string;
  readonly native?: string;
}

/** What the engine says to bytes; sizes, error names and projects are Godot 4's to tell. */
export interface EngineVerdict {
  readonly ok: boolean;
  /** Bytes that the value takes, those that the packet lacks included. */
  readonly size?: number;
  /** What the engine writes for the value it decoded, as hex. */
  readonly reencoded?: string;
  /** Empty where the engine's log names none. */
  readonly error?: string;
  /** Refused because the project has no such class or script. */
  readonly project?: boolean;
}

/** Has the engine decode packets, and encode again what it made of them. */
export async function askEngine(
  godot: Godot,
  packets: readonly Uint8Array[],
  allowObjects: boolean,
): Promise<EngineVerdict[]> {
  const permission = allowObjects ? " objects" : "";
  const cases = packets.map((bytes) => bytes.toHex() + permission).join("\n");
  const printed = await godot.run("decode.gd", ["res://cases.txt"], { "cases.txt": cases });
  // Godot 3 prints what it thinks of bad UTF-8 in between.
  const lines = printed.lines.filter((line) => line.startsWith("{"));
  if (lines.length !== packets.length) {
    throw new Error(`${packets.length} packets, but ${lines.length} verdicts`);
  }
  return lines.map((line) => JSON.parse(line) as EngineVerdict); // decode.gd prints nothing else
}

/** A packet, and a text that the engine should read as the value of that packet. */
export interface Comparison {
  /** How the engine reads the text: with `str_to_var` or with `JSON.to_native`. */
  readonly notation: "text" | "native";
  readonly packet: Uint8Array;
  readonly written: string;
}

/** Has the engine read texts; returns a line for each that it does not read as it should. */
export async function compareInEngine(
  godot: Godot,
  comparisons: readonly Comparison[],
): Promise<string[]> {
  const cases = comparisons.map(({ notation, packet, written }) =>
    `${notation} ${packet.toHex()} ${new TextEncoder().encode(written).toHex()}`
  ).join("\n");
  const { lines } = await godot.run("compare.gd", ["res://cases.txt"], { "cases.txt": cases });
  if (lines.length !== comparisons.length) {
    throw new Error(`${comparisons.length} comparisons, but ${lines.length} results`);
  }
  return comparisons.flatMap(({ packet, written }, index) => {
    const result = lines[index];
    return result === "same" ? [] : [`${packet.toHex()} and ${written}: ${result}`];
  });
}
