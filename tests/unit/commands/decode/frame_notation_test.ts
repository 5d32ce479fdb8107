import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { detectNotation, parseNotation } from "../../../../src/commands/decode/frame_notation.ts";
import { DecodeError } from "../../../../src/errors.ts";

Deno.test("parseNotation() reads hex, base64 and JSON objects", () => {
  const expected = new Uint8Array([0, 1, 0xfe]);
  const cases = [
    ["0x00 01:FE", "hex"],
    ["AAH+", "base64"],
    ["AAH-", "base64"],
    [`{"hex":"0001fe"}`, "ndjson"],
    [` {"event":"packet","ok":false,"hex":"00 01 fe","bytes":"ff"} `, "ndjson"],
    [`{"base64":"AAH+"}`, "ndjson"],
    [`{"bytes":"0001fe"}`, "ndjson"],
    [`{"bytes":"AAH+"}`, "ndjson"],
  ] as const;
  for (const [text, notation] of cases) {
    assertEquals(parseNotation(text, notation), expected, text);
  }
});

Deno.test("parseNotation() passes over objects that hold no packet", () => {
  for (const text of ["{}", `{"event":"summary"}`, `{"hex":5}`]) {
    assertEquals(parseNotation(text, "ndjson"), null, text);
  }
});

Deno.test("parseNotation() says what keeps a text from being bytes", () => {
  const cases = [
    ["00 0g", "hex", `Cannot decode hex at byte 0: "g" in column 5 is no hexadecimal digit`],
    ["000", "hex", "Cannot decode hex at byte 0: the text ends in the middle of a byte"],
    ["AA!=", "base64", `"!" in column 3 is no base64 character`],
    ["A", "base64", "the text ends in the middle of a byte"],
    ["{", "ndjson", "Cannot decode NDJSON at byte 0: the line is no JSON object"],
    ["[1]", "ndjson", "the line is no JSON object"],
    ["null", "ndjson", "the line is no JSON object"],
    [`{"hex":"0"}`, "ndjson", "the text ends in the middle of a byte"],
  ] as const;
  for (const [text, notation, message] of cases) {
    const error = parseNotation(text, notation);
    assertInstanceOf(error, DecodeError);
    assert(error.message.includes(message), error.message);
    assertEquals([error.code, error.reason], ["ERR_INVALID_DATA", "bad-notation"]);
  }
});

Deno.test("detectNotation() tells the notations of a line apart", () => {
  const cases = {
    "02000000": "hex",
    " 0x02 00:00 ": "hex",
    "abc": "hex", // half a byte, rather than base64 without padding
    "AgAAAAcAAAA=": "base64",
    "-_-_": "base64",
    '  {"hex":""}': "ndjson",
    "zz": null,
    "hello world!": null,
    "[1]": null,
  };
  for (const [line, notation] of Object.entries(cases)) {
    assertEquals(detectNotation(line), notation, line);
  }
});
