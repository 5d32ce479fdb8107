import { assert, assertEquals } from "@std/assert";
import { readVariant } from "../../../src/explain/variant_reading.ts";
import { join, variant } from "./cases.ts";
import { cluesFor, hex } from "./clues.ts";

Deno.test("readVariant() gives one reading where both versions write the same", () => {
  const [reading, ...others] = readVariant(cluesFor(variant("7")));
  assertEquals(others, []);
  assertEquals([reading?.what, reading?.score, reading?.text()], [
    "a Godot Variant (int)",
    0.97,
    "7",
  ]);
});

Deno.test("readVariant() prefers the receiver's version where both fit", () => {
  const bytes = hex("1500000000000000"); // StringName("") or PoolIntArray()
  const best = (receiver: 3 | 4): string | undefined =>
    readVariant(cluesFor(bytes, { receiver })).toSorted((a, b) => b.score - a.score)[0]?.what;
  assertEquals(best(4), "a Godot 4 Variant (StringName)");
  assertEquals(best(3), "a Godot 3 Variant (PoolIntArray)");
});

Deno.test("readVariant() says what the other version would make of it", () => {
  const [reading] = readVariant(cluesFor(variant("Vector3(1, 2, 3)")));
  assert(
    reading?.why.some((reason) => reason.startsWith("Godot 3 refuses it")),
    reading?.why.join(),
  );
});

Deno.test("readVariant() finds where a value ends and other bytes begin", () => {
  const [reading] = readVariant(cluesFor(join(variant('"hello"'), [9, 9, 9, 9])));
  assertEquals(reading?.what, "a Godot Variant (String) with 4 bytes left over");
  assertEquals(reading?.at, 16);
  assert(reading !== undefined && reading.score < 0.7);
});

Deno.test("readVariant() scores four zeros with anything behind them low", () => {
  const [reading] = readVariant(cluesFor(join([0, 0, 0, 0], "whatever")));
  assert(reading !== undefined && reading.score < 0.2);
});

Deno.test("readVariant() doubts header bits that Godot never sets", () => {
  const [reading] = readVariant(cluesFor(hex("0261626300000000")));
  assert(reading !== undefined && reading.score < 0.6);
});

Deno.test("readVariant() sees JSON in a String", () => {
  const [reading] = readVariant(cluesFor(variant('"{\\"hp\\": 3}"')));
  assert(reading?.why.some((reason) => reason.includes("JSON")));
});

Deno.test("readVariant() has nothing to say about fewer than 4 bytes", () => {
  assertEquals(readVariant(cluesFor(hex("020000"))), []);
});
