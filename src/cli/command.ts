/**
 * What a command is: its options as a table (help and parsing both come from it) and a function
 * from typed options to an exit code. Commands get all I/O through `Io`, so that tests run them
 * without a process.
 */

import type { Output, Sink } from "./output.ts";

/** Exit codes, as the README and `--help` document them. */
export const EXIT = { ok: 0, failed: 1, usage: 2, network: 3 } as const;
/** One of the four exit codes. */
export type ExitCode = typeof EXIT[keyof typeof EXIT];

/** How an option's value is written on the command line, and so what type it has once parsed. */
export type OptionKind =
  | "flag"
  | "string"
  | "choice"
  | "duration"
  | "size"
  | "rate"
  | "byte-rate"
  | "count"
  | "port";

/**
 * One option of a command, as help shows it and the parser reads it. A command's own option takes
 * the place of the common one of the same name.
 */
export interface OptionSpec {
  /** Long name without dashes: `local-port`. */
  readonly name: string;
  /** One letter, without dash. */
  readonly short?: string;
  readonly kind: OptionKind;
  /** Placeholder for help: `DURATION`, `N`, `VALUE`. Absent on flags. */
  readonly placeholder?: string;
  /** The accepted words of a `choice`. */
  readonly choices?: readonly string[];
  /** May be given several times; its value is then an array. */
  readonly isRepeatable?: boolean;
  /** Flags only: `--no-name` and `--name=false` switch it off. */
  readonly isNegatable?: boolean;
  /** As written on the command line, e.g. `5s`; shown in help, and parsed when not given. */
  readonly default?: string;
  /** One sentence for help. */
  readonly help: string;
}

/** Parsed options: durations in milliseconds, sizes in bytes, rates as per-second numbers. */
export interface ParsedOptions {
  /** Positional arguments, including everything after `--`, in order. */
  readonly values: readonly string[];
  /** True when the flag was given (or its default says so). */
  flag(name: string): boolean;
  /** The text of a `string` or `choice`; null when neither given nor defaulted. */
  text(name: string): string | null;
  /** Every text of a repeatable `string`, in order; empty when not given. */
  texts(name: string): readonly string[];
  /** The number of a `duration` (ms), `size` (bytes), `rate` (per second), `count` or `port`. */
  number(name: string): number | null;
  /** True when the option was written on the command line. */
  isGiven(name: string): boolean;
}

/** How to write a file. */
export interface WriteFileOptions {
  /** Write over a file that is there; without it such a file is an error (`AlreadyExists`). */
  readonly overwrites?: boolean;
  /** Only its owner may read it. */
  readonly isSecret?: boolean;
}

/** A file that is written bit by bit, at once. All of its functions throw what the system throws. */
export interface OutputFile extends Sink {
  /** Cuts the file off behind so many bytes. */
  truncateSync(size: number): void;
  close(): void;
}

/** Bytes as they come, a chunk at a time. */
export interface ByteChunks extends AsyncIterable<Uint8Array<ArrayBuffer>> {
  /** Says that each chunk is used up before the next is asked for: they may share their memory. */
  reuse?(): void;
}

/** Everything outside the program that a command may touch, apart from sockets. */
export interface Io {
  readonly output: Output;
  /** Standard input, as chunks. Not a stream: loading those takes as long as starting Deno. */
  readonly stdin: ByteChunks;
  /** True when standard input is a terminal. */
  readonly isStdinTerminal: boolean;
  /** Reads a whole file. Throws what the system throws; commands make a `UsageError` of it. */
  readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Opens a file to read in chunks; it is closed when they are used up or given up. */
  openFile(path: string): Promise<ByteChunks>;
  /** Writes a whole file. Throws what the system throws; commands make a `UsageError` of it. */
  writeFile(
    path: string,
    content: Uint8Array<ArrayBuffer>,
    options?: WriteFileOptions,
  ): Promise<void>;
  /** Throws what overwriting the file would throw, and leaves everything as it is. */
  checkWritable(path: string): Promise<void>;
  /** Makes a file, or empties the one that is there. Throws what the system throws. */
  createFile(path: string, options?: Pick<WriteFileOptions, "isSecret">): OutputFile;
  /** Adds to a file at once, and makes it when there is none; only its owner may read that. */
  appendFile(path: string, text: string): void;
  /** Loads a module of the user's, by the path of its file. Throws what the module throws. */
  loadModule(path: string): Promise<unknown>;
  /** Aborted on Ctrl-C and SIGTERM, and when stdout is closed: long runs end with their summary. */
  readonly interrupted: AbortSignal;
}

/** One subcommand. */
export interface Command {
  readonly name: string;
  /** After the name in the usage line: `ENDPOINT VALUE…`. */
  readonly synopsis: string;
  /** One line for the command list. */
  readonly summary: string;
  /** A paragraph or two for `--help`. */
  readonly description: string;
  /** Example command lines with a few words on each. */
  readonly examples: readonly (readonly [command: string, explanation: string])[];
  /** The command's own options; the common ones are added to every command. */
  readonly options: readonly OptionSpec[];
  run(options: ParsedOptions, io: Io): Promise<ExitCode>;
}
