import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ParseError } from "../../../src/errors.ts";
import { parseJson } from "../../../src/variant/json_syntax.ts";

const STRICT = { maxDepth: 8, isLenient: false };
const LENIENT = { maxDepth: 8, isLenient: true };

Deno.test("parseJson() keeps places, number texts and duplicate keys", () => {
  assertEquals(parseJson(` {"a":-1.50e+3,\n"a":[null, true,"\\n"]}`, STRICT), {
    kind: "object",
    at: 1,
    keys: [{ kind: "string", at: 2, value: "a" }, { kind: "string", at: 16, value: "a" }],
    values: [
      { kind: "number", at: 6, source: "-1.50e+3" },
      {
        kind: "array",
        at: 20,
        items: [
          { kind: "null", at: 21 },
          { kind: "boolean", at: 27, value: true },
          { kind: "string", at: 32, value: "\n" },
        ],
      },
    ],
  });
});

Deno.test("parseJson() takes as many levels as it may", () => {
  parseJson("[".repeat(8) + "1" + "]".repeat(8), STRICT);
  const error = assertThrows(() => parseJson("[".repeat(9) + "1", STRICT), ParseError, "8 levels");
  assertEquals(error.column, 10);
  parseJson(`${"[".repeat(2000)}${"]".repeat(2000)}`, { maxDepth: 2000, isLenient: false });
});

Deno.test("parseJson() takes what Godot writes beside the standard only when lenient", () => {
  const text = `"a\\v\u0001\n\t\u001f"`;
  assertEquals(parseJson(text, LENIENT), {
    kind: "string",
    at: 0,
    value: "a\v\u0001\n\t\u001f",
  });
  assertThrows(() => parseJson(text, STRICT), ParseError, `Unknown escape "\\v"`);
  assertThrows(() => parseJson(`"\u0001"`, STRICT), ParseError, "write \\u0001");
  assertThrows(() => parseJson(`"\\a"`, LENIENT), ParseError, `Unknown escape "\\a"`);
});

/** Text that does not parse: where, why, and whether more text may help. */
const REFUSED: readonly (readonly [string, number, number, string, boolean])[] = [
  ["", 1, 1, "Expected a value, but the text ends", true],
  ["  ", 1, 3, "Expected a value, but the text ends", true],
  ["[", 1, 2, "Expected a value, but the text ends", true],
  ["[1", 1, 3, `Expected "," or "]", but the text ends`, true],
  ["[1,\n", 2, 1, "Expected a value, but the text ends", true],
  ["[1,]", 1, 4, `Expected a value, found "]"`, false],
  ["[1 2]", 1, 4, `Expected "," or "]", found "2"`, false],
  ["{", 1, 2, "Expected a key in double quotes, but the text ends", true],
  ["{a:1}", 1, 2, `Expected a key in double quotes, found "a"`, false],
  [`{"a"}`, 1, 5, `Expected ":", found "}"`, false],
  [`{"a":1,}`, 1, 8, `Expected a key in double quotes, found "}"`, false],
  [`{"a":1`, 1, 7, `Expected "," or "}", but the text ends`, true],
  [`"abc`, 1, 5, `Expected the closing ", but the text ends`, true],
  [`"a\\`, 1, 4, "Expected the rest of the escape, but the text ends", true],
  [`"\\u12`, 1, 6, "Expected a hexadecimal digit, but the text ends", true],
  [`"\\u12g4"`, 1, 6, `Expected a hexadecimal digit, found "g"`, false],
  [`"\\v"`, 1, 2, `Unknown escape "\\v"`, false],
  [`"a\nb"`, 1, 3, "write \\u000a", false],
  ["[1,\n [\u{1f600}]]", 2, 3, `Expected a value, found "\u{1f600}"`, false],
  [`["\u{1f600}", x]`, 1, 7, `Expected a value, found "x"`, false],
  ["tru", 1, 4, `Expected "true", but the text ends`, true],
  ["trux", 1, 4, `Expected "true", found "x"`, false],
  ["nan", 1, 2, `Expected "null", found "a"`, false],
  ["01", 1, 1, `"01" is not a number`, false],
  ["+1", 1, 1, `"+1" is not a number`, false],
  [".5", 1, 1, `".5" is not a number`, false],
  ["[1.]", 1, 2, `"1." is not a number`, false],
  ["-", 1, 2, "Expected a digit, but the text ends", true],
  ["1e+", 1, 4, "Expected a digit, but the text ends", true],
  ["1 2", 1, 3, `Expected the end of the text, found "2"`, false],
];

Deno.test("parseJson() points at what is no JSON, and tells whether more text may help", () => {
  for (const [text, line, column, message, isIncomplete] of REFUSED) {
    const error = assertThrows(() => parseJson(text, STRICT), ParseError, message);
    assertEquals(
      [error.line, error.column, error.isIncomplete],
      [line, column, isIncomplete],
      text,
    );
  }
});

Deno.test("parseJson() calls every text incomplete that more text completes", () => {
  const text = `{"a": [1, -2.5e-3, true, null, "\\u00e9\\n"], "$type": {"b": false}}`;
  parseJson(text, STRICT);
  for (let length = 0; length < text.length; length++) {
    const error = assertThrows(() => parseJson(text.slice(0, length), STRICT), ParseError);
    assert(error.isIncomplete, text.slice(0, length));
  }
});

Deno.test("parseJson() takes exactly what JSON.parse takes", () => {
  const letters = fc.string({
    unit: fc.constantFrom(...`{}[],:"\\/u0019.-+eE tfn\n`),
    maxLength: 8,
  });
  const property = fc.property(letters, (text) => {
    assertEquals(isTaken(() => parseJson(text, STRICT)), isTaken(() => JSON.parse(text)));
  });
  fc.assert(property, { numRuns: 1000 });
});

function isTaken(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch (error) {
    if (error instanceof ParseError || error instanceof SyntaxError) return false;
    throw error;
  }
}
