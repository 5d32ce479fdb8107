import { assert, assertEquals, assertRejects } from "@std/assert";
import { type ExplainFormat, readExplainInput } from "../../../../src/commands/explain/inputs.ts";
import { UsageError } from "../../../../src/errors.ts";
import { memoryIo, type MemorySettings } from "../../../support/memory_io.ts";

async function read(
  values: readonly string[],
  settings: MemorySettings = {},
  format: ExplainFormat = "auto",
): Promise<string[]> {
  const { packets } = await readExplainInput(values, format, memoryIo(settings));
  return packets.map((packet) => packet.toHex());
}

Deno.test("readExplainInput() reads arguments as packets, and words of one byte as one", async () => {
  assertEquals(await read(["0102", "[3, 4]"]), ["0102", "0304"]);
  assertEquals(await read(["01", "0x02", "FF"]), ["0102ff"]);
  assertEquals(await read(["01"]), ["01"]);
});

Deno.test("readExplainInput() reads hex of files and stdin line by line, other bytes as they are", async () => {
  const files = {
    "hex.txt": "0102\r\n0304\n",
    "packet.bin": Uint8Array.of(8, 0, 0, 0),
    "text.txt": "hello\n",
  };
  assertEquals(await read(["@hex.txt"], { files }), ["0102", "0304"]);
  assertEquals(await read(["@packet.bin"], { files }), ["08000000"]);
  assertEquals(await read(["@text.txt"], { files }), ["68656c6c6f0a"]);
  assertEquals(await read([], { stdin: "01\n" }), ["01"]);
  assertEquals(await read(["-", "05"], { stdin: ["0", "1\n", "02\n"] }), ["01", "02", "05"]);
});

Deno.test("readExplainInput() joins a list that goes on over lines", async () => {
  assertEquals(await read([], { stdin: "[1, 2,\n 3, 4]\n" }), ["01020304"]);
});

Deno.test("readExplainInput() takes the word of --from", async () => {
  assertEquals(await read([], { stdin: "0102" }, "raw"), ["30313032"]);
  await assertRejects(() => read([], { stdin: "hello" }, "hex"), UsageError, "stdin is no hex");
});

Deno.test("readExplainInput() refuses what it cannot read", async () => {
  await assertRejects(() => read(["nonsense"]), UsageError, '"nonsense" is no hex');
  await assertRejects(() => read(["@missing"]), UsageError, "no such file");
  await assertRejects(() => read(["-", "-"]), UsageError, "stdin was named twice");
});

Deno.test("readExplainInput() gives an empty packet for an empty file", async () => {
  assertEquals(await read(["@empty"], { files: { empty: "" } }), [""]);
});

Deno.test("readExplainInput() reads no more than it needs of an endless input", async () => {
  let chunks = 0;
  async function* endless(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    while (true) {
      chunks++;
      yield await Promise.resolve(new Uint8Array(1024 * 1024).fill(0x80));
    }
  }
  const input = await readExplainInput([], "auto", memoryIo({ stdin: endless() }));
  assert(input.isCut && chunks <= 21, `${chunks}`);
});
