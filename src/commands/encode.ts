/** The `encode` command: values from arguments or stdin, printed as the bytes that Godot sends. */

import { bytesToHex } from "../bytes/hex.ts";
import { type Command, EXIT, type ExitCode, type Io, type ParsedOptions } from "../cli/command.ts";
import { load } from "../cli/load.ts";
import type { Output } from "../cli/output.ts";
import { UsageError } from "../errors.ts";
import { readText } from "../variant/text_reader.ts";
import {
  type EncodeForm,
  EncodeReport,
  type ValueEncoding,
  type ValueParser,
  type ValuePrinter,
} from "./encode/report.ts";
import { readValues } from "./input/value_source.ts";

/** Turns values into bytes. */
export const encode: Command = {
  name: "encode",
  synopsis: "[VALUE…]",
  summary: "turn values into the bytes that put_var sends",
  description:
    "VALUE is written as var_to_str and GDScript write it; see packetpeer help values. " +
    "Without VALUE, or for -, stdin is read: one value a line, which goes on in the next line as " +
    "long as a bracket or a quote is open. A value that does not parse is an empty line on stdout.",
  examples: [
    [`packetpeer encode '{"cmd": "login", "id": 7}'`, "prints hex"],
    ["packetpeer encode -o raw 42 | nc -u 127.0.0.1 4242", "what put_var sends over UDP"],
    ["packetpeer encode -o tree 'Vector2(1, 2)'", "every byte explained"],
  ],
  options: [
    {
      name: "output",
      short: "o",
      kind: "choice",
      placeholder: "FORM",
      choices: ["hex", "base64", "raw", "text", "json", "native", "tree", "hexdump"],
      default: "hex",
      help: "what to print for a value",
    },
    {
      name: "from",
      kind: "choice",
      placeholder: "NOTATION",
      choices: ["text", "json", "native"],
      default: "text",
      help: "how values are written: as Godot does, as plain JSON, or as JSON.from_native does",
    },
    {
      name: "full-objects",
      kind: "flag",
      help: "send objects in full, as put_var(value, true) does",
    },
  ],
  run,
};

async function run(options: ParsedOptions, io: Io): Promise<ExitCode> {
  const { output } = io;
  // The option table lets only these words through.
  const form = options.text("output") as EncodeForm;
  const notation = options.text("from") as "text" | "json" | "native";
  const encoding: ValueEncoding = {
    godot: options.text("godot") === "3" ? 3 : 4,
    fullObjects: options.flag("full-objects"),
  };
  const report = new EncodeReport(output, {
    form,
    encoding,
    parse: await parserOf(notation),
    show: await printerOf(form, output, encoding),
  });
  let exit: ExitCode = EXIT.ok;
  for await (const values of readValues(options.values, io)) {
    for (const value of values) if (!report.print(value)) exit = EXIT.usage;
    if (output.isClosed) return exit;
  }
  return exit;
}

async function parserOf(notation: "text" | "json" | "native"): Promise<ValueParser> {
  switch (notation) {
    case "text":
      return readText;
    case "json":
      return (await load<typeof import("../variant/json.ts")>("../variant/json.ts"))
        .variantFromJson;
    case "native":
      return (await load<typeof import("../variant/native.ts")>("../variant/native.ts"))
        .variantFromNative;
  }
}

async function printerOf(
  form: EncodeForm,
  output: Output,
  encoding: ValueEncoding,
): Promise<ValuePrinter> {
  switch (form) {
    case "hex":
      return (_, bytes) => output.data(bytesToHex(bytes));
    case "base64":
      return (_, bytes) => output.data(bytes.toBase64());
    case "raw":
      if (!output.isTerminal) return (_, bytes) => output.raw(bytes);
      throw new UsageError("-o raw would garble the terminal; redirect stdout or use -o hex");
    default: {
      const { createView } = await load<typeof import("./encode/views.ts")>(
        "../commands/encode/views.ts",
      );
      return createView(form, output, encoding);
    }
  }
}
