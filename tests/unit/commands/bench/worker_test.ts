import { assertEquals } from "@std/assert";
import { parseOptions } from "../../../../src/cli/args.ts";
import { optionsOf } from "../../../../src/cli/common_options.ts";
import { bench } from "../../../../src/commands/bench.ts";
import type { FromWorker, ToWorker } from "../../../../src/commands/bench/messages.ts";
import { copyOptions } from "../../../../src/commands/bench/options_copy.ts";
import { serveBench, type WorkerPort } from "../../../../src/commands/bench/worker.ts";
import { systemClock } from "../../../../src/net/clock.ts";

/** The main thread's end of a worker that runs in this thread. */
class Line implements WorkerPort {
  readonly answers: FromWorker[] = [];
  readonly #waits: ((message: FromWorker) => void)[] = [];
  #listener: (event: { readonly data: ToWorker }) => void = () => {};

  addEventListener(_: "message", listener: (event: { readonly data: ToWorker }) => void): void {
    this.#listener = listener;
  }

  postMessage(message: FromWorker): void {
    const answer = structuredClone(message);
    const wait = this.#waits.shift();
    if (wait === undefined) this.answers.push(answer);
    else wait(answer);
  }

  tell(message: ToWorker): void {
    this.#listener({ data: structuredClone(message) });
  }

  async next(): Promise<FromWorker> {
    return this.answers.shift() ?? await new Promise((resolve) => this.#waits.push(resolve));
  }
}

function start(args: readonly string[], clients: number): Line {
  const specs = optionsOf(bench);
  const options = copyOptions(parseOptions(args, specs), specs.map(({ name }) => name));
  const line = new Line();
  serveBench(line);
  line.tell({ type: "task", options, firstClient: 0, clients });
  return line;
}

Deno.test("serveBench() is ready, waits for the beginning, and answers with the result", async () => {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const echoing = (async () => {
    for await (const [bytes, from] of socket) await socket.send(bytes, from);
  })();
  const { port } = socket.addr as Deno.NetAddr; // a UDP socket has one
  const line = start([`udp://127.0.0.1:${port}`, "--count", "5", "--clients", "2"], 2);
  assertEquals(await line.next(), { type: "ready" });
  line.tell({ type: "begin", startMicros: systemClock.wallMicros() });
  let sent = 0;
  let answer = await line.next();
  for (; answer.type === "intervals"; answer = await line.next()) {
    for (const interval of answer.intervals) sent += interval.sent;
  }
  assertEquals([answer.type === "result" && answer.data.packets.answered, sent], [10, 10]);
  socket.close();
  await echoing;
});

Deno.test("serveBench() says why it cannot go on", async () => {
  const line = start(["tcp://127.0.0.1:1", "--header", "--file", "/nowhere/packet.bin"], 1);
  const failed = await line.next();
  assertEquals(failed.type === "failed" && failed.error.kind, "usage");
});
