import { assertEquals } from "@std/assert";
import { bytesToHex, parseHex } from "../../../src/bytes/hex.ts";

Deno.test("bytesToHex() writes two lowercase digits a byte", () => {
  assertEquals(bytesToHex(new Uint8Array([0, 1, 0x1b, 0xff])), "00011bff");
  assertEquals(bytesToHex(new Uint8Array()), "");
});

Deno.test("bytesToHex() writes only the view, not its buffer", () => {
  assertEquals(bytesToHex(new Uint8Array([1, 2, 3, 4]).subarray(1, 3)), "0203");
});

const ACCEPTED: [text: string, bytes: number[]][] = [
  ["", []],
  [" \t\r\n", []],
  ["1b00ff", [0x1b, 0, 0xff]],
  ["1B 00 fF", [0x1b, 0, 0xff]],
  ["1b:00:ff", [0x1b, 0, 0xff]],
  ["\n1b00\n  ff\r\n", [0x1b, 0, 0xff]],
  ["0x1b00ff", [0x1b, 0, 0xff]],
  ["0x1b 0X00 0xFF", [0x1b, 0, 0xff]],
  ["0a:0x0b", [10, 11]],
];

Deno.test("parseHex() reads digits in either case, separators and 0x", async (t) => {
  for (const [text, bytes] of ACCEPTED) {
    await t.step(JSON.stringify(text), () => assertEquals(parseHex(text), new Uint8Array(bytes)));
  }
});

const REFUSED: [text: string, at: number, found: string][] = [
  ["1", 1, ""],
  ["1b0", 3, ""],
  ["1 b", 1, " "],
  ["1b:0:", 4, ":"],
  ["1bxy", 2, "x"],
  ["1g", 1, "g"],
  ["zz", 0, "z"],
  ["0x", 2, ""],
  ["00 0x 1b", 5, " "],
  ["0x0x1b", 3, "x"],
  ["000x1b", 3, "x"],
  ["1b,00", 2, ","],
  ["1b😀", 2, "😀"],
  ["1b\u01610", 2, "\u0161"],
];

Deno.test("parseHex() says where a text is not hexadecimal", async (t) => {
  for (const [text, at, found] of REFUSED) {
    await t.step(JSON.stringify(text), () => assertEquals(parseHex(text), { at, found }));
  }
});

Deno.test("parseHex() reads what bytesToHex() writes, for every byte", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  assertEquals(parseHex(bytesToHex(bytes)), bytes);
  assertEquals(parseHex(bytesToHex(bytes).toUpperCase()), bytes);
});
