import { assertEquals } from "@std/assert";
import { parseBase64 } from "../../../src/bytes/base64.ts";

const ACCEPTED: [text: string, bytes: number[]][] = [
  ["", []],
  ["\n", []],
  ["AQID", [1, 2, 3]],
  ["AQI=", [1, 2]],
  ["AQI", [1, 2]],
  ["AQ==", [1]],
  ["AQ", [1]],
  ["+/8=", [0xfb, 0xff]],
  ["-_8", [0xfb, 0xff]],
  ["+_8=", [0xfb, 0xff]],
  [" A Q\tI\nD ", [1, 2, 3]],
  ["AQ =\n= ", [1]],
  ["AR==", [1]],
];

Deno.test("parseBase64() reads both alphabets, padded or not, with white space", async (t) => {
  for (const [text, bytes] of ACCEPTED) {
    await t.step(JSON.stringify(text), () => {
      assertEquals(parseBase64(text), new Uint8Array(bytes));
    });
  }
});

const REFUSED: [text: string, at: number, found: string][] = [
  ["A", 1, ""],
  ["AQIDB", 5, ""],
  ["AQ=", 3, ""],
  ["AQI==", 4, "="],
  ["AQID=", 4, "="],
  ["A===", 1, "="],
  ["=", 0, "="],
  ["AQ==AQ==", 4, "A"],
  ["AQ*D", 2, "*"],
  ["AQ,D", 2, ","],
  ["😀", 0, "😀"],
];

Deno.test("parseBase64() says where a text is not base64", async (t) => {
  for (const [text, at, found] of REFUSED) {
    await t.step(JSON.stringify(text), () => assertEquals(parseBase64(text), { at, found }));
  }
});

Deno.test("parseBase64() reads what toBase64() writes, for every byte and length", () => {
  for (let length = 0; length <= 256; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => 255 - i);
    const text = bytes.toBase64();
    assertEquals(parseBase64(text), bytes);
    assertEquals(parseBase64(text.replaceAll("=", "")), bytes);
  }
});
