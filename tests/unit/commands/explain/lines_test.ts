import { assert, assertEquals } from "@std/assert";
import { PLAIN } from "../../../../src/cli/paint.ts";
import { explanationLines } from "../../../../src/commands/explain/lines.ts";
import { explain } from "../../../../src/explain/explain.ts";
import { framed, join, variant } from "../../explain/cases.ts";

const STYLE = { paint: PLAIN, columns: 80, isVerbose: false };

function linesOf(bytes: Uint8Array, style = STYLE): string[] {
  return explanationLines({ bytes, explanation: explain(bytes) }, style);
}

Deno.test("explanationLines() shows the bytes, the mark and the readings", () => {
  assertEquals(linesOf(framed(variant("7"))).slice(0, 8), [
    "12 bytes",
    "0000  08 00 00 00 02 00 00 00  07 00 00 00              ............",
    "      ^^ byte 0",
    "",
    " 97%  a Godot Variant (int) behind a 4-byte little-endian length",
    "      7",
    "      - the first 4 bytes, little-endian, are 8: exactly the bytes that follow",
    "      - type 2 is int, and the value takes all 8 bytes",
  ]);
});

Deno.test("explanationLines() marks bytes in the middle of many", () => {
  const bytes = join(variant(`"${"x".repeat(92)}"`), "left over"); // the value ends at byte 100
  const lines = linesOf(bytes);
  const mark = lines.findIndex((line) => line.includes("^^ byte 100"));
  assertEquals(lines[mark - 1]?.slice(0, 4), "0060");
  assertEquals(lines[mark]?.indexOf("^^"), lines[mark - 1]?.indexOf("6c 65"));
  assertEquals(lines[1], "…");
});

Deno.test("explanationLines() marks the end", () => {
  const cut = framed(variant('{"a": 1}')).subarray(0, 20);
  assert(linesOf(cut).some((line) => line.trim() === "^^ byte 20: the end"));
});

Deno.test("explanationLines() keeps to the width, and control characters to itself", () => {
  const lines = linesOf(join(`tab\tline\n${"long ".repeat(100)}\n`));
  const readings = lines.slice(lines.indexOf("") + 1);
  for (const line of readings) {
    assert(line.length <= 80, line);
    // deno-lint-ignore no-control-regex -- control characters are what must not be there
    assert(!/[\x00-\x1f]/.test(line), line);
  }
});

Deno.test("explanationLines() shows all reasons when asked", () => {
  const bytes = variant("Vector3(1, 2, 3)");
  assert(linesOf(bytes, { ...STYLE, isVerbose: true }).length >= linesOf(bytes).length);
});

Deno.test("explanationLines() has something to show of no bytes and of unexplained ones", () => {
  assertEquals(linesOf(new Uint8Array(0))[0], "0 bytes");
  assertEquals(linesOf(Uint8Array.of(0x14, 0, 0)), [
    "3 bytes",
    "0000  14 00 00                                          ...",
  ]);
});
