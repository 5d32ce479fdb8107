import { assertEquals } from "@std/assert";
import { AsciiWindow, isShortAscii, MAX_SHORT_ASCII } from "../../../src/bytes/ascii_window.ts";

const LENGTHS = Array.from({ length: MAX_SHORT_ASCII + 1 }, (_, length) => length);

Deno.test("isShortAscii() looks at all bytes of the string and at no others", async (t) => {
  const start = 3; // not aligned
  for (const length of LENGTHS) {
    await t.step(`${length} bytes`, () => {
      const bytes = new Uint8Array(start + MAX_SHORT_ASCII).fill(0xff);
      bytes.fill(0x7f, start, start + length);
      const view = new DataView(bytes.buffer);
      assertEquals(isShortAscii(view, start, length), true);
      for (let i = start; i < start + length; i++) {
        bytes[i] = 0x80;
        assertEquals(isShortAscii(view, start, length), false, `byte ${i - start}`);
        bytes[i] = 0x7f;
      }
    });
  }
});

/** Letters in an order that does not repeat itself soon. */
function letters(size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, i) => 0x61 + (i * i + (i >> 7)) % 26);
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

Deno.test("AsciiWindow.cut() gives the text of each string, over the ends of its stretches", () => {
  const bytes = letters(100_000);
  for (const length of [1, 7, 16, 511, 513, 20_000]) {
    const window = new AsciiWindow();
    for (let start = 0; start + length <= bytes.length; start += length + 3) {
      const cut = window.cut(bytes, start, start + length, bytes.length);
      assertEquals(cut, textOf(bytes, start, start + length), `${length} bytes at ${start}`);
    }
  }
});

Deno.test("AsciiWindow.cut() goes back, up to the limit, and cuts nothing out of nothing", () => {
  const bytes = letters(2000);
  const window = new AsciiWindow();
  const cuts = [[1000, 1010], [10, 20], [1490, 1500], [1500, 1500], [0, 4]] as const;
  for (const [start, end] of cuts) {
    assertEquals(window.cut(bytes, start, end, 1500), textOf(bytes, start, end));
  }
});

Deno.test("AsciiWindow.cut() counts one character for each byte that is not ASCII", () => {
  const others = Array.from({ length: 128 }, (_, i) => 0x80 + i);
  const bytes = Uint8Array.from([0x61, ...others, 0x62, 0xf0, 0x9f, 0x98, 0x80, 0x63]);
  const window = new AsciiWindow();
  const cuts = [[0, 1, "a"], [129, 130, "b"], [134, 135, "c"]] as const;
  for (const [start, end, text] of cuts) {
    assertEquals(window.cut(bytes, start, end, bytes.length), text);
  }
});

Deno.test("AsciiWindow.cut() is not misled by bytes that are UTF-8, or none, by turns", () => {
  const pieces = ["61ff62", "61c3a962", "61e282ac62", "61f09f988062", "61efbbbf62", "efbbbf6162"];
  for (const hex of pieces.flatMap((piece) => [piece, `ff${piece}80`, `${piece}c3`])) {
    const bytes = Uint8Array.fromHex(hex);
    for (const letter of ["a", "b"]) {
      const at = bytes.indexOf(letter.charCodeAt(0));
      const window = new AsciiWindow();
      window.cut(bytes, 0, 0, bytes.length); // the stretch begins with the first byte
      assertEquals(window.cut(bytes, at, at + 1, bytes.length), letter, `${letter} of ${hex}`);
    }
  }
});

Deno.test("AsciiWindow.reset() forgets bytes that have changed since", () => {
  const bytes = letters(64);
  const window = new AsciiWindow();
  window.cut(bytes, 0, 8, 64);
  bytes.fill(0x5a);
  window.reset();
  assertEquals(window.cut(bytes, 0, 8, 64), "ZZZZZZZZ");
});
