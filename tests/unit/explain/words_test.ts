import { assertEquals } from "@std/assert";
import {
  hexPairs,
  plural,
  quote,
  score,
  short,
  u16,
  u16be,
  u32,
  u32be,
} from "../../../src/explain/words.ts";

const BYTES = Uint8Array.of(0x01, 0x02, 0x03, 0xf4, 0x05);

Deno.test("u16() to u32be() read numbers in both orders, and zeros past the end", () => {
  assertEquals([u16(BYTES, 0), u16be(BYTES, 0)], [0x0201, 0x0102]);
  assertEquals([u32(BYTES, 0), u32be(BYTES, 0)], [0xf4030201, 0x010203f4]);
  assertEquals([u16(BYTES, 4), u32be(BYTES, 4), u32(BYTES, 9)], [5, 0x05000000, 0]);
});

Deno.test("plural() counts", () => {
  assertEquals([plural(1, "byte"), plural(2, "byte")], ["1 byte", "2 bytes"]);
});

Deno.test("short() and quote() keep to one line and a length", () => {
  assertEquals(short("a\n b", 10), "a b");
  assertEquals(short("abcdef", 4), "abc…");
  assertEquals(quote("a\n\u0007", 10), '"a\\n\\u0007"');
  assertEquals(quote("abcdef", 4), '"abcd"…');
});

Deno.test("hexPairs() shows the first bytes", () => {
  assertEquals(hexPairs(BYTES, 3), "01 02 03 …");
  assertEquals(hexPairs(BYTES), "01 02 03 f4 05");
});

Deno.test("score() stays between 0 and 1, in hundredths", () => {
  assertEquals([score(-1), score(0.456), score(2)], [0, 0.46, 1]);
});
