import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { memoryIo, MemorySystem } from "../../support/memory_io.ts";

async function text(chunks: AsyncIterable<Uint8Array>): Promise<string[]> {
  return (await Array.fromAsync(chunks)).map((chunk) => new TextDecoder().decode(chunk));
}

Deno.test("memoryIo() gives stdin whole or in chunks", async () => {
  assertEquals(await text(memoryIo({ stdin: "ab" }).stdin), ["ab"]);
  assertEquals(await text(memoryIo({ stdin: ["a", new Uint8Array([0x62])] }).stdin), ["a", "b"]);
  assertEquals(await text(memoryIo().stdin), []);
});

Deno.test("memoryIo() keeps what is printed", () => {
  const io = memoryIo({ isVerbose: true });
  io.output.data("a");
  io.output.data("b");
  io.output.verbose("c");
  assertEquals([io.stdoutText(), io.stderrText()], ["a\nb\n", "c\n"]);
  assertEquals(io.stdoutLines(), ["a", "b"]);
});

Deno.test("memoryIo() has files, and no others", async () => {
  const io = memoryIo({ files: { a: "text" } });
  assertEquals(await text(await io.openFile("a")), ["text"]);
  await assertRejects(() => io.openFile("b"), Deno.errors.NotFound);
});

Deno.test("memoryIo() is interrupted as by Ctrl-C", () => {
  const io = memoryIo();
  const signal = io.interrupted;
  io.interrupt();
  assert(signal.aborted);
});

Deno.test("MemorySystem fails to write when told so", () => {
  const system = new MemorySystem({ stdoutFailure: new Deno.errors.BrokenPipe() });
  assertThrows(() => system.stdout.writeSync(new Uint8Array(1)), Deno.errors.BrokenPipe);
});

Deno.test("MemorySystem keeps what is written, and writes over nothing unless told so", async () => {
  const io = memoryIo({ files: { "a": "old" } });
  const bytes = new TextEncoder().encode("new");
  await assertRejects(() => io.writeFile("a", bytes), Deno.errors.AlreadyExists);
  await io.writeFile("a", bytes, { overwrites: true });
  await io.writeFile("b", bytes, { isSecret: true });
  assertEquals([...io.system.written], [
    ["a", { text: "new", isSecret: false }],
    ["b", { text: "new", isSecret: true }],
  ]);
});
