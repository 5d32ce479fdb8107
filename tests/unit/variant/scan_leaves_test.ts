import { assertEquals } from "@std/assert";
import { scanVariant } from "../../../src/variant/scan.ts";
import { loadVariantVectors } from "../../support/vectors.ts";

const UNUSUAL: [what: string, hex: string, isUnusual: boolean][] = [
  ["a bool", "01000000 01000000", false],
  ["a bool of 2", "01000000 02000000", true],
  ["a 64-bit int", "02000100 0000008000000000", false],
  ["a 64-bit int that 32 bits hold", "02000100 00000080ffffffff", true],
  ["a 64-bit float", "03000100 9a9999999999b93f", false],
  ["a 64-bit float that 32 bits hold", "03000100 000000000000f0ff", true],
  ["a 64-bit NaN", "03000100 010000000000f07f", false],
  ["a 32-bit NaN", "03000000 0000c07f", true],
  ["a 64-bit Vector2", "05000100 9a9999999999b93f9a9999999999b93f", true],
  ["a path", "16000000 01000080 00000000 01000000 01000000 61000000", false],
  ["a path with a high flag", "16000000 00000080 00000000 04000000", true],
  ["a path with an empty name", "16000000 01000080 00000000 00000000 00000000", true],
  ["a path with / in a name", "16000000 01000080 00000000 00000000 01000000 2f000000", true],
  ["a path with / in a subname", "16000000 00000080 01000000 00000000 01000000 2f000000", false],
  ["a path with : in a subname", "16000000 00000080 01000000 00000000 01000000 3a000000", true],
  ["bytes", "1d000000 01000000 05000000", false],
  ["bytes with dirty padding", "1d000000 01000000 05000001", true],
  ["bytes without padding", "1d000000 01000000 05", true],
  ["strings", "22000000 02000000 01000000 00000000 05000000 6161616100000000", false],
  ["a string without a terminator", "22000000 01000000 04000000 61616161", true],
  ["an item without a byte", "22000000 01000000 00000000", true],
  ["a terminator too many", "22000000 01000000 02000000 00000000", true],
  ["dirt behind a terminator", "22000000 01000000 05000000 6161616100000001", true],
  ["a negative count of strings", "22000000 ffffffff", true],
];

Deno.test("scanning a leaf remarks on what Godot never writes", async (t) => {
  for (const [what, hex, isUnusual] of UNUSUAL) {
    await t.step(what, () => {
      const bytes = Uint8Array.fromHex(hex.replaceAll(" ", ""));
      const { size, mayHaveNotes } = scanVariant(bytes);
      assertEquals([size, mayHaveNotes], [bytes.length, isUnusual]);
    });
  }
});

Deno.test("scanning a leaf moves over all of it, whatever its type", async (t) => {
  for (const godot of [4, 3] as const) {
    for (const { name, bytes } of loadVariantVectors(godot)) {
      await t.step(`Godot ${godot} ${name}`, () => {
        assertEquals(scanVariant(bytes, { godot, allowObjects: true }).size, bytes.length);
      });
    }
  }
});
