/** What `bench` shows while it runs: a line for each interval if asked for, and progress. */

import type { Output } from "../../cli/output.ts";
import type { IntervalFigures } from "../../stats/bench_recording.ts";
import type { BenchSettings } from "./settings.ts";
import { figure } from "./words.ts";
import { perSecond } from "../session/report_words.ts";

const COLUMNS = ["time", "sent", "received", "waiting", "p50 ms", "p99 ms", "max ms"] as const;
const WIDTHS = [9, 10, 10, 9, 9, 9, 9] as const;

/** Shows intervals as they end. */
export class IntervalPrinter {
  readonly #output: Output;
  readonly #settings: BenchSettings;
  readonly #isJson: boolean;
  #hasHead = false;
  #sent = 0;
  #received = 0;

  constructor(output: Output, settings: BenchSettings) {
    this.#output = output;
    this.#settings = settings;
    this.#isJson = output.mode === "json" || output.mode === "native";
  }

  /** Shows one. */
  show(interval: IntervalFigures): void {
    this.#sent += interval.sent;
    this.#received += interval.received;
    if (this.#settings.showsIntervals) {
      if (this.#isJson) this.#output.data(intervalJson(interval));
      else this.#line(interval);
    }
    this.#progress(interval);
  }

  #line(interval: IntervalFigures): void {
    const { paint } = this.#output;
    if (!this.#hasHead) this.#output.data(paint.dim(row(COLUMNS)));
    this.#hasHead = true;
    this.#output.data(intervalLine(interval));
  }

  #progress({ startSeconds, seconds, p99, max }: IntervalFigures): void {
    const { durationMs, isConnecting } = this.#settings;
    const now = startSeconds + seconds;
    const time = durationMs === null
      ? `${figure(now)} s`
      : `${figure(now)} of ${figure(durationMs / 1000)} s`;
    const traffic = isConnecting ? [] : [`${this.#sent} sent, ${this.#received} received`];
    const [name, ms] = p99 === null ? ["max", max] : ["p99", p99];
    const latency = ms === null ? [] : [`${name} ${figure(ms)} ms`];
    this.#output.progress([time, ...traffic, ...latency].join(", "));
  }
}

/** An interval as a line of a table. */
export function intervalLine(interval: IntervalFigures): string {
  const { startSeconds, seconds, sent, received, waiting, p50, p99, max } = interval;
  const end = `${Number((startSeconds + seconds).toFixed(3))} s`;
  return row([
    end,
    perSecond(sent / seconds),
    perSecond(received / seconds),
    String(waiting),
    ...[p50, p99, max].map((ms) => ms === null ? "-" : figure(ms)),
  ]);
}

/** An interval as an event. */
export function intervalJson(interval: IntervalFigures): string {
  const { startSeconds, seconds, sent, received, waiting, count, p50, p99, max } = interval;
  const round = (value: number): number => Number(value.toFixed(4));
  const rtt_ms = max === null ? {} : {
    rtt_ms: {
      count,
      ...(p50 === null ? {} : { p50: round(p50) }),
      ...(p99 === null ? {} : { p99: round(p99) }),
      max: round(max),
    },
  };
  const packets = { sent, received, waiting };
  return JSON.stringify({ event: "interval", time: startSeconds, seconds, packets, ...rtt_ms });
}

function row(cells: readonly string[]): string {
  return cells.map((cell, i) => cell.padStart(WIDTHS[i] ?? 0)).join(" ");
}
