import { assertEquals } from "@std/assert";
import { readSwappedVariant } from "../../../src/explain/swapped_variant.ts";
import { join, variant } from "./cases.ts";
import { cluesFor, hex } from "./clues.ts";

Deno.test("readSwappedVariant() turns the numbers of scalars, texts and vectors around", () => {
  const texts = [
    hex("00000002 00000007"),
    hex("00010002 00000001 00000000"),
    join(hex("00000004 00000004"), "text"),
    hex("00000005 3fc00000 c0000000"),
  ].map((bytes) => readSwappedVariant(cluesFor(bytes))[0]?.text());
  assertEquals(texts, ["7", "4294967296", '"text"', "Vector2(1.5, -2)"]);
});

Deno.test("readSwappedVariant() makes nothing of values as they should be, and of other bytes", () => {
  for (
    const bytes of [
      variant("7"),
      variant("Vector2(1, 2)"),
      join("plain text !"),
      hex("0000000200000007 00"),
    ]
  ) {
    assertEquals(readSwappedVariant(cluesFor(bytes)), []);
  }
});
