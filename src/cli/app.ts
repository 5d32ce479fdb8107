/**
 * The application: which command the arguments name, how its output behaves, and how errors become
 * messages and exit codes.
 */

import { UsageError } from "../errors.ts";
import { firstValueIndex, parseOptions, wantsJson } from "./args.ts";
import { type Command, EXIT, type ExitCode, type ParsedOptions } from "./command.ts";
import { COMMON_OPTIONS, optionsOf } from "./common_options.ts";
import { createIo, type System } from "./io.ts";
import { nearestWord } from "./nearest.ts";
import { Output, type OutputMode } from "./output.ts";
import { loadColors, PLAIN, wantsColor } from "./paint.ts";
import { type CommandEntry, COMMANDS } from "./registry.ts";

/** Runs the program with its arguments; answers the exit code. Does not throw. */
export async function run(args: readonly string[], system: System): Promise<ExitCode> {
  const interruption = new AbortController();
  let output = new Output(system.stdout, system.stderr, {
    mode: wantsJson(args) ? "json" : "human",
  });
  try {
    const invocation = await parseInvocation(args);
    output = await openOutput(invocation.options, system, () => interruption.abort());
    const exit = await execute(invocation, system, output, interruption);
    await output.flush();
    return output.failure === null ? exit : reportFailure(output.failure, output);
  } catch (error) {
    return await reportError(error, output);
  }
}

/** What the arguments ask for: a command with its options, `help`, or nothing in particular. */
interface Invocation {
  readonly command: Command | "help" | null;
  readonly options: ParsedOptions;
}

async function parseInvocation(args: readonly string[]): Promise<Invocation> {
  const index = firstValueIndex(args, COMMON_OPTIONS);
  const name = args[index];
  if (name === undefined) return { command: null, options: parseOptions(args, COMMON_OPTIONS) };
  const others = args.filter((_, i) => i !== index);
  if (name === "help") return { command: "help", options: parseOptions(others, COMMON_OPTIONS) };
  const command = await findCommand(name).load();
  return { command, options: parseOptions(others, optionsOf(command)) };
}

function findCommand(name: string): CommandEntry {
  const entry = COMMANDS.find((entry) => entry.name === name);
  if (entry !== undefined) return entry;
  const nearest = nearestWord(name, [...COMMANDS.map((entry) => entry.name), "help"]);
  const hint = nearest === null ? "packetpeer --help lists them" : `did you mean ${nearest}?`;
  throw new UsageError(`unknown command "${name}"; ${hint}`);
}

async function execute(
  { command, options }: Invocation,
  system: System,
  output: Output,
  interruption: AbortController,
): Promise<ExitCode> {
  if (options.flag("version")) return await printVersion(system, output);
  if (command === "help") return await printHelp(options.values[0] ?? null, output);
  if (options.flag("help")) return await printHelp(command?.name ?? null, output);
  if (command === null) return await refuseWithoutCommand(output);
  return await command.run(options, createIo(system, output, interruption));
}

async function printVersion(system: System, output: Output): Promise<ExitCode> {
  const { versionJson, versionLines } = await import("./version.ts");
  if (isJson(output)) output.data(versionJson(system.runtime));
  else versionLines(system.runtime, output.isVerbose).forEach((line) => output.data(line));
  return EXIT.ok;
}

/** Help on a command or topic, or on the whole program. */
async function printHelp(subject: string | null, output: Output): Promise<ExitCode> {
  const { helpOn } = await import("./help.ts");
  const lines = await helpOn(subject, { columns: output.columns, paint: output.paint });
  lines.forEach((line) => output.data(line));
  return EXIT.ok;
}

async function refuseWithoutCommand(output: Output): Promise<ExitCode> {
  const { helpOn } = await import("./help.ts");
  const lines = await helpOn(null, { columns: output.columns, paint: output.statusPaint });
  lines.forEach((line) => output.error(line));
  return EXIT.usage;
}

const OUTPUT_MODES: readonly OutputMode[] = ["text", "json", "native", "hex", "tree", "hexdump"];

async function openOutput(
  options: ParsedOptions,
  system: System,
  onClosed: () => void,
): Promise<Output> {
  const isTerminal = system.isStdoutTerminal;
  const isStatusTerminal = system.isStderrTerminal;
  const wish = {
    color: options.text("color"),
    noColor: system.noColor,
    term: isTerminal || isStatusTerminal ? system.environment("TERM") : undefined,
  };
  const isColored = wantsColor(isTerminal, wish);
  const isStatusColored = wantsColor(isStatusTerminal, wish);
  const colors = isColored || isStatusColored ? await loadColors() : PLAIN;
  return new Output(system.stdout, system.stderr, {
    mode: OUTPUT_MODES.find((mode) => mode === options.text("output")) ?? "human",
    isQuiet: options.flag("quiet"),
    isVerbose: options.flag("verbose"),
    isTerminal,
    isStatusTerminal,
    get columns() {
      return columnsOf(system);
    },
    paint: isColored ? colors : PLAIN,
    statusPaint: isStatusColored ? colors : PLAIN,
    onClosed,
    ...(system.nextTurn === undefined ? {} : { nextTurn: system.nextTurn }),
  });
}

const DEFAULT_COLUMNS = 80;
const MIN_COLUMNS = 40;

/** The terminal's width; `COLUMNS` or 80 where data goes elsewhere. */
function columnsOf(system: System): number {
  const isShown = system.isStdoutTerminal || system.isStderrTerminal;
  const columns = (isShown ? system.columns : null) ?? Number(system.environment("COLUMNS"));
  return columns > 0 ? Math.max(columns, MIN_COLUMNS) : DEFAULT_COLUMNS;
}

async function reportError(error: unknown, output: Output): Promise<ExitCode> {
  const { errorEvent, reportOf } = await import("./error_report.ts");
  const report = reportOf(error);
  output.error(`packetpeer: ${report.message}`);
  report.excerpt.forEach((line) => output.error(`  ${line}`));
  if (error instanceof Error && error.stack !== undefined) output.verbose(error.stack);
  if (isJson(output)) output.data(errorEvent(report));
  await output.flush();
  return report.exit;
}

/** Stdout cannot be written to, and not because its reader went away. */
function reportFailure(failure: Error, output: Output): ExitCode {
  output.error(`packetpeer: cannot write to stdout: ${failure.message}`);
  return EXIT.failed;
}

function isJson(output: Output): boolean {
  return output.mode === "json" || output.mode === "native";
}
