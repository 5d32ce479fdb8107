// deno-lint-ignore-file no-console -- a report on the terminal is what this program is for
/** Programs in C that the socket benchmarks compare with: compiled from the sources beside this. */

/** A program that runs for longer hangs. */
const LIMIT_MS = 30_000;

/** A folder with compiled programs, removed by `using`. */
export class NativePeers implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(): Promise<NativePeers> {
    return new NativePeers(await Deno.makeTempDir());
  }

  /** Compiles `NAME.c`; its path, or why it cannot be compiled here. */
  async compile(name: string, libraries: readonly string[] = []): Promise<string | Error> {
    const source = new URL(`${name}.c`, import.meta.url).pathname;
    const program = `${this.#folder}/${name}`;
    const args = ["-O2", "-o", program, source, ...libraries.map((library) => `-l${library}`)];
    try {
      const { success, stderr } = await new Deno.Command("gcc", { args }).output();
      if (success) return program;
      const lines = new TextDecoder().decode(stderr).split("\n");
      return new Error(lines.find((line) => /error|cannot/.test(line)) ?? "gcc failed");
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return new Error("gcc is not installed");
      throw error;
    }
  }

  /** Writes a file for a program; its path. */
  async write(name: string, text: string): Promise<string> {
    const path = `${this.#folder}/${name}`;
    await Deno.writeTextFile(path, text);
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** A command line. */
export type Argv = readonly string[];

/** A program of ours beside this file. */
export function ourPeer(name: string): Argv {
  const program = new URL(name, import.meta.url).pathname;
  return [Deno.execPath(), "run", "-A", "--unstable-net", program];
}

/** The same command on one CPU alone: the first one, or the second where there are two. */
export function pinned(argv: Argv, cpu: "first" | "second" = "first"): Argv {
  const number = cpu === "second" && navigator.hardwareConcurrency > 1 ? "1" : "0";
  return ["taskset", "-c", number, ...argv];
}

/** Measures one thing. When a program fails, that is a line of the report, and the rest goes on. */
export async function measurePart(what: string, measure: () => Promise<void>): Promise<void> {
  try {
    await measure();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.log(`           ${what} could not be measured: ${why}`);
  }
}

/**
 * Runs a program to its end and reads the numbers that it prints. Throws when it fails, when it
 * takes too long, and when it prints anything else.
 */
export async function runForNumbers(argv: Argv, input?: Uint8Array): Promise<number[]> {
  const child = spawn(argv);
  const timer = setTimeout(() => kill(child), LIMIT_MS);
  try {
    const [{ success, stdout, stderr }] = await Promise.all([
      child.output(),
      writeAll(child.stdin, input).catch(() => {}), // how it ended says more
    ]);
    if (!success) throw new Error(`${nameOf(argv)} failed: ${lastLine(stderr)}`);
    const numbers = numbersIn(decodeText(stdout));
    if (numbers.every(Number.isFinite)) return numbers;
    throw new Error(`${nameOf(argv)} printed ${JSON.stringify(decodeText(stdout))}`);
  } finally {
    clearTimeout(timer);
  }
}

/** A program that prints its port first. */
export class RunningPeer implements AsyncDisposable {
  readonly port: number;
  readonly #name: string;
  readonly #child: Deno.ChildProcess;
  readonly #reader: ReadableStreamDefaultReader<string>;

  private constructor(
    name: string,
    child: Deno.ChildProcess,
    reader: ReadableStreamDefaultReader<string>,
    port: number,
  ) {
    this.#name = name;
    this.#child = child;
    this.#reader = reader;
    this.port = port;
  }

  static async start(argv: Argv): Promise<RunningPeer> {
    const child = spawn(argv);
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const { value = "" } = await reader.read();
    const port = Number(value.trim());
    const peer = new RunningPeer(nameOf(argv), child, reader, port);
    if (port > 0) return peer;
    await peer[Symbol.asyncDispose]();
    throw new Error(`${nameOf(argv)} did not start`);
  }

  /** Asks with a byte of input, and reads the numbers that are answered. */
  async ask(): Promise<readonly number[]> {
    const timer = setTimeout(() => kill(this.#child), LIMIT_MS);
    try {
      const writer = this.#child.stdin.getWriter();
      await writer.write(new Uint8Array([10]));
      writer.releaseLock();
      const numbers = numbersIn(await this.#readLine());
      if (numbers.every(Number.isFinite)) return numbers;
    } finally {
      clearTimeout(timer);
    }
    throw new Error(`${this.#name} failed: ${await this.#lastWords()}`);
  }

  /** What comes up to the end of a line, or of the output. */
  async #readLine(): Promise<string> {
    let line = "";
    while (!line.endsWith("\n")) {
      const { value, done } = await this.#reader.read();
      if (done) return "it has ended";
      line += value;
    }
    return line;
  }

  async #lastWords(): Promise<string> {
    kill(this.#child);
    const bytes = await new Response(this.#child.stderr).bytes();
    return lastLine(bytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    kill(this.#child);
    await this.#child.status;
    await this.#reader.cancel();
    if (!this.#child.stderr.locked) await this.#child.stderr.cancel();
    await this.#child.stdin.abort().catch(() => {}); // the pipe may be broken
  }
}

/** Ends a program that may have ended. */
export function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // it has ended already
  }
}

async function writeAll(
  stream: WritableStream<Uint8Array>,
  input: Uint8Array | undefined,
): Promise<void> {
  const writer = stream.getWriter();
  if (input !== undefined) await writer.write(input);
  await writer.close();
}

function spawn([program = "", ...args]: Argv): Deno.ChildProcess {
  return new Deno.Command(program, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  })
    .spawn();
}

/** What a command line runs, without folders: `dtls_peer connect 4242 cert.pem 150 1`. */
function nameOf(argv: Argv): string {
  const start = argv.findIndex((word) => /_peer(?:\.ts)?$/.test(word));
  return argv.slice(Math.max(0, start)).map((word) => word.replace(/.*\//, "")).join(" ");
}

function lastLine(output: Uint8Array): string {
  return decodeText(output).trim().split("\n").at(-1) || "it gives no reason";
}

function decodeText(output: Uint8Array): string {
  return new TextDecoder().decode(output);
}

function numbersIn(text: string): number[] {
  return text.trim().split(/\s+/).map(Number);
}
