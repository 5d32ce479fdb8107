/**
 * What the options of `bench` on load and time mean together, as plain data, and what of it a report
 * shows. Main thread and workers read them alike.
 */

import type { ParsedOptions } from "../../cli/command.ts";
import { UsageError } from "../../errors.ts";
import type { LoadModel } from "../../load/schedule.ts";
import { formatMs } from "../../net/clock.ts";
import { type Endpoint, formatEndpoint, parseEndpoint } from "../../net/endpoint.ts";
import { DEFAULT_MAX_PACKET_SIZE } from "../../packet/deframer.ts";
import type { BenchModel } from "../../stats/bench_data.ts";
import type { BenchOptions } from "../../stats/bench_report.ts";
import type { GodotVersion } from "../../variant/types.ts";
import { checkSecurityOptions, CLIENT_SECURITY, isSecure } from "../security/options.ts";

/** How the load is made, and for how long. */
export interface BenchSettings {
  readonly endpoint: Endpoint;
  readonly godot: GodotVersion;
  /** What clients do, with `isConnecting` to connections instead of packets. */
  readonly model: LoadModel;
  /** Connections are measured, not packets. */
  readonly isConnecting: boolean;
  /** Connections resume the session of the one before. */
  readonly resumes: boolean;
  readonly isOneWay: boolean;
  readonly clients: number;
  readonly workers: number;
  readonly rampMs: number;
  readonly warmupMs: number;
  /** Of each client; null for no limit. */
  readonly count: number | null;
  /** null for no limit. */
  readonly durationMs: number | null;
  readonly timeoutMs: number;
  /** Of the series. */
  readonly intervalMs: number;
  /** Intervals are printed. */
  readonly showsIntervals: boolean;
  readonly maxPacketSize: number;
}

const DEFAULT_DURATION_MS = 10_000;
const MAX_CLIENTS = 65_536;
const MAX_WORKERS = 256;
const MIN_INTERVAL_MS = 10;

/** Reads them. Throws `UsageError` for what cannot be, or not together. */
export function readBenchSettings(options: ParsedOptions): BenchSettings {
  const endpoint = readEndpoint(options);
  checkSecurityOptions(options, endpoint.scheme, CLIENT_SECURITY);
  const [clients, workers] = [atLeastOne(options, "clients"), atLeastOne(options, "workers")];
  if (clients > MAX_CLIENTS) throw new UsageError(`--clients ${clients}: at most ${MAX_CLIENTS}`);
  if (workers > MAX_WORKERS) throw new UsageError(`--workers ${workers}: at most ${MAX_WORKERS}`);
  const isConnecting = options.flag("connect");
  if (isConnecting) checkConnecting(options, endpoint);
  else if (options.flag("resume")) {
    throw new UsageError("--resume is for --connect: a client connects once without it");
  }
  const model = readModel(options);
  const count = options.isGiven("count") ? atLeastOne(options, "count") : null;
  const durationMs = options.number("duration") ?? (count === null ? DEFAULT_DURATION_MS : null);
  if (durationMs === 0) throw new UsageError("--duration 0: write how long, such as 10s");
  const [rampMs, warmupMs] = [options.number("ramp") ?? 0, options.number("warmup") ?? 0];
  if (durationMs !== null && rampMs > warmupMs + durationMs) {
    throw new UsageError(
      `--ramp ${formatMs(rampMs)} goes on after the end: some clients would never start; ` +
        "write a shorter one, or a longer --duration",
    );
  }
  return {
    endpoint,
    godot: options.text("godot") === "3" ? 3 : 4,
    model,
    isConnecting,
    resumes: options.flag("resume"),
    isOneWay: options.flag("one-way"),
    clients,
    workers: Math.min(workers, clients),
    rampMs,
    warmupMs,
    count,
    durationMs,
    timeoutMs: options.number("timeout") ?? 0,
    intervalMs: readInterval(options, plannedMs(model, count, durationMs)),
    showsIntervals: options.isGiven("interval"),
    maxPacketSize: options.number("max-packet") ?? DEFAULT_MAX_PACKET_SIZE,
  };
}

/** The name of the model in reports. */
export function benchModelOf({ model, isConnecting }: BenchSettings): BenchModel {
  return isConnecting ? "connect" : model.type;
}

