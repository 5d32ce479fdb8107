/**
 * The outside world of the program: streams, files, signals and what the terminal can do. `System`
 * is what Deno offers; `createIo` makes of it what commands see.
 */

import type { ByteChunks, Io, OutputFile, WriteFileOptions } from "./command.ts";
import type { Output, Sink } from "./output.ts";
import type { RuntimeVersions } from "./version.ts";

/** What surrounds the program; tests bring their own. */
export interface System {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly stdin: ByteChunks;
  readonly isStdoutTerminal: boolean;
  readonly isStderrTerminal: boolean;
  readonly isStdinTerminal: boolean;
  /** Width of the terminal in characters; null when there is none. */
  readonly columns: number | null;
  /** `NO_COLOR` is set. */
  readonly noColor: boolean;
  readonly runtime: RuntimeVersions;
  /** An environment variable; undefined when it is not set, or not permitted to be read. */
  environment(name: string): string | undefined;
  readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
  openFile(path: string): Promise<ByteChunks>;
  createFile(path: string, options?: Pick<WriteFileOptions, "isSecret">): OutputFile;
  appendFile(path: string, text: string): void;
  loadModule(path: string): Promise<unknown>;
  writeFile(
    path: string,
    content: Uint8Array<ArrayBuffer>,
    options?: WriteFileOptions,
  ): Promise<void>;
  checkWritable(path: string): Promise<void>;
  /** Resolves in a later turn of the event loop. @default at the end of the current task */
  readonly nextTurn?: () => Promise<unknown>;
  /** Calls back once, on the first Ctrl-C or SIGTERM; the second one ends the program at once. */
  onInterrupt(callback: () => void): void;
}

/** The process that the program runs in. */
export function denoSystem(): System {
  return {
    stdout: Deno.stdout,
    stderr: Deno.stderr,
    get stdin() {
      return new FileChunks(Deno.stdin);
    },
    isStdoutTerminal: Deno.stdout.isTerminal(),
    isStderrTerminal: Deno.stderr.isTerminal(),
    get isStdinTerminal() {
      return Deno.stdin.isTerminal();
    },
    get columns() {
      return terminalColumns();
    },
    noColor: Deno.noColor,
    runtime: {
      deno: Deno.version.deno,
      v8: Deno.version.v8,
      typescript: Deno.version.typescript,
      system: Deno.build.target,
    },
    environment: readEnvironment,
    readFile: (path) => Deno.readFile(path),
    openFile: async (path) => openChunks(await Deno.open(path)),
    createFile,
    appendFile: (path, text) => Deno.writeTextFileSync(path, text, { append: true, mode: 0o600 }),
    loadModule: importFile,
    writeFile,
    checkWritable,
    // Writing nothing takes a turn. So would a timer, which takes 9 ms to load.
    nextTurn: () => Deno.stdout.write(NOTHING).catch(() => {}),
    onInterrupt: listenForInterrupt,
  };
}

/** Makes the `Io` of a command. Ctrl-C aborts `interruption`, and so should a closed stdout. */
export function createIo(system: System, output: Output, interruption: AbortController): Io {
  let isListening = false;
  return {
    output,
    get stdin() {
      return system.stdin;
    },
    get isStdinTerminal() {
      return system.isStdinTerminal;
    },
    readFile: (path) => system.readFile(path),
    openFile: (path) => system.openFile(path),
    createFile: (path, options) => system.createFile(path, options),
    appendFile: (path, text) => system.appendFile(path, text),
    loadModule: (path) => system.loadModule(path),
    writeFile: (path, content, options) => system.writeFile(path, content, options),
    checkWritable: (path) => system.checkWritable(path),
    // Only a command that looks at the signal takes Ctrl-C away from the system.
    get interrupted() {
      if (!isListening) system.onInterrupt(() => interruption.abort());
      isListening = true;
      return interruption.signal;
    },
  };
}

const NOTHING = new Uint8Array(0);
const CHUNK_SIZE = 64 * 1024;
/** What fits the cache of a processor, and is read fastest for that (tests/bench, captures). */
const REUSED_CHUNK_SIZE = 256 * 1024;

