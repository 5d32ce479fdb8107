import { assertEquals, assertRejects } from "@std/assert";
import * as fc from "fast-check";
import { linesOf, LineSplitter } from "../../../../src/commands/input/lines.ts";
import { UsageError } from "../../../../src/errors.ts";

async function* chunks(...parts: (string | number[])[]): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const part of parts) {
    yield typeof part === "string" ? new TextEncoder().encode(part) : new Uint8Array(part);
  }
}

async function lines(...parts: (string | number[])[]): Promise<string[]> {
  return (await Array.fromAsync(linesOf(chunks(...parts)))).flat();
}

Deno.test("linesOf() cuts at LF and CRLF, wherever chunks end", async () => {
  assertEquals(await lines("a\nb\r\n", "\nc", "d\r", "\ne"), ["a", "b", "", "cd", "e"]);
  assertEquals(await lines("a\n"), ["a"]);
  assertEquals(await lines("a\rb\n"), ["a\rb"]);
  assertEquals(await lines(), []);
  assertEquals(await lines("\n\n"), ["", ""]);
});

Deno.test("linesOf() reads UTF-8 across chunks and drops a byte order mark", async () => {
  assertEquals(await lines([0xef, 0xbb], [0xbf, 0xc3], [0xa9, 0x0a]), ["é"]);
});

Deno.test("linesOf() refuses what is not UTF-8, unless it may be lossy", async () => {
  await assertRejects(() => lines([0x61, 0xff, 0x0a]), UsageError, "not UTF-8");
  await assertRejects(() => lines([0x61, 0x0a, 0xc3]), UsageError, "not UTF-8");
  const lossy = await Array.fromAsync(linesOf(chunks([0x61, 0xff, 0x0a, 0xc3]), true));
  assertEquals(lossy.flat(), ["a\ufffd", "\ufffd"]);
});

Deno.test("LineSplitter gives the lines of the whole text, however it is cut", () => {
  const pieces = fc.array(fc.string({ unit: fc.constantFrom("a", "\n", "\r\n", "é") }));
  fc.assert(fc.property(pieces, (texts) => {
    const splitter = new LineSplitter();
    const found = [...texts.flatMap((text) => splitter.push(text)), ...splitter.finish()];
    const whole = texts.join("").split("\n").map((line) => line.replace(/\r$/, ""));
    if (whole.at(-1) === "") whole.pop();
    assertEquals(found, whole);
  }));
});
