import { assertAlmostEquals, assertEquals } from "@std/assert";
import { HistogramLogReader } from "hdr-histogram-js";
import { hdrLog } from "../../../src/stats/hdr_log.ts";
import { loadHistograms } from "../../../src/stats/histogram.ts";
import { benchData, stateOfDurations } from "../../support/bench_reports.ts";

const histograms = await loadHistograms();

const EMPTY = { sent: 5, received: 0, answered: 0, roundTrips: null };
const DATA = benchData({
  startMicros: 1_767_225_600_250_000,
  series: [
    { ...EMPTY, roundTrips: stateOfDurations([1, 2, 3.5], histograms) },
    EMPTY,
    { ...EMPTY, roundTrips: stateOfDurations([250], histograms) },
  ],
});

Deno.test("hdrLog() writes format 1.3: comments, legend, a line for each interval with round trips", () => {
  const lines = hdrLog(DATA, ["packetpeer bench\nudp://127.0.0.1:4242"]).split("\n");
  assertEquals(lines.slice(0, 5), [
    "#packetpeer bench udp://127.0.0.1:4242",
    "#[Histogram log format version 1.3]",
    "#[StartTime: 1767225600.250 (seconds since epoch)]",
    "#[BaseTime: 1767225600.250 (seconds since epoch)]",
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
  ]);
  assertEquals(lines.slice(5).map((line) => line.split(",").slice(0, 3)), [
    ["0.000", "1.000", "3.500"],
    ["2.000", "1.000", "250.000"],
    [""],
  ]);
});

Deno.test("hdrLog() is read by HdrHistogram's own reader", () => {
  const reader = new HistogramLogReader(hdrLog(DATA));
  const first = reader.nextIntervalHistogram();
  const second = reader.nextIntervalHistogram();
  assertEquals([first?.totalCount, second?.totalCount], [3, 1]);
  assertEquals(first?.startTimeStampMsec, 1_767_225_600_250);
  assertEquals(second?.startTimeStampMsec, 1_767_225_602_250);
  assertAlmostEquals(second?.getValueAtPercentile(50) ?? 0, 250e6, 250e3);
  assertEquals(reader.nextIntervalHistogram(), null);
});
