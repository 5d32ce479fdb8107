/** Runs one command without a process: options as on the command line, everything else in memory. */

import { parseOptions } from "../../src/cli/args.ts";
import type { Command, ExitCode } from "../../src/cli/command.ts";
import { optionsOf } from "../../src/cli/common_options.ts";
import type { OutputMode } from "../../src/cli/output.ts";
import { memoryIo, type MemorySettings } from "./memory_io.ts";

/** What a command printed and how it ended. */
export interface CommandResult {
  readonly exit: ExitCode;
  readonly stdout: string;
  readonly stdoutBytes: Uint8Array<ArrayBuffer>;
  readonly lines: readonly string[];
  readonly stderr: string;
}

/** Runs a command to its end; the output's mode is that of `-o`. */
export async function runCommand(
  command: Command,
  args: readonly string[],
  settings: MemorySettings = {},
): Promise<CommandResult> {
  const options = parseOptions(args, optionsOf(command));
  const modes: readonly OutputMode[] = ["text", "json", "native", "hex", "tree", "hexdump"];
  const mode = modes.find((mode) => mode === options.text("output")) ?? "human";
  const io = memoryIo({ mode, isQuiet: options.flag("quiet"), ...settings });
  const exit = await command.run(options, io);
  await io.output.flush();
  return {
    exit,
    stdout: io.stdoutText(),
    stdoutBytes: io.stdoutBytes(),
    lines: io.stdoutLines(),
    stderr: io.stderrText(),
  };
}
