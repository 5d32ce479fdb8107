/** Where a command's input comes from, as chunks of bytes: stdin or a file. */

import { concat } from "@std/bytes/concat";
import type { ByteChunks, Io } from "../../cli/command.ts";
import { unreadable } from "./file_errors.ts";

/** Bytes as they come. */
export type Chunks = ByteChunks;

/** The file, as chunks. Reading throws `UsageError` when it cannot be opened or read. */
export function fileChunks(path: string, io: Pick<Io, "openFile">): Chunks {
  return new FileChunks(path, io);
}

class FileChunks implements ByteChunks {
  readonly #path: string;
  readonly #io: Pick<Io, "openFile">;
  #opened: ByteChunks | null = null;

  constructor(path: string, io: Pick<Io, "openFile">) {
    this.#path = path;
    this.#io = io;
  }

  reuse(): void {
    this.#opened?.reuse?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    try {
      this.#opened = await this.#io.openFile(this.#path);
      yield* this.#opened;
    } catch (error) {
      throw unreadable(this.#path, error);
    }
  }
}

/** All of a file. Throws `UsageError` when it cannot be opened or read. */
export async function readWholeFile(
  path: string,
  io: Pick<Io, "readFile">,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await io.readFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** An answer found in the first bytes of an input, and the input from its beginning. */
export interface Peeked<T> {
  readonly answer: T;
  readonly chunks: Chunks;
}

/** Reads until `decide` has an answer, at the latest when it has seen the whole input. */
export async function peek<T>(
  chunks: Chunks,
  decide: (head: Uint8Array, isWhole: boolean) => T | null,
): Promise<Peeked<T>> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head = new Uint8Array(0);
  while (true) {
    const { value, done } = await iterator.next();
    head = done ? head : concat([head, value]);
    const answer = decide(head, done ?? false);
    if (answer !== null) return { answer, chunks: resumed(head, iterator) };
    if (done) throw new TypeError("No decision on a whole input");
  }
}

/** The whole input in one piece. */
export async function readWhole(chunks: Chunks): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return concat(parts);
}

async function* resumed(
  head: Uint8Array<ArrayBuffer>,
  rest: AsyncIterator<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield head;
  yield* { [Symbol.asyncIterator]: () => rest };
}
