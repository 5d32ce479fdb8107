/**
 * The result file of a load run: the report as JSON, and besides it all that is needed to add runs
 * up exactly. `"histograms"` has the histograms in the compressed V2 encoding of HdrHistogram, in
 * base64, counting nanoseconds; `"recording"` has every counter as it is, not rounded.
 */

import { UsageError } from "../errors.ts";
import type { BenchData } from "./bench_data.ts";
import { mergeBenchData } from "./bench_merge.ts";
import {
  type BenchContext,
  type BenchOptions,
  type BenchReport,
  benchReport,
  benchReportToObject,
} from "./bench_report.ts";
import { checkBenchData, checkOptions, fieldOf } from "./bench_result_check.ts";
import { namedForFile } from "./bench_result_names.ts";
import type { HistogramFactory } from "./histogram.ts";

/** A run, as its result file has it. */
export interface BenchResult extends BenchContext {
  readonly data: BenchData;
}

/** The version of the format, in the file: files of another are refused. */
export const RESULT_FORMAT = 1;

/** The text of the result file: one JSON object on one line. */
export function benchResultToText(result: BenchResult, histograms: HistogramFactory): string {
  const { data, endpoint, options, runs = 1 } = result;
  const { roundTrips, connects, handshakes, resumedHandshakes } = data;
  const object = {
    ...benchReportToObject(reportOfResult(result, histograms)),
    histograms: {
      ...(roundTrips === null ? {} : { rtt_ms: roundTrips.hdr }),
      ...(connects === null ? {} : { connect_ms: connects.hdr }),
      ...(handshakes === null ? {} : { handshake_ms: handshakes.hdr }),
      ...(resumedHandshakes === null ? {} : { resumed_handshake_ms: resumedHandshakes.hdr }),
    },
    recording: { format: RESULT_FORMAT, endpoint, options, runs, data: namedForFile(data) },
  };
  return JSON.stringify(object) + "\n";
}

/** The report of a result. */
export function reportOfResult(
  { data, ...context }: BenchResult,
  histograms: HistogramFactory,
): BenchReport {
  return benchReport(data, context, histograms);
}

/**
 * Reads a result file. `name` is the name of the file, for the message.
 *
 * @throws {UsageError} with what is wrong with it.
 */
export function readBenchResult(
  text: string,
  name: string,
  histograms: HistogramFactory,
): BenchResult {
  try {
    return resultOf(JSON.parse(text), histograms);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new UsageError(`${name} is no result file: it is not JSON (${error.message})`);
    }
    if (error instanceof UsageError) {
      throw new UsageError(`${name} is no result file: ${error.message}`);
    }
    throw error;
  }
}

function resultOf(file: unknown, histograms: HistogramFactory): BenchResult {
  const recording = fieldOf(file, "recording", "object");
  const format = fieldOf(recording, "format", "number");
  if (format !== RESULT_FORMAT) {
    throw new UsageError(`its format is ${format}, and this version reads ${RESULT_FORMAT}`);
  }
  const endpoint = fieldOf(recording, "endpoint", "string");
  const options = checkOptions(fieldOf(recording, "options", "object"));
  const runs = fieldOf(recording, "runs", "number");
  const data = checkBenchData(fieldOf(recording, "data", "object"));
  const { roundTrips, connects, handshakes, resumedHandshakes } = data;
  const intervals = data.series.map((interval) => interval.roundTrips);
  for (const state of [roundTrips, connects, handshakes, resumedHandshakes, ...intervals]) {
    if (state !== null) histograms.fromState(state); // throws when it is none
  }
  return { endpoint, options, runs, data };
}

/**
 * Adds results up, exactly, of which there is one at least. Options that are not the same in all of
 * them are left out, and endpoints that are not are listed.
 *
 * @throws {UsageError} when they cannot be added: other models, other intervals, too far apart.
 */
export function mergeBenchResults(
  results: readonly BenchResult[],
  histograms: HistogramFactory,
): BenchResult {
  const data = mergeBenchData(results.map((result) => result.data), histograms);
  const runs = results.reduce((sum, result) => sum + (result.runs ?? 1), 0);
  const endpoints = new Set(results.flatMap((result) => result.endpoint.split(" ")));
  const options = commonOptions(results.map((result) => result.options));
  const clients = results.reduce((sum, result) => sum + Number(result.options["clients"] ?? 0), 0);
  return { endpoint: [...endpoints].join(" "), options: { ...options, clients }, runs, data };
}

function commonOptions([first = {}, ...others]: readonly BenchOptions[]): BenchOptions {
  const common = Object.entries(first)
    .filter(([name, value]) => others.every((other) => other[name] === value));
  return Object.fromEntries(common);
}
