/** The report of `bench` as a page: figures at the top, plots, then tables of everything. */

import type { HtmlFigure, HtmlPage, HtmlSection } from "../../inspect/html_page.ts";
import {
  linearScale,
  logScale,
  percentileScale,
  type Scale,
  timeScale,
} from "../../inspect/scale.ts";
import type { ChartPoint, ChartSeries } from "../../inspect/svg_chart.ts";
import type { AssertionResult } from "../../load/assertion.ts";
import type { ComparisonRow } from "../../load/compare.ts";
import type { BenchDurations, BenchReport, SeriesPoint } from "../../stats/bench_report.ts";
import type { Histogram } from "../../stats/histogram.ts";
import { COMPARISON_HEAD, comparisonCells, tellingRows } from "./comparison.ts";
import type { BenchView } from "./lines.ts";
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

/** What is on the page besides the report itself. */
export interface BenchPageOptions {
  /** The run that this one is compared with; null when there is none. */
  readonly old: BenchView | null;
  readonly comparison: readonly ComparisonRow[];
  readonly assertions: readonly AssertionResult[];
}

/** The page. */
export function benchPage(view: BenchView, options: BenchPageOptions): HtmlPage {
  const { report } = view;
  const started = report.started.slice(0, 19).replace("T", " ");
  const seconds = `${Number(report.seconds.toFixed(2))} s`;
  const runs = report.runs === undefined ? "" : `${counted(report.runs, "run")} added up, `;
  return {
    title: report.endpoint,
    subtitle: `${modelSentence(report)} (${runs}${seconds}, ${started} UTC)`,
    warnings: warnings(report),
    figures: topFigures(report, options.assertions),
    sections: [
      ...assertionSection(options.assertions),
      ...latencySection(report),
      ...percentileSection(view, options.old),
      ...lossSection(report),
      ...durationSection(report),
      countSection(report),
      ...comparisonSection(options.comparison),
      ...clientSection(report),
      optionSection(report),
    ],
    footer: "made by packetpeer bench",
  };
}

function topFigures(report: BenchReport, assertions: readonly AssertionResult[]): HtmlFigure[] {
  const { rtt_ms, connect_ms, handshake_ms, resumed_handshake_ms, packets, rates } = report;
  const durations = rtt_ms ?? resumed_handshake_ms ?? handshake_ms ?? connect_ms;
  const moodOf = (name: string): HtmlFigure["mood"] => {
    const own = assertions.filter(({ assertion }) => assertion.figure === name);
    if (own.length === 0) return "plain";
    return own.every(({ holds }) => holds) ? "good" : "bad";
  };
  const percentiles = (["p50", "p99", "p999"] as const).flatMap((key): HtmlFigure[] => {
    const ms = durations?.[key];
    const name = key === "p999" ? "p99.9" : key;
    return ms === undefined ? [] : [{ name, ...split(duration(ms)), mood: moodOf(key) }];
  });
  const lost = packets.lost === undefined ? [] : [{
    name: "lost",
    ...split(percent(packets.sent > 0 ? packets.lost / packets.sent : 0)),
    mood: moodOf("loss"),
  }];
  const rate = rates.connections_per_second ?? rates.packets_per_second.sent;
  const jitter = rtt_ms?.jitter === undefined
    ? []
    : [{ name: "jitter", ...split(duration(rtt_ms.jitter)), mood: moodOf("jitter") }];
  return [
    ...percentiles,
    ...jitter,
    ...lost,
    {
      name: report.model === "connect" ? "connections" : "sent",
      value: figure(rate),
      unit: "/s",
      mood: moodOf("rate"),
    },
  ];
}

/** `71.2 µs` as value and unit. */
function split(text: string): { readonly value: string; readonly unit: string } {
  const [value = "", unit = ""] = text.split(" ");
  return { value, unit };
}

function assertionSection(assertions: readonly AssertionResult[]): HtmlSection[] {
  if (assertions.length === 0) return [];
  const rows = assertions.map(({ assertion, holds, message }) => [
    assertion.source,
    holds ? "holds" : "does not hold",
    message,
  ]);
  return [{ title: "Limits", note: "", table: { head: ["limit", "", ""], rows } }];
}

