import { assertEquals, assertInstanceOf, assertRejects, assertStrictEquals } from "@std/assert";
import { fileChunks, peek, readWhole, unreadable } from "../../../src/commands/input_chunks.ts";
import { UsageError } from "../../../src/errors.ts";
import { memoryIo } from "../../support/memory_io.ts";

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

Deno.test("unreadable() names the reason and its Godot error", () => {
  const cases = [
    [new Deno.errors.NotFound(), "no such file", "ERR_FILE_NOT_FOUND"],
    [new Deno.errors.IsADirectory(), "it is a directory", "ERR_FILE_CANT_READ"],
    [new Deno.errors.PermissionDenied(), "permission denied", "ERR_FILE_CANT_OPEN"],
    [new Deno.errors.NotCapable(), "--allow-read", "ERR_FILE_CANT_OPEN"],
    [
      Object.assign(new Error("Input/output error"), { code: "EIO" }),
      "Input/output",
      "ERR_FILE_CANT_READ",
    ],
  ] as const;
  for (const [cause, why, code] of cases) {
    const error = unreadable("f", cause);
    assertInstanceOf(error, UsageError);
    assertEquals([error.message.startsWith("cannot read f: "), error.message.includes(why)], [
      true,
      true,
    ]);
    assertEquals(error.code, code);
  }
  const bug = new TypeError("bug");
  assertStrictEquals(unreadable("f", bug), bug);
});
