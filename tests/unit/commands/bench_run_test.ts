import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { bench } from "../../../src/commands/bench.ts";
import { PeerError, UsageError } from "../../../src/errors.ts";
import { type CommandResult, runCommand } from "../../support/run_command.ts";

/** Runs the command against a UDP socket that answers with what `answer` makes of packets. */
async function run(
  args: readonly string[],
  answer: (packet: Uint8Array) => Uint8Array | null = (packet) => packet,
): Promise<CommandResult> {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const answering = (async () => {
    for await (const [bytes, from] of socket) {
      const reply = answer(bytes);
      if (reply !== null) await socket.send(reply, from);
    }
  })();
  const { port } = socket.addr as Deno.NetAddr; // a UDP socket has one
  try {
    return await runCommand(bench, [`udp://127.0.0.1:${port}`, ...args]);
  } finally {
    socket.close();
    await answering;
  }
}

Deno.test("runBench() runs, and reports with the options that were in effect", async () => {
  const { exit, lines, stderr } = await run(['{"a": 1}', "--count", "5", "-o", "json"]);
  const { options, packets, rtt_ms } = JSON.parse(lines.at(-1) ?? "");
  assertEquals([exit, packets.received, rtt_ms.count], [0, 5, 5]);
  assertEquals([options.value, options.count, options.match], ['{"a": 1}', 5, "key"]);
  assertMatch(stderr, /^each packet carries its number/);
});

Deno.test("runBench() ends with 1 when not one reply came, or none that answers", async () => {
  const silent = await run(["--count", "1", "--timeout", "50ms"], () => null);
  assertEquals(silent.exit, 1);
  assertMatch(silent.stderr, /not one reply came: none within 50 ms/);
  const odd = await run(
    ["--count", "1", "--timeout", "50ms", "-o", "json"],
    () => Uint8Array.of(1),
  );
  const [summary, error] = odd.lines.map((line) => JSON.parse(line));
  assertEquals([odd.exit, summary.errors.decode, error.exit], [1, 1, 1]);
});

Deno.test("runBench() throws what keeps everybody from connecting", async () => {
  const socket = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = socket.addr as Deno.NetAddr; // a TCP listener has one
  socket.close();
  const args = [`tcp://127.0.0.1:${port}`, "--count", "1"];
  await assertRejects(() => runCommand(bench, args), PeerError, "connection refused");
});

Deno.test("runBench() does not run when its outputs cannot be", async () => {
  await assertRejects(() => run(["--compare", "none.json"]), UsageError, "none.json");
  const cache = ["dtls://127.0.0.1:1", "--clients", "2", "--workers", "2", "--session-cache", "s"];
  await assertRejects(() => runCommand(bench, cache), UsageError, "one thread alone");
});
