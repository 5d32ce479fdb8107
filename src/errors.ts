/**
 * The error classes of packetpeer. Whatever else escapes from a module is a bug in packetpeer.
 *
 * `DecodeError`: the bytes are wrong. `EncodeError`: our value cannot be written. `ParseError`: a
 * written value does not parse. `PeerError`: the transport failed. `UsageError`: the command line
 * asks for something that cannot be.
 */

/** Names of Godot's global `Error` enum (`core/error/error_list.h`) that packetpeer reports. */
export type GodotError =
  | "FAILED"
  | "ERR_UNAVAILABLE"
  | "ERR_UNCONFIGURED"
  | "ERR_UNAUTHORIZED"
  | "ERR_OUT_OF_MEMORY"
  | "ERR_FILE_NOT_FOUND"
  | "ERR_FILE_CANT_OPEN"
  | "ERR_FILE_CANT_READ"
  | "ERR_FILE_CANT_WRITE"
  | "ERR_FILE_EOF"
  | "ERR_CANT_OPEN"
  | "ERR_CANT_CREATE"
  | "ERR_ALREADY_IN_USE"
  | "ERR_TIMEOUT"
  | "ERR_CANT_CONNECT"
  | "ERR_CANT_RESOLVE"
  | "ERR_CONNECTION_ERROR"
  | "ERR_INVALID_DATA"
  | "ERR_INVALID_PARAMETER"
  | "ERR_PARSE_ERROR"
  | "ERR_BUG";

/** The verdicts that the engine's Variant decoder and packet framing give for bad bytes. */
export type DecodeErrorCode =
  | "ERR_INVALID_DATA"
  | "ERR_FILE_EOF"
  | "ERR_UNAUTHORIZED"
  | "ERR_OUT_OF_MEMORY";

/** Finer than the engine's code, and stable: what exactly is wrong. */
export type DecodeErrorReason =
  | "truncated"
  | "unknown-type"
  | "bad-length"
  | "bad-count"
  | "bad-utf8"
  | "bad-container-type"
  | "legacy-node-path"
  | "object-not-allowed"
  | "bad-script-path"
  | "too-deep"
  | "frame-too-long"
  | "frame-cut-off"
  | "not-a-capture"
  | "bad-notation";

/**
 * One step into a value: a `String` key or property name, an array index, an `int` key, the n-th
 * key of a dictionary itself, or the value of its n-th entry when the key is none of these.
 */
export type PathStep =
  | string
  | number
  | bigint
  | { readonly key: number }
  | { readonly entry: number };

/** Writes a path as `$["players"][0]["position"]`; `$` alone is the whole value. */
export function formatPath(path: readonly PathStep[]): string {
  return "$" + path.map(formatPathStep).join("");
}

function formatPathStep(step: PathStep): string {
  if (typeof step === "string") return `[${JSON.stringify(step)}]`;
  if (typeof step !== "object") return `[${step}]`;
  return "key" in step ? `.keys()[${step.key}]` : `.values()[${step.entry}]`;
}

/** What a `DecodeError` says, apart from where in the value it is. */
export interface DecodeErrorDetails {
  readonly code: DecodeErrorCode;
  readonly reason: DecodeErrorReason;
  /** Byte where the offending field starts, from the start of the packet. */
  readonly offset: number;
  /** What was being decoded, e.g. `Vector2` or `String length`. */
  readonly what: string;
  /** Why that did not work, e.g. `needs 8 bytes, 3 left`. */
  readonly why: string;
}

