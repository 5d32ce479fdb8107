/**
 * The program as a child process: what it prints, line by line, how it ends, real signals. Every
 * wait has a deadline, and a wait that fails shows all that the program has printed.
 */

const MAIN = new URL("../../main.ts", import.meta.url).href;

/** How long any single wait may take, in milliseconds: generous, as test machines are busy. */
const DEADLINE_MS = 30_000;

/** How to start the program. */
export interface CliOptions {
  /** What stdin gives before it ends. Without it stdin is empty; see `startCli` for a live one. */
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The limit of each wait in milliseconds. */
  readonly deadlineMs?: number;
}

/** How a run ended. */
export interface CliResult {
  /** The exit code; null when a signal ended the process. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Stdout as it was, for output that is not text. */
  readonly stdoutBytes: Uint8Array;
  /** The lines of stdout, without an empty one after the last line end. */
  readonly stdoutLines: readonly string[];
  readonly stderrLines: readonly string[];
}

/** Runs the program to its end. */
export async function runCli(
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliResult> {
  await using run = startCli(args, options);
  await run.write(options.stdin ?? "");
  await run.endInput();
  return await run.result();
}

/** Starts the program and leaves it running; `await using` ends it whatever happens. */
export function startCli(args: readonly string[], options: CliOptions = {}): CliRun {
  return new CliRun(args, options);
}

/** A run under way. */
export class CliRun implements AsyncDisposable {
  readonly pid: number;
  readonly stdout: OutputLines;
  readonly stderr: OutputLines;
  readonly #args: readonly string[];
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #deadlineMs: number;
  #hasEnded = false;

  constructor(args: readonly string[], options: CliOptions) {
    this.#args = args;
    this.#deadlineMs = options.deadlineMs ?? DEADLINE_MS;
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--quiet", MAIN, ...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      env: { NO_COLOR: "", TERM: "xterm", DENO_NO_UPDATE_CHECK: "1", ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    this.#child = command.spawn();
    this.pid = this.#child.pid;
    this.#input = this.#child.stdin.getWriter();
    this.stdout = new OutputLines(this.#child.stdout);
    this.stderr = new OutputLines(this.#child.stderr);
  }

  /** Waits for the next whole line of stdout that matches; lines before it are passed over. */
  stdoutLine(pattern: RegExp | string): Promise<string> {
    return this.#within(this.stdout.line(pattern), `a line like ${pattern} on stdout`);
  }

  /** Waits for the next whole line of stderr that matches; lines before it are passed over. */
  stderrLine(pattern: RegExp | string): Promise<string> {
    return this.#within(this.stderr.line(pattern), `a line like ${pattern} on stderr`);
  }

  /** Writes to the program's stdin. A program that does not read any more is not an error. */
  async write(text: string | Uint8Array): Promise<void> {
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text.slice();
    if (bytes.length === 0) return;
    await this.#within(ignoreBrokenPipe(this.#input.write(bytes)), "stdin to be read");
  }

  /** Ends the program's stdin. */
  async endInput(): Promise<void> {
    await this.#within(ignoreBrokenPipe(this.#input.close()), "stdin to be closed");
  }

  /** Closes the reading end of the program's stdout, as `head` does. */
  async closeStdout(): Promise<void> {
    await this.stdout.close();
  }

  /** Sends a signal. */
  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Waits for the end of the program and of its output. */
  async result(): Promise<CliResult> {
    const ended = Promise.all([this.#child.status, this.stdout.ended, this.stderr.ended]);
    const [status] = await this.#within(ended, "the program to end");
    this.#hasEnded = true;
    await ignoreBrokenPipe(this.#input.close());
    return {
      code: status.signal === null ? status.code : null,
      signal: status.signal,
      stdout: this.stdout.text,
      stderr: this.stderr.text,
      stdoutBytes: this.stdout.bytes,
      stdoutLines: this.stdout.allLines,
      stderrLines: this.stderr.allLines,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#hasEnded) return;
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      // It has ended by itself in the meantime.
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
    await this.#child.status;
    await ignoreBrokenPipe(this.#input.close());
    await Promise.all([this.stdout.ended, this.stderr.ended]);
  }

  async #within<T>(wait: Promise<T>, what: string): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const deadline = new Promise<never>((_, reject) => {
      const giveUp = (): void => reject(this.#failure(`gave up waiting for ${what}`));
      timer = setTimeout(giveUp, this.#deadlineMs);
    });
    try {
      return await Promise.race([wait, deadline]);
    } catch (error) {
      if (error instanceof OutputEnded) throw this.#failure(`no ${what} before the end`);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #failure(what: string): Error {
    const { stdout, stderr } = this;
    return new Error(
      `packetpeer ${this.#args.join(" ")}: ${what}\n` +
        `--- stdout\n${stdout.text}\n--- stderr\n${stderr.text}\n---`,
    );
  }
}

/** The stream ended and the awaited line had not come. */
class OutputEnded extends Error {}

interface LineWait {
  readonly pattern: RegExp | string;
  resolve(line: string): void;
  reject(error: Error): void;
}

/** One output stream of a child, collected as it comes. */
export class OutputLines {
  /** Resolves when the stream has ended. */
  readonly ended: Promise<void>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  readonly #decoder = new TextDecoder();
  readonly #chunks: Uint8Array[] = [];
  readonly #lines: string[] = [];
  #nextLine = 0;
  #open = "";
  #text = "";
  #waits: LineWait[] = [];
  #hasEnded = false;

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = stream.getReader();
    this.ended = this.#collect();
  }

  /** All that has come so far. */
  get text(): string {
    return this.#text;
  }

  /** All that has come so far, as bytes. */
  get bytes(): Uint8Array {
    const all = new Uint8Array(this.#chunks.reduce((size, chunk) => size + chunk.length, 0));
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }

  /** The lines so far; the last one may be unfinished. */
  get allLines(): readonly string[] {
    return this.#open === "" ? [...this.#lines] : [...this.#lines, this.#open];
  }

  /** Resolves with the next whole line that contains or matches the pattern. */
  line(pattern: RegExp | string): Promise<string> {
    const wait = Promise.withResolvers<string>();
    this.#waits.push({ pattern, resolve: wait.resolve, reject: wait.reject });
    this.#answerWaits();
    return wait.promise;
  }

  /** Stops reading: the writer sees a closed pipe. */
  async close(): Promise<void> {
    await this.#reader.cancel();
    await this.ended;
  }

  async #collect(): Promise<void> {
    while (true) {
      const { value, done } = await this.#reader.read();
      if (done) break;
      this.#chunks.push(value);
      this.#addText(this.#decoder.decode(value, { stream: true }));
    }
    this.#hasEnded = true;
    this.#answerWaits();
  }

  #addText(text: string): void {
    this.#text += text;
    const lines = (this.#open + text).split("\n");
    this.#open = lines.pop() ?? "";
    this.#lines.push(...lines);
    this.#answerWaits();
  }

  #answerWaits(): void {
    for (let wait = this.#waits[0]; wait !== undefined; wait = this.#waits[0]) {
      const line = this.#takeLine(wait.pattern);
      if (line === null && !this.#hasEnded) return;
      this.#waits.shift();
      if (line === null) wait.reject(new OutputEnded());
      else wait.resolve(line);
    }
  }

  #takeLine(pattern: RegExp | string): string | null {
    while (this.#nextLine < this.#lines.length) {
      const line = this.#lines[this.#nextLine++] ?? "";
      if (typeof pattern === "string" ? line.includes(pattern) : pattern.test(line)) return line;
    }
    return null;
  }
}

/** The reader of a pipe may go away at any time; a stream may be closed already. */
async function ignoreBrokenPipe(write: Promise<void>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe || error instanceof TypeError)) throw error;
  }
}
