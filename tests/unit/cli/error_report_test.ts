import { assert, assertEquals } from "@std/assert";
import { errorEvent, reportOf } from "../../../src/cli/error_report.ts";
import {
  DecodeError,
  EncodeError,
  ParseError,
  PeerError,
  UsageError,
} from "../../../src/errors.ts";

Deno.test("reportOf() gives each class of errors its exit code and Godot error", () => {
  const bytes = { offset: 0, what: "int", why: "needs 4 bytes, 3 left" };
  const cases: [unknown, number, string][] = [
    [new UsageError("no"), 2, "ERR_INVALID_PARAMETER"],
    [new UsageError("no", "ERR_FILE_NOT_FOUND"), 2, "ERR_FILE_NOT_FOUND"],
    [new ParseError("expected a value", "x", 0), 2, "ERR_PARSE_ERROR"],
    [new EncodeError("too deep", [], "ERR_OUT_OF_MEMORY"), 2, "ERR_OUT_OF_MEMORY"],
    [
      new DecodeError({ code: "ERR_FILE_EOF", reason: "truncated", ...bytes }),
      1,
      "ERR_FILE_EOF",
    ],
    [new PeerError("ERR_CANT_CONNECT", "refused"), 3, "ERR_CANT_CONNECT"],
    [new Deno.errors.NotCapable("Requires net access"), 2, "ERR_UNAUTHORIZED"],
    [new TypeError("x is not a function"), 1, "ERR_BUG"],
    ["thrown text", 1, "ERR_BUG"],
  ];
  for (const [error, exit, code] of cases) {
    const report = reportOf(error);
    assertEquals([report.exit, report.code], [exit, code], String(error));
  }
});

Deno.test("reportOf() shows where a value does not parse", () => {
  const report = reportOf(new ParseError("expected ]", "[1, 2", 5));
  assertEquals(report.message, "expected ] (line 1, column 6)");
  assertEquals(report.excerpt, ["[1, 2", "     ^"]);
});

Deno.test("reportOf() says that an unexpected error is a bug, on one line", () => {
  const { message, excerpt } = reportOf(new TypeError("first\nsecond"));
  assert(
    message.startsWith("internal error: TypeError: first second; this is a bug in packetpeer"),
  );
  assertEquals(excerpt, []);
});

Deno.test("errorEvent() is the event that ends an NDJSON stream", () => {
  const report = reportOf(new PeerError("ERR_CANT_CONNECT", "refused"));
  assertEquals(
    errorEvent(report),
    `{"event":"error","exit":3,"code":"ERR_CANT_CONNECT","message":"refused"}`,
  );
});
