import { assertEquals } from "@std/assert";
import { decodeUtf8 } from "../../../src/bytes/utf8.ts";
import { decodeLenientUtf8 } from "../../../src/bytes/utf8_lenient.ts";

/** Bytes and what Godot 3.6.2 reads from them; null where it refuses them. */
const SEEN_IN_GODOT_3: readonly (readonly [hex: string, text: string | null])[] = [
  ["616263", "abc"],
  ["c3a9e282acf09f9880", "é€😀"],
  ["eda080", "\ud800"],
  ["e08fbf", "\u03ff"],
  ["e0808f", null],
  ["e08090", "\u0010"],
  ["f08080af", null],
  ["f4908080", "\ufffd"],
  ["f888808080", "\ufffd"],
  ["fdbfbfbfbfbf", "\ufffd"],
  ["c080", null],
  ["c1bf", null],
  ["80", null],
  ["c3", null],
  ["c361", null],
  ["fe8080", null],
  ["6100ff", "a"],
];

Deno.test("decodeLenientUtf8() reads what Godot 3 reads", async (t) => {
  for (const [hex, text] of SEEN_IN_GODOT_3) {
    await t.step(hex, () => {
      const bytes = Uint8Array.fromHex(`ff${hex}ff`);
      assertEquals(decodeLenientUtf8(bytes, 1, bytes.length - 1), text);
    });
  }
});

Deno.test("decodeUtf8() is lenient for Godot 3 alone", () => {
  const surrogate = Uint8Array.fromHex("eda080");
  assertEquals(decodeUtf8(surrogate, 0, 3), null);
  assertEquals(decodeUtf8(surrogate, 0, 3, true), "\ud800");
});