function latencySection(report: BenchReport): HtmlSection[] {
  const { interval_seconds, rtt_ms } = report;
  if (rtt_ms === undefined) return [];
  const series = busySeries(report);
  const middle = interval_seconds / 2;
  const lines: readonly (readonly [string, string, keyof SeriesPoint])[] = [
    ["max", "b", "max"],
    ["p99", "c", "p99"],
    ["p50", "a", "p50"],
  ];
  // Of short intervals few have round trips enough for a p99: dots here and there tell nothing.
  const shown = lines.filter(([, , key]) =>
    series.filter((point) => point[key] !== undefined).length * 2 >= series.length
  );
  const charted = shown.map(([name, className, key]): ChartSeries => ({
    name,
    className,
    form: "line",
    points: series.map((point): ChartPoint => {
      const y = point[key] ?? null;
      const title = y === null ? "" : `${name} ${duration(y)} at ${figure(point.time)} s`;
      return { x: point.time + middle, y, title };
    }),
  }));
  const known = charted.flatMap(({ points }) => points.flatMap(({ y }) => y === null ? [] : [y]));
  if (known.length === 0) return [];
  const [least, most] = [Math.max(Math.min(...known), SMALLEST_MS), Math.max(...known)];
  // A stall is many times everything else: on a linear axis the rest would be one flat line.
  const isWide = most / least > WIDE;
  return [{
    title: "Latency over time",
    note: `round trips that ended in each ${duration(interval_seconds * 1000)}` +
      (isWide ? "; logarithmic axis" : ""),
    chart: {
      title: "Latency over time",
      x: secondsScale(report),
      y: isWide ? logScale(least, most, figure) : linearScale(most, figure),
      xName: "seconds since the start",
      yName: "round trip, ms",
      series: charted,
    },
  }];
}

const SMALLEST_MS = 1e-4;
const WIDE = 30;

/** The same axis under all charts over time. */
function secondsScale(report: BenchReport): Scale {
  const end = busySeries(report).length * report.interval_seconds;
  return timeScale(Math.max(report.seconds, end), String);
}

function percentileSection(
  { report, distribution }: BenchView,
  old: BenchView | null,
): HtmlSection[] {
  if (distribution === null || distribution.count === 0) return [];
  const oldCurve = old === null || old.distribution === null || old.distribution.count === 0
    ? []
    : [curveOf("before", "old", old.distribution)];
  const series = [
    ...oldCurve,
    curveOf(oldCurve.length > 0 ? "now" : "round trip", "a", distribution),
  ];
  const known = series.flatMap(({ points }) => points.flatMap(({ y }) => y === null ? [] : [y]));
  const [least, most] = [Math.max(Math.min(...known), SMALLEST_MS), Math.max(...known)];
  const what = report.model === "connect" ? "connections" : "round trips";
  return [{
    title: "Percentiles",
    note: `which share of ${what} took no longer than that; each step to the right is ten times ` +
      "rarer",
    chart: {
      title: "Percentile curve",
      x: percentileScale(distribution.count),
      y: logScale(least, most, figure),
      xName: `share of ${what}`,
      yName: "no longer than, ms",
      series,
    },
  }];
}

function curveOf(name: string, className: string, distribution: Histogram): ChartSeries {
  const points = [
    { q: 0, ms: distribution.min },
    ...distribution.percentilePoints(POINTS_PER_HALF),
  ];
  return {
    name,
    className,
    form: "line",
    points: points.filter(({ q }) => q < 1).map(({ q, ms }) => ({
      x: q,
      y: ms,
      title: `${Number((q * 100).toPrecision(8))} % within ${duration(ms)}`,
    })).concat({ x: 1, y: distribution.max, title: `all within ${duration(distribution.max)}` }),
  };
}

const POINTS_PER_HALF = 5;

function lossSection(report: BenchReport): HtmlSection[] {
  const { interval_seconds, packets, loss_runs } = report;
  if (packets.lost === undefined) return [];
  const title = "Loss over time";
  if (packets.lost === 0) return [{ title, note: `None of ${packets.sent} packets was lost.` }];
  const points = busySeries(report).map(({ time, sent, lost = 0 }): ChartPoint => ({
    x: time,
    y: sent > 0 ? lost / sent * 100 : 0,
    title: `${lost} of ${sent} lost at ${figure(time)} s`,
  }));
  const most = Math.max(...points.map(({ y }) => y ?? 0));
  const runs = loss_runs === undefined ? "" : ` in ${lossRunsText(loss_runs)}`;
  return [{
    title,
    note: `${packets.lost} of ${
      counted(packets.sent, "packet")
    } lost${runs}, by when they were sent`,
    chart: {
      title,
      x: secondsScale(report),
      y: linearScale(most, figure),
      xName: "seconds since the start",
      yName: "lost, %",
      series: [{ name: "lost", className: "lost", form: "bars", points }],
      barWidth: interval_seconds,
    },
  }];
}

