/** The outside world of a command, in memory: what it printed can be read, stdin and files are given. */

import type { Io, OutputFile, WriteFileOptions } from "../../src/cli/command.ts";
import { createIo, type System } from "../../src/cli/io.ts";
import { Output, type OutputSettings, type Sink } from "../../src/cli/output.ts";

/** Bytes or text, whole or in chunks. */
export type Input =
  | string
  | Uint8Array
  | readonly (string | Uint8Array)[]
  | AsyncIterable<Uint8Array<ArrayBuffer>>;

/** What a test gives to a command. */
export interface MemorySettings extends OutputSettings {
  /** Standard input, whole or in chunks. */
  readonly stdin?: Input;
  /** What writing to stdout throws. */
  readonly stdoutFailure?: Error;
  /** Files by their path. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** What writing to a created file throws, behind so many bytes of it. */
  readonly diskFailure?: { readonly at: number; readonly error: Error };
  /** Modules by their path. */
  readonly modules?: Readonly<Record<string, unknown>>;
  readonly isStdinTerminal?: boolean;
  readonly isStderrTerminal?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  readonly noColor?: boolean;
}

/** A sink that keeps what is written, or fails always. */
export class MemorySink implements Sink {
  readonly #chunks: Uint8Array[] = [];
  readonly #failure: Error | undefined;

  constructor(failure?: Error) {
    this.#failure = failure;
  }

  writeSync(bytes: Uint8Array): number {
    if (this.#failure !== undefined) throw this.#failure;
    this.#chunks.push(bytes.slice());
    return bytes.length;
  }

  /** How often something was written. */
  get writeCount(): number {
    return this.#chunks.length;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const size = this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const all = new Uint8Array(size);
    let offset = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, offset);
      offset += chunk.length;
    }
    return all;
  }

  text(): string {
    return new TextDecoder().decode(this.bytes());
  }
}

/** A file that was created; the disk may be full behind some of its bytes. */
export class MemoryFile implements OutputFile {
  readonly isSecret: boolean;
  isClosed = false;
  #content = new Uint8Array(0);
  readonly #diskFailure: MemorySettings["diskFailure"];

  constructor(isSecret: boolean, diskFailure: MemorySettings["diskFailure"]) {
    this.isSecret = isSecret;
    this.#diskFailure = diskFailure;
  }

  get content(): Uint8Array<ArrayBuffer> {
    return this.#content;
  }

  writeSync(bytes: Uint8Array): number {
    const room = (this.#diskFailure?.at ?? Infinity) - this.#content.length;
    if (room <= 0) throw this.#diskFailure?.error;
    const size = Math.min(room, bytes.length);
    this.#content = new Uint8Array([...this.#content, ...bytes.subarray(0, size)]);
    return size;
  }

  truncateSync(size: number): void {
    this.#content = this.#content.slice(0, size);
  }

  close(): void {
    this.isClosed = true;
  }
}

/** A `System` in memory, for tests of the whole application. */
export class MemorySystem implements System {
  readonly stdout: MemorySink;
  readonly stderr: MemorySink = new MemorySink();
  readonly stdin: AsyncIterable<Uint8Array<ArrayBuffer>>;
  readonly isStdoutTerminal: boolean;
  readonly isStderrTerminal: boolean;
  readonly isStdinTerminal: boolean;
  readonly columns: number | null;
  readonly noColor: boolean;
  readonly runtime: Readonly<Record<string, string>> = { deno: "2.9.6" };
  readonly #settings: MemorySettings;
  #onInterrupt: (() => void)[] = [];

  constructor(settings: MemorySettings = {}) {
    this.#settings = settings;
    this.stdout = new MemorySink(settings.stdoutFailure);
    this.stdin = streamOf(settings.stdin ?? []);
    this.isStdoutTerminal = settings.isTerminal ?? false;
    this.isStderrTerminal = settings.isStderrTerminal ?? false;
    this.isStdinTerminal = settings.isStdinTerminal ?? false;
    this.columns = settings.columns ?? null;
    this.noColor = settings.noColor ?? false;
  }

  environment(name: string): string | undefined {
    return this.#settings.environment?.[name];
  }

  readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
    const content = this.#settings.files?.[path];
    return content === undefined
      ? Promise.reject(new Deno.errors.NotFound(`No such file or directory: ${path}`))
      : Promise.resolve(bytesOf(content));
  }

