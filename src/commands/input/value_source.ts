/** Written values, from arguments and from the lines of an input. */

import type { Io } from "../../cli/command.ts";
import { load } from "../../cli/load.ts";
import { UsageError } from "../../errors.ts";

/** One value as it was written, not parsed yet. */
export interface WrittenValue {
  readonly text: string;
  /** What a message calls it when it is an argument: `value 2`; null for lines of an input. */
  readonly name: string | null;
  /** The line of the input that it begins on, from 1 on; 1 for arguments. */
  readonly firstLine: number;
  /** An empty line, or one with only a comment. */
  readonly isBlank: boolean;
}

/**
 * The values that arguments spell, and the lines of stdin for `-`, or when there are no arguments.
 * They come in batches, as input does. Throws `UsageError` when stdin is named twice or not UTF-8.
 */
export async function* readValues(
  values: readonly string[],
  io: Io,
): AsyncGenerator<Iterable<WrittenValue>> {
  if (values.filter((value) => value === "-").length > 1) {
    throw new UsageError("stdin was named twice; it can be read once");
  }
  if (values.length === 0 && io.isStdinTerminal) {
    io.output.status("reading values from the terminal, one a line");
  }
  for (const [i, text] of (values.length === 0 ? ["-"] : values).entries()) {
    if (text === "-") yield* await readStdin(io);
    else yield [{ text, name: `value ${i + 1}`, firstLine: 1, isBlank: false }];
  }
}

async function readStdin(io: Io): Promise<AsyncGenerator<Iterable<WrittenValue>>> {
  const { valuesInLines } = await load<typeof import("./value_lines.ts")>(
    "../commands/input/value_lines.ts",
  );
  return valuesInLines(io.stdin);
}
