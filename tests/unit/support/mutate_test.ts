import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { mutateBytes, seededRandom } from "../../support/mutate.ts";

const BYTES = Uint8Array.from({ length: 64 }, (_, index) => index);
const SEEDS = Array.from({ length: 1000 }, (_, seed) => seed);

Deno.test("seededRandom() depends on the seed alone and fills [0, 1) evenly", () => {
  const random = seededRandom(7), same = seededRandom(7);
  const numbers = SEEDS.map(random);
  assertEquals(numbers, SEEDS.map(same));
  assertNotEquals(numbers, SEEDS.map(seededRandom(8)));
  assert(numbers.every((value) => value >= 0 && value < 1));
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  assert(Math.abs(mean - 0.5) < 0.05);
});

Deno.test("mutateBytes() does the same damage for the same seed, and leaves its input alone", () => {
  for (const seed of SEEDS) {
    assertEquals(mutateBytes(BYTES, seed).toHex(), mutateBytes(BYTES, seed).toHex());
  }
  assertEquals([...BYTES], [...BYTES.keys()]);
});

Deno.test("mutateBytes() changes contents and lengths, in many ways", () => {
  const results = SEEDS.map((seed) => mutateBytes(BYTES, seed));
  const intact = results.filter((result) => result.toHex() === BYTES.toHex());
  assert(intact.length < 50);
  assert(new Set(results.map((result) => result.toHex())).size > 700);
  assert(results.some((result) => result.length < 64));
  assert(results.some((result) => result.length > 64));
  assert(results.some((result) => result.length === 64 && result[0] !== 0));
});

Deno.test("mutateBytes() takes packets of any length", () => {
  for (const seed of SEEDS) mutateBytes(BYTES.subarray(0, seed % 6), seed);
});
