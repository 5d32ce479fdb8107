/** What the reports of `bench` say in words and figures, on the terminal and on the page alike. */

import type { BenchOptions, BenchReport, SeriesPoint } from "../../stats/bench_report.ts";
import { type Percentile, samplesNeeded } from "../../stats/percentiles.ts";
import { counted, perSecond } from "../session/report_words.ts";

/** The percentiles in the order of tables, with their names for people. */
export const PERCENTILE_NAMES: readonly (readonly [Percentile, name: string])[] = [
  ["p50", "p50"],
  ["p90", "p90"],
  ["p99", "p99"],
  ["p999", "p99.9"],
  ["p9999", "p99.99"],
];

/** A number in three digits that matter: `0.0712`, `1.05`, `123`, `4567`. */
export function figure(value: number): string {
  if (!(Math.abs(value) < 100)) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** A duration in milliseconds for people: `71.2 µs`, `1.05 ms`, `2.5 s`. */
export function duration(ms: number): string {
  if (ms > 0 && ms < 0.1) return `${figure(ms * 1000)} µs`;
  return ms < 1000 ? `${figure(ms)} ms` : `${figure(ms / 1000)} s`;
}

/** A part of a whole as a percentage: `3 %`, `0.004 %`. */
export function percent(share: number): string {
  const percentage = share * 100;
  return `${percentage === 0 ? 0 : Number(percentage.toPrecision(2))} %`;
}

/** Which load it was, in one sentence. */
export function modelSentence(report: BenchReport): string {
  const { model, options } = report;
  const count = report.clients.total;
  const who = counted(count, "client");
  const each = count === 1 ? "" : " each";
  switch (model) {
    case "open": {
      const rate = numberOf(options, "rate");
      // Runs that were added up may have had other rates and windows.
      const pace = rate > 0 ? `${perSecond(rate)}${each}` : "each at the rate of its run";
      return `open loop: ${who}, ${pace}, on schedule whatever the replies do`;
    }
    case "closed": {
      const window = numberOf(options, "window");
      const packets = counted(window, "packet");
      return window > 0
        ? `closed loop: ${who}, ${packets}${each === "" ? "" : " of each"} on the way at once`
        : `closed loop: ${who}, each with the window of its run`;
    }
    case "flood":
      return `flood: ${who}, as fast as the sockets take it`;
    case "connect": {
      const rate = numberOf(options, "rate");
      const pace = rate > 0 ? `${perSecond(rate)}${each}` : `one after the other${each}`;
      const how = options["resume"] === true ? ", sessions resumed" : "";
      return `connecting: ${who}, ${pace}${how}`;
    }
  }
}

/** Below this share of what was asked the rate was not held. */
const HELD_SHARE = 0.99;

/** What the reader must know before the figures; empty for nothing. */
export function warnings(report: BenchReport): string[] {
  const { sender, packets, errors } = report;
  const found: string[] = [];
  if (sender.is_limit) {
    const asked = sender.asked_rate ?? 0;
    const what = sender.achieved_rate < asked * HELD_SHARE
      ? `did not hold the rate: it sent ${perSecond(sender.achieved_rate)} of ${perSecond(asked)}`
      : `sent ${percent(sender.late_share ?? 0)} of the packets late`;
    found.push(
      `this machine ${what}; that is its limit, not the server's, and part of these figures ` +
        "(fewer clients, --workers or more machines help)",
    );
  }
  const { connections_per_second: made } = report.rates;
  const wanted = report.model === "connect"
    ? numberOf(report.options, "rate") * report.clients.total
    : 0;
  if (made !== undefined && made < wanted * HELD_SHARE) {
    found.push(
      `${perSecond(made)} of ${perSecond(wanted)} connections came about: each client makes one ` +
        "after the other (more --clients make more at once)",
    );
  }
  if ((errors.dropped ?? 0) > 0) {
    found.push(
      `${counted(errors.dropped ?? 0, "reply", "replies")} came faster than this machine took ` +
        "them and were dropped here: they are lost by the tool, not by the server",
    );
  }
  if ((packets.untimed ?? 0) > 0) {
    found.push(
      `${counted(packets.untimed ?? 0, "reply", "replies")} came so late that only their number ` +
        "is known, not their round trip",
    );
  }
  return found;
}

/** Which percentiles are missing, and how many samples they need; null when none is. */
export function missingPercentiles(count: number): string | null {
  const missing = PERCENTILE_NAMES.filter(([key]) =>
    key !== "p9999" && count > 0 && count < samplesNeeded(key)
  );
  const [first] = missing;
  if (first === undefined) return null;
  const [key, name] = first;
  const needed = samplesNeeded(key);
  return `${name} needs ${needed} samples, ${needed - count} are missing`;
}

/** The intervals of a run without those at its end in which only lost replies were waited for. */
export function busySeries({ series }: BenchReport): readonly SeriesPoint[] {
  return series.slice(0, series.findLastIndex(({ sent, received }) => sent + received > 0) + 1);
}

/** How packets were lost: `5 runs, the longest of 4 in a row (4 x 1, 1 x 4)`. */
export function lossRunsText(runs: NonNullable<BenchReport["loss_runs"]>): string {
  const lengths = Object.entries(runs.distribution)
    .map(([length, count]) => [Number(length), count] as const)
    .sort(([a], [b]) => a - b);
  const total = lengths.reduce((sum, [, count]) => sum + count, 0);
  const shown = lengths.slice(0, MAX_RUN_LENGTHS).map(([length, count]) => `${count} x ${length}`);
  const more = lengths.length > MAX_RUN_LENGTHS ? ", …" : "";
  return `${counted(total, "run")}, the longest of ${runs.longest} in a row (${
    shown.join(", ")
  }${more})`;
}

const MAX_RUN_LENGTHS = 6;

function numberOf(options: BenchOptions, name: string): number {
  const value = options[name];
  return typeof value === "number" ? value : 0;
}
