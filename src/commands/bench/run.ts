/** One run of `bench`: reads the options, runs the clients, and hands over what was measured. */

import {
  EXIT,
  type ExitCode,
  type Io,
  type OptionSpec,
  type ParsedOptions,
} from "../../cli/command.ts";
import { errorEvent } from "../../cli/error_report.ts";
import { load } from "../../cli/load.ts";
import { PeerError, UsageError } from "../../errors.ts";
import { formatMs, systemClock } from "../../net/clock.ts";
import { formatEndpoint } from "../../net/endpoint.ts";
import type { BenchData } from "../../stats/bench_data.ts";
import { type EndedInterval, intervalFigures } from "../../stats/bench_recording.ts";
import { type HistogramFactory, loadHistograms } from "../../stats/histogram.ts";
import type { CrewResult } from "./crew.ts";
import { finishBench, readFinish } from "./finish.ts";
import { IntervalPrinter } from "./intervals.ts";
import { copyOptions } from "./options_copy.ts";
import { type BenchPacket, readBenchPacket } from "./packet.ts";
import { type BenchSettings, effectiveOptions, readBenchSettings } from "./settings.ts";
import type { CaptureFile } from "../session/capture_file.ts";
import { openCapture, withKeysIn } from "../session/capture_option.ts";
import type { ClientSecurityInUse } from "../security/client.ts";
import { isSecure } from "../security/options.ts";

/** Time between everything being ready and the first packet, in microseconds. */
const BEGIN_IN_MICROS = 5_000;

/** Runs it; `specs` is the option table. Throws `UsageError`, and `PeerError` when nobody connects. */
export async function runBench(
  options: ParsedOptions,
  specs: readonly OptionSpec[],
  io: Io,
): Promise<ExitCode> {
  const settings = readBenchSettings(options);
  const packet = settings.isConnecting ? null : await readBenchPacket(options, settings, io);
  const histograms = await loadHistograms();
  const finish = await readFinish(options, io, histograms);
  if (settings.workers > 1 && options.isGiven("capture")) {
    throw new UsageError("--capture is for one thread alone: leave out --workers");
  }
  using capture = await openCapture(options, settings.endpoint, io);
  const security = await readSecurity(options, settings, io);
  if (packet?.remark) io.output.status(packet.remark);
  const printer = new IntervalPrinter(io.output, settings);
  const onInterval = ([first, ...others]: readonly EndedInterval[]): void => {
    if (first !== undefined) printer.show(intervalFigures(first, others, histograms));
  };
  const run = { options, specs, settings, packet, security, capture, histograms, onInterval };
  const { data, failure, connected } = settings.workers > 1
    ? await runSpread(run, io)
    : await runHere(run, io);
  io.output.progress("");
  await security?.save();
  if (connected === 0 && failure !== null) throw failure;
  const exit = await finishBench(
    {
      endpoint: endpointText(settings),
      options: effectiveOptions(settings, packet?.options ?? {}),
      runs: 1,
      data,
    },
    finish,
    io,
    histograms,
  );
  if (isWithoutReply(data)) {
    const why = failure?.message ??
      (io.interrupted.aborted ? interruptionHint(connected) : silenceHint(settings, data));
    return reportFailure(`not one reply came: ${why}`, failure, io);
  }
  if (failure !== null) {
    const message = `the load was not the one asked for: a client failed: ${failure.message}`;
    return reportFailure(message, failure, io);
  }
  return exit;
}

/** Everything that a run needs. */
interface Run {
  readonly options: ParsedOptions;
  readonly specs: readonly OptionSpec[];
  readonly settings: BenchSettings;
  readonly packet: BenchPacket | null;
  readonly security: ClientSecurityInUse | null;
  readonly capture: CaptureFile | null;
  readonly histograms: HistogramFactory;
  readonly onInterval: (parts: readonly EndedInterval[]) => void;
}

/** Runs all clients in this thread. */
async function runHere(run: Run, io: Io): Promise<CrewResult> {
  const { settings, packet, security, capture, histograms, onInterval } = run;
  const { runCrew } = await load<typeof import("./crew.ts")>("../commands/bench/crew.ts");
  return await runCrew({
    settings,
    packet,
    security: security === null ? null : withKeysIn(capture, security.security),
    ...(capture === null ? {} : { tap: capture }),
    histograms,
    firstClient: 0,
    clients: settings.clients,
    begin: () => Promise.resolve(systemClock.wallMicros() + BEGIN_IN_MICROS),
    onIntervals: (intervals) => intervals.forEach((interval) => onInterval([interval])),
    interrupted: io.interrupted,
  });
}

/** Spreads the clients over workers. */
async function runSpread(run: Run, io: Io): Promise<CrewResult> {
  const { options, specs, settings, histograms, onInterval } = run;
  const { runInWorkers } = await load<typeof import("./workers.ts")>(
    "../commands/bench/workers.ts",
  );
  return await runInWorkers({
    options: copyOptions(options, [...specs.map(({ name }) => name), "godot"]),
    workers: settings.workers,
    clients: settings.clients,
    histograms,
    onInterval,
    interrupted: io.interrupted,
  });
}

async function readSecurity(
  options: ParsedOptions,
  { endpoint, workers }: BenchSettings,
  io: Io,
): Promise<ClientSecurityInUse | null> {
  if (!isSecure(endpoint.scheme)) return null;
  if (workers > 1 && options.isGiven("session-cache")) {
    throw new UsageError("--session-cache is for one thread alone: leave out --workers");
  }
  const { readClientSecurity } = await load<typeof import("../security/client.ts")>(
    "../commands/security/client.ts",
  );
  return await readClientSecurity(options, io);
}

function endpointText({ endpoint: { scheme, host: hostname, port } }: BenchSettings): string {
  return formatEndpoint(scheme, { hostname, port });
}

/** True when replies were expected, and not one came. */
function isWithoutReply({ isOneWay, model, packets }: BenchData): boolean {
  return !isOneWay && model !== "connect" && packets.answered === 0;
}

function reportFailure(message: string, failure: Error | null, io: Io): ExitCode {
  io.output.error(`packetpeer: ${message}`);
  const { mode } = io.output;
  if (mode === "json" || mode === "native") {
    const code = failure instanceof PeerError ? failure.code : "ERR_TIMEOUT";
    io.output.data(errorEvent({ exit: EXIT.failed, code, message, excerpt: [] }));
  }
  return EXIT.failed;
}

function interruptionHint(connected: number): string {
  return `the run was ended before ${connected === 0 ? "anybody was connected" : "one could"}`;
}

function silenceHint(
  { endpoint: { scheme }, timeoutMs }: BenchSettings,
  { packets: { received }, errors }: BenchData,
): string {
  if (received > 0) {
    const what = received === 1
      ? "1 packet that came answers"
      : `${received} packets that came answer`;
    const undecodable = errors["decode"] ? ` (${errors["decode"]} did not decode)` : "";
    return `the ${what} none that was sent${undecodable}; does the server send back what tells ` +
      "packets apart? --match or --header know replies in another way, --one-way expects none";
  }
  const waited = `within ${formatMs(timeoutMs)}`;
  return scheme === "udp"
    ? `none ${waited}; is the server running, and does it answer? UDP does not tell when nobody ` +
      "listens"
    : `none ${waited}; the server is connected, but sends nothing back`;
}
