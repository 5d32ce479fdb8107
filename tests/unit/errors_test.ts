import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import {
  DecodeError,
  type DecodeErrorDetails,
  EncodeError,
  formatPath,
  ParseError,
  type PathStep,
  PeerError,
  UsageError,
} from "../../src/errors.ts";

Deno.test("formatPath() writes each kind of step", async (t) => {
  const rows: [path: PathStep[], written: string][] = [
    [[], "$"],
    [["players", 0, "position"], `$["players"][0]["position"]`],
    [[""], `$[""]`],
    [['say "hi"\n\\'], String.raw`$["say \"hi\"\n\\"]`],
    [["0"], `$["0"]`],
    [[0], "$[0]"],
    [[-7n, 2n ** 63n - 1n], "$[-7][9223372036854775807]"],
    [[{ key: 2 }], "$.keys()[2]"],
    [[{ entry: 2 }, "x"], `$.values()[2]["x"]`],
  ];
  for (const [path, written] of rows) {
    await t.step(written, () => assertEquals(formatPath(path), written));
  }
});

const CUT: DecodeErrorDetails = {
  code: "ERR_FILE_EOF",
  reason: "truncated",
  offset: 12,
  what: "String",
  why: "its length says 8 bytes with padding, 4 left",
};

Deno.test("DecodeError says what, where and why", () => {
  const { name, code, reason, offset, path, problem, message } = new DecodeError(CUT);
  assertEquals([name, code, reason, offset, path], [
    "DecodeError",
    "ERR_FILE_EOF",
    "truncated",
    12,
    [],
  ]);
  assertEquals(
    message,
    "Cannot decode String at byte 12: its length says 8 bytes with padding, 4 left",
  );
  assertEquals(problem, "cannot decode String: its length says 8 bytes with padding, 4 left");
});

Deno.test("DecodeError.at() is the same error at another path", () => {
  const outer = new DecodeError(CUT, ["old"]).at(["k", 1]);
  assertInstanceOf(outer, DecodeError);
  const { code, reason, offset, path, problem, message } = outer;
  assertEquals([code, reason, offset, path], ["ERR_FILE_EOF", "truncated", 12, ["k", 1]]);
  assertEquals(problem, new DecodeError(CUT).problem);
  assertEquals(
    message,
    `Cannot decode String at byte 12 ($["k"][1]): its length says 8 bytes with padding, 4 left`,
  );
  assertEquals(outer.at([]).message, new DecodeError(CUT).message);
});

Deno.test("EncodeError says where and why, and keeps its code at another path", () => {
  const error = new EncodeError("int 9 does not fit");
  assertEquals(
    [error.name, error.code, error.path, error.message],
    ["EncodeError", "ERR_INVALID_PARAMETER", [], "Cannot encode the value: int 9 does not fit"],
  );
  const outer = new EncodeError("too long", [3], "ERR_OUT_OF_MEMORY").at(["a", { key: 0 }]);
  assertInstanceOf(outer, EncodeError);
  assertEquals(
    [outer.code, outer.path, outer.message],
    ["ERR_OUT_OF_MEMORY", ["a", { key: 0 }], `Cannot encode $["a"].keys()[0]: too long`],
  );
});

interface Place {
  readonly line: number;
  readonly column: number;
  readonly excerpt: string;
}

