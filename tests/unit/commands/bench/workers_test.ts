import { assertEquals, assertRejects } from "@std/assert";
import { parseOptions } from "../../../../src/cli/args.ts";
import { optionsOf } from "../../../../src/cli/common_options.ts";
import { bench } from "../../../../src/commands/bench.ts";
import type { CrewResult } from "../../../../src/commands/bench/crew.ts";
import { copyOptions } from "../../../../src/commands/bench/options_copy.ts";
import { runInWorkers, shares } from "../../../../src/commands/bench/workers.ts";
import { UsageError } from "../../../../src/errors.ts";
import type { EndedInterval } from "../../../../src/stats/bench_recording.ts";
import { histograms } from "../../../support/bench.ts";

function run(
  args: readonly string[],
  clients: number,
  onInterval: (parts: readonly EndedInterval[]) => void = () => {},
): Promise<CrewResult> {
  const specs = optionsOf(bench);
  const options = parseOptions([...args, "--clients", `${clients}`, "--workers", "2"], specs);
  return runInWorkers({
    options: copyOptions(options, specs.map(({ name }) => name)),
    workers: 2,
    clients,
    histograms,
    onInterval,
    interrupted: new AbortController().signal,
  });
}

Deno.test("shares() gives each worker as many clients as any other, or one more", () => {
  assertEquals(shares(7, 3), [
    { first: 0, clients: 2 },
    { first: 2, clients: 2 },
    { first: 4, clients: 3 },
  ]);
  assertEquals(shares(2, 2).map(({ clients }) => clients), [1, 1]);
});

Deno.test("runInWorkers() adds up what its workers measured", async () => {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const echoing = (async () => {
    for await (const [bytes, from] of socket) await socket.send(bytes, from);
  })();
  const { port } = socket.addr as Deno.NetAddr; // a UDP socket has one
  const intervals: (readonly EndedInterval[])[] = [];
  const args = [
    `udp://127.0.0.1:${port}`,
    "--rate",
    "200/s",
    "--count",
    "20",
    "--interval",
    "20ms",
  ];
  const { data, connected } = await run(args, 3, (parts) => intervals.push(parts));
  assertEquals([connected, data.clients.length, data.packets.sent], [3, 3, 60]);
  assertEquals([data.packets.answered, data.roundTrips?.count], [60, 60]);
  assertEquals(intervals.filter((parts) => parts.length !== 2), []);
  socket.close();
  await echoing;
});

Deno.test("runInWorkers() ends when a worker cannot go on, and says why", async () => {
  const args = ["tcp://127.0.0.1:1", "--header", "--file", "/nowhere/packet.bin"];
  await assertRejects(() => run(args, 2), UsageError, "/nowhere/packet.bin");
});
