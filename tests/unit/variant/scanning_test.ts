import { assertEquals, assertThrows } from "@std/assert";
import { DecodeError } from "../../../src/errors.ts";
import {
  readString,
  Scanning,
  scanString,
  skip,
  takeString,
} from "../../../src/variant/scanning.ts";
import { VariantType } from "../../../src/variant/types.ts";

function scanningOf(hex: string): Scanning {
  const s = new Scanning({});
  s.begin(Uint8Array.fromHex(hex.replaceAll(" ", "")));
  return s;
}

Deno.test("skip() moves on, and wants the bytes to be there", () => {
  const s = scanningOf("00000000");
  skip(s, 4, "id");
  assertEquals(s.offset, 4);
  assertThrows(() => skip(s, 1, "id"), DecodeError, "Cannot decode id at byte 4");
});

Deno.test("takeString() moves over length, bytes and padding", () => {
  const s = scanningOf("05000000 6162636465000000 ff");
  assertEquals(takeString(s, "name"), 5);
  assertEquals(s.offset, 12);
});

Deno.test("takeString() names the length that is cut off", () => {
  const s = scanningOf("0500");
  assertThrows(() => takeString(s, VariantType.String), DecodeError, "Cannot decode String length");
});

Deno.test("readString() gives the text", () => {
  assertEquals(readString(scanningOf("02000000 c3a90000"), "name"), "é");
});

const UNUSUAL: [what: string, hex: string, isUnusual: boolean][] = [
  ["nothing", "00000000", false],
  ["a whole word", "04000000 61626364", false],
  ["padding of zeros", "05000000 6162636465000000", false],
  ["padding of anything else", "05000000 6162636465000001", true],
  ["NUL in a whole word", "04000000 61006364", true],
  ["NUL before the padding", "02000000 61000000", true],
  ["NUL alone", "01000000 00000000", true],
  ["the bytes 01 and 80", "02000000 01010000", false],
  ["letters beyond ASCII", "04000000 c3a9c3a9", false],
  ["a byte order mark", "04000000 efbbbf61", true],
  ["a byte order mark further on", "04000000 61efbbbf", false],
];

Deno.test("scanString() remarks on what a string of Godot never has", async (t) => {
  for (const [what, hex, isUnusual] of UNUSUAL) {
    await t.step(what, () => {
      const s = scanningOf(hex);
      scanString(s, "name");
      assertEquals(s.isUnusual, isUnusual);
    });
  }
});

Deno.test("scanString() finds bytes that are not UTF-8 wherever they are", () => {
  for (const hex of ["01000000 ff000000", "04000000 616263c3", "08000000 6162636465eda080"]) {
    const error = assertThrows(() => scanString(scanningOf(hex), "name"), DecodeError);
    assertEquals([error.reason, error.offset], ["bad-utf8", 4]);
  }
});

Deno.test("scanString() hashes texts by all of their bytes", () => {
  const hashes = ["01000000 61000000", "02000000 61610000", "04000000 61616161"].map((hex) => {
    const s = scanningOf(hex);
    scanString(s, "name");
    return s.textHash;
  });
  assertEquals(new Set(hashes).size, 3);
});
