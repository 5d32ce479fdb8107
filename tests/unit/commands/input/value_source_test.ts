import { assertEquals, assertRejects } from "@std/assert";
import { readValues, type WrittenValue } from "../../../../src/commands/input/value_source.ts";
import { UsageError } from "../../../../src/errors.ts";
import { type MemoryIo, memoryIo } from "../../../support/memory_io.ts";

async function written(values: readonly string[], io: MemoryIo): Promise<WrittenValue[]> {
  const found: WrittenValue[] = [];
  for await (const batch of readValues(values, io)) found.push(...batch);
  return found;
}

Deno.test("readValues() takes each argument as a value, with its name", async () => {
  assertEquals(await written(["1", "", "[1,\n2]"], memoryIo()), [
    { text: "1", name: "value 1", firstLine: 1, isBlank: false },
    { text: "", name: "value 2", firstLine: 1, isBlank: false },
    { text: "[1,\n2]", name: "value 3", firstLine: 1, isBlank: false },
  ]);
});

Deno.test("readValues() reads stdin without arguments, and where - stands", async () => {
  const first = await written([], memoryIo({ stdin: "1\n2" }));
  assertEquals(first.map(({ text }) => text), ["1", "2"]);
  const second = await written(["0", "-", "3"], memoryIo({ stdin: "1\n2\n" }));
  assertEquals(second.map(({ text, name }) => [text, name]), [
    ["0", "value 1"],
    ["1", null],
    ["2", null],
    ["3", "value 3"],
  ]);
});

Deno.test("readValues() refuses to read stdin twice", async () => {
  await assertRejects(() => written(["-", "-"], memoryIo()), UsageError, "stdin was named twice");
});

Deno.test("readValues() tells a person at a terminal what it waits for", async () => {
  const io = memoryIo({ stdin: "1\n", isStdinTerminal: true });
  await written([], io);
  assertEquals(io.stderrText(), "reading values from the terminal, one a line\n");
  const piped = memoryIo({ stdin: "1\n" });
  await written([], piped);
  assertEquals(piped.stderrText(), "");
});
