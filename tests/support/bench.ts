/** A load run whose figures are known: recorded by the real recording, with times made up. */

import type { BenchModel } from "../../src/stats/bench_data.ts";
import { BenchRecording } from "../../src/stats/bench_recording.ts";
import { type BenchResult, reportOfResult } from "../../src/stats/bench_result.ts";
import type { BenchView } from "../../src/commands/bench/lines.ts";
import { type HistogramFactory, loadHistograms } from "../../src/stats/histogram.ts";

/** 2026-01-31 12:00:00 UTC, in microseconds. */
const NOON_MICROS = 1_769_860_800_000_000;

/** What is different from one client that sends 100 packets a second for 2 seconds. */
export interface SampleRun {
  readonly model?: BenchModel;
  readonly clients?: number;
  /** The round trip of the n-th packet in milliseconds; null when it is lost. */
  readonly roundTrip?: (n: number) => number | null;
  /** How much later than due packets leave. */
  readonly lateMs?: number;
  readonly options?: BenchResult["options"];
}

const PACKETS = 200;

/** The histograms that all samples are made with. */
export const histograms: HistogramFactory = await loadHistograms();

/** The run as a result file has it. */
export function sampleResult(run: SampleRun = {}): BenchResult {
  const { model = "open", clients = 1, roundTrip = () => 1, lateMs = 0 } = run;
  const recording = new BenchRecording({
    model,
    isOneWay: false,
    histograms,
    startMs: 0,
    startMicros: NOON_MICROS,
    intervalMs: 200,
    errorKinds: ["decode", "connect"],
  });
  const all = Array.from({ length: clients }, () => recording.addClient(100));
  for (let n = 0; n < PACKETS; n++) {
    for (const client of all) {
      const dueMs = n * 10;
      const interval = client.recordSent(50, dueMs, dueMs + lateMs);
      const durationMs = roundTrip(n);
      if (durationMs === null) continue;
      client.recordReceived(50, dueMs + lateMs);
      client.recordAnswer(n);
      client.recordRoundTrip(durationMs, interval, dueMs + lateMs);
    }
  }
  all.forEach((client) => client.endSending(2000, 2000));
  for (let i = 0; i < clients; i++) {
    recording.recordConnectAttempt();
    recording.recordEstablished();
    if (model === "connect") recording.recordConnect(2);
  }
  const options = { clients, rate: 100, window: 1, value: '{"a": "<b>"}', ...run.options };
  return { endpoint: "udp://127.0.0.1:4242", options, runs: 1, data: recording.toData(2000) };
}

/** The run as reports show it. */
export function sampleView(run: SampleRun = {}): BenchView {
  const result = sampleResult(run);
  const { roundTrips, connects } = result.data;
  const state = run.model === "connect" ? connects : roundTrips;
  return {
    report: reportOfResult(result, histograms),
    distribution: state === null ? null : histograms.fromState(state),
  };
}
