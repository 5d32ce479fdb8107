/** The `decode` command: packets from arguments, stdin, files and captures, printed as values. */

import { type Command, EXIT, type ExitCode, type Io, type ParsedOptions } from "../cli/command.ts";
import { UsageError } from "../errors.ts";
import { createFramePrinter } from "./frame_printer.ts";
import { readFrames } from "./frames.ts";
import type { FrameFormat, FrameReading, Framing } from "./input_frame.ts";

/** Turns bytes into values. */
export const decode: Command = {
  name: "decode",
  synopsis: "[FRAME…]",
  summary: "turn bytes into the values that get_var reads",
  description: "FRAME is hex (white space, 0x and : allowed), @FILE, or - for stdin, which is " +
    "read when there is no FRAME. What does not decode is a line on stderr, and an empty line on " +
    "stdout: line N stays frame N. Values are printed without loss; see packetpeer help values.",
  examples: [
    ["packetpeer decode 0200000007000000", "prints 7"],
    ["packetpeer decode -o tree @packet.bin", "every byte explained"],
    ["packetpeer decode -o json @game.pcapng | jq .value", "the packets of a capture"],
  ],
  options: [
    {
      name: "from",
      kind: "choice",
      placeholder: "FORMAT",
      choices: ["auto", "hex", "base64", "raw", "pcap", "ndjson"],
      default: "auto",
      help: "how stdin and files are written; hex, base64 and ndjson have one frame a line",
    },
    {
      name: "framing",
      kind: "choice",
      placeholder: "FRAMING",
      choices: ["none", "packet-stream", "auto"],
      help: "whether PacketPeerStream's 4 bytes of length are in front of each packet " +
        "(default none, in captures auto)",
    },
    {
      name: "allow-objects",
      kind: "flag",
      help: "read objects sent in full, as data; nothing is ever instantiated",
    },
    {
      name: "keep-going",
      kind: "flag",
      isNegatable: true,
      default: "true",
      help: "go on after a frame that does not decode",
    },
  ],
  run,
};

async function run(options: ParsedOptions, io: Io): Promise<ExitCode> {
  const { output } = io;
  const reading = readingOf(options);
  const printer = await createFramePrinter(output, reading.decoding);
  const isKeptGoing = options.flag("keep-going");
  let exit: ExitCode = EXIT.ok;
  let index = 0;
  for (const argument of inputsOf(options.values, io)) {
    for await (const frames of readFrames(argument, reading, io)) {
      for (const frame of frames) {
        const printed = printer.print(frame, index++);
        const isGood = typeof printed === "boolean" ? printed : await printed;
        if (isGood) continue;
        exit = EXIT.failed;
        if (!isKeptGoing) return exit;
      }
      if (output.isClosed) return exit;
    }
  }
  return exit;
}

function readingOf(options: ParsedOptions): FrameReading {
  return {
    // The option table lets only these words through.
    format: options.text("from") as FrameFormat,
    framing: options.text("framing") as Framing | null,
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
