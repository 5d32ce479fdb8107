/** `bench merge`: adds up result files of runs that were made apart, exactly. */

import type { ExitCode, Io, OptionSpec, ParsedOptions } from "../../cli/command.ts";
import { UsageError } from "../../errors.ts";
import { mergeBenchResults } from "../../stats/bench_result.ts";
import { loadHistograms } from "../../stats/histogram.ts";
import { finishBench, readFinish, readResultFile } from "./finish.ts";

/** The options of `bench` that say what becomes of a result: all that `merge` knows. */
const KNOWN: readonly string[] = ["assert", "compare", "result", "hdr", "html"];

/** Merges the files after the word `merge`; `specs` is the option table. Throws `UsageError`. */
export async function mergeResults(
  options: ParsedOptions,
  specs: readonly OptionSpec[],
  io: Io,
): Promise<ExitCode> {
  const wrong = specs.find(({ name }) => options.isGiven(name) && !KNOWN.includes(name));
  if (wrong !== undefined && wrong.name !== "output") {
    throw new UsageError(`bench merge runs nothing: leave out --${wrong.name}`);
  }
  const paths = options.values.slice(1);
  if (paths.length === 0) {
    throw new UsageError("bench merge needs the FILEs that bench --result wrote");
  }
  const repeated = paths.find((path, i) => paths.indexOf(path) < i);
  if (repeated !== undefined) {
    throw new UsageError(`${repeated} was named twice; it would count twice`);
  }
  const histograms = await loadHistograms();
  const finish = await readFinish(options, io, histograms);
  const results = [];
  for (const path of paths) results.push(await readResultFile(path, io, histograms));
  return await finishBench(mergeBenchResults(results, histograms), finish, io, histograms);
}
