import { assertEquals } from "@std/assert";
import { isBlankText, ValueLines } from "../../../src/variant/text_lines.ts";

/** What comes out after each line, and at the end. */
function feed(lines: string[]): (string | null)[] {
  const collected = new ValueLines();
  return [...lines.map((line) => collected.push(line)), collected.finish()];
}

Deno.test("ValueLines.push() gives back a line that is a value", () => {
  assertEquals(feed(["1", '"a"', "Vector2(1, 2)"]), ["1", '"a"', "Vector2(1, 2)", null]);
});

Deno.test("ValueLines.push() gives back empty lines and comments", () => {
  assertEquals(feed(["", "; {[(", "1"]), ["", "; {[(", "1", null]);
});

const SPANNING: [name: string, lines: string[]][] = [
  ["a dictionary of the engine", ["{", '"a": 1,', '"b": [2]', "}"]],
  ["nested brackets", ["[[", "(", ")", "],", "[", "]]"]],
  ["a typed container", ["Array[int](", "[1,", "2]", ")"]],
  ["an empty line in it", ["[", "", "]"]],
  ["a string", ['"a', "b", "", 'c"']],
  ["a string that holds brackets", ['"a [', ") }", '{"']],
  ["a string that holds a semicolon", ['"a ; ', '; "']],
  ["an escaped quote", ['"a\\"', '"']],
  ["an escaped line feed before a quote", ['"a\\', '"']],
  ["an escaped backslash at the end of a line", ['"a\\\\', '"']],
  ["a comment that holds what would close it", ["[ ; ]", '1 ; "', "]"]],
  ["an object of the engine", ['[Object(RefCounted,"script":null)', "]"]],
];

Deno.test("ValueLines.push() joins the lines of a value that is open", async (t) => {
  for (const [name, lines] of SPANNING) {
    await t.step(name, () => {
      const waiting = lines.slice(1).map(() => null);
      assertEquals(feed(lines), [...waiting, lines.join("\n"), null]);
    });
  }
});

Deno.test("ValueLines.push() does not wait when a bracket does not match", () => {
  assertEquals(feed(["[(1]", "2"]), ["[(1]", "2", null]);
  assertEquals(feed(["[", "{ )", "2"]), [null, "[\n{ )", "2", null]);
  assertEquals(feed([")", "]"]), [")", "]", null]);
});

Deno.test("ValueLines.finish() gives back what is left open", () => {
  assertEquals(feed(["1", "[", "2"]), ["1", null, null, "[\n2"]);
  assertEquals(feed(['"a']), [null, '"a']);
  assertEquals(feed([]), [null]);
});

Deno.test("ValueLines.finish() leaves nothing behind", () => {
  const lines = new ValueLines();
  assertEquals(lines.push('["'), null);
  assertEquals(lines.finish(), '["');
  assertEquals(lines.isOpen, false);
  assertEquals(lines.push("1"), "1");
});

Deno.test("ValueLines.isOpen tells whether a value goes on", () => {
  const lines = new ValueLines();
  assertEquals(lines.isOpen, false);
  lines.push("[");
  assertEquals(lines.isOpen, true);
  lines.push("]");
  assertEquals(lines.isOpen, false);
});

Deno.test("ValueLines.push() looks at each line once", () => {
  const lines = new ValueLines();
  const count = 200_000; // quadratic work would take minutes
  lines.push("[");
  for (let i = 0; i < count; i++) lines.push('"a",');
  assertEquals(lines.isOpen, true);
  assertEquals(lines.push("]")?.length, 2 + 5 * count + 1);
});

Deno.test("isBlankText() is true of blanks and comments alone", () => {
  for (const text of ["", " \t\r\n", "; note", "\n; a\n  ; b"]) {
    assertEquals(isBlankText(text), true, JSON.stringify(text));
  }
  for (const text of ["1", "; a\n1", '""', "\0"]) {
    assertEquals(isBlankText(text), false, JSON.stringify(text));
  }
});
