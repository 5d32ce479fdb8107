import { assertEquals } from "@std/assert";
import type { Paint } from "../../../src/inspect/paint.ts";
import { renderHex } from "../../../src/inspect/render_hex.ts";
import { dissectVariant } from "../../../src/variant/dissect.ts";

const BYTES = Uint8Array.from({ length: 20 }, (_, i) => i * 6);

/** Shows the styles of bytes as letters. */
const LETTERS: Paint = {
  offset: (text) => text,
  name: (text) => `n(${text})`,
  type: (text) => `t(${text})`,
  value: (text) => `v(${text})`,
  warning: (text) => `w(${text})`,
  error: (text) => `e(${text})`,
  dim: (text) => `d(${text})`,
};

Deno.test("renderHex() writes rows of 16 with position and ASCII", () => {
  assertEquals(renderHex({ bytes: BYTES }), [
    "0000  00 06 0c 12 18 1e 24 2a  30 36 3c 42 48 4e 54 5a  ......$*06<BHNTZ",
    "0010  60 66 6c 72                                       `flr",
  ]);
});

Deno.test("renderHex() keeps the columns of every length of row", () => {
  for (let length = 1; length <= 16; length++) {
    const [row = ""] = renderHex({ bytes: new Uint8Array(length) });
    assertEquals(row.indexOf("."), 56);
    assertEquals(row.length, 56 + length);
  }
});

Deno.test("renderHex() writes nothing for no bytes", () => {
  assertEquals(renderHex({ bytes: new Uint8Array() }), []);
});

Deno.test("renderHex() leaves out bytes beyond a limit", () => {
  assertEquals(renderHex({ bytes: BYTES }, { maxBytes: 16 }).at(-1), "… (4 more bytes)");
  assertEquals(renderHex({ bytes: BYTES }, { maxBytes: 19 }).at(-1), "… (1 more byte)");
});

Deno.test("renderHex() paints bytes in the style of their field", () => {
  const bytes = Uint8Array.fromHex("0400000003000000616263" + "00ff");
  const [row] = renderHex({ bytes, root: dissectVariant(bytes) }, { paint: LETTERS });
  assertEquals(
    row,
    "0000  t(04 00 00 00 03 00 00 00)  v(61 62 63) d(00) w(ff)           " +
      "t(........)v(abc)d(.)w(.)",
  );
});

Deno.test("renderHex() paints a field over the end of a row", () => {
  const bytes = Uint8Array.fromHex("040000000c000000" + "61".repeat(12));
  const rows = renderHex({ bytes, root: dissectVariant(bytes) }, { paint: LETTERS });
  assertEquals(rows[1], "0010  v(61 61 61 61)                                       v(aaaa)");
});

Deno.test("renderHex() paints what could not be read as an error", () => {
  const bytes = Uint8Array.fromHex("04000000ff");
  const [row = ""] = renderHex({ bytes, root: dissectVariant(bytes) }, { paint: LETTERS });
  assertEquals(row.slice(0, 28), "0000  t(04 00 00 00) e(ff)  ");
});
