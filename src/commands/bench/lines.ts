/** The report of `bench` for people at a terminal. */

import type { Paint } from "../../cli/paint.ts";
import { logRanges } from "../../inspect/buckets.ts";
import { bar, sparkline } from "../../inspect/sparkline.ts";
import type { BenchDurations, BenchReport, SeriesPoint } from "../../stats/bench_report.ts";
import type { Histogram } from "../../stats/histogram.ts";
import {
  busySeries,
  duration,
  figure,
  lossRunsText,
  missingPercentiles,
  modelSentence,
  percent,
  PERCENTILE_NAMES,
  warnings,
} from "./words.ts";
import { counted, errorTexts, perSecond, sizeText } from "../session/report_words.ts";

/** A report, and the distribution that its plots are drawn from. */
export interface BenchView {
  readonly report: BenchReport;
  /** Of round trips, or with `--connect` of what connecting took; null when there is none. */
  readonly distribution: Histogram | null;
}

/** What the lines are for. */
export interface LineStyle {
  readonly paint: Paint;
  readonly columns: number;
}

const LABEL_WIDTH = 11;

/** All lines of a report. */
export function benchLines({ report, distribution }: BenchView, style: LineStyle): string[] {
  const { paint } = style;
  const seconds = `${Number(report.seconds.toFixed(2))} s`;
  const runs = report.runs === undefined ? "" : `, ${counted(report.runs, "run")} added up`;
  return [
    paint.dim(`--- ${report.endpoint}, ${seconds}${runs} ---`),
    paint.dim(modelSentence(report)),
    ...warnings(report).map((text) => paint.yellow(`warning: ${text}`)),
    "",
    ...trafficLines(report, paint),
    ...durationTable(report, paint),
    ...(distribution === null ? [] : histogramLines(distribution, style)),
    ...seriesLines(report, style),
  ];
}

type Row = readonly [label: string, text: string];

function labelled(rows: readonly Row[], paint: Paint): string[] {
  return rows.map(([label, text]) => `${paint.bold(label.padEnd(LABEL_WIDTH))}  ${text}`);
}

function trafficLines(report: BenchReport, paint: Paint): string[] {
  const { packets, bytes: size, rates, errors, loss_runs, clients, sender } = report;
  const { packets_per_second, bytes_per_second, connections_per_second } = rates;
  const rows: Row[] = [];
  if (report.model === "connect") {
    const { established = 0, attempted = 0 } = report.connections ?? {};
    const made = attempted > established ? `${established} of ${attempted}` : `${established}`;
    rows.push(["connections", `${made}, ${perSecond(connections_per_second ?? 0)}`]);
  } else {
    const sent = [packets.sent, packets_per_second.sent, size.sent, bytes_per_second.sent] as const;
    rows.push(["sent", traffic(...sent)]);
    const received = packets_per_second.received;
    rows.push([
      "received",
      traffic(packets.received, received, size.received, bytes_per_second.received),
    ]);
  }
  if (packets.lost !== undefined) {
    const share = packets.sent > 0 ? packets.lost / packets.sent : 0;
    const text = `${packets.lost} (${percent(share)})`;
    const runs = loss_runs === undefined || packets.lost === 0
      ? ""
      : ` in ${lossRunsText(loss_runs)}`;
    rows.push(["lost", packets.lost > 0 ? paint.red(text) + runs : text]);
  }
  const odd = oddities(packets);
  if (odd !== "") rows.push(["also", odd]);
  if (sender.asked_rate !== undefined && sender.late_max_ms !== undefined) {
    const asked = `${perSecond(sender.achieved_rate)} of ${perSecond(sender.asked_rate)} asked`;
    rows.push(["sender", `${asked}, at most ${duration(sender.late_max_ms)} late`]);
  }
  const { p99 } = clients;
  if (clients.total > 1 && p99 !== undefined) {
    const { min, median, max } = p99;
    const spread = `best ${duration(min)}, median ${duration(median)}, worst ${duration(max)}`;
    rows.push(["clients", `p99 of each: ${spread}`]);
  }
  const problems = errorTexts(errors);
  if (problems.length > 0) rows.push(["errors", paint.red(problems.join(", "))]);
  return labelled(rows, paint);
}

function traffic(packets: number, rate: number, size: number, sizeRate: number): string {
  const columns = [
    counted(packets, "packet").padEnd(16),
    perSecond(rate).padEnd(10),
    sizeText(size).padEnd(9),
    `${sizeText(sizeRate)}/s`,
  ];
  return columns.join("  ").trimEnd();
}

function oddities({ duplicate, reordered, unmatched }: BenchReport["packets"]): string {
  const found = [
    [duplicate, "duplicate"],
    [reordered, "reordered"],
    [unmatched, "that answer nothing"],
  ] as const;
  return found.flatMap(([count, name]) => count ? [`${count} ${name}`] : []).join(", ");
}

