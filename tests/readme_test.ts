/** The README is true: its commands print what it shows, and its program does what it says. */

import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../src/cli/registry.ts";
import { runCli } from "./support/run_cli.ts";

const README = await Deno.readTextFile(new URL("../README.md", import.meta.url));

/** Commands whose output depends on time, ports and the machine are shown, not compared. */
const COMPARED = /^\$ packetpeer (encode|decode|explain) /;

/** The blocks of one language, as lines. */
function blocks(language: string): string[][] {
  const found = README.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm"));
  return [...found].map(([, text = ""]) => text.trimEnd().split("\n"));
}

/** Splits as a shell does, as far as the README goes: words and single quotes. */
function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
}

Deno.test("README: commands print what it shows", async (t) => {
  const shown = blocks("console").filter(([command = ""]) => COMPARED.test(command));
  assert(shown.length >= 3, "there are commands to compare");
  for (const [command = "", ...lines] of shown) {
    await t.step(command, async () => {
      const { stdout, stderr } = await runCli(words(command).slice(2));
      const printed = `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
      assertEquals(printed, lines.filter((line) => line !== ""));
    });
  }
});

Deno.test("README: the library examples run", async () => {
  const root = new URL("..", import.meta.url);
  const examples = blocks("ts");
  assertEquals(examples.length, 2);
  for (const example of examples) {
    const program = example.join("\n").replaceAll('from "./', `from "${root.href}`);
    const url = `data:application/typescript,${encodeURIComponent(program)}`;
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-config", "--quiet", "--allow-read", url],
      cwd: root,
      stdin: "null",
    });
    const { stdout } = await command.output();
    const said = example.flatMap((line) => / \/\/ prints (.*)/.exec(line)?.[1] ?? []);
    assert(said.length > 0);
    assertEquals(new TextDecoder().decode(stdout).trim().split("\n"), said);
  }
});

Deno.test("README: it lists every command", () => {
  for (const { name } of COMMANDS) assert(README.includes(`| \`${name}`), name);
});
