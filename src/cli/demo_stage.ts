/**
 * Where the demo plays: runs the program with its arguments, in this process, and shows what each
 * run prints behind its name. What was printed is kept, to check that it is what it should be.
 */

import { run } from "./app.ts";
import type { ExitCode } from "./command.ts";
import { denoSystem, type System } from "./io.ts";
import type { Output, Sink } from "./output.ts";
import { PLAIN } from "./paint.ts";

/** Between the name of a run and what it printed. */
const RULE = "│";
/** Names are aligned to the longest, `explain`. */
const LABEL_WIDTH = 7;

/** One run of the program, going on or over. */
export class Performance {
  /** Every line printed so far, stdout and stderr, without colours. */
  readonly lines: string[] = [];
  readonly #exit: Promise<ExitCode>;
  #interrupt: () => void = () => {};
  #isInterrupted = false;
  #waiting: { readonly text: string; readonly resolve: (line: string | null) => void }[] = [];

  /** Shows the lines that `isShown` picks, without colours; the others are only kept. */
  constructor(
    args: readonly string[],
    label: string,
    output: Output,
    isShown: (line: string) => boolean = () => true,
  ) {
    const paint = output.paint;
    const start = `${paint.cyan(label.padEnd(LABEL_WIDTH))} ${paint.dim(RULE)}`;
    const show = (line: string): void => {
      const plain = stripColors(line);
      if (isShown(plain)) output.data(`${start} ${line}`);
      this.#note(plain);
    };
    output.data(`${start} ${paint.bold(commandLine(args))}`);
    const color = paint === PLAIN ? "never" : "always";
    this.#exit = run([...args, "--color", color], this.#system(show, output.columns));
  }

  /** Waits for the end. */
  async exit(): Promise<ExitCode> {
    const code = await this.#exit;
    this.#waiting.forEach(({ resolve }) => resolve(null));
    return code;
  }

  /** Waits for a line that has `text` in it; null when the run ends without one. */
  async line(text: string): Promise<string | null> {
    const found = this.lines.find((line) => line.includes(text));
    if (found !== undefined) return found;
    const { promise, resolve } = Promise.withResolvers<string | null>();
    this.#waiting.push({ text, resolve });
    return await Promise.race([promise, this.#exit.then(() => null)]);
  }

  /** Ends the run as Ctrl-C does, and waits for its end. */
  async interrupt(): Promise<ExitCode> {
    this.#isInterrupted = true;
    this.#interrupt();
    return await this.exit();
  }

  #note(line: string): void {
    this.lines.push(line);
    const isMeant = ({ text }: { readonly text: string }): boolean => line.includes(text);
    this.#waiting.filter(isMeant).forEach(({ resolve }) => resolve(line));
    this.#waiting = this.#waiting.filter((waiting) => !isMeant(waiting));
  }

  #system(show: (line: string) => void, columns: number): System {
    return {
      stdout: lineSink(show),
      stderr: lineSink(show),
      stdin: new ReadableStream({ start: (controller) => controller.close() }),
      isStdoutTerminal: false,
      isStderrTerminal: false,
      isStdinTerminal: false,
      columns,
      noColor: false,
      runtime: denoSystem().runtime,
      environment: () => undefined,
      readFile: () => Promise.reject(new Deno.errors.NotFound("the demo has no files")),
      openFile: () => Promise.reject(new Deno.errors.NotFound("the demo has no files")),
      writeFile: () => Promise.reject(new Deno.errors.NotFound("the demo has no files")),
      checkWritable: () => Promise.reject(new Deno.errors.NotFound("the demo has no files")),
      createFile: noFile,
      appendFile: noFile,
      loadModule: () => Promise.reject(new Deno.errors.NotFound("the demo has no files")),
      onInterrupt: (callback) => {
        this.#interrupt = callback;
        if (this.#isInterrupted) callback();
      },
    };
  }
}

function noFile(): never {
  throw new Deno.errors.NotFound("the demo has no files");
}

/** A sink that hands on whole lines. */
function lineSink(show: (line: string) => void): Sink {
  const decoder = new TextDecoder();
  let rest = "";
  return {
    writeSync(bytes: Uint8Array): number {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      lines.forEach(show);
      return bytes.length;
    },
  };
}

// deno-lint-ignore no-control-regex -- the colours to strip begin with a control character
const COLORS = /\x1b\[[0-9;]*m/g;

function stripColors(line: string): string {
  return line.replaceAll(COLORS, "");
}

/** The command line as it would be typed. */
function commandLine(args: readonly string[]): string {
  const quote = (arg: string): string => /^[\w:/.,=-]+$/.test(arg) ? arg : `'${arg}'`;
  return `$ packetpeer ${args.map(quote).join(" ")}`;
}
