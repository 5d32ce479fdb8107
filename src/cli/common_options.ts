/** The options that every command knows, and how they join a command's own. */

import type { Command, OptionSpec } from "./command.ts";

/** In the order of the help. */
export const COMMON_OPTIONS: readonly OptionSpec[] = [
  {
    name: "output",
    short: "o",
    kind: "choice",
    placeholder: "MODE",
    choices: ["text", "json", "native", "hex", "tree", "hexdump"],
    help: "what a value looks like on stdout",
  },
  {
    name: "godot",
    kind: "choice",
    placeholder: "VERSION",
    choices: ["4", "3"],
    default: "4",
    help: "wire format and type names of Godot 4 or Godot 3",
  },
  {
    name: "timeout",
    kind: "duration",
    placeholder: "DURATION",
    default: "5s",
    help: "longest wait for a connection, a handshake or a reply",
  },
  {
    name: "color",
    kind: "choice",
    placeholder: "WHEN",
    choices: ["auto", "always", "never"],
    default: "auto",
    help: "when to use colours; auto honours NO_COLOR",
  },
  { name: "quiet", short: "q", kind: "flag", help: "nothing on stderr but errors" },
  { name: "verbose", short: "v", kind: "flag", help: "more on stderr" },
  { name: "help", short: "h", kind: "flag", help: "this help" },
  { name: "version", short: "V", kind: "flag", help: "the version" },
];

/** A command's own options, then the common ones that it does not replace. */
export function optionsOf(command: Pick<Command, "options">): readonly OptionSpec[] {
  return [...command.options, ...commonOptionsOf(command)];
}

/** The common options that a command does not replace by one of its own. */
export function commonOptionsOf(command: Pick<Command, "options">): readonly OptionSpec[] {
  const own = new Set(command.options.map((spec) => spec.name));
  return COMMON_OPTIONS.filter((spec) => !own.has(spec.name));
}
