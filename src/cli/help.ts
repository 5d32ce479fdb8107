/** Help texts, made from the command table and the option tables that the parser reads. */

import { UsageError } from "../errors.ts";
import type { Command, OptionSpec } from "./command.ts";
import { COMMON_OPTIONS, commonOptionsOf } from "./common_options.ts";
import { TOPICS } from "./help_topics.ts";
import { layoutRows, type TextStyle, wrap } from "./layout.ts";
import { nearestWord } from "./nearest.ts";
import { COMMANDS } from "./registry.ts";

const EXIT_CODES: readonly (readonly [string, string])[] = [
  ["0", "done, and all that was asked for held"],
  [
    "1",
    "it ran, but something asked for did not hold: a packet that does not decode, no reply, --assert",
  ],
  ["2", "bad usage or bad input: unknown option, unreadable file, a value that does not parse"],
  ["3", "the network or TLS refused: cannot bind, cannot connect, certificate not accepted"],
];

const MAIN_EXAMPLES: Command["examples"] = [
  ["packetpeer listen udp://127.0.0.1:4242 --echo", ""],
  [`packetpeer send udp://127.0.0.1:4242 '{"cmd": "login", "id": 7}' --expect 1`, ""],
  ["packetpeer bench udp://127.0.0.1:4242 --clients 8 --assert 'p99<20ms'", ""],
  ["packetpeer encode 'Vector2(1, 2)' | packetpeer decode -o tree", ""],
  ["packetpeer explain 080000000200000007000000", ""],
];

/**
 * Lines of help on a command or topic; on the whole program for null. Throws `UsageError` when there
 * is no such command or topic.
 */
export async function helpOn(subject: string | null, style: TextStyle): Promise<string[]> {
  if (subject === null) return mainHelp(style);
  const entry = COMMANDS.find((entry) => entry.name === subject);
  if (entry !== undefined) return commandHelp(await entry.load(), style);
  const topic = TOPICS.find((topic) => topic.name === subject);
  if (topic !== undefined) return topic.lines(style);
  const nearest = nearestWord(subject, [...COMMANDS, ...TOPICS].map((entry) => entry.name));
  const hint = nearest === null ? "packetpeer --help lists all" : `did you mean ${nearest}?`;
  throw new UsageError(`no help on "${subject}"; ${hint}`);
}

/** Help on the whole program. */
function mainHelp(style: TextStyle): string[] {
  return [
    `${style.paint.bold("packetpeer")}: inspect and test Godot's PacketPeer traffic`,
    "",
    ...exampleLines(MAIN_EXAMPLES, style),
    "",
    usageLine("COMMAND [OPTION…] [ARGUMENT…]", style),
    ...section("Commands", COMMANDS.map(({ name, summary }) => [name, summary]), style),
    ...section("Options of every command", COMMON_OPTIONS.map(optionRow), style),
    ...section("Exit codes", EXIT_CODES, style),
    "",
    ...wrap(
      `More: packetpeer help COMMAND, packetpeer help ${TOPICS.map(({ name }) => name).join("|")}`,
      style.columns,
    ),
  ];
}

/** Help on one command. */
export function commandHelp(command: Command, style: TextStyle): string[] {
  const paragraphs = command.description.split("\n").flatMap((text) => wrap(text, style.columns));
  return [
    `${style.paint.bold(`packetpeer ${command.name}`)}: ${command.summary}`,
    "",
    ...exampleLines(command.examples, style),
    "",
    usageLine(`${command.name} [OPTION…] ${command.synopsis}`, style),
    "",
    ...paragraphs,
    ...section("Options", command.options.map(optionRow), style),
    ...section("Common options", commonOptionsOf(command).map(optionRow), style),
  ];
}

function usageLine(synopsis: string, { paint }: TextStyle): string {
  return `${paint.bold("Usage:")} packetpeer ${synopsis.trimEnd()}`;
}

/** Command lines, each with its explanation beside it, or below it where that is too wide. */
function exampleLines(examples: Command["examples"], { columns, paint }: TextStyle): string[] {
  return examples.flatMap(([command, explanation]) => {
    const line = `  $ ${paint.green(command)}`;
    if (explanation === "") return [line];
    const isBeside = command.length + explanation.length + "  $   # ".length <= columns;
    const comment = paint.dim(`# ${explanation}`);
    return isBeside ? [`${line}  ${comment}`] : [`  ${comment}`, line];
  });
}

function section(
  title: string,
  rows: readonly (readonly [string, string])[],
  { columns, paint }: TextStyle,
): string[] {
  if (rows.length === 0) return [];
  return ["", paint.bold(`${title}:`), ...layoutRows(rows, columns, paint.cyan)];
}

function optionRow(spec: OptionSpec): [label: string, text: string] {
  const short = spec.short === undefined ? "    " : `-${spec.short}, `;
  const name = spec.isNegatable ? `--[no-]${spec.name}` : `--${spec.name}`;
  const placeholder = spec.kind === "flag" ? "" : ` ${spec.placeholder ?? "VALUE"}`;
  return [short + name + placeholder, spec.help + remarkOn(spec)];
}

/** Choices, default and "repeatable", in parentheses. */
function remarkOn(spec: OptionSpec): string {
  const remarks: string[] = [];
  if (spec.choices !== undefined) remarks.push(spec.choices.join("|"));
  if (spec.default !== undefined) remarks.push(`default ${defaultOf(spec, spec.default)}`);
  if (spec.isRepeatable) remarks.push("repeatable");
  return remarks.length === 0 ? "" : ` (${remarks.join(", ")})`;
}

function defaultOf(spec: OptionSpec, text: string): string {
  if (spec.kind !== "flag") return text;
  return text === "true" ? "on" : "off";
}
