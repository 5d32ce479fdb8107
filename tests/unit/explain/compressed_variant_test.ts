import { assertEquals } from "@std/assert";
import {
  compressedVariantAt,
  compressedVariantsIn,
} from "../../../src/explain/compressed_variant.ts";
import { join, variant } from "./cases.ts";
import { hex } from "./clues.ts";

Deno.test("compressedVariantAt() reads bools and ints of every width", () => {
  const texts = ["01", "81", "02fb", "42fbff", "82fbffffff", "c2fbffffffffffffff"].map((text) => {
    const bytes = hex(text);
    const found = compressedVariantAt(bytes, 0);
    return [found?.text, found?.size === bytes.length];
  });
  assertEquals(texts, [["false", true], ["true", true], ["-5", true], ["-5", true], ["-5", true], [
    "-5",
    true,
  ]]);
});

Deno.test("compressedVariantAt() reads everything else as usual", () => {
  const bytes = join([9], variant('"hi"'));
  assertEquals(compressedVariantAt(bytes, 1), { size: 12, text: '"hi"', isTelling: true });
  assertEquals(compressedVariantAt(hex("04000000ff"), 0), null);
  assertEquals(compressedVariantAt(hex("8200"), 0), null);
  assertEquals(compressedVariantAt(hex(""), 0), null);
});

Deno.test("compressedVariantsIn() wants them to come out even", () => {
  assertEquals(
    compressedVariantsIn(join([2, 5], variant("Vector2(1, 2)")))?.map(({ text }) => text),
    ["5", "Vector2(1, 2)"],
  );
  assertEquals(compressedVariantsIn(hex("020502")), null);
  assertEquals(compressedVariantsIn(new Uint8Array(1000).fill(1)), null);
});
