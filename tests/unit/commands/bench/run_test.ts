import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { parseOptions } from "../../../../src/cli/args.ts";
import { optionsOf } from "../../../../src/cli/common_options.ts";
import { bench } from "../../../../src/commands/bench.ts";
import { PeerError, UsageError } from "../../../../src/errors.ts";
import { memoryIo } from "../../../support/memory_io.ts";
import { type CommandResult, runCommand } from "../../../support/run_command.ts";

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
  assertMatch(error.message, /1 packet that came answers none that was sent \(1 did not decode\)/);
});

Deno.test("runBench() ends with 1 when the server goes away on the way", async () => {
  const server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    using connection = await server.accept();
    const buffer = new Uint8Array(1000);
    for (let i = 0; i < 3; i++) {
      const size = await connection.read(buffer);
      await connection.write(buffer.subarray(0, size ?? 0));
    }
    await connection.read(buffer);
  })();
  const { port } = server.addr as Deno.NetAddr; // a TCP listener has one
  const args = [`tcp://127.0.0.1:${port}`, "--count", "10", "-o", "json"];
  const { exit, lines } = await runCommand(bench, args);
  await serving;
  server.close();
  const [summary, error] = lines.map((line) => JSON.parse(line));
  assertEquals([exit, summary.packets.received, summary.errors.connection], [1, 3, 1]);
  assertMatch(error.message, /a client failed: the server closed the connection/);
});

Deno.test("runBench() does not blame the server for a run that was ended at once", async () => {
  const io = memoryIo();
  const interrupted = AbortSignal.abort();
  const options = parseOptions(["tcp://127.0.0.1:1"], optionsOf(bench));
  const ended = { ...io, output: io.output, interrupted };
  assertEquals(await bench.run(options, ended), 1);
  assertMatch(
    io.stderrText(),
    /not one reply came: the run was ended before anybody was connected/,
  );
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