/** The options as they were in effect, for reports; `packet` tells of the packets. */
export function effectiveOptions(settings: BenchSettings, packet: BenchOptions): BenchOptions {
  const { model, endpoint: { scheme, host: hostname, port } } = settings;
  return {
    endpoint: formatEndpoint(scheme, { hostname, port }),
    godot: settings.godot,
    clients: settings.clients,
    workers: settings.workers,
    ...(model.type === "open" ? { rate: model.ratePerSecond } : {}),
    ...(model.type === "closed" && !settings.isConnecting ? { window: model.window } : {}),
    ...(model.type === "flood" ? { flood: true } : {}),
    ...(settings.isConnecting ? { connect: true, resume: settings.resumes } : {}),
    ...(settings.isOneWay ? { one_way: true } : {}),
    ...(settings.count === null ? {} : { count: settings.count }),
    ...(settings.durationMs === null ? {} : { duration_ms: settings.durationMs }),
    ramp_ms: settings.rampMs,
    warmup_ms: settings.warmupMs,
    timeout_ms: settings.timeoutMs,
    interval_ms: settings.intervalMs,
    ...packet,
  };
}

function readEndpoint(options: ParsedOptions): Endpoint {
  const [endpoint, , surplus] = options.values;
  if (endpoint === undefined) {
    throw new UsageError("bench needs an ENDPOINT; write udp://127.0.0.1:4242, say");
  }
  if (surplus !== undefined) {
    throw new UsageError(`bench sends one VALUE over and over; leave out ${surplus}`);
  }
  return parseEndpoint(endpoint, "connect");
}

function readModel(options: ParsedOptions): LoadModel {
  const given = ["rate", "window", "flood"].filter((name) => options.isGiven(name));
  if (given.length > 1) {
    const names = given.map((name) => `--${name}`).join(" and ");
    throw new UsageError(`${names} are different loads: take one`);
  }
  if (options.flag("flood")) return { type: "flood" };
  const rate = options.number("rate");
  if (rate === null) {
    return {
      type: "closed",
      window: options.isGiven("window") ? atLeastOne(options, "window") : 1,
    };
  }
  if (rate === 0) throw new UsageError("--rate 0/s sends nothing; write 60/s, say");
  return { type: "open", ratePerSecond: rate };
}

function checkConnecting(options: ParsedOptions, { scheme }: Endpoint): void {
  if (scheme === "udp") {
    throw new UsageError("--connect: udp has no connections; use it on tcp://, tls:// or dtls://");
  }
  if (options.flag("resume") && !isSecure(scheme)) {
    throw new UsageError(`--resume: ${scheme} has no sessions; use it on tls:// or dtls://`);
  }
  const others = [
    ...["window", "flood", "size", "raw", "match", "header", "one-way", "hex", "file"],
    "interval",
  ];
  const wrong = others.find((name) => options.isGiven(name));
  if (wrong !== undefined) throw new UsageError(`--connect sends no packets: leave out --${wrong}`);
  if (options.values.length > 1) throw new UsageError("--connect sends no VALUE: leave it out");
}

function atLeastOne(options: ParsedOptions, name: string): number {
  const number = options.number(name) ?? 1;
  if (number < 1) throw new UsageError(`--${name} ${number}: write 1 or more`);
  return number;
}

/** How long the run should take in milliseconds; null when that is up to the server. */
function plannedMs(
  model: LoadModel,
  count: number | null,
  durationMs: number | null,
): number | null {
  const forCount = count !== null && model.type === "open"
    ? count / model.ratePerSecond * 1000
    : null;
  if (forCount === null) return durationMs;
  return durationMs === null ? forCount : Math.min(durationMs, forCount);
}

/** The asked interval, or one that makes some fifty of the run, so that plots have enough points. */
function readInterval(options: ParsedOptions, plannedMs: number | null): number {
  const asked = options.number("interval");
  if (asked === null) {
    const wanted = (plannedMs ?? 0) / WANTED_INTERVALS;
    return INTERVALS_MS.find((ms) => ms >= wanted && (plannedMs !== null || ms === 1000)) ?? 60_000;
  }
  if (asked < MIN_INTERVAL_MS) {
    throw new UsageError(`--interval ${asked}ms: write ${MIN_INTERVAL_MS}ms or more`);
  }
  return asked;
}

const WANTED_INTERVALS = 50;
const INTERVALS_MS = [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000];
