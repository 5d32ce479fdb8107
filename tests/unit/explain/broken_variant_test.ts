import { assert, assertEquals } from "@std/assert";
import { DecodeError } from "../../../src/errors.ts";
import { brokenVariant } from "../../../src/explain/broken_variant.ts";
import type { Reading } from "../../../src/explain/reading.ts";
import { findVariant } from "../../../src/explain/variant_probe.ts";
import { join, variant } from "./cases.ts";
import { hex } from "./clues.ts";

function broken(bytes: Uint8Array): Reading | null {
  const error = findVariant(bytes, 4);
  assert(error instanceof DecodeError);
  return brokenVariant(error, 4, { bytes, receiver: 4 });
}

Deno.test("brokenVariant() believes more the further it reads well", () => {
  const whole = variant('{"cmd": "move", "id": 7, "pos": Vector2(1, 2)}');
  const scores = [12, 30, 60].map((size) => broken(whole.subarray(0, size))?.score ?? 0);
  assertEquals(scores, scores.toSorted());
  assert((scores[0] ?? 1) < 0.6 && (scores[2] ?? 0) > 0.65, scores.join());
});

Deno.test("brokenVariant() takes an end inside a field for a cut", () => {
  const [ragged, even] = [broken(hex("0200000007")), broken(hex("03000100 07000000"))];
  assert((ragged?.score ?? 0) > 0.38 && (ragged?.score ?? 1) < 0.5, String(ragged?.score));
  assert((even?.score ?? 1) < 0.38, String(even?.score));
});

Deno.test("brokenVariant() names the byte where it goes on no more", () => {
  const reading = broken(variant("[1, 2, 3]").subarray(0, 20));
  assertEquals(reading?.what, "a Godot 4 Variant (Array) that is cut off");
  assertEquals(reading?.at, 20);
});

Deno.test("brokenVariant() tells damage from a cut", () => {
  assertEquals(
    broken(hex("1c000000 02000000 0200000001000000 ff000000"))?.what,
    "a Godot 4 Variant (Array) that is damaged",
  );
});

Deno.test("brokenVariant() counts the padding that a String lacks", () => {
  const reading = broken(join(hex("04000000 05000000"), "hello"));
  assertEquals(reading?.what, "a Godot 4 Variant (String) without the padding at its end");
  assertEquals([reading?.at, reading?.text()], [13, '"hello"']);
  assert(reading?.verdict.includes("3 bytes of padding at byte 13"));
});

Deno.test("brokenVariant() makes nothing of bytes that are no header", () => {
  assertEquals(broken(join("hello")), null);
  assertEquals(broken(hex("04616263 ffffffff")), null);
});
