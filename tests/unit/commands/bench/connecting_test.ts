import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { parseOptions } from "../../../../src/cli/args.ts";
import { optionsOf } from "../../../../src/cli/common_options.ts";
import { bench } from "../../../../src/commands/bench.ts";
import {
  Closings,
  type ConnectingPlan,
  connectOnce,
  type ConnectOutcome,
  holdContext,
  keepConnecting,
  recordOutcome,
  sleepUntil,
  withoutSessions,
} from "../../../../src/commands/bench/connecting.ts";
import { type BenchSettings, readBenchSettings } from "../../../../src/commands/bench/settings.ts";
import { systemClock } from "../../../../src/net/clock.ts";
import { openConnector, openServer } from "../../../../src/net/open.ts";
import { SecureEndpoint } from "../../../../src/net/security.ts";
import type { PacketServer } from "../../../../src/packet/peer.ts";
import { BenchRecording } from "../../../../src/stats/bench_recording.ts";
import { histograms } from "../../../support/bench.ts";
import { secureTest } from "../../../support/secure_pair.ts";

const FOREVER = new AbortController().signal;

function settingsFor(port: number, ...args: string[]): BenchSettings {
  const all = [`tcp://127.0.0.1:${port}`, "--connect", ...args];
  return readBenchSettings(parseOptions(all, optionsOf(bench)));
}

function newRecording(): BenchRecording {
  const base = { model: "connect", isOneWay: false, histograms, startMicros: 0 } as const;
  return new BenchRecording({ ...base, startMs: systemClock.monotonicMs() });
}

function openTcpServer(): Promise<PacketServer> {
  return openServer({ scheme: "tcp", host: "127.0.0.1", port: 0 });
}

async function connectTo(port: number): Promise<ConnectOutcome> {
  await using connector = await openConnector({ scheme: "tcp", host: "127.0.0.1", port });
  return await connectOnce(connector, 20_000, FOREVER);
}

/** A port that nobody listens on any more. */
async function closedPort(): Promise<number> {
  await using server = await openTcpServer();
  return server.address.port;
}

function planOf(
  settings: BenchSettings,
  recording: BenchRecording,
  closings = new Closings(),
): ConnectingPlan {
  const startMs = systemClock.monotonicMs();
  const times = { startMs, measureFromMs: startMs, endMs: null };
  const { model } = settings;
  return { settings, security: null, recording, model, ...times, signal: FOREVER, closings };
}

Deno.test("connectOnce() answers with a peer and the time it took, or with the failure", async () => {
  await using server = await openTcpServer();
  const outcome = await connectTo(server.address.port);
  assert("peer" in outcome && outcome.durationMs > 0);
  await outcome.peer.close();
  const refused = await connectTo(await closedPort());
  assertEquals("error" in refused && refused.error.code, "ERR_CANT_CONNECT");
});

Deno.test("recordOutcome() counts what came of an attempt", async () => {
  await using server = await openTcpServer();
  const recording = newRecording();
  const outcome = await connectTo(server.address.port);
  recordOutcome(recording, outcome, 1000);
  if ("peer" in outcome) await outcome.peer.close();
  recordOutcome(recording, await connectTo(await closedPort()));
  const { connections, connects, errors } = recording.toData(systemClock.monotonicMs());
  assertEquals([connections, errors["connect"]], [{ attempted: 2, established: 1 }, 1]);
  assert(connects !== null && connects.minMs > 1000, "with how long it was due before");
});

Deno.test("keepConnecting() connects until the count is reached", async () => {
  await using server = await openTcpServer();
  for (const load of [[], ["--rate", "1000/s"]]) {
    const recording = newRecording();
    const settings = settingsFor(server.address.port, "--count", "5", ...load);
    const closings = new Closings();
    assertEquals(await keepConnecting(planOf(settings, recording, closings)), null);
    await closings.end();
    const { connections } = recording.toData(systemClock.monotonicMs());
    assertEquals(connections, { attempted: 5, established: 5 });
  }
});

Deno.test("keepConnecting() ends with the time, and with the signal", async () => {
  await using server = await openTcpServer();
  const settings = settingsFor(server.address.port);
  const plan = planOf(settings, newRecording());
  assertEquals(await keepConnecting({ ...plan, endMs: plan.startMs }), null);
  assertEquals(await keepConnecting({ ...plan, signal: AbortSignal.abort() }), null);
});

Deno.test("keepConnecting() tells the failure when nobody is there", async () => {
  const recording = newRecording();
  const settings = settingsFor(await closedPort(), "--count", "2");
  const failure = await keepConnecting(planOf(settings, recording));
  assertEquals(failure?.code, "ERR_CANT_CONNECT");
  assertEquals(recording.toData(systemClock.monotonicMs()).errors["connect"], 2);
});

secureTest("holdContext() keeps one context for clients with the same security", async () => {
  const { endpoint } = readBenchSettings(parseOptions(["dtls://127.0.0.1:1"], optionsOf(bench)));
  const security = { isInsecure: true };
  const held = await holdContext({ endpoint }, security);
  using other = SecureEndpoint.client("dtls", security);
  assertStrictEquals(held, other);
  held?.[Symbol.dispose]();
  const { endpoint: plain } = settingsFor(1);
  assertEquals(await holdContext({ endpoint: plain }, null), null);
  const unusable = { library: "nowhere/libssl.so" };
  assertEquals(await holdContext({ endpoint }, unusable), null, "connecting tells why");
});

Deno.test("withoutSessions() leaves the rest", () => {
  const sessions = { get: () => null, set: () => {} };
  assertEquals(withoutSessions({ isInsecure: true, sessions }), { isInsecure: true });
  assertEquals(withoutSessions(null), null);
});

Deno.test("Closings waits for one of many, and for all in the end", async () => {
  const closings = new Closings();
  const first = Promise.withResolvers<void>();
  await closings.add(first.promise);
  const others = Array.from({ length: 63 }, () => Promise.withResolvers<void>());
  const added = Promise.all(others.map(({ promise }) => closings.add(promise)));
  first.resolve();
  await added;
  others.forEach(({ resolve }) => resolve());
  await closings.end();
});

Deno.test("sleepUntil() ends when its signal is aborted", async () => {
  const abort = new AbortController();
  const sleeping = sleepUntil(systemClock.monotonicMs() + 60_000, abort.signal);
  abort.abort();
  await sleeping;
  await sleepUntil(0, FOREVER);
});
