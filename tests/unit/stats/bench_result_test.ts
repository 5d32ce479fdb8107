import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../src/errors.ts";
import { benchReportToObject } from "../../../src/stats/bench_report.ts";
import {
  type BenchResult,
  benchResultToText,
  mergeBenchResults,
  readBenchResult,
  reportOfResult,
} from "../../../src/stats/bench_result.ts";
import { loadHistograms } from "../../../src/stats/histogram.ts";
import { benchData, stateOfDurations } from "../../support/bench_reports.ts";

const histograms = await loadHistograms();

function resultOf(parts: Partial<BenchResult> = {}): BenchResult {
  const roundTrips = stateOfDurations([1, 2, 3], histograms);
  const series = [{ sent: 3, received: 3, answered: 3, roundTrips }];
  return {
    endpoint: "udp://127.0.0.1:4242",
    options: { rate: "100/s", clients: 1, size: null },
    runs: 1,
    data: benchData({ roundTrips, series }),
    ...parts,
  };
}

Deno.test("a result file is the report with histograms that HdrHistogram's tools read", () => {
  const result = resultOf();
  const { histograms: byName, recording, ...report } = JSON.parse(
    benchResultToText(result, histograms),
  );
  assertEquals(report, { ...benchReportToObject(reportOfResult(result, histograms)) });
  assertEquals(byName, { rtt_ms: result.data.roundTrips?.hdr });
  assertEquals([recording.format, recording.data.packets.sent], [1, 1000]);
});

Deno.test("readBenchResult() reads what benchResultToText() wrote", () => {
  const result = resultOf({ runs: 3 });
  assertEquals(readBenchResult(benchResultToText(result, histograms), "a", histograms), result);
});

Deno.test("readBenchResult() says what is wrong with a file", () => {
  const text = benchResultToText(resultOf(), histograms);
  const hdr = resultOf().data.roundTrips?.hdr ?? "";
  const cases: readonly [text: string, message: string][] = [
    ["[", "a.json is no result file: it is not JSON ("],
    ["null", 'a.json is no result file: "recording" is missing'],
    ['{"event":"summary"}', 'a.json is no result file: "recording" is missing'],
    [text.replace('"format":1', '"format":2'), "its format is 2, and this version reads 1"],
    [text.replaceAll('"answered":1000', '"answered":1001'), "more packets were answered than sent"],
    [text.replaceAll(`"${hdr}"`, '"AAAA"'), "a histogram is not one of nanoseconds"],
    [text.replaceAll('"count":3,"min_ms"', '"count":4,"min_ms"'), "counts 4, but has 3"],
    [text.replaceAll('"clients":1', '"clients":[1]'), 'the option "clients" is neither text'],
  ];
  for (const [broken, message] of cases) {
    assertThrows(() => readBenchResult(broken, "a.json", histograms), UsageError, message);
  }
});

Deno.test("mergeBenchResults() keeps the options that all have, adds clients, and lists the endpoints", () => {
  const other = resultOf({
    endpoint: "udp://127.0.0.1:4243",
    options: { rate: "100/s", clients: 2, size: null, ramp: "1s" },
    runs: 2,
  });
  const sum = mergeBenchResults([resultOf(), other, resultOf()], histograms);
  assertEquals(sum.endpoint, "udp://127.0.0.1:4242 udp://127.0.0.1:4243");
  assertEquals([sum.options, sum.runs], [{ rate: "100/s", size: null, clients: 4 }, 4]);
  assertEquals([sum.data.packets.sent, sum.data.roundTrips?.count], [3000, 9]);
  assertEquals(reportOfResult(sum, histograms).runs, 4);
});
