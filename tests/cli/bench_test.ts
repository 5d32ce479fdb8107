/**
 * `bench` as a user runs it, against `listen --echo` and against servers with faults: load models,
 * matching, outputs, limits, merging, exit codes. Runs end by `--count`, and nothing asserts how long
 * something took, but for lower bounds that a stalled server guarantees.
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { whyNoOpenSsl } from "../support/certificates.ts";
import { type CliResult, type CliRun, runCli, startCli } from "../support/run_cli.ts";

/** A line of NDJSON; which members it has depends on its event. */
// deno-lint-ignore no-explicit-any
type Event = Record<string, any>;

Deno.test("bench measures one packet at a time without options, and says all as JSON", async () => {
  await using server = await startEcho("udp");
  const result = await bench([server.endpoint, "--count", "30", "-o", "json"]);
  assertEquals(result.code, 0, result.stderr);
  assertStringIncludes(result.stderr, 'its number under the key "$seq"');
  const summary = summaryOf(result);
  const { packets, rtt_ms, options, clients } = summary;
  assertEquals(summary.endpoint, server.endpoint);
  assertEquals([summary.model, options.window, options.count], ["closed", 1, 30]);
  assertEquals([packets.sent, packets.received, packets.lost], [30, 30, 0]);
  assertEquals([packets.duplicate, packets.reordered], [0, 0]);
  assertEquals([rtt_ms.count, clients.total], [30, 1]);
  assert(rtt_ms.min > 0 && rtt_ms.min <= rtt_ms.p50 && rtt_ms.p50 <= rtt_ms.max);
  assertEquals([rtt_ms.p99, rtt_ms.p999], [undefined, undefined], "too few samples for them");
  assertEquals([typeof rtt_ms.jitter, typeof summary.seconds], ["number", "number"]);
  assertEquals(Object.keys(summary).filter((key) => summary[key] === null), []);
});

const LOADS: readonly (readonly [model: string, ...options: string[]])[] = [
  ["open", "--rate", "500/s", "--clients", "4"],
  ["open", "--rate", "500/s", "--clients", "4", "--ramp", "20ms"],
  ["closed", "--window", "8", "--clients", "4"],
  ["flood", "--flood", "--clients", "4"],
  ["open", "--rate", "500/s", "--clients", "4", "--workers", "2"],
  ["closed", "--clients", "4", "--workers", "3"],
];

for (const scheme of ["udp", "tcp"] as const) {
  for (const [model, ...options] of LOADS) {
    Deno.test(`bench loads ${scheme} with ${options.join(" ")}`, async () => {
      await using server = await startEcho(scheme);
      const args = [server.endpoint, ...options, "--count", "20", "-o", "json"];
      const result = await bench(args);
      assertEquals(result.code, 0, result.stderr);
      const { packets, clients, options: effective, peers, ...summary } = summaryOf(result);
      assertEquals([summary.model, packets.sent, packets.received], [model, 80, 80]);
      assertEquals([clients.total, effective.clients, peers.total], [4, 4, 4]);
      assertEquals(clients.list.map((client: Event) => client.sent), [20, 20, 20, 20]);
    });
  }
}

Deno.test("bench --warmup measures nothing of it", async () => {
  await using server = await startEcho("udp");
  const options = ["--rate", "200/s", "--warmup", "100ms", "--count", "10", "-o", "json"];
  const { packets, bytes, rtt_ms } = summaryOf(await bench([server.endpoint, ...options]));
  assertEquals([packets.sent, packets.received, rtt_ms.count], [10, 10, 10]);
  assertEquals(bytes.sent, bytes.received);
});

Deno.test("bench --duration ends an open loop with the packets that were due", async () => {
  await using server = await startEcho("udp");
  const options = ["--rate", "100/s", "--duration", "200ms", "-o", "json"];
  const { packets, seconds } = summaryOf(await bench([server.endpoint, ...options]));
  assertEquals([packets.sent, packets.received], [20, 20]);
  assert(seconds >= 0.2, `${seconds}`);
});

const MATCHES: readonly (readonly string[])[] = [
  ["--header", "--hex", "0102"],
  ["--header", "Vector2(1, 2)"],
  ['{"id": $seq, "cmd": "ping"}', "--raw", "--match", "reply.id == sent.id"],
  ["[$time, 1]", "--raw", "--match", "reply[0] == sent.$time"],
  ['{"a": "größer"}', "--size", "300B"],
  ['{"a": 1}', "--godot", "3"],
];