/** Reading from a file on a disk never waits for anybody: to do so at once is faster. */
function openChunks(file: Deno.FsFile): ByteChunks {
  const readNow = (buffer: Uint8Array): number | null => file.readSync(buffer);
  return new FileChunks(file, file.statSync().isFile ? readNow : undefined);
}

/** A source to read from. */
type ByteSource = Pick<Deno.FsFile, "read" | "close">;

/**
 * Reads to the end, and closes whatever happens. Every chunk is memory of its own, until somebody
 * says that it need not be.
 */
class FileChunks implements ByteChunks {
  readonly #source: ByteSource;
  readonly #read: (buffer: Uint8Array) => number | null | Promise<number | null>;
  #isReused = false;

  constructor(
    source: ByteSource,
    read: (buffer: Uint8Array) => number | null | Promise<number | null> = (buffer) =>
      source.read(buffer),
  ) {
    this.#source = source;
    this.#read = read;
  }

  reuse(): void {
    this.#isReused = true;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    let buffer = new Uint8Array(CHUNK_SIZE);
    try {
      for (;;) {
        if (this.#isReused && buffer.length === CHUNK_SIZE) {
          buffer = new Uint8Array(REUSED_CHUNK_SIZE);
        }
        const size = await this.#read(buffer);
        if (size === null) return;
        yield this.#isReused ? buffer.subarray(0, size) : buffer.slice(0, size);
      }
    } finally {
      this.#source.close();
    }
  }
}

/** Sets who may read the file before anything is in it. */
async function writeFile(
  path: string,
  content: Uint8Array<ArrayBuffer>,
  { overwrites = false, isSecret = false }: WriteFileOptions = {},
): Promise<void> {
  using file = await Deno.open(path, {
    write: true,
    create: overwrites,
    createNew: !overwrites,
    truncate: overwrites,
    ...(isSecret ? { mode: 0o600 } : {}),
  });
  const mayBeOlder = isSecret && overwrites && Deno.build.os !== "windows";
  if (mayBeOlder && (await file.stat()).isFile) await Deno.chmod(path, 0o600);
  for (let at = 0; at < content.length;) at += await file.write(content.subarray(at));
}

/**
 * Opens it as `writeFile` would. Pipes are left alone, whose readers would see an end, and so is
 * everything else that is neither file nor folder.
 */
async function checkWritable(path: string): Promise<void> {
  try {
    const { isFile, isDirectory } = await Deno.lstat(path);
    if (isFile || isDirectory) (await Deno.open(path, { write: true })).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    (await Deno.open(path, { write: true, createNew: true })).close();
    await Deno.remove(path);
  }
}

/** As `writeFile`, for a file whose content is not there yet. */
function createFile(path: string, { isSecret = false }: WriteFileOptions = {}): OutputFile {
  const options = { write: true, create: true, truncate: true };
  const file = Deno.openSync(path, isSecret ? { ...options, mode: 0o600 } : options);
  const mayBeOlder = isSecret && Deno.build.os !== "windows";
  if (mayBeOlder && file.statSync().isFile) Deno.chmodSync(path, 0o600);
  return file;
}

/** Imports a module that the user names by its path. */
async function importFile(path: string): Promise<unknown> {
  return await import(fileUrl(await Deno.realPath(path)));
}

/** The URL of an absolute path; `node:url` would be on the way of every start. */
function fileUrl(path: string): string {
  const slashed = Deno.build.os === "windows" ? path.replaceAll("\\", "/") : path;
  const parts = slashed.split("/").map(encodeURIComponent);
  const isRooted = path.startsWith("/");
  return `file://${isRooted ? "" : "/"}${parts.join("/").replace("%3A", ":")}`;
}

function terminalColumns(): number | null {
  try {
    return Deno.consoleSize().columns;
  } catch {
    // Deno throws when none of the three streams is a terminal.
    return null;
  }
}

/** Asks for no permission: what has not been granted is not read. */
function readEnvironment(name: string): string | undefined {
  const permission = Deno.permissions.querySync({ name: "env", variable: name });
  return permission.state === "granted" ? Deno.env.get(name) : undefined;
}

function listenForInterrupt(callback: () => void): void {
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM"];
  const onSignal = (): void => {
    for (const signal of signals) Deno.removeSignalListener(signal, onSignal);
    callback();
  };
  for (const signal of signals) Deno.addSignalListener(signal, onSignal);
}
