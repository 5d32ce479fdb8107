import { assert, assertEquals } from "@std/assert";
import { readPrinted, readTyped, whyNoBytes } from "../../../../src/commands/explain/notations.ts";

/** 14 00 00 00 ff, as people have it at hand. */
const PRINTED: readonly string[] = [
  "14000000ff",
  "14 00 00 00 FF",
  "0x14000000ff",
  "0x14 0x00 0x00 0x00 0xff",
  "0x14, 0x00, 0x00, 0x00, 0xff",
  "14:00:00:00:ff",
  "14-00-00-00-FF",
  "[20, 0, 0, 0, 255]",
  "[20, 0, 0, 0, 255,]",
  "[14, 00, 00, 00, ff]",
  "[0x14, 0, 0, 0, 255]",
  "[20, 0, 0, 0, -1]",
  "PackedByteArray(20, 0, 0, 0, 255)",
  "PackedByteArray([20, 0, 0, 0, 255])",
  "PoolByteArray( 20, 0, 0, 0, 255 )",
  "20, 0, 0, 0, 255",
  "<Buffer 14 00 00 00 ff>",
  "Uint8Array(5) [ 20, 0, 0, 0, 255 ]",
  "new byte[] { 20, 0, 0, 0, 255 };",
  "&[20, 0, 0, 0, 255]",
  "(20, 0, 0, 0, 255)",
  "bytes([20, 0, 0, 0, 255])",
  String.raw`b'\x14\x00\x00\x00\xff'`,
  String.raw`b"\x14\x00\x00\0\xff"`,
  String.raw`bytearray(b'\x14\x00\x00\x00\xff')`,
  String.raw`\x14\x00\x00\x00\xff`,
  String.raw`"\x14\x00\x00\x00\xff"`,
  '{"type":"Buffer","data":[20,0,0,0,255]}',
  '{"event":"packet","ok":false,"hex":"14000000ff"}',
];

Deno.test("readPrinted() reads what programs print", () => {
  for (const text of PRINTED) {
    assertEquals([text, readPrinted(text)?.toHex()], [text, "14000000ff"]);
    assertEquals([text, readTyped(` ${text}\n`)?.toHex()], [text, "14000000ff"]);
  }
});

Deno.test("readPrinted() reads the characters and escapes of a literal", () => {
  const text = String.raw`b'\x04\x00hello\n\t\\\'\r'`;
  assertEquals(readPrinted(text)?.toHex(), "040068656c6c6f0a095c270d");
  assertEquals(readPrinted("b'plain'")?.toHex(), "706c61696e");
});

Deno.test("readTyped() reads what only an argument means as bytes", () => {
  const typed = ["FAAAAP8=", '{"hex":"14000000ff"}', '{"base64":"FAAAAP8="}', "20 0 0 0 255"];
  for (const text of typed) {
    assertEquals([text, readTyped(text)?.toHex()], [text, "14000000ff"]);
    assertEquals([text, readPrinted(text)], [text, null]);
  }
});

Deno.test("other texts are no bytes", () => {
  const texts = ["hello", "123", "[20, 256]", "[20, -129]", "[1, 2, x]", "0x", "<Buffer zz>"];
  const others = ["[1, 2", '{"cmd":"move"}', "it's", "'quoted'", "ping1234", "", "{}{"];
  for (const text of [...texts, ...others]) {
    assertEquals([text, readTyped(text)], [text, text === "" ? new Uint8Array(0) : null]);
  }
});

Deno.test("whyNoBytes() says what is wrong with a text", () => {
  const reasons: Readonly<Record<string, string>> = {
    "": "no bytes were given",
    "020000000700000": "15 hex digits, an odd number",
    "02 00 00 00 07 00 00 0g": '("g" in column 23 is no hex digit)',
    "[2, 0, 0, 256]": "numbers that are no bytes, which are 0 to 255",
    "[2, 0, 0, 0": "is its end missing?",
    "Uint8Array(300) [ 2, 0, 0, ... 200 more items ]": "was shortened when it was printed",
    '{"index":0,"value":7}': "is JSON without the bytes",
    hello: "if the text itself is the packet: packetpeer explain 68656c6c6f",
  };
  for (const [text, reason] of Object.entries(reasons)) {
    const why = whyNoBytes(text);
    assert(why.includes(reason), `${text}: ${why}`);
  }
  const long = whyNoBytes("no bytes ".repeat(20));
  assert(long.includes("…") && long.endsWith("packetpeer explain -, with the text on stdin"), long);
});
