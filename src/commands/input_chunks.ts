/** Where a command's input comes from, as chunks of bytes: stdin or a file. */

import { concat } from "@std/bytes/concat";
import type { Io } from "../cli/command.ts";
import { type GodotError, UsageError } from "../errors.ts";

/** Bytes as they come. */
export type Chunks = AsyncIterable<Uint8Array<ArrayBuffer>>;

/** The file, as chunks. Throws `UsageError` when it cannot be opened or read. */
export async function* fileChunks(path: string, io: Io): Chunks {
  try {
    yield* await io.openFile(path);
  } catch (error) {
    throw unreadable(path, error);
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

/** What to tell about a file that cannot be read; anything that is not the system's doing, as is. */
export function unreadable(path: string, error: unknown): unknown {
  for (const [errorClass, why, code] of FILE_ERRORS) {
    if (error instanceof errorClass) return new UsageError(`cannot read ${path}: ${why}`, code);
  }
  return isSystemError(error)
    ? new UsageError(`cannot read ${path}: ${error.message}`, "ERR_FILE_CANT_READ")
    : error;
}

const FILE_ERRORS: readonly (readonly [new () => Error, why: string, code: GodotError])[] = [
  [Deno.errors.NotFound, "no such file", "ERR_FILE_NOT_FOUND"],
  [Deno.errors.IsADirectory, "it is a directory", "ERR_FILE_CANT_READ"],
  [Deno.errors.PermissionDenied, "permission denied", "ERR_FILE_CANT_OPEN"],
  [
    Deno.errors.NotCapable,
    "Deno was not given the permission; run with --allow-read",
    "ERR_FILE_CANT_OPEN",
  ],
];

/** Errors of the system carry its code (`EIO`), programming errors do not. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && typeof error.code === "string";
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
): Chunks {
  yield head;
  yield* { [Symbol.asyncIterator]: () => rest };
}