/** A table with a row for each kind of duration that was measured, in milliseconds. */
function durationTable(report: BenchReport, paint: Paint): string[] {
  const { rtt_ms, connect_ms, handshake_ms, resumed_handshake_ms } = report;
  const all: readonly (readonly [string, BenchDurations | undefined])[] = [
    ["round trip", rtt_ms],
    ["connect", connect_ms],
    ["handshake", handshake_ms],
    ["resumed", resumed_handshake_ms],
  ];
  const rows = all.flatMap(([name, durations]) =>
    durations === undefined ? [] : [{ name, durations }]
  );
  if (rows.length === 0) return [];
  const keys = PERCENTILE_NAMES.filter(([key]) =>
    rows.some(({ durations }) => durations[key] !== undefined)
  );
  const names = keys.map(([, name]) => name);
  const hasJitter = rtt_ms?.jitter !== undefined;
  const head = ["ms", "count", "min", "mean", ...names, "max", ...(hasJitter ? ["jitter"] : [])];
  const cells = rows.map(({ name, durations }) => [
    name,
    String(durations.count),
    ...[
      durations.min,
      durations.mean,
      ...keys.map(([key]) => durations[key]),
      durations.max,
      ...(hasJitter ? [durations.jitter] : []),
    ].map((ms) => ms === undefined ? "-" : figure(ms)),
  ]);
  const missing = rtt_ms === undefined ? null : missingPercentiles(rtt_ms.count);
  return [
    "",
    ...aligned([head, ...cells], paint),
    ...(missing === null ? [] : [paint.dim(`(${missing})`)]),
  ];
}

/** Columns to the right, but for the first; the first row is dim, the first cell of others bold. */
function aligned(rows: readonly (readonly string[])[], paint: Paint): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0))
  );
  return rows.map((row, i) => {
    const [first = "", ...others] = row.map((cell, column) =>
      column === 0 ? cell.padEnd(LABEL_WIDTH) : cell.padStart(widths[column] ?? 0)
    );
    const line = others.join("  ");
    return i === 0 ? paint.dim(`${first}  ${line}`) : `${paint.bold(first)}  ${line}`;
  });
}

const MAX_BAR = 40;

function histogramLines(distribution: Histogram, { paint, columns }: LineStyle): string[] {
  const samples = distribution.buckets().map(({ fromMs, toMs, count }) => ({
    value: Math.max((fromMs + toMs) / 2, SMALLEST_MS),
    count,
  }));
  if (distribution.count < 2 || samples.length === 0) return [];
  const ranges = logRanges(samples);
  const most = Math.max(...ranges.map(({ count }) => count));
  const labels = ranges.map(({ from, to }) => [figure(from), figure(to)] as const);
  const [left, right] = [
    Math.max(...labels.map(([from]) => from.length)),
    Math.max(...labels.map(([, to]) => to.length)),
  ];
  const width = Math.max(10, Math.min(MAX_BAR, columns - left - right - 24));
  return [
    "",
    ...ranges.map(({ count }, i) => {
      const [from = "", to = ""] = labels[i] ?? [];
      const range = `${from.padStart(left)} to ${to.padStart(right)} ms`;
      const drawn = bar(count / most, width);
      const padding = " ".repeat(width - drawn.length);
      if (count === 0) return paint.dim(range);
      return `${paint.dim(range)}  ${paint.cyan(drawn)}${padding}  ${share(count, distribution)}`;
    }),
  ];
}

/** A logarithmic range begins above 0. */
const SMALLEST_MS = 1e-6;

function share(count: number, { count: all }: Histogram): string {
  return percent(count / all).padStart(8);
}

function seriesLines(report: BenchReport, { paint, columns }: LineStyle): string[] {
  const series = busySeries(report);
  if (series.length < 2) return [];
  const width = Math.max(10, Math.min(60, columns - LABEL_WIDTH - 24));
  const rows: Row[] = [];
  const timed = series.filter(({ max }) => max !== undefined);
  if (timed.length > 0) {
    // Short intervals have too few round trips for a p99: then the longest tells most.
    const figure = timed.every(({ p99 }) => p99 !== undefined) ? "p99" : "max";
    const shown = sparkline(valuesOf(series, (point) => point[figure]), width);
    const most = duration(Math.max(...timed.map((point) => point[figure] ?? 0)));
    rows.push([`${figure} in time`, `${paint.cyan(shown)}  at most ${most}`]);
  }
  const losses = valuesOf(series, ({ lost }) => lost === undefined ? null : lost);
  const lostMost = Math.max(0, ...losses.map((value) => value ?? 0));
  if (lostMost > 0) {
    const shown = losses.map((value) => value === 0 ? null : value);
    const every = duration(report.interval_seconds * 1000);
    rows.push(["lost", `${paint.red(sparkline(shown, width))}  at most ${lostMost} in ${every}`]);
  }
  return rows.length === 0 ? [] : ["", ...labelled(rows, paint)];
}

function valuesOf(
  series: readonly SeriesPoint[],
  value: (point: SeriesPoint) => number | null | undefined,
): (number | null)[] {
  return series.map((point) => value(point) ?? null);
}
