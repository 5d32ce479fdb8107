/**
 * The figures of a run by name, as assertions and comparisons know them.
 *
 * | name | what |
 * | --- | --- |
 * | `min` `mean` `p50` `p90` `p99` `p999` `p9999` `max` | round trips (`p99.9` is `p999`) |
 * | `jitter` | of round trips, RFC 3550 |
 * | `loss` | lost packets as a share of the sent ones |
 * | `lost` `duplicate` `reordered` `unmatched` | packets |
 * | `longest_loss` | the most packets lost in a row |
 * | `rate` | packets sent a second by each client, as `--rate` has it |
 * | `sent` `received` | packets; with `/s`, packets a second of all clients |
 * | `errors` | of all kinds |
 * | `late` | the longest that a packet left after it was due |
 * | `connect` `handshake` `resumed_handshake` | the mean; also `handshake.p99` and so on |
 * | `connections` | connections made; with `/s`, a second |
 */

import type { BenchDurations, BenchReport } from "../stats/bench_report.ts";
import { type Percentile, PERCENTILES, samplesNeeded } from "../stats/percentiles.ts";

/** Milliseconds, a share from 0 to 1, a count, or a number a second. */
export type FigureUnit = "ms" | "share" | "count" | "per_second";

/** A figure: where it is in a report, and what it counts. */
export interface Figure {
  readonly name: string;
  readonly unit: FigureUnit;
  /** Which direction is better; null when neither is. */
  readonly better: "less" | "more" | null;
  /** Its value, or why there is none. */
  readonly of: (report: BenchReport) => number | MissingFigure;
}

/** Why a figure is not in a report. */
export interface MissingFigure {
  /** More samples that it would take; null when it was not measured at all. */
  readonly missingSamples: number | null;
}

const NOT_MEASURED: MissingFigure = { missingSamples: null };

/** A part of a report that has durations. */
type DurationsName = "rtt_ms" | "connect_ms" | "handshake_ms" | "resumed_handshake_ms";

function isPercentile(name: string): name is Percentile {
  return Object.hasOwn(PERCENTILES, name);
}

const STATISTICS: readonly (keyof BenchDurations)[] = [
  "min",
  "mean",
  "p50",
  "p90",
  "p99",
  "p999",
  "p9999",
  "max",
];

function duration(name: string, part: DurationsName, statistic: keyof BenchDurations): Figure {
  const of = (report: BenchReport): number | MissingFigure => {
    const durations = report[part];
    const value = durations?.[statistic];
    if (value !== undefined) return value;
    if (durations === undefined || !isPercentile(statistic)) return NOT_MEASURED;
    return { missingSamples: samplesNeeded(statistic) - durations.count };
  };
  return { name, unit: "ms", better: "less", of };
}

function durations(prefix: string, part: DurationsName): Figure[] {
  return [
    duration(prefix, part, "mean"),
    ...STATISTICS.map((statistic) => duration(`${prefix}.${statistic}`, part, statistic)),
  ];
}

function plain(
  name: string,
  unit: FigureUnit,
  better: Figure["better"],
  of: (report: BenchReport) => number | undefined,
): Figure {
  return { name, unit, better, of: (report) => of(report) ?? NOT_MEASURED };
}

/** All figures, in the order in which people look at them. */
export const FIGURES: readonly Figure[] = [
  ...STATISTICS.map((statistic) => duration(statistic, "rtt_ms", statistic)),
  duration("jitter", "rtt_ms", "jitter"),
  plain("loss", "share", "less", ({ packets }) => share(packets.lost, packets.sent)),
  plain("lost", "count", "less", ({ packets }) => packets.lost),
  plain("longest_loss", "count", "less", (report) => report.loss_runs?.longest),
  plain("duplicate", "count", "less", ({ packets }) => packets.duplicate),
  plain("reordered", "count", "less", ({ packets }) => packets.reordered),
  plain("unmatched", "count", "less", ({ packets }) => packets.unmatched),
  plain("sent", "count", null, ({ packets }) => packets.sent),
  plain("received", "count", null, ({ packets }) => packets.received),
  plain(
    "sent/s",
    "per_second",
    "more",
    ({ rates, packets }) => packets.sent === 0 ? undefined : rates.packets_per_second.sent,
  ),
  plain(
    "received/s",
    "per_second",
    "more",
    ({ rates, packets }) => packets.sent === 0 ? undefined : rates.packets_per_second.received,
  ),
  plain(
    "rate",
    "per_second",
    "more",
    ({ sender, clients, packets }) =>
      packets.sent === 0 || clients.total === 0 ? undefined : sender.achieved_rate / clients.total,
  ),
  plain("errors", "count", "less", ({ errors }) => {
    const counts: readonly (number | undefined)[] = Object.values(errors);
    return counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  }),
  plain("late", "ms", "less", ({ sender }) => sender.late_max_ms),
  ...durations("connect", "connect_ms"),
  ...durations("handshake", "handshake_ms"),
  ...durations("resumed_handshake", "resumed_handshake_ms"),
  plain("connections", "count", null, ({ connections }) => connections?.established),
  plain("connections/s", "per_second", "more", ({ rates }) => rates.connections_per_second),
];

function share(count: number | undefined, all: number): number | undefined {
  return count === undefined || all === 0 ? undefined : count / all;
}

/** The figure of that name; null when there is none. A point in `p99.9` does not count. */
export function figureOf(name: string): Figure | null {
  const plainName = name.replace(/(^|\.)p99\.(9+)$/, "$1p99$2");
  return FIGURES.find((figure) => figure.name === plainName) ?? null;
}

/** The name of a figure as people write it: `p99.9`, `handshake.p99.99`. */
export function figureTitle(name: string): string {
  return name.replace(/(^|\.)p99(9+)$/, "$1p99.$2");
}

/** A figure's value as people read it: `20.1ms`, `1.5%`, `60/s`, `17`. */
export function formatFigure(value: number, unit: FigureUnit): string {
  switch (unit) {
    case "ms":
      if (Math.abs(value) >= 10_000) return `${digits(value / 1000)}s`;
      return Math.abs(value) < 1 && value !== 0
        ? `${digits(value * 1000)}us`
        : `${digits(value)}ms`;
    case "share":
      return `${digits(value * 100)}%`;
    case "count":
      return digits(value);
    case "per_second":
      return `${digits(value)}/s`;
  }
}

/** Four digits, or all before the point. */
function digits(value: number): string {
  const size = Math.abs(value);
  return size >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(4)));
}