function durationSection(report: BenchReport): HtmlSection[] {
  const { rtt_ms, connect_ms, handshake_ms, resumed_handshake_ms } = report;
  const kinds: readonly (readonly [string, BenchDurations | undefined])[] = [
    ["round trip", rtt_ms],
    ["connect", connect_ms],
    ["handshake", handshake_ms],
    ["resumed handshake", resumed_handshake_ms],
  ];
  const rows = kinds.flatMap(([name, durations]) =>
    durations === undefined ? [] : [[name, ...durationCells(durations)]]
  );
  if (rows.length === 0) return [];
  const names = PERCENTILE_NAMES.map(([, name]) => name);
  const head = ["ms", "count", "min", "mean", ...names, "max", "jitter"];
  const missing = rtt_ms === undefined ? null : missingPercentiles(rtt_ms.count);
  return [{ title: "Durations", note: missing ?? "", table: { head, rows } }];
}

function durationCells(durations: BenchDurations): string[] {
  const { count, min, mean, max, jitter } = durations;
  const percentiles = PERCENTILE_NAMES.map(([key]) => durations[key]);
  const cells = [min, mean, ...percentiles, max, jitter];
  return [String(count), ...cells.map((ms) => ms === undefined ? "–" : figure(ms))];
}

function countSection(report: BenchReport): HtmlSection {
  const { packets, bytes: size, rates, errors, sender, seconds } = report;
  const rows: string[][] = [];
  if (report.model === "connect") {
    rows.push(["connections a second", perSecond(rates.connections_per_second ?? 0)]);
  } else {
    const { packets_per_second: each, bytes_per_second: sizes } = rates;
    rows.push(
      ["sent", `${packets.sent}, ${perSecond(each.sent)}, ${sizeText(sizes.sent)}/s`],
      [
        "received",
        `${packets.received}, ${perSecond(each.received)}, ${sizeText(sizes.received)}/s`,
      ],
      ["bytes", `${sizeText(size.sent)} sent, ${sizeText(size.received)} received`],
    );
  }
  const counts = [
    ["lost", packets.lost],
    ["duplicate", packets.duplicate],
    ["reordered", packets.reordered],
    ["answering nothing", packets.unmatched],
  ] as const;
  for (const [name, count] of counts) if (count !== undefined) rows.push([name, String(count)]);
  if (sender.asked_rate !== undefined) {
    const late = duration(sender.late_max_ms ?? 0);
    rows.push([
      "sender",
      `${perSecond(sender.achieved_rate)} of ${perSecond(sender.asked_rate)}, at most ${late} late`,
    ]);
  }
  const problems = errorTexts(errors);
  rows.push(["errors", problems.length === 0 ? "none" : problems.join(", ")]);
  rows.push(["measured for", `${Number(seconds.toFixed(3))} s`]);
  return { title: "Counts", note: "", table: { head: [], rows } };
}

function comparisonSection(comparison: readonly ComparisonRow[]): HtmlSection[] {
  if (comparison.length === 0) return [];
  const rows = tellingRows(comparison).map(comparisonCells);
  return [{ title: "Compared with before", note: "", table: { head: COMPARISON_HEAD, rows } }];
}

function clientSection({ clients }: BenchReport): HtmlSection[] {
  if (clients.list.length < 2) return [];
  const head = ["client", "sent", "received", "lost", "mean", "p50", "p99", "max", "jitter"];
  const rows = clients.list.map((client, i) => [
    String(i + 1),
    String(client.sent),
    String(client.received),
    client.lost === undefined ? "–" : String(client.lost),
    ...[client.mean, client.p50, client.p99, client.max, client.jitter]
      .map((ms) => ms === undefined ? "–" : figure(ms)),
  ]);
  const note = clients.total > rows.length
    ? `the first ${rows.length} of ${clients.total}, durations in ms`
    : "durations in ms";
  return [{ title: "Clients", note, table: { head, rows } }];
}

function optionSection({ options }: BenchReport): HtmlSection {
  const rows = Object.entries(options).map(([name, value]) => [name, String(value)]);
  return { title: "Options", note: "as they were in effect", table: { head: [], rows } };
}
