import { assertEquals, assertRejects } from "@std/assert";
import { valuesInLines } from "../../../../src/commands/input/value_lines.ts";
import { UsageError } from "../../../../src/errors.ts";

async function* chunks(
  ...parts: readonly (string | Uint8Array)[]
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const part of parts) {
    yield typeof part === "string" ? new TextEncoder().encode(part) : part.slice();
  }
}

async function values(...parts: readonly (string | Uint8Array)[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const batch of valuesInLines(chunks(...parts))) {
    for (const { text, firstLine, isBlank } of batch) found.push([firstLine, text, isBlank]);
  }
  return found;
}

Deno.test("valuesInLines() finds a value a line", async () => {
  assertEquals(await values("1\n2", "3\r\n4"), [
    [1, "1", false],
    [2, "23", false],
    [3, "4", false],
  ]);
});

Deno.test("valuesInLines() goes on in the next line while a bracket or quote is open", async () => {
  const input = `{\n"a": [1,\n2]}\n"x\ny"\nVector2(1,\n2)\n3\n`;
  assertEquals(await values(input), [
    [1, `{\n"a": [1,\n2]}`, false],
    [4, `"x\ny"`, false],
    [6, "Vector2(1,\n2)", false],
    [8, "3", false],
  ]);
});

Deno.test("valuesInLines() keeps empty lines and comments, as blank", async () => {
  assertEquals(await values("1\n\n  \n; two\n2\n"), [
    [1, "1", false],
    [2, "", true],
    [3, "  ", true],
    [4, "; two", true],
    [5, "2", false],
  ]);
});

Deno.test("valuesInLines() gives a value that is never closed at the end", async () => {
  assertEquals(await values("1\n[2,\n3\n"), [[1, "1", false], [2, "[2,\n3", false]]);
  assertEquals(await values(), []);
});

Deno.test("valuesInLines() refuses what is not UTF-8", async () => {
  await assertRejects(() => values(new Uint8Array([0xff, 0x0a])), UsageError, "not UTF-8");
});
