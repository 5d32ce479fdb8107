import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Command } from "../../../src/cli/command.ts";
import { commandHelp, helpOn } from "../../../src/cli/help.ts";
import { COMMON_OPTIONS } from "../../../src/cli/common_options.ts";
import { loadColors, PLAIN } from "../../../src/cli/paint.ts";
import { COMMANDS } from "../../../src/cli/registry.ts";
import { UsageError } from "../../../src/errors.ts";

const STYLE = { columns: 80, paint: PLAIN };

const COMMAND: Command = {
  name: "measure",
  synopsis: "THING…",
  summary: "say how long things are",
  description:
    "First paragraph, which is long enough to be wrapped when the terminal is narrow.\nSecond.",
  examples: [
    ["packetpeer measure x", "how long x is"],
    [`packetpeer measure ${"y".repeat(50)}`, "an explanation that does not fit beside it"],
  ],
  options: [
    {
      name: "unit",
      short: "u",
      kind: "choice",
      placeholder: "UNIT",
      choices: ["m", "ft"],
      default: "m",
      help: "unit of the answer",
    },
    { name: "twice", kind: "flag", isNegatable: true, default: "true", help: "measure twice" },
    { name: "with", kind: "string", placeholder: "TOOL", isRepeatable: true, help: "tool to use" },
  ],
  run: () => Promise.resolve(0),
};

Deno.test("commandHelp() shows examples first, then usage, text and options", () => {
  assertEquals(commandHelp({ ...COMMAND, options: COMMAND.options }, STYLE).slice(0, 18), [
    "packetpeer measure: say how long things are",
    "",
    "  $ packetpeer measure x  # how long x is",
    "  # an explanation that does not fit beside it",
    `  $ packetpeer measure ${"y".repeat(50)}`,
    "",
    "Usage: packetpeer measure [OPTION…] THING…",
    "",
    "First paragraph, which is long enough to be wrapped when the terminal is narrow.",
    "Second.",
    "",
    "Options:",
    "  -u, --unit UNIT   unit of the answer (m|ft, default m)",
    "      --[no-]twice  measure twice (default on)",
    "      --with TOOL   tool to use (repeatable)",
    "",
    "Common options:",
    "  -o, --output MODE       what a value looks like on stdout",
  ]);
});

Deno.test("commandHelp() lists the common options that a command does not replace", () => {
  const own = { ...COMMAND, options: [{ ...COMMON_OPTIONS[0]!, help: "something else" }] };
  const text = commandHelp(own, STYLE).join("\n");
  assertEquals(text.match(/--output/g)?.length, 1);
  for (const { name } of COMMON_OPTIONS) assert(text.includes(`--${name}`), name);
});

Deno.test("helpOn() fits every page to the width, and colours nothing but words", async () => {
  const colors = await loadColors();
  for (const subject of [null, "values", "endpoints", ...COMMANDS.map(({ name }) => name)]) {
    for (const columns of [80, 120]) {
      const lines = await helpOn(subject, { columns, paint: PLAIN });
      const examples = lines.filter((line) => line.startsWith("  $ "));
      const tooLong = lines.filter((line) => line.length > columns && !examples.includes(line));
      assertEquals(tooLong, [], `${subject} at ${columns}`);
      const colored = (await helpOn(subject, { columns, paint: colors })).join("\n");
      // deno-lint-ignore no-control-regex -- colours are control sequences
      assertEquals(colored.replaceAll(/\x1b\[\d+m/g, ""), lines.join("\n"));
    }
  }
});

Deno.test("helpOn() the whole program lists commands, exit codes and topics", async () => {
  const text = (await helpOn(null, STYLE)).join("\n");
  for (const { name, summary } of COMMANDS) {
    assert(text.includes(`  ${name}`) && text.includes(summary));
  }
  for (const code of [0, 1, 2, 3]) assert(text.includes(`\n  ${code}  `), `exit code ${code}`);
  assert(text.includes("packetpeer help values|endpoints|filter|report"));
});

Deno.test("helpOn() suggests the nearest command or topic", async () => {
  await assertRejects(() => helpOn("vaules", STYLE), UsageError, "did you mean values?");
  await assertRejects(() => helpOn("xyz", STYLE), UsageError, "packetpeer --help lists all");
});
