import { assertEquals } from "@std/assert";
import { AsciiWriter } from "../../../src/bytes/ascii_writer.ts";
import { encodeVariant } from "../../../src/variant/encode.ts";
import { variantToJson } from "../../../src/variant/json.ts";
import { readText } from "../../../src/variant/text_reader.ts";
import { variantToText } from "../../../src/variant/text.ts";
import { WireJson } from "../../../src/variant/wire_json.ts";

/** The JSON and the text; null when it is not for this way. */
function write(bytes: Uint8Array): [json: string, text: string] | null {
  const lines = new AsciiWriter();
  const wire = new WireJson(lines);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!wire.write(bytes, view, 0, bytes.length)) return null;
  const decoder = new TextDecoder();
  return [decoder.decode(lines.written), decoder.decode(wire.text.written)];
}

Deno.test("WireJson writes what the way over values writes", () => {
  const values = [
    "null",
    "true",
    "-5",
    "0.1",
    "1.0",
    '"plain"',
    '&"name"',
    "Vector2(0.1, -0.0)",
    "Vector3i(1, -2, 3)",
    "Quaternion(0, 0, 0, 1)",
    "Color(1, 0.5, 0.25, 1)",
    '{"cmd": "move", &"pos": Vector3(1.5, -1e-10, 123456.79), "list": [1, [], {}, 2.5]}',
  ];
  for (const text of values) {
    const value = readText(text);
    const expected = [variantToJson(value), JSON.stringify(variantToText(value)).slice(1, -1)];
    assertEquals(write(encodeVariant(value)), expected, text);
  }
});

Deno.test("WireJson leaves everything else to the way over values", () => {
  const others = [
    '"é"',
    '"a \\" quote"',
    '"a\\nline"',
    "99999999999",
    "inf",
    "Vector2(nan, 0)",
    "{1: 2}",
    '{"a": 1, &"a": 2}',
    "Array[int]([1])",
    "PackedByteArray(1)",
    "RID(1)",
    "[".repeat(40) + "]".repeat(40),
  ];
  for (const text of others) assertEquals(write(encodeVariant(readText(text))), null, text);
});

Deno.test("WireJson leaves packets alone that have a note or do not decode", () => {
  const packets = [
    "",
    "02",
    "63000000",
    "0200000007", // cut
    "020000000700000000", // a byte left over
    "020001000700000000000000", // wider than needed
    "03000100000000000000e03f", // likewise
    "0100000002000000", // true as 2
    "040000000100000061000001", // padding that is not zero
    "1b00000002000000", // more entries than bytes
    "1b000000ffffffff",
    "02000080" + "07000000", // unknown header bits
  ];
  for (const hex of packets) assertEquals(write(Uint8Array.fromHex(hex)), null, hex);
});