/** Bytes that the engine refuses, with the engine's own code for them. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
  readonly code: DecodeErrorCode;
  readonly reason: DecodeErrorReason;
  /** Byte where the offending field starts, from the start of the packet. */
  readonly offset: number;
  /** Where in the value the offending field is; empty for the value itself. */
  readonly path: readonly PathStep[];
  /** What was being decoded and why that did not work, without the place. */
  readonly problem: string;
  readonly #details: DecodeErrorDetails;

  constructor(details: DecodeErrorDetails, path: readonly PathStep[] = []) {
    const where = path.length === 0 ? "" : ` (${formatPath(path)})`;
    super(`Cannot decode ${details.what} at byte ${details.offset}${where}: ${details.why}`);
    this.code = details.code;
    this.reason = details.reason;
    this.offset = details.offset;
    this.path = path;
    this.problem = `cannot decode ${details.what}: ${details.why}`;
    this.#details = details;
  }

  /** The same error, seen from the value that contains this one at `path`. */
  at(path: readonly PathStep[]): DecodeError {
    return new DecodeError(this.#details, path);
  }
}

/** A value that the chosen wire format cannot carry. */
export class EncodeError extends Error {
  override readonly name = "EncodeError";
  readonly code: "ERR_INVALID_PARAMETER" | "ERR_OUT_OF_MEMORY";
  /** Where in the value the offending part is; empty for the value itself. */
  readonly path: readonly PathStep[];
  readonly #why: string;

  constructor(
    why: string,
    path: readonly PathStep[] = [],
    code: "ERR_INVALID_PARAMETER" | "ERR_OUT_OF_MEMORY" = "ERR_INVALID_PARAMETER",
  ) {
    super(`Cannot encode ${path.length === 0 ? "the value" : formatPath(path)}: ${why}`);
    this.code = code;
    this.path = path;
    this.#why = why;
  }

  /** The same error, seen from the value that contains this one at `path`. */
  at(path: readonly PathStep[]): EncodeError {
    return new EncodeError(this.#why, path, this.code);
  }
}

/** A written value (Godot notation or JSON) that does not parse. */
export class ParseError extends Error {
  override readonly name = "ParseError";
  /** What is wrong, without the place. */
  readonly why: string;
  /** 1-based line in the source. */
  readonly line: number;
  /** 1-based column in the line, in characters as a terminal shows them (code points). */
  readonly column: number;
  /** The line itself and, below it, a caret under the column. */
  readonly excerpt: string;
  /** True when the source ends before the value does: more lines may complete it. */
  readonly isIncomplete: boolean;

  /** `offset` is an index into `source` in UTF-16 code units, as of `String.prototype.slice`. */
  constructor(why: string, source: string, offset: number, isIncomplete = false) {
    const before = source.slice(0, offset);
    const lineStart = before.lastIndexOf("\n") + 1;
    const line = before.split("\n").length;
    const column = [...before.slice(lineStart)].length + 1;
    super(`${why} (line ${line}, column ${column})`);
    this.why = why;
    this.line = line;
    this.column = column;
    this.excerpt = caretExcerpt(source, lineStart, column);
    this.isIncomplete = isIncomplete;
  }
}

const EXCERPT_COLUMNS = 72;

/** The line around the column, cut to what fits a terminal, with a caret below. */
function caretExcerpt(source: string, lineStart: number, column: number): string {
  const lineEnd = source.indexOf("\n", lineStart);
  const line = source.slice(lineStart, lineEnd < 0 ? source.length : lineEnd);
  const characters = [...line.slice(0, (column + EXCERPT_COLUMNS) * 2)].map((c) =>
    c < " " ? " " : c
  );
  const first = Math.max(0, column - 1 - EXCERPT_COLUMNS / 2);
  const shown = characters.slice(first, first + EXCERPT_COLUMNS).join("");
  return `${shown}\n${" ".repeat(column - 1 - first)}^`;
}

/** The transport failed: cannot bind, cannot connect, closed in disorder, handshake refused. */
export class PeerError extends Error {
  override readonly name = "PeerError";
  readonly code: GodotError;
  /** The remote (or, for a server, local) address, as text; null when there is none yet. */
  readonly address: string | null;

  constructor(
    code: GodotError,
    message: string,
    address: string | null = null,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
    this.code = code;
    this.address = address;
  }
}

/** The command line asks for something that cannot be; the message says what to do instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code: GodotError;

  constructor(message: string, code: GodotError = "ERR_INVALID_PARAMETER") {
    super(message);
    this.code = code;
  }
}