Deno.test("ParseError counts lines and columns, and points at the place", async (t) => {
  const rows: [what: string, source: string, offset: number, place: Place][] = [
    ["the start", "abc", 0, { line: 1, column: 1, excerpt: "abc\n^" }],
    ["the end", "abc", 3, { line: 1, column: 4, excerpt: "abc\n   ^" }],
    ["nothing", "", 0, { line: 1, column: 1, excerpt: "\n^" }],
    ["a later line", "a\nbc\nd", 3, { line: 2, column: 2, excerpt: "bc\n ^" }],
    ["the end of a line", "a\nbc\nd", 4, { line: 2, column: 3, excerpt: "bc\n  ^" }],
    ["the start of a line", "a\nbc\nd", 5, { line: 3, column: 1, excerpt: "d\n^" }],
    ["an empty last line", "a\n", 2, { line: 2, column: 1, excerpt: "\n^" }],
    ["astral characters before", "😀😀x", 4, { line: 1, column: 3, excerpt: "😀😀x\n  ^" }],
    ["astral characters on the line before", "😀\nx😀y", 6, {
      line: 2,
      column: 3,
      excerpt: "x😀y\n  ^",
    }],
    ["tabs, of one column each", "\t\tx", 2, { line: 1, column: 3, excerpt: "  x\n  ^" }],
    ["control characters", "\x1b[1m\x07x\r\ny", 5, {
      line: 1,
      column: 6,
      excerpt: " [1m x \n     ^",
    }],
  ];
  for (const [what, source, offset, expected] of rows) {
    await t.step(what, () => {
      const { why, message, line, column, excerpt } = new ParseError("wrong", source, offset);
      assertEquals({ line, column, excerpt }, expected);
      assertEquals([why, message], ["wrong", `wrong (line ${line}, column ${column})`]);
    });
  }
});

Deno.test("ParseError shows a part of a long line, with the caret under the right character", () => {
  const alphabet = [..."abcdefghijklmnopqrstuvwxyz😀é日"];
  const characters = Array.from({ length: 1000 }, (_, i) => alphabet[(i * 7) % 29] ?? "");
  const source = `before\n${characters.join("")}\nafter`;
  for (const index of [0, 1, 35, 36, 37, 71, 72, 73, 500, 928, 999]) {
    const offset = "before\n".length + characters.slice(0, index).join("").length;
    const { line, column, excerpt } = new ParseError("wrong", source, offset);
    assertEquals([line, column], [2, index + 1]);
    const [shown = "", caret = ""] = excerpt.split("\n");
    const at = caret.indexOf("^");
    assertEquals([...shown][at], characters[index], `character ${index}`);
    assert([...shown].length <= 72 && caret.length <= 72, `character ${index}`);
    assert(characters.join("").includes(shown));
    assertEquals([...shown].length, Math.min(72, 1000 - Math.max(0, index - 36)));
  }
});

Deno.test("ParseError points behind the end of a long line", () => {
  const { column, excerpt } = new ParseError("wrong", "x".repeat(500), 500, true);
  assertEquals(column, 501);
  assertEquals(excerpt, `${"x".repeat(36)}\n${" ".repeat(36)}^`);
});

Deno.test("ParseError says whether more lines may complete the value", () => {
  assertEquals(new ParseError("wrong", "[", 1).isIncomplete, false);
  assertEquals(new ParseError("wrong", "[", 1, true).isIncomplete, true);
});

Deno.test("PeerError has the engine's code, an address if there is one, and its cause", () => {
  const cause = new Error("os error 98");
  const error = new PeerError("ERR_ALREADY_IN_USE", "taken", "127.0.0.1:4242", { cause });
  assertEquals(
    [error.name, error.code, error.message, error.address],
    ["PeerError", "ERR_ALREADY_IN_USE", "taken", "127.0.0.1:4242"],
  );
  assertStrictEquals(error.cause, cause);
  const plain = new PeerError("FAILED", "closed");
  assertEquals([plain.address, plain.cause], [null, undefined]);
});

Deno.test("UsageError has a code, ERR_INVALID_PARAMETER unless another is given", () => {
  const { name, code, message } = new UsageError("no such option");
  assertEquals([name, code, message], ["UsageError", "ERR_INVALID_PARAMETER", "no such option"]);
  assertEquals(new UsageError("no file", "ERR_FILE_NOT_FOUND").code, "ERR_FILE_NOT_FOUND");
});

Deno.test("errors are told apart by their class, and all are errors", () => {
  const errors = [
    new DecodeError(CUT),
    new EncodeError("why"),
    new ParseError("why", "", 0),
    new PeerError("FAILED", "why"),
    new UsageError("why"),
  ];
  const classes = [DecodeError, EncodeError, ParseError, PeerError, UsageError];
  for (const error of errors) {
    assertInstanceOf(error, Error);
    assertEquals(classes.filter((one) => error instanceof one).map(({ name }) => name), [
      error.name,
    ]);
  }
});
