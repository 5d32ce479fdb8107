import { assert, assertEquals } from "@std/assert";
import { parseOptions } from "../../../../src/cli/args.ts";
import { optionsOf } from "../../../../src/cli/common_options.ts";
import { bench } from "../../../../src/commands/bench.ts";
import { type CrewOptions, type CrewResult, runCrew } from "../../../../src/commands/bench/crew.ts";
import { readBenchPacket } from "../../../../src/commands/bench/packet.ts";
import { readBenchSettings } from "../../../../src/commands/bench/settings.ts";
import { systemClock } from "../../../../src/net/clock.ts";
import { openServer } from "../../../../src/net/open.ts";
import type { PacketPeer, PacketServer } from "../../../../src/packet/peer.ts";
import type { EndedInterval } from "../../../../src/stats/bench_recording.ts";
import { histograms } from "../../../support/bench.ts";
import { memoryIo } from "../../../support/memory_io.ts";

async function run(
  scheme: string,
  port: number,
  args: readonly string[],
  changes: Partial<CrewOptions> = {},
): Promise<CrewResult> {
  const options = parseOptions([`${scheme}://127.0.0.1:${port}`, ...args], optionsOf(bench));
  const settings = readBenchSettings(options);
  return await runCrew({
    settings,
    packet: settings.isConnecting ? null : await readBenchPacket(options, settings, memoryIo()),
    security: null,
    histograms,
    firstClient: 0,
    clients: settings.clients,
    begin: () => Promise.resolve(systemClock.wallMicros()),
    onIntervals: () => {},
    interrupted: new AbortController().signal,
    ...changes,
  });
}

/** Echoes what arrives until it is closed; `onPacket` is told of each packet. */
async function startEcho(
  scheme: "udp" | "tcp",
  onPacket: () => void = () => {},
): Promise<PacketServer> {
  const server = await openServer({ scheme, host: "127.0.0.1", port: 0 });
  const serve = async (peer: PacketPeer): Promise<void> => {
    for await (const { payload } of peer) {
      onPacket();
      await peer.send(payload).catch(() => {});
    }
  };
  const serveAll = async (): Promise<void> => {
    for await (const peer of server) serve(peer);
  };
  serveAll();
  return server;
}

for (const scheme of ["udp", "tcp"] as const) {
  Deno.test(`runCrew() runs its share of the clients over ${scheme}`, async () => {
    await using server = await startEcho(scheme);
    const { port } = server.address;
    const args = ["--clients", "10", "--rate", "500/s", "--count", "10"];
    const result = await run(scheme, port, args, { firstClient: 4, clients: 3 });
    const { packets, clients, connections } = result.data;
    assertEquals([result.connected, result.failure], [3, null]);
    assertEquals([packets.sent, packets.answered, clients.length], [30, 30, 3]);
    assertEquals(connections, { attempted: 3, established: 3 });
  });
}

Deno.test("runCrew() connects clients one after the other with a ramp", async () => {
  await using server = await startEcho("tcp");
  const args = ["--clients", "3", "--ramp", "30ms", "--count", "5"];
  const { data, connected } = await run("tcp", server.address.port, args);
  assertEquals([connected, data.packets.answered], [3, 15]);
});

Deno.test("runCrew() ends soon when it is interrupted, with what there is", async () => {
  const interruption = new AbortController();
  let packets = 0;
  await using server = await startEcho("udp", () => {
    if (++packets === 5) interruption.abort();
  });
  const { port } = server.address;
  const { data } = await run("udp", port, ["--clients", "2", "--duration", "1h"], {
    interrupted: interruption.signal,
  });
  assert(data.packets.sent >= 5 && data.packets.answered >= 4);
});

Deno.test("runCrew() tells of every interval once", async () => {
  await using server = await startEcho("udp");
  const told: EndedInterval[] = [];
  const args = ["--rate", "500/s", "--count", "40", "--interval", "20ms"];
  const { data } = await run("udp", server.address.port, args, {
    onIntervals: (intervals) => told.push(...intervals),
  });
  assertEquals(told.map(({ index }) => index), [...told.keys()]);
  assertEquals(told.map(({ sent }) => sent), data.series.slice(0, told.length).map((i) => i.sent));
});

Deno.test("runCrew() tells why nobody could connect", async () => {
  await using server = await startEcho("tcp");
  const { port } = server.address;
  await server.close();
  for (const args of [["--clients", "2"], ["--ramp", "1ms"], ["--connect", "--count", "1"]]) {
    const { connected, failure, data } = await run("tcp", port, [...args, "--duration", "50ms"]);
    assertEquals([connected, failure?.name], [0, "PeerError"]);
    assert((data.errors["connect"] ?? 0) > 0);
  }
});

Deno.test("runCrew() only connects with --connect", async () => {
  await using server = await startEcho("tcp");
  const args = ["--connect", "--clients", "2", "--count", "3"];
  const { data, connected } = await run("tcp", server.address.port, args);
  assertEquals([connected, data.model, data.connections.established], [2, "connect", 6]);
});
