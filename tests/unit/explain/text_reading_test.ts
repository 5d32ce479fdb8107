import { assert, assertEquals } from "@std/assert";
import { readText } from "../../../src/explain/text_reading.ts";
import { join } from "./cases.ts";
import { cluesFor, hex } from "./clues.ts";

function whatOf(bytes: Uint8Array): string | undefined {
  return readText(cluesFor(bytes))[0]?.what;
}

Deno.test("readText() knows encodings", () => {
  assertEquals(whatOf(join("Zoë spielt")), "a plain text");
  assertEquals(whatOf(hex("480065006c006c006f00")), "a UTF-16 text");
  assertEquals(whatOf(hex("00480065006c006c006f")), "a UTF-16 text in big-endian order");
  assertEquals(whatOf(hex("48000000650000006c000000")), "a UTF-32 text");
  assertEquals(whatOf(join("Zo", [0xeb], " spielt")), "a Latin-1 text");
});

Deno.test("readText() finds the NUL of a C string and the rest of a buffer", () => {
  const [one] = readText(cluesFor(join("hello world", [0])));
  const [many] = readText(cluesFor(join("hello world", new Uint8Array(9))));
  assertEquals([one?.what, one?.at], ["a plain text, ended by NUL", 11]);
  assert(one !== undefined && many !== undefined && many.score < one.score);
});

Deno.test("readText() believes long texts more than short ones", () => {
  const scores = ["a", "abc", "abcde", "abcdefghij"].map((text) =>
    readText(cluesFor(join(text)))[0]?.score ?? 0
  );
  assertEquals(scores, scores.toSorted((a, b) => a - b));
  assert((scores[0] ?? 1) < 0.5 && (scores[3] ?? 0) > 0.9);
});

Deno.test("readText() takes no control characters, and no chance, for text", () => {
  for (
    const bytes of [hex("0102030405"), join("ab", [7], "cd"), hex("ffd8ffe0ab"), hex("08000000")]
  ) {
    assertEquals(whatOf(bytes), undefined);
  }
});

Deno.test("readText() takes the head of a long text, wherever a character is cut", () => {
  for (const length of [524_287, 524_288, 524_289]) {
    assertEquals(whatOf(join("x".repeat(length - 1), "ë".repeat(10))), "a plain text");
  }
});
