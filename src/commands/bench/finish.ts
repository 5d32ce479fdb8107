/**
 * The end of `bench` and of `bench merge`: prints the report, holds it to its limits, and writes the
 * files that were asked for.
 */

import { EXIT, type ExitCode, type Io, type ParsedOptions } from "../../cli/command.ts";
import { errorEvent } from "../../cli/error_report.ts";
import { load } from "../../cli/load.ts";
import { UsageError } from "../../errors.ts";
import {
  type Assertion,
  type AssertionResult,
  evaluateAssertions,
  parseAssertions,
} from "../../load/assertion.ts";
import { compareReports, type ComparisonRow } from "../../load/compare.ts";
import { type BenchReport, benchReportToJson } from "../../stats/bench_report.ts";
import {
  type BenchResult,
  benchResultToText,
  readBenchResult,
  reportOfResult,
} from "../../stats/bench_result.ts";
import type { Histogram, HistogramFactory } from "../../stats/histogram.ts";
import type { BenchView } from "./lines.ts";
import { readWholeFile } from "../input/chunks.ts";
import { unwritable } from "../input/file_errors.ts";
import { parseOption } from "../input/parse_option.ts";

/** What becomes of a result, as the options say. */
export interface BenchFinish {
  readonly assertions: readonly Assertion[];
  /** The run to compare with; null when there is none. */
  readonly old: BenchResult | null;
  /** Files to write; null for none. */
  readonly resultPath: string | null;
  readonly hdrPath: string | null;
  readonly htmlPath: string | null;
}

/**
 * Reads the options, and the file to compare with, before the run, and looks whether the files can
 * be written: mistakes must not waste it.
 */
export async function readFinish(
  options: ParsedOptions,
  io: Io,
  histograms: HistogramFactory,
): Promise<BenchFinish> {
  const assertions = options.texts("assert").flatMap((text) =>
    parseOption("assert", () => parseAssertions(text))
  );
  const path = options.text("compare");
  const relative = assertions.find(({ isRelative }) => isRelative);
  if (relative !== undefined && path === null) {
    throw new UsageError(
      `--assert ${relative.source} is about another run: name its result file with --compare`,
    );
  }
  const old = path === null ? null : await readResultFile(path, io, histograms);
  const resultPath = options.text("result");
  const hdrPath = options.text("hdr");
  const htmlPath = options.text("html");
  for (const path of [resultPath, hdrPath, htmlPath]) await checkWritable(path, io);
  return { assertions, old, resultPath, hdrPath, htmlPath };
}

