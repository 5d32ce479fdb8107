import { assertEquals, assertRejects } from "@std/assert";
import { fileChunks, peek, readWhole } from "../../../../src/commands/input/chunks.ts";
import { UsageError } from "../../../../src/errors.ts";
import { memoryIo } from "../../../support/memory_io.ts";

/** Chunks of one byte each; `isClosed` tells whether they were given up or used up. */
class Bytes implements AsyncIterable<Uint8Array<ArrayBuffer>> {
  isClosed = false;
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    try {
      for (let i = 0; i < this.#count; i++) yield new Uint8Array([i]);
    } finally {
      this.isClosed = true;
    }
  }
}

Deno.test("peek() reads until there is an answer, and gives the input from its beginning", async () => {
  const seen: number[] = [];
  const { answer, chunks } = await peek(new Bytes(5), (head) => {
    seen.push(head.length);
    return head.length === 3 ? "three" : null;
  });
  assertEquals(answer, "three");
  assertEquals(seen, [1, 2, 3]);
  assertEquals([...await readWhole(chunks)], [0, 1, 2, 3, 4]);
});

Deno.test("peek() says when it has seen the whole input", async () => {
  const { answer, chunks } = await peek(
    new Bytes(2),
    (head, isWhole) => isWhole ? head.length : null,
  );
  assertEquals(answer, 2);
  assertEquals([...await readWhole(chunks)], [0, 1]);
  await assertRejects(() => peek(new Bytes(2), () => null), TypeError);
});

Deno.test("peek() closes an input that is given up", async () => {
  const input = new Bytes(5);
  const { chunks } = await peek(input, () => true);
  for await (const _ of chunks) break;
  for await (const _ of chunks) break;
  assertEquals(input.isClosed, false);
  const other = new Bytes(5);
  let count = 0;
  for await (const _ of (await peek(other, () => true)).chunks) if (++count === 2) break;
  assertEquals(other.isClosed, true);
});

Deno.test("fileChunks() reads a file, and says why it cannot", async () => {
  const io = memoryIo({ files: { "a.bin": new Uint8Array([1, 2]) } });
  assertEquals([...await readWhole(fileChunks("a.bin", io))], [1, 2]);
  await assertRejects(
    () => readWhole(fileChunks("missing.bin", io)),
    UsageError,
    "cannot read missing.bin: no such file",
  );
});

Deno.test("fileChunks() passes on that chunks are used up at once", async () => {
  let isReused = false;
  const opened = { [Symbol.asyncIterator]: () => new Bytes(2)[Symbol.asyncIterator]() };
  const reuse = (): void => void (isReused = true);
  const chunks = fileChunks("a", { openFile: () => Promise.resolve({ ...opened, reuse }) });
  for await (const _ of chunks) chunks.reuse?.();
  assertEquals(isReused, true);
});
