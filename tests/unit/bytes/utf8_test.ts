import { assertEquals } from "@std/assert";
import { decodeUtf8 } from "../../../src/bytes/utf8.ts";

/** Decodes bytes that stand between others, which must not count. */
function decode(bytes: Uint8Array): string | null {
  const around = new Uint8Array(bytes.length + 6).fill(0xbf);
  around.set(bytes, 3);
  return decodeUtf8(around, 3, 3 + bytes.length);
}

Deno.test("decodeUtf8() reads what the engine takes, and nothing else", async (t) => {
  const rows: [what: string, hex: string, text: string | null][] = [
    ["nothing", "", ""],
    ["two, three and four bytes", "c3a9e282acf09f9880", "é€😀"],
    ["the last of each length", "7fdfbfefbfbff48fbfbf", "\x7f\u07ff\uffff\u{10ffff}"],
    ["the first of each length", "c280e0a080f0908080", "\x80\u0800\u{10000}"],
    ["a byte order mark", "efbbbf61", "\ufeffa"],
    ["the replacement character itself", "efbfbd", "\ufffd"],
    ["a NUL", "610062", "a\0b"],
    ["what is no UTF-8 behind a NUL", "6100ff62", "a"],
    ["what is no UTF-8 behind two NULs", "00006180", ""],
    ["what is no UTF-8 before a NUL", "61ff0062", null],
    ["a continuation alone", "80", null],
    ["a sequence cut off", "61c3", null],
    ["a sequence of three cut off", "e282", null],
    ["a sequence broken by a letter", "c361", null],
    ["an overlong NUL", "c080", null],
    ["an overlong slash in three bytes", "e080af", null],
    ["a surrogate", "eda080", null],
    ["a pair of surrogates", "eda0bdedb880", null],
    ["beyond U+10FFFF", "f4908080", null],
    ["five bytes", "f888808080", null],
    ["a byte that is never used", "ff", null],
  ];
  for (const [what, hex, text] of rows) {
    await t.step(what, () => {
      assertEquals(decode(Uint8Array.fromHex(hex)), text);
      const longer = Uint8Array.fromHex("62".repeat(60) + hex); // read in another way
      assertEquals(decode(longer), text === null ? null : "b".repeat(60) + text);
    });
  }
});

Deno.test("decodeUtf8() reads ASCII of every length", () => {
  for (let length = 0; length <= 100; length++) {
    const text = Array.from({ length }, (_, i) => String.fromCharCode((i * 37) % 128)).join("");
    assertEquals(decode(new TextEncoder().encode(text)), text, `${length} bytes`);
  }
});

Deno.test("decodeUtf8() sees a character that is not ASCII at every place", () => {
  for (let length = 0; length <= 44; length++) {
    for (let at = 0; at <= length; at++) {
      const text = `${"a".repeat(at)}é${"b".repeat(length - at)}`;
      const bytes = new TextEncoder().encode(text);
      assertEquals(decode(bytes), text, `at ${at} of ${length}`);
      bytes[at + 1] = 0x61; // no continuation
      assertEquals(decode(bytes), null, `broken at ${at} of ${length}`);
    }
  }
});
