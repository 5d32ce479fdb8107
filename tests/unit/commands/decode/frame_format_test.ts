import { assertEquals } from "@std/assert";
import { parseHex } from "../../../../src/bytes/hex.ts";
import { detectKind, isPacketStream } from "../../../../src/commands/decode/frame_format.ts";

function bytes(hex: string): Uint8Array {
  const parsed = parseHex(hex);
  if (!(parsed instanceof Uint8Array)) throw new TypeError(`"${hex}" is no hex`);
  return parsed;
}

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

Deno.test("detectKind() knows captures by their magic numbers", () => {
  for (const magic of ["a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1", "0a0d0d0a", "1f8b0800"]) {
    assertEquals(detectKind(bytes(magic), false), "capture", magic);
  }
});

Deno.test("detectKind() leaves captures to be converted to the reader, which says how", () => {
  for (const magic of ["a1b2cd34", "34cdb2a1", "28b52ffd", "04224d18", "fd377a58"]) {
    assertEquals(detectKind(bytes(magic), false), "capture", magic);
  }
});

Deno.test("detectKind() knows text by its first line that is not blank", () => {
  for (
    const head of ["02000000 07000000\n", "\n\r\n\t zz\n", "\ufeff{}\n", "é\n", "AAAAAA==\r\n"]
  ) {
    assertEquals(detectKind(text(head), false), "lines", JSON.stringify(head));
  }
  assertEquals(detectKind(text("0".repeat(4096)), false), "lines");
  assertEquals(detectKind(text("00\n\0"), false), "lines");
});

Deno.test("detectKind() knows raw bytes by a control character", () => {
  const headers = [
    "00000000",
    "02000000",
    "09000000",
    "0a000000",
    "0d000000",
    "20000000",
    "26000100",
  ];
  for (const header of headers) assertEquals(detectKind(bytes(header), false), "raw", header);
  assertEquals(detectKind(bytes("7f41424344"), false), "raw");
});

Deno.test("detectKind() waits for more bytes, up to the end", () => {
  for (const head of ["", "02", "0200", "0000000", "abcd"]) {
    assertEquals(detectKind(text(head), false), null, head);
    assertEquals(detectKind(text(head), true), "lines", head);
  }
  assertEquals(detectKind(bytes("d4c3b2"), false), null);
  assertEquals(detectKind(new Uint8Array(0), true), "lines");
});

Deno.test("isPacketStream() recognises a length with one Variant behind it", () => {
  const seven = "0200000007000000";
  const cases: [hex: string, isWhole: boolean, expected: boolean | null][] = [
    ["08000000" + seven, true, true],
    ["08000000" + seven + "0800", false, true],
    [seven, true, false],
    ["09000000" + seven + "00", true, false], // the value does not fill its frame
    ["08000000" + "ff000000" + "00000000", true, false],
    ["0800000002000000", false, null],
    ["0800000002000000", true, false],
    ["", false, null],
    ["", true, false],
    ["ffffff7f00000000", false, false], // a frame too long to wait for
    ["0400000000000000", true, true], // a framed null, and the empty string as well
    ["08000000" + "0200000007000000" + "0400000000000000", true, true], // and a Rect2i as well
    ["08000000" + "0200000007000000" + "04000000ff000000", true, false], // a Rect2i alone
  ];
  for (const [hex, isWhole, expected] of cases) {
    assertEquals(isPacketStream(bytes(hex), isWhole, {}), expected, `${hex} ${isWhole}`);
  }
});
