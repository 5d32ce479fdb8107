/**
 * What `send` sends: values and raw packets from the command line, then values from the lines of
 * stdin.
 */

import type { Io, ParsedOptions } from "../../cli/command.ts";
import { load } from "../../cli/load.ts";
import { UsageError } from "../../errors.ts";
import type { LinePackets } from "./line_packets.ts";
import type { RawOption } from "./raw_packets.ts";
import { type Outgoing, PacketMaker, type PacketRules } from "./value_packets.ts";

/** What there is to send. */
export interface OutgoingPackets {
  readonly listed: readonly Outgoing[];
  /** The packets of stdin's lines; null when stdin was not named. */
  readonly lines: LinePackets | null;
}

const RAW_OPTIONS: readonly RawOption[] = ["hex", "base64", "text", "file"];

/**
 * Reads everything there is to send, except stdin. Values come first, then `--hex`, `--base64`,
 * `--text` and `--file`, then stdin. Throws `ParseError`, `EncodeError` or `UsageError`: nothing has
 * been sent then.
 */
export async function readPackets(
  values: readonly string[],
  options: ParsedOptions,
  rules: PacketRules,
  io: Io,
): Promise<OutgoingPackets> {
  const maker = new PacketMaker(rules, io.output);
  const listed = values.flatMap((text, i) =>
    text === "-" ? [] : [maker.fromText(text, `value ${i + 1}`)]
  );
  for (const option of RAW_OPTIONS) {
    for (const [i, text] of options.texts(option).entries()) {
      const { readRawPacket } = await load<typeof import("./raw_packets.ts")>(
        "../commands/session/raw_packets.ts",
      );
      const payload = await readRawPacket(option, text, io);
      listed.push(maker.fromBytes(payload, `--${option} ${i + 1}`));
    }
  }
  return { listed, lines: await readLines(values, maker, io) };
}

async function readLines(
  values: readonly string[],
  maker: PacketMaker,
  io: Io,
): Promise<LinePackets | null> {
  const count = values.filter((value) => value === "-").length;
  if (count === 0) return null;
  if (count > 1) throw new UsageError("stdin was named twice; it can be read once");
  const { LinePackets } = await load<typeof import("./line_packets.ts")>(
    "../commands/session/line_packets.ts",
  );
  return new LinePackets(maker, io);
}
