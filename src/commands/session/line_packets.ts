/** Packets from the lines of stdin, as they come. */

import type { Io } from "../../cli/command.ts";
import { EncodeError, ParseError, UsageError } from "../../errors.ts";
import type { Outgoing, PacketMaker } from "./value_packets.ts";
import { readValues, type WrittenValue } from "../input/value_source.ts";

/** The values of stdin. One that is no value is told on stderr and passed over. */
export class LinePackets {
  readonly #maker: PacketMaker;
  readonly #io: Io;
  #badLines = 0;

  constructor(maker: PacketMaker, io: Io) {
    this.#maker = maker;
    this.#io = io;
  }

  /** Values so far that were passed over. */
  get badLines(): number {
    return this.#badLines;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Outgoing, void, undefined> {
    for await (const values of readValues(["-"], this.#io)) {
      for (const value of values) {
        const packet = value.isBlank ? null : this.#packetOf(value);
        if (packet !== null) yield packet;
      }
    }
  }

  #packetOf({ text, firstLine }: WrittenValue): Outgoing | null {
    const { output } = this.#io;
    try {
      return this.#maker.fromText(text, `line ${firstLine}`);
    } catch (error) {
      this.#badLines++;
      output.error(`packetpeer: ${describe(error, firstLine)}`);
      if (error instanceof ParseError) {
        error.excerpt.split("\n").forEach((line) => output.error(`  ${line}`));
      }
      return null;
    }
  }
}

/** What is wrong with the value that begins on that line; throws what is not the value's fault. */
function describe(error: unknown, firstLine: number): string {
  if (error instanceof ParseError) {
    return `line ${firstLine + error.line - 1}, column ${error.column}: ${error.why}`;
  }
  if (error instanceof EncodeError) return `line ${firstLine}: ${error.message}`;
  if (error instanceof UsageError) return error.message;
  throw error;
}
