import { assertEquals, assertThrows } from "@std/assert";
import { parseOption } from "../../../../src/commands/input/parse_option.ts";
import { ParseError } from "../../../../src/errors.ts";

Deno.test("parseOption() names the option in what does not parse, and in nothing else", () => {
  assertEquals(parseOption("match", () => 7), 7);
  const wrong = assertThrows(
    () =>
      parseOption("match", () => {
        throw new ParseError("Expected a value", "a ==", 4);
      }),
    ParseError,
  );
  assertEquals(wrong.message, "--match: Expected a value (line 1, column 5)");
  assertEquals(wrong.excerpt, "a ==\n    ^");
  const bug = assertThrows(
    () =>
      parseOption("match", () => {
        throw new TypeError("no");
      }),
    TypeError,
  );
  assertEquals(bug.message, "no");
});
