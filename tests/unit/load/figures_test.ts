import { assertEquals } from "@std/assert";
import {
  figureOf,
  FIGURES,
  figureTitle,
  type FigureUnit,
  formatFigure,
} from "../../../src/load/figures.ts";
import { loadHistograms } from "../../../src/stats/histogram.ts";
import { benchClient, benchData, reportOf, stateOfDurations } from "../../support/bench_reports.ts";

const histograms = await loadHistograms();

Deno.test("figureOf() finds each figure by its name, and p99.9 as people write it", () => {
  for (const figure of FIGURES) assertEquals(figureOf(figure.name), figure);
  assertEquals(new Set(FIGURES.map(({ name }) => name)).size, FIGURES.length);
  assertEquals(figureOf("p99.9")?.name, "p999");
  assertEquals(["p50", "p999", "handshake.p9999"].map(figureTitle), [
    "p50",
    "p99.9",
    "handshake.p99.99",
  ]);
  assertEquals(figureOf("handshake.p99.99")?.name, "handshake.p9999");
  assertEquals(["p98", "", "rtt_ms", "p99.8"].map(figureOf), [null, null, null, null]);
});

Deno.test("figures are taken from where they are in a report", () => {
  const { packets } = benchData();
  const report = reportOf({
    packets: { ...packets, answered: 980, received: 990, duplicate: 3, reordered: 4, unmatched: 7 },
    errors: { decode: 2, send: 3 },
    lossRuns: { "1": 5, "15": 1 },
    roundTrips: stateOfDurations(Array.from({ length: 980 }, () => 4), histograms),
    handshakes: stateOfDurations([10, 20], histograms),
    connections: { attempted: 3, established: 2 },
    clients: [benchClient(), benchClient()],
  }, histograms);
  const cases: readonly [name: string, value: unknown][] = [
    ["min", 4],
    ["mean", 4],
    ["p99", 4],
    ["max", 4],
    ["jitter", 0.25],
    ["loss", 0.02],
    ["lost", 20],
    ["longest_loss", 15],
    ["duplicate", 3],
    ["reordered", 4],
    ["unmatched", 7],
    ["sent", 1000],
    ["received", 990],
    ["sent/s", 100],
    ["received/s", 99],
    ["rate", 50], // of each of two clients
    ["errors", 5],
    ["late", 0.5],
    ["handshake", 15],
    ["handshake.min", 10],
    ["connections", 2],
    ["p999", { missingSamples: 9020 }],
    ["handshake.p90", { missingSamples: 8 }],
    ["connect", { missingSamples: null }],
    ["resumed_handshake.p50", { missingSamples: null }],
    ["connections/s", { missingSamples: null }],
  ];
  for (const [name, value] of cases) {
    const found = figureOf(name)?.of(report);
    assertEquals(typeof found === "number" ? Math.round(found * 1000) / 1000 : found, value, name);
  }
});

Deno.test("figures of a run that sent nothing are missing, not 0", () => {
  const { packets } = benchData();
  const report = reportOf({
    packets: { ...packets, sent: 0, received: 0, answered: 0 },
    model: "connect",
    clients: [],
    connections: { attempted: 100, established: 90 },
  }, histograms);
  for (const name of ["loss", "lost", "rate", "sent/s", "received/s", "p50", "jitter"]) {
    assertEquals(figureOf(name)?.of(report), { missingSamples: null }, name);
  }
  assertEquals(figureOf("connections/s")?.of(report), 9);
});

Deno.test("formatFigure() writes figures as people read them", () => {
  const cases: readonly [value: number, unit: FigureUnit, text: string][] = [
    [20.1234, "ms", "20.12ms"],
    [0, "ms", "0ms"],
    [0.0123456, "ms", "12.35us"],
    [12_345.6, "ms", "12.35s"],
    [-0.5, "ms", "-500us"],
    [0.015, "share", "1.5%"],
    [17, "count", "17"],
    [1_234_567, "count", "1234567"],
    [59.94, "per_second", "59.94/s"],
    [541_234.7, "per_second", "541235/s"],
  ];
  for (const [value, unit, text] of cases) assertEquals(formatFigure(value, unit), text);
});
