/**
 * Everything the program prints: data on stdout, all else on stderr, in the order it was said.
 *
 * Data lines are collected and written in the next turn of the event loop, when there are many,
 * before a line on stderr, and at once on a terminal: a lone line is out within a millisecond, a
 * million lines cost few writes. Writing blocks, so a slow reader slows the program down instead of
 * filling memory. What the lines say is not known here.
 */

import { type Paint, PLAIN } from "./paint.ts";

/** What a value looks like on stdout; `human` when no `-o` says so. */
export type OutputMode = "human" | "text" | "json" | "native" | "hex" | "tree" | "hexdump";

/** Where bytes go: `Deno.stdout` and `Deno.stderr`, or a list in tests. */
export interface Sink {
  /** Writes some of the bytes and says how many. */
  writeSync(bytes: Uint8Array): number;
}

/** How an `Output` behaves; everything has a default that suits pipes. */
export interface OutputSettings {
  readonly mode?: OutputMode;
  /** `--quiet`: no status lines. */
  readonly isQuiet?: boolean;
  /** `--verbose`: verbose lines too. */
  readonly isVerbose?: boolean;
  /** Stdout is a terminal. */
  readonly isTerminal?: boolean;
  /** Stderr is a terminal. */
  readonly isStatusTerminal?: boolean;
  /** Width of the terminal in characters. */
  readonly columns?: number;
  /** Colours for data. */
  readonly paint?: Paint;
  /** Colours for stderr. */
  readonly statusPaint?: Paint;
  /** Called once when nobody reads stdout any more. */
  readonly onClosed?: () => void;
  /** Resolves in a later turn of the event loop. @default at the end of the current task */
  readonly nextTurn?: () => Promise<unknown>;
}

const FLUSH_AT_LENGTH = 64 * 1024;
const CLEAR_LINE = "\r\x1b[2K";
const RETRY_MS = 1;

/** Writes lines to stdout and stderr. */
export class Output {
  readonly mode: OutputMode;
  readonly isQuiet: boolean;
  readonly isVerbose: boolean;
  /** True when stdout is a terminal. */
  readonly isTerminal: boolean;
  /** Colours for data lines. */
  readonly paint: Paint;
  /** Colours for lines on stderr, which may be a terminal when stdout is not. */
  readonly statusPaint: Paint;

  readonly #stdout: Sink;
  readonly #stderr: Sink;
  readonly #settings: OutputSettings;
  readonly #encoder = new TextEncoder();
  #pending = "";
  #isScheduled = false;
  #isClosed = false;
  #failure: Error | null = null;
  #hasProgress = false;

  constructor(stdout: Sink, stderr: Sink, settings: OutputSettings = {}) {
    this.mode = settings.mode ?? "human";
    this.isQuiet = settings.isQuiet ?? false;
    this.isVerbose = settings.isVerbose ?? false;
    this.isTerminal = settings.isTerminal ?? false;
    this.paint = settings.paint ?? PLAIN;
    this.statusPaint = settings.statusPaint ?? PLAIN;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#settings = settings;
  }

  /** Width to fit text for people into, in characters; 80 when unknown. */
  get columns(): number {
    return this.#settings.columns ?? 80;
  }

  /** True once nobody reads stdout any more: there is no use in making more lines. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Why stdout cannot be written to (a full disk, say); null for a reader that went away. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** Prints one line of data. */
  data(line: string): void {
    if (this.#isClosed) return;
    this.#pending += line;
    this.#pending += "\n";
    if (this.isTerminal || this.#pending.length >= FLUSH_AT_LENGTH) return this.#writePending();
    if (!this.#isScheduled) this.#writeInNextTurn();
  }

  /** Prints bytes as data, without a line end. */
  raw(bytes: Uint8Array): void {
    this.#writePending();
    if (!this.#isClosed) this.#writeData(bytes);
  }

  /** Says something about the run, unless `--quiet`. */
  status(line: string): void {
    if (!this.isQuiet) this.#say(line);
  }

  /** Says what went wrong, always. */
  error(line: string): void {
    this.#say(line);
  }

  /** Says details, with `--verbose` only. */
  verbose(line: string): void {
    if (this.isVerbose) this.#say(line);
  }

  /** Shows plain text as the last line of the terminal until the next line or text. */
  progress(text: string): void {
    if (!this.#settings.isStatusTerminal || this.isQuiet) return;
    this.#writePending();
    this.#writeStatus(CLEAR_LINE + text.slice(0, this.columns - 1));
    this.#hasProgress = text !== "";
  }

  /** Writes what is still collected. Call it before the program ends. */
  flush(): Promise<void> {
    this.#writePending();
    this.#clearProgress();
    return Promise.resolve();
  }

  #say(line: string): void {
    this.#writePending();
    this.#clearProgress();
    this.#writeStatus(line + "\n");
  }

  #clearProgress(): void {
    if (!this.#hasProgress) return;
    this.#hasProgress = false;
    this.#writeStatus(CLEAR_LINE);
  }

  async #writeInNextTurn(): Promise<void> {
    this.#isScheduled = true;
    await this.#settings.nextTurn?.();
    this.#isScheduled = false;
    this.#writePending();
  }

  #writePending(): void {
    if (this.#pending === "") return;
    const bytes = this.#encoder.encode(this.#pending);
    this.#pending = "";
    if (this.isTerminal) this.#clearProgress();
    this.#writeData(bytes);
  }

  #writeData(bytes: Uint8Array): void {
    try {
      writeAll(this.#stdout, bytes);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#failure = error instanceof Deno.errors.BrokenPipe ? null : error;
      this.#isClosed = true;
      this.#settings.onClosed?.();
    }
  }

  #writeStatus(text: string): void {
    try {
      writeAll(this.#stderr, this.#encoder.encode(text));
    } catch (error) {
      // Nobody left to tell: a closed stderr must not end a run that goes well.
      if (!(error instanceof Error)) throw error;
    }
  }
}

function writeAll(sink: Sink, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += sink.writeSync(nextPiece(bytes, written));
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      waitForReader();
    }
  }
}

/** What every pipe takes as a whole or not at all (`PIPE_BUF`). */
const ATOMIC_SIZE = 4096;

/**
 * Bytes to write at once: whole lines, where there are any. A parent process (npx, say) may have
 * made the pipe non-blocking: of a piece that is larger, or ends inside a line, Deno would write
 * some and still say that it could not, and to try again would print that twice.
 */
function nextPiece(bytes: Uint8Array, start: number): Uint8Array {
  const end = Math.min(start + ATOMIC_SIZE, bytes.length);
  const lineEnd = bytes.lastIndexOf(LINE_FEED, end - 1) + 1;
  return bytes.subarray(start, lineEnd > start ? lineEnd : end);
}

const LINE_FEED = 0x0a;

/** The pipe is full: its reader needs time. */
function waitForReader(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
}
