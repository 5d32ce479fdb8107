import { assertEquals } from "@std/assert";
import { layoutRows, wrap } from "../../../src/cli/layout.ts";

Deno.test("wrap() breaks at spaces and leaves long words whole", () => {
  assertEquals(wrap("one two three", 7), ["one two", "three"]);
  assertEquals(wrap("a extraordinarily b", 5), ["a", "extraordinarily", "b"]);
  assertEquals(wrap("", 10), [""]);
});

Deno.test("layoutRows() aligns texts, wraps them and styles labels", () => {
  const rows = [["-q", "quiet"], ["--output", "one two three"]] as const;
  assertEquals(layoutRows(rows, 20, (label) => label.toUpperCase()), [
    "  -Q        quiet",
    "  --OUTPUT  one two",
    "            three",
  ]);
});

Deno.test("layoutRows() gives a label that is too long a line of its own", () => {
  const long = "a label of more than 28 characters";
  assertEquals(layoutRows([["ab", "one"], [long, "two"]], 40, (label) => label), [
    "  ab  one",
    `  ${long}`,
    "      two",
  ]);
});
