import { assert, assertEquals } from "@std/assert";
import { readEncodedText } from "../../../src/explain/encoded_text.ts";
import { join, variant } from "./cases.ts";
import { cluesFor, insideReading } from "./clues.ts";

const VALUE = variant('{"cmd": "move"}');

Deno.test("readEncodedText() decodes hexadecimal and base64, and asks what is inside", () => {
  for (
    const text of [
      VALUE.toHex(),
      VALUE.toHex().toUpperCase(),
      VALUE.toBase64(),
      `${VALUE.toBase64()}\n`,
    ]
  ) {
    const seen: string[] = [];
    const inside = (bytes: Uint8Array): ReturnType<typeof insideReading> => {
      seen.push(bytes.toHex());
      return insideReading();
    };
    const [reading] = readEncodedText(cluesFor(join(text), { inside }));
    assertEquals(seen, [VALUE.toHex()]);
    assert(reading !== undefined && reading.score > 0.95);
    assertEquals(reading.text(), "7");
  }
});

Deno.test("readEncodedText() takes words for base64 only if they hold something", () => {
  const words = join("helloworldhelloworld");
  assertEquals(readEncodedText(cluesFor(words)), []);
  assertEquals(
    readEncodedText(cluesFor(words, { inside: () => insideReading({ score: 0.5 }) })),
    [],
  );
});

Deno.test("readEncodedText() makes nothing of odd numbers of digits and other characters", () => {
  for (const text of ["abc", "0123456789abcde", "hello, world", "aGVsbG8gd29ybGQ"]) {
    assertEquals(readEncodedText(cluesFor(join(text), { inside: () => insideReading() })), []);
  }
});
