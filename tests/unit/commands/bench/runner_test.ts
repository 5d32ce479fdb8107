import { assert, assertEquals } from "@std/assert";
import { ClientRunner, type RunnerListener } from "../../../../src/commands/bench/runner.ts";
import { LoadClient } from "../../../../src/load/client.ts";
import { replyMatcher } from "../../../../src/load/match.ts";
import { rawTemplate } from "../../../../src/load/template.ts";
import { systemClock } from "../../../../src/net/clock.ts";
import { createMemoryPair } from "../../../../src/net/memory.ts";
import type { PacketPeer } from "../../../../src/packet/peer.ts";
import type { BenchData } from "../../../../src/stats/bench_data.ts";
import { BenchRecording } from "../../../../src/stats/bench_recording.ts";
import { histograms } from "../../../support/bench.ts";

/** A client in closed loop on a wire in memory, and the other end of the wire. */
class Bench {
  readonly runner: ClientRunner;
  readonly server: PacketPeer;
  readonly done = Promise.withResolvers<void>();
  readonly #recording: BenchRecording;

  constructor(count: number, window: number, wrap = (peer: PacketPeer): PacketPeer => peer) {
    const [peer, server] = createMemoryPair();
    this.server = server;
    const startMs = systemClock.monotonicMs();
    const base = { model: "closed", isOneWay: false, histograms, startMicros: 0 } as const;
    this.#recording = new BenchRecording({ ...base, startMs });
    const template = rawTemplate(Uint8Array.of(1, 2), { hasHeader: true });
    const times = { startMs, measureFromMs: startMs, endMs: null };
    const client = new LoadClient({
      plan: { model: { type: "closed", window }, ...times, count, timeoutMs: 60_000 },
      template,
      matcher: replyMatcher({ type: "header" }, template),
      recording: this.#recording.addClient(),
      epochMicros: performance.timeOrigin * 1000,
    });
    const listener: RunnerListener = { onWake: () => {}, onDone: () => this.done.resolve() };
    this.runner = new ClientRunner({
      peer: wrap(peer),
      client,
      recording: this.#recording,
      listener,
      epochMicros: performance.timeOrigin * 1000,
      isClosedLoop: true,
      mayBlock: false,
      timeoutMs: 1000,
    });
  }

  data(): BenchData {
    return this.#recording.toData(systemClock.monotonicMs());
  }
}

async function echo(peer: PacketPeer): Promise<void> {
  for await (const { payload } of peer) await peer.send(payload);
}

Deno.test("ClientRunner sends the next packet when a reply comes, and says when it is done", async () => {
  const bench = new Bench(25, 3);
  const echoing = echo(bench.server);
  bench.runner.start();
  await bench.done.promise;
  await bench.runner.close();
  await echoing;
  const { packets, roundTrips } = bench.data();
  assertEquals([packets.sent, packets.answered, roundTrips?.count], [25, 25, 25]);
  assertEquals(bench.runner.failure, null);
});

Deno.test("ClientRunner ends when the server closes, and counts the lost connection", async () => {
  const bench = new Bench(5, 1);
  bench.runner.start();
  await bench.server.receive();
  await bench.server.close();
  await bench.done.promise;
  await bench.runner.close();
  assertEquals(bench.runner.failure?.code, "ERR_CONNECTION_ERROR");
  assertEquals(bench.data().errors["connection"], 1);
});

Deno.test("ClientRunner gives up a packet that the system does not take", async () => {
  const stuck = Promise.withResolvers<number>();
  const bench = new Bench(5, 1, (peer) =>
    new Proxy(peer, {
      get(target, name): unknown {
        if (name === "sendBatch") return () => stuck.promise;
        const member = Reflect.get(target, name);
        return typeof member === "function" ? member.bind(target) : member;
      },
    }));
  bench.runner.start();
  bench.runner.check(systemClock.monotonicMs() + 500);
  assertEquals(bench.runner.failure, null);
  bench.runner.check(systemClock.monotonicMs() + 2000);
  await bench.done.promise;
  assert(bench.runner.failure?.message.includes("takes no more packets"));
  stuck.resolve(1);
  await bench.runner.close();
  assertEquals(bench.data().errors["send"], 1);
});

Deno.test("ClientRunner sends no more once it is stopped", async () => {
  const bench = new Bench(1000, 1);
  bench.runner.start();
  await bench.server.receive();
  bench.runner.stop(systemClock.monotonicMs());
  await bench.runner.close();
  assertEquals(bench.data().packets.sent, 1);
});
