/** The `explain` command: what bytes that nobody understands most likely are, and whose fault it is. */

import { type Command, EXIT, type ExitCode, type Io, type ParsedOptions } from "../cli/command.ts";
import { UsageError } from "../errors.ts";
import { EXPLAINED_SIZE } from "../explain/explain.ts";
import { type ExplainFormat, readExplainInput } from "./explain/inputs.ts";
import { explanationLines } from "./explain/lines.ts";
import { type ExplainedPacket, explainSeries, type Series } from "./explain/series.ts";

/** Of more packets than that, the rest is left out. */
const MAX_PACKETS = 1000;
/** Of a longer text, the rest is left out. */
const MAX_TEXT = 4096;

/** Tells what bytes are. */
export const explain: Command = {
  name: "explain",
  synopsis: "HEX|@FILE|-",
  summary: "find out what bytes are, and which side got them wrong",
  description:
    "Tries every reading (Variants of Godot 3 and 4, lengths in front, StreamPeer's calls, " +
    "text, JSON, compression, TLS and DTLS, ENet, WebSocket, Godot's multiplayer, plain numbers) and " +
    "ranks them with reasons. The last line is the verdict: what it most likely is, which side is " +
    "wrong, at which byte, and what puts it right. --godot is the version that receives.\n" +
    "HEX may be hex, a list like [20, 0, 0, 0] as print() shows it, base64, a JSON line of listen, " +
    "b'\\x14\\x00' and what else programs print, or separate words of one byte; " +
    "files and stdin are raw, or hex with one packet a line, or a hex dump. Several packets are " +
    "explained one by one, and together where they are pieces of one stream. -v shows every " +
    "reading with all of its reasons. Ends with 0 when everything is explained, else with 1.",
  examples: [
    ["packetpeer explain 08000000 0200000007000000", "pieces of a stream, one by one and together"],
    ['packetpeer explain "[8, 0, 0, 0, 2, 0, 0, 0, 7, 0, 0, 0]"', "what print(packet) showed"],
    ["packetpeer explain -o json @packet.bin | jq -r .verdict", "the verdict alone"],
  ],
  options: [
    {
      name: "output",
      short: "o",
      kind: "choice",
      placeholder: "FORM",
      choices: ["text", "json"],
      default: "text",
      help: "how to print it",
    },
    {
      name: "from",
      kind: "choice",
      placeholder: "FORMAT",
      choices: ["auto", "hex", "raw", "pcap"],
      default: "auto",
      help: "how stdin and files are written; auto takes as hex what is hex in every line, pcap " +
        "says how decode reads captures",
    },
  ],
  run,
};

async function run(options: ParsedOptions, io: Io): Promise<ExitCode> {
  const { output } = io;
  if (options.values.length === 0 && io.isStdinTerminal) {
    output.status("reading bytes from the terminal, a packet a line");
  }
  const format = formatOf(options);
  const { packets, isCut } = await readExplainInput(options.values, format, io);
  const receiver = options.text("godot") === "3" ? 3 : 4;
  const series = await explainSeries(packets.slice(0, MAX_PACKETS), { receiver });
  if (output.mode === "json") printJson(series, io);
  else printLines(series, io);
  sayWhatIsLeftOut(packets, isCut, io);
  return series.isExplained ? EXIT.ok : EXIT.failed;
}

/** Throws `UsageError` for captures. */
function formatOf(options: ParsedOptions): ExplainFormat {
  const format = options.text("from");
  if (format === "pcap") {
    throw new UsageError(
      "explain takes single packets: packetpeer decode @FILE shows those of a capture, and with " +
        "-o hex prints their bytes, for explain",
    );
  }
  return format as ExplainFormat; // the option table lets only these words through
}

function sayWhatIsLeftOut(packets: readonly Uint8Array[], isCut: boolean, { output }: Io): void {
  if (packets.length > MAX_PACKETS) {
    output.status(
      `packetpeer: only the first ${MAX_PACKETS} of ${packets.length} packets were explained`,
    );
  }
  if (isCut || packets.some((bytes) => bytes.length > EXPLAINED_SIZE)) {
    output.status(`packetpeer: only the first ${EXPLAINED_SIZE} bytes of a packet were looked at`);
  }
}

function printLines({ parts, whole, verdict }: Series, { output }: Io): void {
  const style = { paint: output.paint, columns: output.columns, isVerbose: output.isVerbose };
  const print = (title: string | null, packet: ExplainedPacket): void => {
    if (title !== null) output.data(output.paint.bold(title));
    for (const line of explanationLines(packet, style)) output.data(line);
    output.data("");
  };
  parts.forEach((packet, i) => print(parts.length === 1 ? null : `packet ${i + 1}`, packet));
  if (whole !== null) print(`all ${parts.length} together`, whole);
  output.data(output.paint.bold(verdict));
}

/** One object; of several packets one each, one for all of them together, and a summary. */
function printJson({ parts, whole, verdict, isExplained }: Series, { output }: Io): void {
  if (parts.length === 1 && parts[0] !== undefined) return output.data(json(parts[0], {}));
  parts.forEach((packet, index) => output.data(json(packet, { index })));
  if (whole !== null) output.data(json(whole, { packets: parts.length }));
  const explained = parts.filter(({ explanation }) => explanation.best !== null).length;
  const packets = parts.length;
  output.data(JSON.stringify({ event: "summary", packets, explained, ok: isExplained, verdict }));
}

function json({ explanation }: ExplainedPacket, place: Readonly<Record<string, number>>): string {
  const readings = explanation.readings.map((reading) => ({
    what: reading.what,
    score: reading.score,
    why: reading.why,
    text: textOf(reading.text()),
  }));
  return JSON.stringify({ event: "explanation", ...place, verdict: explanation.verdict, readings });
}

function textOf(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
