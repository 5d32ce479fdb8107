import { assertEquals, assertThrows } from "@std/assert";
import { type EncodeForm, EncodeReport } from "../../../../src/commands/encode/report.ts";
import type { WrittenValue } from "../../../../src/commands/input/value_source.ts";
import { EncodeError, ParseError } from "../../../../src/errors.ts";
import { type MemoryIo, memoryIo } from "../../../support/memory_io.ts";

/** Parses `bad` and `odd` to errors, `bug` to a bug, everything else to null. */
function parse(text: string): null {
  const bad = text.indexOf("bad");
  if (bad >= 0) throw new ParseError("Expected a value", text, bad);
  if (text === "odd") throw new EncodeError("it is odd", ["a"]);
  if (text === "bug") throw new TypeError("bug");
  return null;
}

function report(form: EncodeForm): { readonly io: MemoryIo; readonly report: EncodeReport } {
  const io = memoryIo();
  const encoding = { godot: 4, fullObjects: false } as const;
  const show = (_: unknown, bytes: Uint8Array, index: number): void =>
    io.output.data(`${index} ${bytes.toHex()}`);
  return { io, report: new EncodeReport(io.output, { form, encoding, parse, show }) };
}

function line(text: string, firstLine = 1): WrittenValue {
  return { text, name: null, firstLine, isBlank: text === "" };
}

function argument(text: string): WrittenValue {
  return { text, name: "value 1", firstLine: 1, isBlank: false };
}

Deno.test("EncodeReport numbers values, and keeps empty lines", async () => {
  const { io, report: printer } = report("hex");
  assertEquals(["x", "", "y"].map((text) => printer.print(line(text))), [true, true, true]);
  await io.output.flush();
  assertEquals(io.stdoutLines(), ["0 00000000", "", "2 00000000"]);
});

Deno.test("EncodeReport says where in the input a value does not parse", async () => {
  const cases: [WrittenValue, string][] = [
    [line("[bad", 3), "line 3, column 2"],
    [line("[\n bad", 3), "line 4, column 2"],
    [argument("bad"), "value 1, column 1"],
    [argument("[\nbad"), "value 1, line 2, column 1"],
  ];
  for (const [value, place] of cases) {
    const { io, report: printer } = report("hex");
    assertEquals(printer.print(value), false);
    await io.output.flush();
    assertEquals(io.stdoutText(), "\n");
    assertEquals(io.stderrText().split("\n")[0], `packetpeer: ${place}: Expected a value`);
  }
});

Deno.test("EncodeReport shows the line that does not parse with a caret", async () => {
  const { io, report: printer } = report("hex");
  printer.print(line("[1,\n  bad]"));
  await io.output.flush();
  assertEquals(io.stderrText().split("\n").slice(1), ["    bad]", "    ^", ""]);
});

Deno.test("EncodeReport says which value cannot be encoded, and where in it", async () => {
  const { io, report: printer } = report("hex");
  assertEquals(printer.print(line("odd", 7)), false);
  assertEquals(printer.print(argument("odd")), false);
  await io.output.flush();
  assertEquals(io.stderrText().trimEnd().split("\n"), [
    `packetpeer: line 7: Cannot encode $["a"]: it is odd`,
    `packetpeer: value 1: Cannot encode $["a"]: it is odd`,
  ]);
});

Deno.test("EncodeReport prints errors as JSON in JSON forms, and no empty lines", async () => {
  for (const form of ["json", "native"] as const) {
    const { io, report: printer } = report(form);
    for (const value of [line(""), line("[\nbad", 2), line("odd", 4)]) printer.print(value);
    await io.output.flush();
    assertEquals(io.stdoutLines().map((text) => JSON.parse(text)), [
      {
        index: 1,
        ok: false,
        error: { code: "ERR_PARSE_ERROR", message: "Expected a value", line: 3, column: 1 },
      },
      {
        index: 2,
        ok: false,
        error: {
          code: "ERR_INVALID_PARAMETER",
          message: `Cannot encode $["a"]: it is odd`,
          path: `$["a"]`,
          line: 4,
        },
      },
    ]);
    assertEquals(io.stderrText(), "");
  }
});

Deno.test("EncodeReport prints nothing between raw bytes", async () => {
  const { io, report: printer } = report("raw");
  printer.print(line(""));
  printer.print(line("bad"));
  await io.output.flush();
  assertEquals(io.stdoutText(), "");
});

Deno.test("EncodeReport passes bugs on", () => {
  assertThrows(() => report("hex").report.print(line("bug")), TypeError);
});