for (const options of MATCHES) {
  Deno.test(`bench matches replies with ${options.join(" ")}`, async () => {
    await using server = await startEcho("udp");
    const result = await bench([server.endpoint, ...options, "--count", "10", "-o", "json"]);
    assertEquals(result.code, 0, result.stderr);
    const { packets, bytes, rtt_ms } = summaryOf(result);
    assertEquals([packets.lost, packets.unmatched, rtt_ms.count], [0, 0, 10]);
    if (options.includes("--size")) assertEquals(bytes.sent, 3000);
  });
}

Deno.test("bench --one-way counts what was sent, and invents nothing", async () => {
  await using server = await startEcho("tcp");
  const args = [server.endpoint, '{"a": 1}', "--one-way", "--rate", "500/s", "--count", "10"];
  const result = await bench([...args, "-o", "json"]);
  assertEquals(result.code, 0, result.stderr);
  const { packets, rtt_ms, loss_runs } = summaryOf(result);
  assertEquals([packets.sent, packets.lost, rtt_ms, loss_runs], [
    10,
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("bench --connect counts connections", async () => {
  await using server = await startEcho("tcp");
  const args = [server.endpoint, "--connect", "--count", "10", "--clients", "2", "-o", "json"];
  const result = await bench(args);
  assertEquals(result.code, 0, result.stderr);
  const { model, connect_ms, rates, rtt_ms } = summaryOf(result);
  assertEquals([model, connect_ms.count, rtt_ms], ["connect", 20, undefined]);
  assert(rates.connections_per_second > 0);
});

for (const scheme of ["dtls", "tls"] as const) {
  Deno.test({
    name: `bench measures ${scheme}, and its handshakes full and resumed`,
    ignore: whyNoOpenSsl() !== null,
    fn: async () => {
      await using server = await startEcho(scheme);
      const base = [server.endpoint, "--insecure", "--clients", "2", "-o", "json"];
      const packets = summaryOf(await bench([...base, "--count", "10"]));
      assertEquals([packets.packets.received, packets.handshake_ms.count], [20, 2]);
      const full = summaryOf(await bench([...base, "--connect", "--count", "3"]));
      assertEquals([full.handshake_ms.count, full.resumed_handshake_ms], [6, undefined]);
      const resumed = summaryOf(await bench([...base, "--connect", "--resume", "--count", "3"]));
      const [first, later] = [resumed.handshake_ms.count, resumed.resumed_handshake_ms.count];
      // A TLS 1.3 session that comes late is resumed one connection later.
      assert(first >= 2 && later >= 2 && first + later === 6, `${first} full, ${later} resumed`);
      const spread = summaryOf(await bench([...base, "--count", "10", "--workers", "2"]));
      assertEquals([spread.packets.received, spread.handshake_ms.count], [20, 2]);
    },
  });
}

Deno.test("bench shows the stall of a server in every packet that was due meanwhile", async () => {
  await using server = stallingServer(20, 40);
  const options = ["--rate", "100/s", "--count", "100", "--header", "--hex", "00", "-o", "json"];
  const result = await bench([server.endpoint, ...options]);
  assertEquals(result.code, 0, result.stderr);
  const { packets, rtt_ms } = summaryOf(result);
  assertEquals([packets.lost, rtt_ms.count], [0, 100]);
  // Packet 20 was answered when packet 40 came, 200 ms after it was due; packet 30 after 100 ms.
  assert(rtt_ms.max >= 200, `${rtt_ms.max}`);
  assert(rtt_ms.p90 >= 100, `${rtt_ms.p90}`);
});

Deno.test("bench tells loss and its runs, duplicates and reordering as they were", async () => {
  await using server = faultyServer((sequence) => {
    if ([3, 10, 11, 12].includes(sequence)) return [];
    if (sequence === 20) return [20, 20];
    if (sequence === 30) return [];
    return sequence === 31 ? [31, 30] : [sequence];
  });
  const options = ["--rate", "500/s", "--count", "40", "--header", "--hex", "00"];
  const result = await bench([server.endpoint, ...options, "--timeout", "300ms", "-o", "json"]);
  assertEquals(result.code, 0, "lost packets alone do not fail a run");
  const { packets, loss_runs } = summaryOf(result);
  const { sent, received, lost, duplicate, reordered } = packets;
  assertEquals([sent, received, lost, duplicate, reordered], [40, 37, 4, 1, 1]);
  assertEquals(loss_runs, { longest: 3, distribution: { "1": 1, "3": 1 } });
});

Deno.test("bench --interval prints figures while it runs, which add up to the summary", async () => {
  await using server = await startEcho("udp");
  const options = ["--rate", "100/s", "--count", "50", "--interval", "100ms"];
  for (const workers of ["1", "2"]) {
    const spread = ["--clients", "2", "--workers", workers, "-o", "json"];
    const { stdoutLines } = await bench([server.endpoint, ...options, ...spread]);
    const events: Event[] = stdoutLines.map((line) => JSON.parse(line));
    const intervals = events.filter(({ event }) => event === "interval");
    assert(intervals.length >= 4, `${intervals.length}`);
    assertEquals(intervals.map(({ time }) => time).slice(0, 3), [0, 0.1, 0.2]);
    const sent = intervals.reduce((sum, { packets }) => sum + packets.sent, 0);
    if (workers === "1") assertEquals(sent, 100);
    else assert(sent > 0 && sent <= 100, `${sent}`);
    const series: Event[] = events.at(-1)?.series;
    assertEquals(
      intervals.map(({ packets }) => packets.sent),
      series.slice(0, intervals.length).map((point) => point.sent),
    );
  }
});

Deno.test("bench ends with its report on Ctrl-C, with workers too", async () => {
  await using server = await startEcho("udp");
  for (const workers of ["1", "2"]) {
    const args = ["bench", server.endpoint, "--rate", "100/s", "--duration", "1h"];
    const more = ["--clients", "2", "--workers", workers, "--interval", "100ms", "-o", "json"];
    await using run = startCli([...args, ...more]);
    await run.stdoutLine('"event":"interval"');
    run.kill("SIGINT");
    const result = await run.result();
    assertEquals(result.code, 0, result.stderr);
    const { packets } = summaryOf(result);
    assert(packets.sent > 0 && packets.received > 0);
  }
});

Deno.test("bench --assert ends with 1 and says which limit failed by how much", async () => {
  await using server = await startEcho("udp");
  const limits = ["--assert", "p50<1us, loss<1%", "--assert", "p99<100s"];
  const args = [server.endpoint, "--count", "20", ...limits];
  const people = await bench(args);
  assertEquals(people.code, 1);
  assertMatch(people.stdout, /fails {2}p50 is .*above the limit of 1us/);
  assertMatch(people.stdout, /holds {2}loss is 0%/);
  assertMatch(people.stderr, /2 of 3 limits do not hold: p50 is .*p99 .*80 more samples/);
  const events = (await bench([...args, "-o", "json"])).stdoutLines.map((line) => JSON.parse(line));
  const claims = events.filter(({ event }) => event === "assertion");
  assertEquals(claims.map(({ claim, holds }) => [claim, holds]), [
    ["p50<1us", false],
    ["loss<1%", true],
    ["p99<100s", false],
  ]);
  assertEquals([events.at(-1)?.event, events.at(-1)?.exit], ["error", 1]);
});

Deno.test("bench merge adds runs up exactly, and its result can be merged again", async () => {
  await using folder = await TemporaryFolder.make();
  await using server = await startEcho("udp");
  const base = [server.endpoint, "--interval", "100ms", "-o", "json", "--result"];
  const [a, b, c, both, all] = ["a", "b", "c", "both", "all"].map((name) => folder.file(name));
  const runs = [
    await bench([...base, a!, "--count", "30"]),
    await bench([...base, b!, "--count", "50", "--clients", "2"]),
    await bench([...base, c!, "--count", "20"]),
  ].map(summaryOf);
  const merged = summaryOf(await bench(["merge", a!, b!, c!, "-o", "json"]));
  assertEquals([merged.runs, merged.packets.sent, merged.packets.received], [3, 150, 150]);
  assertEquals([merged.clients.total, merged.rtt_ms.count], [4, 150]);
  assertEquals(merged.rtt_ms.min, Math.min(...runs.map(({ rtt_ms }) => rtt_ms.min)));
  assertEquals(merged.rtt_ms.max, Math.max(...runs.map(({ rtt_ms }) => rtt_ms.max)));
  const mean = runs.reduce((sum, { rtt_ms }) => sum + rtt_ms.mean * rtt_ms.count, 0) / 150;
  assert(Math.abs(merged.rtt_ms.mean - mean) < 0.001, `${merged.rtt_ms.mean} is not ${mean}`);
  await bench(["merge", a!, b!, "--result", both!]);
  const twice = summaryOf(await bench(["merge", both!, c!, "--result", all!, "-o", "json"]));
  assertEquals(twice.rtt_ms, merged.rtt_ms);
  assertEquals(twice.packets, merged.packets);
});

Deno.test("bench --compare shows both runs and holds the new one to the old", async () => {
  await using folder = await TemporaryFolder.make();
  await using server = await startEcho("udp");
  const old = folder.file("old.json");
  const args = [server.endpoint, "--count", "30"];
  assertEquals((await bench([...args, "--result", old])).code, 0);
  const result = await bench([...args, "--compare", old, "--assert", "p50<1000x, p50<0.00001x"]);
  assertEquals(result.code, 1);
  assertMatch(result.stdout, /before +now +change/);
  assertMatch(result.stdout, /^p50 +\S+ +\S+ +[+-]?[\d.]+ %/m);
  assertMatch(result.stdout, /holds {2}p50 .*\n.*fails {2}p50 /);
  const events = (await bench(["merge", old, "--compare", old, "-o", "json"])).stdoutLines
    .map((line) => JSON.parse(line));
  const p50 = events[0].figures.find(({ figure }: Event) => figure === "p50");
  assertEquals([p50.change, p50.old], [0, p50.new]);
});

Deno.test("bench --html writes a page that stands alone, --hdr a log", async () => {
  await using folder = await TemporaryFolder.make();
  await using server = await startEcho("udp");
  const [page, log] = [folder.file("page.html"), folder.file("log.hlog")];
  const value = '{"name": "<script>alert(1)</script>"}';
  const args = [server.endpoint, value, "--rate", "500/s", "--count", "60", "--clients", "2"];
  const result = await bench([...args, "--html", page, "--hdr", log]);
  assertEquals(result.code, 0, result.stderr);
  const html = await Deno.readTextFile(page);
  assert(html.startsWith("<!DOCTYPE html>"));
  for (const bad of ["http:", "https:", "<script", "<link", "src=", "@import"]) {
    assert(!html.includes(bad), `${bad} in the page`);
  }
  assertStringIncludes(html, "&lt;script&gt;alert(1)");
  assertMatch(html, /Latency over time[\s\S]*Percentiles[\s\S]*Loss over time[\s\S]*Options/);
  const lines = (await Deno.readTextFile(log)).split("\n");
  assertStringIncludes(lines[0] ?? "", "#");
  assert(
    lines.some((line) => /^(Tag=[^,]*,)?[\d.]+,[\d.]+,[\d.]+,HIST/.test(line)),
    lines.join("\n"),
  );
});

Deno.test("bench prints a report for people", async () => {
  await using server = await startEcho("udp");
  const { code, stdout } = await bench([server.endpoint, "--rate", "500/s", "--count", "120"]);
  assertEquals(code, 0);
  assertMatch(stdout, /^--- udp:\/\/127\.0\.0\.1:\d+, [\d.]+ s ---$/m);
  assertMatch(stdout, /^open loop: 1 client, 500\/s, on schedule/m);
  assertMatch(stdout, /^sent +120 packets +\d+\/s/m);
  assertMatch(stdout, /^lost +0 \(0 %\)$/m);
  assertMatch(stdout, /^ms +count +min +mean +p50 +p90 +p99 +max +jitter$/m);
  assertMatch(stdout, /^\(p99\.9 needs 10000 samples, 9880 are missing\)$/m);
  assertMatch(stdout, /to +\S+ ms {2}[█▏▎▍▌▋▊▉]+ +\S+ %$/m);
});

Deno.test("bench ends with 1 when not one reply came", async () => {
  await using server = faultyServer(() => []);
  const args = [server.endpoint, "--count", "2", "--timeout", "100ms", "-o", "json"];
  const result = await bench(args);
  assertEquals(result.code, 1);
  assertMatch(result.stderr, /not one reply came: none within 100 ms; is the server running/);
  const [summary, error] = result.stdoutLines.map((line) => JSON.parse(line));
  assertEquals([summary.event, summary.packets.lost, summary.rtt_ms], ["summary", 2, undefined]);
  assertEquals([error.event, error.exit, error.code], ["error", 1, "ERR_TIMEOUT"]);
});

Deno.test("bench ends with 3 when it cannot connect, from a worker too", async () => {
  const { port } = freePort();
  for (const workers of ["1", "2"]) {
    const args = [`tcp://127.0.0.1:${port}`, "--clients", "2", "--workers", workers];
    const result = await bench([...args, "-o", "json"]);
    assertEquals(result.code, 3, result.stderr);
    assertMatch(result.stderr, /cannot connect to tcp:\/\/127\.0\.0\.1:\d+: connection refused/);
    assertEquals(JSON.parse(result.stdoutLines.at(-1) ?? "").code, "ERR_CANT_CONNECT");
  }
});

const MISTAKES: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [[], /bench needs an ENDPOINT/],
  [["udp://127.0.0.1:1", "1", "2"], /one VALUE over and over; leave out 2/],
  [["udp://127.0.0.1:1", "--rate", "60/s", "--window", "2"], /--rate and --window are different/],
  [["udp://127.0.0.1:1", "--rate", "60"], /--rate/],
  [["udp://127.0.0.1:1", "--clients", "0"], /--clients 0: write 1 or more/],
  [["udp://127.0.0.1:1", "--connect"], /udp has no connections/],
  [["tcp://127.0.0.1:1", "--connect", "--resume"], /tcp has no sessions/],
  [["tcp://127.0.0.1:1", "--resume"], /--resume is for --connect/],
  [["tcp://127.0.0.1:1", "--connect", "--size", "10B"], /sends no packets: leave out --size/],
  [["udp://127.0.0.1:1", "--raw"], /--raw: nothing tells which reply/],
  [["udp://127.0.0.1:1", "--hex", "00"], /--hex: nothing tells which reply/],
  [["udp://127.0.0.1:1", "--header", "--one-way"], /--header and --one-way exclude/],
  [["udp://127.0.0.1:1", "[1"], /line 1, column/],
  [["udp://127.0.0.1:1", "--size", "70KiB"], /a datagram holds at most 65507/],
  [["udp://127.0.0.1:1", "--assert", "p99<"], /p99</],
  [["udp://127.0.0.1:1", "--assert", "p99<2x"], /name its result file with --compare/],
  [
    ["udp://127.0.0.1:1", "--compare", "/nowhere.json"],
    /cannot read \/nowhere\.json: no such file/,
  ],
  [["udp://127.0.0.1:1", "--insecure"], /--insecure is for dtls/],
  [["merge"], /bench merge needs the FILEs/],
  [["merge", "a", "a"], /a was named twice/],
  [["merge", "a", "--rate", "60/s"], /bench merge runs nothing: leave out --rate/],
];

Deno.test("bench says what is wrong with its arguments, and ends with 2", async (t) => {
  for (const [args, message] of MISTAKES) {
    await t.step(args.join(" "), async () => {
      const result = await bench(args);
      assertMatch(result.stderr, message);
      assertEquals([result.code, result.stdout], [2, ""]);
    });
  }
});

function bench(args: readonly string[]): Promise<CliResult> {
  return runCli(["bench", ...args]);
}

function summaryOf({ stdoutLines, stderr }: CliResult): Event {
  const last = JSON.parse(stdoutLines.at(-1) ?? "null");
  assertEquals(last?.event, "summary", stderr);
  return last;
}

interface EchoServer extends AsyncDisposable {
  readonly endpoint: string;
}

/** `listen --echo` on a free port. */
async function startEcho(scheme: string): Promise<EchoServer & { readonly run: CliRun }> {
  const run = startCli(["listen", `${scheme}://127.0.0.1:0`, "--echo", "-o", "hex"]);
  const line = await run.stderrLine("listening on ");
  const endpoint = /\w+:\/\/\S+/.exec(line)?.[0] ?? line;
  return { run, endpoint, [Symbol.asyncDispose]: () => run[Symbol.asyncDispose]() };
}

/**
 * A UDP server for packets with `--header` that answers each with the replies to the sequence
 * numbers that `repliesTo` names.
 */
function faultyServer(repliesTo: (sequence: number) => readonly number[]): EchoServer {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const serve = async (): Promise<void> => {
    for await (const [packet, from] of socket) {
      const view = new DataView(packet.buffer, packet.byteOffset);
      for (const sequence of repliesTo(packet.length < 8 ? 0 : view.getUint32(0, true))) {
        const reply = packet.slice();
        new DataView(reply.buffer).setUint32(0, sequence, true);
        await socket.send(reply, from);
      }
    }
  };
  const serving = serve();
  const address = socket.addr as Deno.NetAddr; // a UDP socket has one
  return {
    endpoint: `udp://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      socket.close();
      await serving;
    },
  };
}

/** Answers nothing from one packet on until another has come, and then all of them. */
function stallingServer(from: number, until: number): EchoServer {
  const held: number[] = [];
  return faultyServer((sequence) => {
    if (sequence >= from && sequence < until) {
      held.push(sequence);
      return [];
    }
    return sequence >= until ? [...held.splice(0), sequence] : [sequence];
  });
}

/** A port that nobody listens on. */
function freePort(): { readonly port: number } {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return { port: (listener.addr as Deno.NetAddr).port }; // a TCP listener has one
}

class TemporaryFolder implements AsyncDisposable {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  static async make(): Promise<TemporaryFolder> {
    return new TemporaryFolder(await Deno.makeTempDir({ prefix: "packetpeer-bench-" }));
  }

  file(name: string): string {
    return `${this.#path}/${name}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#path, { recursive: true });
  }
}
