/**
 * One run of `decode`: frames go from the inputs through the selection to the printer. The printer
 * alone knows what becomes of a frame: a line, a tree, figures, another capture.
 */

import { EXIT, type ExitCode, type Io, type ParsedOptions } from "../../cli/command.ts";
import { load } from "../../cli/load.ts";
import { UsageError } from "../../errors.ts";
import type { ConversationTable } from "../../inspect/conversations.ts";
import { createFramePrinter } from "./frame_printer.ts";
import type { FrameSelection } from "./frame_selection.ts";
import { FrameTimes, type TimeFormat } from "./frame_times.ts";
import { readFrames } from "./frames.ts";
import type {
  CaptureBatch,
  FrameFormat,
  FramePrinter,
  FrameReading,
  Framing,
  InputFrame,
} from "./input_frame.ts";

/** Reads, selects and prints frames as the options say. */
export class DecodeRun {
  readonly #options: ParsedOptions;
  readonly #io: Io;
  readonly #reading: FrameReading;
  readonly #times = new FrameTimes();
  readonly #isKeptGoing: boolean;
  #conversations: ConversationTable | null = null;
  #exit: ExitCode = EXIT.ok;
  /** Of the next frame, among all. */
  #index = 0;

  constructor(options: ParsedOptions, io: Io) {
    this.#options = options;
    this.#io = io;
    this.#reading = readingOf(options);
    this.#isKeptGoing = options.flag("keep-going");
  }

  /** Throws `UsageError` and `ParseError` for options and inputs that cannot be. */
  async run(): Promise<ExitCode> {
    const selection = await this.#select();
    const printer = await createFramePrinter(this.#io.output, {
      decoding: this.#reading.decoding,
      times: this.#times,
      conversations: () => this.#openConversations(),
      isStats: this.#options.flag("stats"),
      isCapture: this.#options.text("output") === "pcapng",
      isDialogue: this.#options.isGiven("follow"),
      time: this.#options.text("time") as TimeFormat | null, // one of the choices
    });
    await this.#printAll(printer, selection);
    await printer.finish?.();
    selection?.finish();
    return this.#exit;
  }

  async #printAll(printer: FramePrinter, selection: FrameSelection | null): Promise<void> {
    for (const argument of inputsOf(this.#options.values, this.#io)) {
      for await (const frames of readFrames(argument, this.#reading, this.#io)) {
        const isGoingOn = selection === null && "nextDatagram" in frames && printer.printDatagram
          ? await this.#printCapture(frames, printer)
          : await this.#printFrames(frames, printer, selection);
        if (!isGoingOn || this.#io.output.isClosed) return;
      }
    }
  }

  /** False when that was enough. */
  async #printFrames(
    frames: Iterable<InputFrame>,
    printer: FramePrinter,
    selection: FrameSelection | null,
  ): Promise<boolean> {
    for (const frame of frames) {
      const index = this.#index++;
      if (frame.kind === "packet" && frame.origin !== null) this.#times.note(frame.origin);
      if (selection !== null && !selection.accepts(frame, index)) continue;
      const printed = printer.print(frame, index);
      const isGood = typeof printed === "boolean" ? printed : await printed;
      if (!isGood && !this.#goOn()) return false;
    }
    return true;
  }

  /** The same with the frames of a capture, without an object for each. */
  async #printCapture(batch: CaptureBatch, printer: FramePrinter): Promise<boolean> {
    const frames = batch[Symbol.iterator]();
    for (;;) {
      const datagram = batch.nextDatagram();
      if (datagram !== null) {
        this.#times.note(datagram);
        const isGood = printer.printDatagram?.(datagram, batch.reader, this.#index++) ?? true;
        if (!isGood && !this.#goOn()) return false;
        continue;
      }
      const { value, done } = frames.next();
      if (done) {
        printer.flush?.();
        return true;
      }
      if (!await this.#printFrames([value], printer, null)) return false;
    }
  }

  /** After a frame that does not decode. */
  #goOn(): boolean {
    this.#exit = EXIT.failed;
    return this.#isKeptGoing;
  }

  async #select(): Promise<FrameSelection | null> {
    const filter = this.#options.text("filter"), follow = this.#options.number("follow");
    if (filter === null && follow === null) return null;
    const { FrameSelection } = await load<typeof import("./frame_selection.ts")>(
      "../commands/decode/frame_selection.ts",
    );
    const conversations = await this.#openConversations();
    const { decoding } = this.#reading;
    return new FrameSelection({ filter, follow }, conversations, decoding, this.#times);
  }

  async #openConversations(): Promise<ConversationTable> {
    if (this.#conversations === null) {
      const { ConversationTable } = await load<typeof import("../../inspect/conversations.ts")>(
        "../inspect/conversations.ts",
      );
      this.#conversations = new ConversationTable();
    }
    return this.#conversations;
  }
}

function readingOf(options: ParsedOptions): FrameReading {
  const keylog = options.text("keylog");
  return {
    // The option table lets only these words through.
    format: options.text("from") as FrameFormat,
    framing: options.text("framing") as Framing | null,
    ...(keylog === null ? {} : { keylog }),
    isSelective: ["filter", "follow", "stats"].some((name) => options.isGiven(name)),
    decoding: {
      godot: options.text("godot") === "3" ? 3 : 4,
      allowObjects: options.flag("allow-objects"),
    },
  };
}

/** The frames that were named, or else stdin. */
function inputsOf(values: readonly string[], io: Io): readonly string[] {
  if (values.filter((value) => value === "-").length > 1) {
    throw new UsageError("stdin was named twice; it can be read once");
  }
  if (values.length > 0) return values;
  if (io.isStdinTerminal) io.output.status("reading frames from the terminal, one a line");
  return ["-"];
}
