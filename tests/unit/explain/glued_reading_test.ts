import { assert, assertEquals } from "@std/assert";
import { readGluedVariants } from "../../../src/explain/glued_reading.ts";
import { join, variant } from "./cases.ts";
import { cluesFor } from "./clues.ts";

Deno.test("readGluedVariants() finds where each value ends", () => {
  const [reading] = readGluedVariants(
    cluesFor(join(variant("7"), variant('"hi"'), variant("true"))),
  );
  assertEquals(reading?.what, "3 Godot 4 Variants one behind the other");
  assertEquals([reading?.at, reading?.text()], [8, '7, "hi", true']);
});

Deno.test("readGluedVariants() finds values of the other version too", () => {
  const quaternion = variant("Quaternion(0, 0, 0, 1)", 3);
  const [reading] = readGluedVariants(cluesFor(join(quaternion, quaternion)));
  assertEquals(reading?.what, "2 Godot 3 Variants one behind the other");
});

Deno.test("readGluedVariants() wants two at least, all whole and none Nil", () => {
  for (
    const bytes of [variant("7"), join(variant("7"), [2, 0]), join(variant("7"), variant("null"))]
  ) {
    assertEquals(readGluedVariants(cluesFor(bytes)), []);
  }
});

Deno.test("readGluedVariants() trusts odd numbers less", () => {
  const odd = join([3, 0, 0, 0, 1, 0, 0, 0], variant("7"));
  const [reading] = readGluedVariants(cluesFor(odd));
  assert(reading !== undefined && reading.score < 0.6);
});