async function checkWritable(path: string | null, io: Pick<Io, "checkWritable">): Promise<void> {
  if (path === null) return;
  try {
    await io.checkWritable(path);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Reads a result file. Throws `UsageError`. */
export async function readResultFile(
  path: string,
  io: Pick<Io, "readFile">,
  histograms: HistogramFactory,
): Promise<BenchResult> {
  const text = new TextDecoder().decode(await readWholeFile(path, io));
  return readBenchResult(text, path, histograms);
}

/** Prints and writes everything. Ends with 1 when a limit does not hold, else with 0. */
export async function finishBench(
  result: BenchResult,
  finish: BenchFinish,
  io: Io,
  histograms: HistogramFactory,
): Promise<ExitCode> {
  const view = viewOf(result, histograms);
  const old = finish.old === null ? null : viewOf(finish.old, histograms);
  const comparison = old === null ? [] : await compared(old.report, view.report, io);
  const checked = evaluateAssertions(finish.assertions, view.report, old?.report ?? null);
  // A file that cannot be written must not cost the report of a long run.
  if (isJson(io)) printJson(view.report, comparison, checked, io);
  else await printLines(view, comparison, checked, io);
  await writeFiles(result, view, { old, comparison, checked }, finish, io, histograms);
  return checked.every(({ holds }) => holds) ? EXIT.ok : reportFailed(checked, io);
}

/** The runs side by side. Of different loads, no rate is better than the other: it was asked for. */
async function compared(
  old: BenchReport,
  latest: BenchReport,
  io: Io,
): Promise<readonly ComparisonRow[]> {
  const { loadDifference } = await load<typeof import("./comparison.ts")>(
    "../commands/bench/comparison.ts",
  );
  const difference = loadDifference(old, latest);
  const rows = compareReports(old, latest);
  if (difference === null) return rows;
  io.output.status(`packetpeer: warning: ${difference}`);
  return rows.map((row) => row.unit === "per_second" ? { ...row, isBetter: null } : row);
}

/** What was made of the report. */
interface Judgement {
  readonly old: BenchView | null;
  readonly comparison: readonly ComparisonRow[];
  readonly checked: readonly AssertionResult[];
}

function viewOf(result: BenchResult, histograms: HistogramFactory): BenchView {
  const { data } = result;
  const state = data.model === "connect"
    ? data.resumedHandshakes ?? data.handshakes ?? data.connects
    : data.roundTrips;
  const distribution: Histogram | null = state === null ? null : histograms.fromState(state);
  return { report: reportOfResult(result, histograms), distribution };
}

async function writeFiles(
  result: BenchResult,
  view: BenchView,
  { old, comparison, checked }: Judgement,
  { resultPath, hdrPath, htmlPath }: BenchFinish,
  io: Io,
  histograms: HistogramFactory,
): Promise<void> {
  if (resultPath !== null) await writeText(resultPath, benchResultToText(result, histograms), io);
  if (hdrPath !== null) {
    const { hdrLog } = await load<typeof import("../../stats/hdr_log.ts")>("../stats/hdr_log.ts");
    await writeText(hdrPath, hdrLog(result.data, [`packetpeer bench ${result.endpoint}`]), io);
  }
  if (htmlPath !== null) {
    const { benchPage } = await load<typeof import("./page.ts")>("../commands/bench/page.ts");
    const { htmlPage } = await load<typeof import("../../inspect/html_page.ts")>(
      "../inspect/html_page.ts",
    );
    const page = benchPage(view, { old, comparison, assertions: checked });
    await writeText(htmlPath, htmlPage(page), io);
  }
}

async function writeText(path: string, text: string, io: Io): Promise<void> {
  try {
    await io.writeFile(path, new TextEncoder().encode(text), { overwrites: true });
  } catch (error) {
    throw unwritable(path, error);
  }
  io.output.status(`wrote ${path}`);
}

function isJson({ output }: Io): boolean {
  return output.mode === "json" || output.mode === "native";
}

/** The comparison, what became of each limit, and last the summary. */
function printJson(
  report: BenchReport,
  comparison: readonly ComparisonRow[],
  checked: readonly AssertionResult[],
  { output }: Io,
): void {
  if (comparison.length > 0) {
    const figures = comparison.map(({ isBetter: is_better, ...row }) => ({ ...row, is_better }));
    output.data(rounded({ event: "comparison", figures }));
  }
  for (const { assertion, holds, actual, limit, message } of checked) {
    const claim = assertion.source;
    output.data(rounded({ event: "assertion", claim, holds, actual, limit, message }));
  }
  output.data(benchReportToJson(report));
}

/** As JSON, with numbers in the digits that they are worth, and without what there is none of. */
function rounded(event: object): string {
  return JSON.stringify(
    event,
    (_, value) =>
      typeof value === "number" ? Number(value.toPrecision(JSON_DIGITS)) : value ?? undefined,
  );
}

const JSON_DIGITS = 6;

async function printLines(
  view: BenchView,
  comparison: readonly ComparisonRow[],
  checked: readonly AssertionResult[],
  { output }: Io,
): Promise<void> {
  const { paint, columns } = output;
  const { benchLines } = await load<typeof import("./lines.ts")>(
    "../commands/bench/lines.ts",
  );
  const lines = benchLines(view, { paint, columns });
  if (comparison.length > 0) {
    const { comparisonLines } = await load<typeof import("./comparison.ts")>(
      "../commands/bench/comparison.ts",
    );
    lines.push("", ...comparisonLines(comparison, paint));
  }
  if (checked.length > 0) lines.push("");
  for (const { holds, message } of checked) {
    lines.push(holds ? `${paint.green("holds")}  ${message}` : `${paint.red("fails")}  ${message}`);
  }
  for (const line of lines) output.data(line);
}

function reportFailed(checked: readonly AssertionResult[], io: Io): ExitCode {
  const failed = checked.filter(({ holds }) => !holds);
  const message = failed.map(({ message }) => message).join("; ");
  io.output.error(
    `packetpeer: ${failed.length} of ${checked.length} limits do not hold: ${message}`,
  );
  if (isJson(io)) {
    io.output.data(errorEvent({ exit: EXIT.failed, code: "FAILED", message, excerpt: [] }));
  }
  return EXIT.failed;
}
