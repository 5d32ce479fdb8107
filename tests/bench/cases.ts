/**
 * The messages that the codec benchmarks use, as Variants and as the same plain data for codecs
 * that know no Godot types. Sizes are those of the encoded Variant.
 */

import { type Variant, VariantArray, VariantDictionary, Vector3 } from "../../src/variant/types.ts";

/** One message in both forms. */
export interface BenchCase {
  readonly name: string;
  readonly variant: Variant;
  readonly plain: unknown;
  /** GDScript that makes the same value. */
  readonly gdscript: string;
}

/** A player's state: 112 bytes. */
const small: BenchCase = {
  name: "small message",
  variant: player(1),
  plain: plainPlayer(1),
  gdscript: "player(1)",
};

/** The states of 64 players and 32 floats: 7.3 KB. */
const snapshot: BenchCase = {
  name: "snapshot",
  variant: new VariantArray([...count(64).map(player), Float32Array.from(count(32), (i) => i / 4)]),
  plain: [...count(64).map(plainPlayer), count(32).map((i) => i / 4)],
  gdscript: "snapshot()",
};

/** 50 arrays inside each other. */
const deep: BenchCase = {
  name: "deep nesting",
  variant: count(50).reduce<Variant>((inner) => new VariantArray([inner]), null),
  plain: count(50).reduce<unknown>((inner) => [inner], null),
  gdscript: "deep()",
};

/** 10,000 ints. */
const ints: BenchCase = {
  name: "10,000 ints",
  variant: new VariantArray(count(10_000).map(BigInt)),
  plain: count(10_000),
  gdscript: "range(10000)",
};

/** 1,000 short strings, the same every time. */
const strings: BenchCase = {
  name: "1,000 strings",
  variant: new VariantArray(count(1_000).map(shortString)),
  plain: count(1_000).map(shortString),
  gdscript: "strings()",
};

/** All messages. */
export const CASES: readonly BenchCase[] = [small, snapshot, strings, deep, ints];

function count(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

function player(i: number): VariantDictionary {
  const pos = new Vector3(i + 0.5, 1.25, 0 - i);
  const values = [`player_${i % 10}`, BigInt(i * 10), pos, true];
  return new VariantDictionary(["name", "score", "pos", "alive"], values);
}

function plainPlayer(i: number): unknown {
  return { name: `player_${i % 10}`, score: i * 10, pos: [i + 0.5, 1.25, 0 - i], alive: true };
}

/** Strings of 6 to 15 characters, as item or player names are. */
function shortString(i: number): string {
  return `item_${(i * 7919) % 1000}${"abcdefghi".slice(0, i % 9)}`;
}
