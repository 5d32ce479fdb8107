// deno-lint-ignore-file no-console -- a report on the terminal is what this program is for
/** How long the commands take to start, against `deno run` on an empty file. */

import { median, printRatio } from "./measure.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const RUNS = 30;

const COMMANDS: readonly (readonly [name: string, args: readonly string[]])[] = [
  ["--help", ["--help"]],
  ["--version", ["--version"]],
  ["encode 1", ["encode", "1"]],
  ["decode 02…", ["decode", "0200000001000000"]],
  ["send --help", ["send", "--help"]],
  ["send udp://…", ["send", "udp://127.0.0.1:9", "1"]],
];

/** Runs everything and prints it. */
export async function benchStartUp(): Promise<void> {
  const empty = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await printStartUp(empty);
  } finally {
    await Deno.remove(empty);
  }
}

async function printStartUp(empty: string): Promise<void> {
  const runs = [["run", "-A", empty], ...COMMANDS.map(([, args]) => ["run", "-A", MAIN, ...args])];
  const times = runs.map((): number[] => []);
  for (let round = 0; round < RUNS; round++) {
    for (const [i, args] of runs.entries()) times[i]!.push(await timeRun(args));
  }
  const [base = NaN, ...others] = times.map(median);
  console.log(`\nstart-up, median of ${RUNS}: empty file ${base.toFixed(1)} ms`);
  others.forEach((ms, i) => printRatio(ms / base, COMMANDS[i]![0], `${ms.toFixed(1)} ms`));
}

async function timeRun(args: readonly string[]): Promise<number> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  });
  const start = performance.now();
  await command.output();
  return performance.now() - start;
}
