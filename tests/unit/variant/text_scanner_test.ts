import { assertEquals, assertThrows } from "@std/assert";
import { ParseError } from "../../../src/errors.ts";
import { shortened, TextScanner } from "../../../src/variant/text_scanner.ts";

Deno.test("TextScanner.skipBlank() skips white space, control characters and comments", () => {
  for (const text of ["x", " x", "\t\r\n\vx", "\x01\x1fx", "; note\nx", " ;a\n ;; b\n\n x"]) {
    const s = new TextScanner(text);
    assertEquals(s.skipBlank(), "x".charCodeAt(0), JSON.stringify(text));
    assertEquals(s.position, text.length - 1);
  }
});

Deno.test("TextScanner.skipBlank() answers -1 at the end of the text", () => {
  for (const text of ["", "  ", "; note", ";\n"]) {
    assertEquals(new TextScanner(text).skipBlank(), -1, JSON.stringify(text));
  }
});

Deno.test("TextScanner.skipBlank() takes neither NUL nor other white space for a blank", () => {
  assertEquals(new TextScanner("\0").skipBlank(), 0);
  assertEquals(new TextScanner("\ufeff").skipBlank(), 0xfeff);
  assertEquals(new TextScanner("\xa0").skipBlank(), 0xa0);
});

const STRINGS: [source: string, text: string][] = [
  [`""`, ""],
  [`"a b"`, "a b"],
  [`"a\nb\tc"`, "a\nb\tc"],
  [`"\\n\\r\\t\\b\\f"`, "\n\r\t\b\f"],
  [`"\\"\\\\"`, `"\\`],
  [`"\\a\\v\\0\\'\\x41\\/"`, "av0'x41/"],
  [`"\\\n"`, "\n"],
  [`"\\u0041\\u00e9\\u65E5"`, "Aé日"],
  [`"\\u0000"`, "\0"],
  [`"\\ud83d\\ude00"`, "😀"],
  [`"\\U01f600\\U000041"`, "😀A"],
  [`"日😀"`, "日😀"],
  [`"; no comment"`, "; no comment"],
  [`"' # & ^"`, "' # & ^"],
];

Deno.test("TextScanner.takeString() reads escapes as the engine does", async (t) => {
  for (const [source, text] of STRINGS) {
    await t.step(source, () => {
      const s = new TextScanner(`  ${source} `);
      assertEquals(s.takeString(), text);
      assertEquals(s.position, source.length + 2);
    });
  }
});

const BAD_STRINGS: [source: string, message: string, isIncomplete: boolean][] = [
  [`"abc`, "A string has no closing quote (line 1, column 1)", true],
  [`"`, "A string has no closing quote (line 1, column 1)", true],
  [`"abc\\`, "A string has no closing quote (line 1, column 1)", true],
  [`"abc\\"`, "A string has no closing quote (line 1, column 1)", true],
  [`"a\n b\n`, "A string has no closing quote (line 1, column 1)", true],
  [`"\\u12`, "A string has no closing quote (line 1, column 1)", true],
  [`"a\\u12"`, "An escape in a string needs 4 hexadecimal digits (line 1, column 3)", false],
  [`"\\u12 4"`, "An escape in a string needs 4 hexadecimal digits (line 1, column 2)", false],
  [`"\\U0041"`, "An escape in a string needs 6 hexadecimal digits (line 1, column 2)", false],
  [`"\\ud83d"`, "A surrogate in a string has no partner (line 1, column 2)", false],
  [`"\\ud83dx"`, "A surrogate in a string has no partner (line 1, column 2)", false],
  [`"\\ud83d\\u0041"`, "A surrogate in a string has no partner (line 1, column 2)", false],
  [`"é\\ude00"`, "A surrogate in a string has no partner (line 1, column 3)", false],
  [`"\\U110000"`, "A character in a string is above U+10FFFF (line 1, column 2)", false],
];

Deno.test("TextScanner.takeString() says what is wrong with a string", async (t) => {
  for (const [source, message, isIncomplete] of BAD_STRINGS) {
    await t.step(source, () => {
      const error = assertThrows(() => new TextScanner(source).takeString(), ParseError);
      assertEquals(error.message, message);
      assertEquals(error.isIncomplete, isIncomplete);
    });
  }
});

Deno.test("TextScanner.word() reads one bare word, signedWord() also one with a sign", () => {
  const s = new TextScanner(" Vector2 -inf _a1-b");
  assertEquals(s.word(), "Vector2");
  assertEquals(s.word(), null);
  assertEquals(s.signedWord(), "-inf");
  assertEquals(s.signedWord(), "_a1");
  assertEquals(s.signedWord(), "-b");
  assertEquals(s.signedWord(), null);
  assertEquals(new TextScanner("- inf").signedWord(), null);
});

Deno.test("TextScanner.takeNumber() moves past a number and gives its text", () => {
  const s = new TextScanner(" -12.50, x");
  const token = s.takeNumber();
  assertEquals(token, { start: 1, end: 7, value: -12.5, isInteger: false });
  assertEquals(token === null ? null : s.textOf(token), "-12.50");
  assertEquals(s.position, 7);
  assertEquals(s.takeNumber(), null);
  assertEquals(s.position, 7);
});

Deno.test("TextScanner.hexDigits() does not skip blanks", () => {
  const s = new TextScanner("fF09g 1");
  assertEquals(s.hexDigits(), "fF09");
  assertEquals(s.hexDigits(), null);
});

Deno.test("TextScanner.hasNext() moves past a comma or the closing bracket", () => {
  const s = new TextScanner("[ , ]");
  s.open("[", "a test");
  assertEquals(s.hasNext("]", "a test"), true);
  assertEquals(s.hasNext("]", "a test"), false);
  assertEquals(s.skipBlank(), -1);
});

const EXPECTED: [source: string, found: string][] = [
  ["", "the end of the text"],
  ["  ; note", "the end of the text"],
  ['"a"', "a string"],
  ["garbage!", '"garbage"'],
  ["-inf", '"-inf"'],
  ["-12.5e3,", '"-12.5e3"'],
  ["+1", '"+"'],
  ["😀x", '"😀"'],
  ["\0", '"\\u0000"'],
  ["\x85", '"\\u0085"'],
  ["x".repeat(100), `"${"x".repeat(24)}…"`],
];

Deno.test("TextScanner.expected() says what is there instead", async (t) => {
  for (const [source, found] of EXPECTED) {
    await t.step(JSON.stringify(source), () => {
      const error = new TextScanner(source).expected("a test");
      assertEquals(error.message.replace(/ \(line.*/, ""), `Expected a test, got ${found}`);
    });
  }
});

Deno.test("TextScanner.expected() is incomplete at the end of the text inside a bracket", () => {
  const s = new TextScanner("( [ ] ");
  assertEquals(s.takeOpen("("), true);
  assertEquals(s.expected("a test").isIncomplete, false);
  assertEquals(s.takeOpen("["), true);
  assertEquals(s.takeClose("]"), true);
  assertEquals(s.expected("a test").isIncomplete, true);
  const closed = new TextScanner("( ) ");
  closed.open("(", "a test");
  closed.close(")", "a test");
  assertEquals(closed.expected("a test").isIncomplete, false);
});

Deno.test("shortened() keeps messages short", () => {
  assertEquals(shortened("a".repeat(24)), "a".repeat(24));
  assertEquals(shortened("a".repeat(25)), `${"a".repeat(24)}…`);
});