  appendFile(path: string, text: string): void {
    if (path.startsWith("/missing/")) {
      throw new Deno.errors.NotFound(`No such file or directory: ${path}`);
    }
    const { text: before } = this.written.get(path) ?? { text: "" };
    this.written.set(path, { text: before + text, isSecret: true });
  }

  /** Files that were created, by path. */
  readonly created: Map<string, MemoryFile> = new Map();

  createFile(path: string, { isSecret = false }: WriteFileOptions = {}): MemoryFile {
    if (path.startsWith("/missing/")) {
      throw new Deno.errors.NotFound(`No such file or directory: ${path}`);
    }
    const file = new MemoryFile(isSecret, this.#settings.diskFailure);
    this.created.set(path, file);
    return file;
  }

  loadModule(path: string): Promise<unknown> {
    const found = this.#settings.modules?.[path];
    return found === undefined
      ? Promise.reject(new TypeError(`Module not found "${path}".`))
      : Promise.resolve(found);
  }

  async openFile(path: string): Promise<AsyncIterable<Uint8Array<ArrayBuffer>>> {
    return streamOf(await this.readFile(path));
  }

  /** What was written, by path. */
  readonly written: Map<string, { readonly text: string; readonly isSecret: boolean }> = new Map();

  writeFile(
    path: string,
    content: Uint8Array<ArrayBuffer>,
    { overwrites = false, isSecret = false }: WriteFileOptions = {},
  ): Promise<void> {
    const isThere = this.written.has(path) || this.#settings.files?.[path] !== undefined;
    if (isThere && !overwrites) {
      return Promise.reject(new Deno.errors.AlreadyExists(`File exists: ${path}`));
    }
    this.written.set(path, { text: new TextDecoder().decode(content), isSecret });
    return Promise.resolve();
  }

  checkWritable(path: string): Promise<void> {
    return path.startsWith("/missing/")
      ? Promise.reject(new Deno.errors.NotFound(`No such file or directory: ${path}`))
      : Promise.resolve();
  }

  onInterrupt(callback: () => void): void {
    this.#onInterrupt.push(callback);
  }

  /** What Ctrl-C does. */
  interrupt(): void {
    for (const callback of this.#onInterrupt.splice(0)) callback();
  }
}

/** An `Io` for one command, with what it printed. */
export interface MemoryIo extends Io {
  readonly system: MemorySystem;
  /** Everything on stdout so far. */
  stdoutText(): string;
  stdoutBytes(): Uint8Array<ArrayBuffer>;
  /** The lines on stdout, without the line ends. */
  stdoutLines(): string[];
  stderrText(): string;
  /** What Ctrl-C does. */
  interrupt(): void;
}

/** Makes an `Io` in memory. Reading what was printed flushes first. */
export function memoryIo(settings: MemorySettings = {}): MemoryIo {
  const system = new MemorySystem(settings);
  const interruption = new AbortController();
  const output = new Output(system.stdout, system.stderr, {
    ...settings,
    isStatusTerminal: settings.isStderrTerminal ?? false,
    onClosed: () => interruption.abort(),
  });
  const io = createIo(system, output, interruption);
  const stdoutBytes = (): Uint8Array<ArrayBuffer> => {
    output.flush();
    return system.stdout.bytes();
  };
  const stdoutText = (): string => new TextDecoder().decode(stdoutBytes());
  return {
    system,
    output,
    stdin: io.stdin,
    isStdinTerminal: io.isStdinTerminal,
    readFile: io.readFile,
    openFile: io.openFile,
    createFile: io.createFile,
    appendFile: io.appendFile,
    loadModule: io.loadModule,
    writeFile: io.writeFile,
    checkWritable: io.checkWritable,
    get interrupted() {
      return io.interrupted;
    },
    stdoutBytes,
    stdoutText,
    stdoutLines: () => stdoutText().split("\n").slice(0, -1),
    stderrText: () => system.stderr.text(),
    interrupt: () => system.interrupt(),
  };
}

function streamOf(input: Input): AsyncIterable<Uint8Array<ArrayBuffer>> {
  if (typeof input === "string" || input instanceof Uint8Array) return streamOf([input]);
  return "length" in input ? ReadableStream.from(input.map(bytesOf)) : input;
}

function bytesOf(content: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return typeof content === "string" ? new TextEncoder().encode(content) : content.slice();
}
