/** `listen` and `send` as child processes, talking to each other and to bare sockets. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { BareTcp, BareTcpServer, BareUdp } from "../support/bare_sockets.ts";
import { hasIpv6 } from "../support/loopback.ts";
import { type CliResult, type CliRun, runCli, startCli } from "../support/run_cli.ts";

const SCHEMES = ["udp", "tcp"] as const;
const HAS_SIGNALS = Deno.build.os !== "windows";
const INT_7 = "0200000007000000";

/** Starts `listen` on a free loopback port and waits until it is there. */
async function startListen(
  scheme: string,
  ...args: string[]
): Promise<{ run: CliRun; endpoint: string; port: number }> {
  return await startListenOn(`${scheme}://127.0.0.1:0`, ...args);
}

async function startListenOn(
  where: string,
  ...args: string[]
): Promise<{ run: CliRun; endpoint: string; port: number }> {
  const run = startCli(["listen", where, ...args]);
  const line = await run.stderrLine("listening on ");
  const endpoint = line.replace("listening on ", "");
  return { run, endpoint, port: Number(/\d+$/.exec(endpoint)?.[0]) };
}

/** The events that a run printed. */
function eventsOf(result: CliResult): readonly Event[] {
  return result.stdoutLines.map((line): Event => JSON.parse(line));
}

/** An event, as far as tests look at it. */
interface Event {
  readonly event: string;
  readonly endpoint?: string;
  readonly state?: string;
  readonly peer?: string;
  readonly direction?: string;
  readonly ok?: boolean;
  readonly size?: number;
  readonly type?: string;
  readonly value?: unknown;
  readonly text?: string;
  readonly hex?: string;
  readonly time?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly offset?: number };
  readonly exit?: number;
  readonly code?: string;
  readonly message?: string;
  readonly packets?: { readonly sent: number; readonly received: number; readonly lost?: number };
  readonly bytes?: { readonly sent: number; readonly received: number };
  readonly errors?: Readonly<Record<string, number>>;
  readonly rtt_ms?: { readonly count: number; readonly p50: number; readonly p99: number };
  readonly peers?: { readonly total: number; readonly peak: number };
}

/** What an event is about, in a word or two. */
function nameOf({ event, state, direction }: Event): string {
  return state ?? (direction === undefined ? event : `${event} ${direction}`);
}

function lastEvent(result: CliResult): Event {
  const event = eventsOf(result).at(-1);
  assert(event !== undefined, result.stderr);
  return event;
}

/** A port that was free a moment ago. */
function freePort(): number {
  using server = new BareTcpServer();
  return server.port;
}

for (const scheme of SCHEMES) {
  Deno.test(`listen and send over ${scheme}: every event in order, with the report`, async () => {
    const { run, endpoint } = await startListen(scheme, "--echo", "--count=2", "-o", "json");
    await using _run = run;
    const sent = await runCli(["send", endpoint, "7", '{"a": [1.5]}', "--expect=2", "-o", "json"]);
    const heard = await run.result();
    assertEquals([sent.code, heard.code], [0, 0]);
    assertEquals(
      sent.stderr,
      "round trips: replies were matched to packets in the order of sending\n",
    );
    assertEquals(heard.stderr, `listening on ${endpoint}\n`);

    const events = eventsOf(heard);
    assertEquals(events.map(nameOf), [
      "listening",
      "connected",
      "packet in",
      "packet out",
      "packet in",
      "packet out",
      "disconnected",
      "summary",
    ]);
    assertEquals(events[0]?.endpoint, endpoint);
    const [first, second] = [events[2], events[4]];
    assertEquals([first?.ok, first?.size, first?.type, first?.value, first?.text], [
      true,
      8,
      "int",
      7,
      "7",
    ]);
    assertEquals([second?.type, second?.value, second?.text], [
      "Dictionary",
      { a: [1.5] },
      '{"a": [1.5]}',
    ]);
    assertMatch(first?.time ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    assertMatch(first?.peer ?? "", /^127\.0\.0\.1:\d+$/);
    const size = (first?.size ?? 0) + (second?.size ?? 0);
    const summary = events.at(-1);
    assertEquals(summary?.packets, { sent: 2, received: 2 });
    assertEquals(summary?.bytes, { sent: size, received: size });
    assertEquals([summary?.errors, summary?.peers], [{ decode: 0, send: 0 }, {
      total: 1,
      peak: 1,
    }]);

    const replies = eventsOf(sent);
    assertEquals(replies.map(nameOf).slice(0, 3), ["connecting", "connected", "packet out"]);
    assertEquals(replies.filter((event) => nameOf(event) === "packet in").length, 2);
    assertEquals(replies.at(-1)?.packets, { sent: 2, received: 2, lost: 0 });
    assertEquals(replies.at(-1)?.rtt_ms?.count, 2);
    assertEquals(replies.at(-1)?.endpoint, endpoint);
    assert((replies.at(-1)?.rtt_ms?.p50 ?? 0) > 0);
  });

  Deno.test(`listen over ${scheme}: -o text has the values alone, line N is packet N`, async () => {
    const { run, endpoint } = await startListen(scheme, "-o", "text", "--count=3");
    await using _run = run;
    await runCli(["send", endpoint, "1.0", "--hex=63000000", "--text=hello"]);
    const result = await run.result();
    assertEquals([result.code, result.stdout], [0, "1.0\n\n\n"]);
    const [, first = "", second = "", summary = ""] = result.stderrLines;
    assertMatch(first, /^packetpeer: packet 2 from 127.*: Cannot decode .* \(ERR_INVALID_DATA\)$/);
    assertStringIncludes(second, 'it is plain text: "hello"');
    assertMatch(summary, /^--- (udp|tcp):/);
  });

  Deno.test(`listen over ${scheme}: many peers at once, each with its own answers`, async () => {
    const { run, endpoint } = await startListen(scheme, "-o", "json", "--reply=true");
    await using _run = run;
    const args = ["--expect=20", "--repeat=20", "--interval=1ms", "-o", "json"];
    const sending = Array.from(
      { length: 4 },
      (_, i) => runCli(["send", endpoint, `${i}`, ...args]),
    );
    for (const result of await Promise.all(sending)) {
      assertEquals(result.code, 0, result.stderr);
      const replies = eventsOf(result).filter((event) => nameOf(event) === "packet in");
      assertEquals(replies.map(({ value }) => value), Array(20).fill(true));
    }
    run.kill("SIGTERM");
    const result = await run.result();
    assertEquals(result.code, 0);
    assertEquals(lastEvent(result).packets, { sent: 80, received: 80 });
    assertEquals(lastEvent(result).peers?.total, 4);
    for (let i = 0; i < 4; i++) {
      const own = eventsOf(result).filter((e) => nameOf(e) === "packet in" && e.value === i);
      assertEquals([own.length, new Set(own.map(({ peer }) => peer)).size], [20, 1]);
    }
  });

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.test({
      name: `listen over ${scheme}: ${signal} ends with the summary, and exit code 0`,
      ignore: !HAS_SIGNALS,
      fn: async () => {
        const { run, endpoint } = await startListen(scheme);
        await using _run = run;
        await runCli(["send", endpoint, '"hello"']);
        await run.stdoutLine('"hello"');
        run.kill(signal);
        const result = await run.result();
        assertEquals(result.code, 0);
        assertStringIncludes(result.stdout, `--- ${endpoint}, `);
        assertStringIncludes(result.stdout, "received    1 packet, 16 B");
      },
    });
  }

  Deno.test(`send over ${scheme}: localhost is found`, async () => {
    const { run, port } = await startListenOn(`${scheme}://localhost:0`, "--echo", "--count=1");
    await using _run = run;
    const sent = await runCli([
      "send",
      `${scheme}://localhost:${port}`,
      "7",
      "--expect=1",
      "-ojson",
    ]);
    assertEquals(sent.code, 0, sent.stderr);
    assertEquals((await run.result()).code, 0);
  });

  Deno.test({
    name: `listen over ${scheme}: IPv6, and IPv4 peers of a dual-stack socket as IPv4`,
    ignore: !hasIpv6(),
    fn: async () => {
      const { run, port } = await startListenOn(`${scheme}://[::]:0`, "-o", "json", "--count=2");
      await using _run = run;
      await runCli(["send", `${scheme}://[::1]:${port}`, "6"]);
      await runCli(["send", `${scheme}://127.0.0.1:${port}`, "4"]);
      const packets = eventsOf(await run.result()).filter(({ event }) => event === "packet");
      assertMatch(packets.find(({ value }) => value === 6)?.peer ?? "", /^\[::1\]:\d+$/);
      assertMatch(packets.find(({ value }) => value === 4)?.peer ?? "", /^127\.0\.0\.1:\d+$/);
    },
  });
}

Deno.test("listen: prints lines for people, with what is wrong and a guess", async () => {
  const { run, port } = await startListen("udp");
  await using _run = run;
  using socket = new BareUdp();
  const to = { transport: "udp", hostname: "127.0.0.1", port } as const;
  for (const hex of [INT_7, `08000000${INT_7}`]) {
    await socket.conn.send(Uint8Array.fromHex(hex), to);
  }
  assertMatch(await run.stdoutLine("int"), /^\d\d:\d\d:\d\d\.\d{3} < 127\S+ +8 B {2}int +7$/);
  assertMatch(await run.stdoutLine("ERR_"), /ERR_INVALID_DATA {2}byte \d+: cannot decode/);
  assertMatch(await run.stdoutLine("08 00"), / 0000 {2}08 00 00 00 02 00 00 00 {2}07 00 00 00/);
  assertStringIncludes(await run.stdoutLine("hint"), "it begins with its own length in 4 bytes");
});

Deno.test("listen: --strict ends with 1 when a packet did not decode, and says so", async () => {
  const { run, endpoint } = await startListen("udp", "--strict", "--count=2", "-o", "json");
  await using _run = run;
  await runCli(["send", endpoint, "7", "--hex=63000000"]);
  const result = await run.result();
  const [bad, disconnected, summary, error] = eventsOf(result).slice(-4);
  assertEquals([result.code, disconnected?.state, summary?.errors?.decode], [1, "disconnected", 1]);
  assertEquals([bad?.ok, bad?.hex, bad?.error?.code], [false, "63000000", "ERR_INVALID_DATA"]);
  assertEquals([error?.event, error?.exit, error?.code], ["error", 1, "ERR_INVALID_DATA"]);
  assertStringIncludes(result.stderr, "packetpeer: 1 packet did not decode, and --strict asks");
});

Deno.test("listen: without --strict bad packets are in the report alone", async () => {
  const { run, endpoint } = await startListen("udp", "--count=1", "-o", "json");
  await using _run = run;
  await runCli(["send", endpoint, "--hex=63000000"]);
  const result = await run.result();
  assertEquals([result.code, lastEvent(result).errors?.decode], [0, 1]);
});

Deno.test("listen: broken frames are events with byte counts, and the other peers go on", async () => {
  const { run, port } = await startListen("tcp", "-o", "json", "--echo", "--max-packet=100B");
  await using _run = run;
  using tooLong = await BareTcp.connect(port);
  await tooLong.write(`08000000 ${INT_7} 65000000`);
  assertEquals(await tooLong.read(100), `08000000${INT_7}`);
  using cutOff = await BareTcp.connect(port);
  await cutOff.write("0a000000 0102");
  await cutOff.finish();
  assertEquals(await cutOff.read(1), "");
  using good = await BareTcp.connect(port);
  await good.write(`08000000 ${INT_7}`);
  assertEquals(await good.read(12), `08000000${INT_7}`);
  good[Symbol.dispose]();
  run.kill("SIGTERM");
  const result = await run.result();
  const errors = eventsOf(result).filter(({ state }) => state === "error").map(({ error }) =>
    error
  );
  assertEquals(errors.map((error) => [error?.code, error?.offset]), [
    ["ERR_INVALID_DATA", 12],
    ["ERR_FILE_EOF", 0],
  ]);
  assertStringIncludes(errors[0]?.message ?? "", "its length is 101 bytes, the limit is 100");
  assertStringIncludes(errors[1]?.message ?? "", "the stream ended after 2 of its 10 bytes");
  assertEquals([lastEvent(result).packets?.received, lastEvent(result).errors?.decode], [2, 2]);
});

Deno.test("listen: a closed stdout ends it quietly", async () => {
  const { run, endpoint } = await startListen("udp", "-o", "text");
  await using _run = run;
  await runCli(["send", endpoint, "1"]);
  await run.stdoutLine("1");
  await run.closeStdout();
  // The first line into a closed pipe tells the program.
  await runCli(["send", endpoint, "2", "--repeat=50", "--interval=5ms"]);
  const result = await run.result();
  assertEquals(result.code, 0);
  assertEquals(result.stderr.includes("rror"), false, result.stderr);
});

Deno.test("listen: -q says nothing on stderr, and prints the summary alone", async () => {
  const port = freePort();
  await using run = startCli(["listen", `tcp://:${port}`, "-q", "--count=2"]);
  const sent = await runCli(["send", `tcp://127.0.0.1:${port}`, "1", "2", "--retry=20s", "-q"]);
  const result = await run.result();
  assertEquals([result.code, result.stderr, sent.code, sent.stderr], [0, "", 0, ""]);
  assertMatch(result.stdout, /^--- tcp:.*\nreceived {4}2 packets, 16 B/);
});

Deno.test("listen: --duration ends it, with nothing heard", async () => {
  const result = await runCli(["listen", "udp://:0", "--duration=20ms", "-o", "json"]);
  assertEquals([result.code, eventsOf(result).map(nameOf)], [0, ["listening", "summary"]]);
  const { packets, peers, rtt_ms } = lastEvent(result);
  assertEquals([packets, peers, rtt_ms], [
    { sent: 0, received: 0 },
    { total: 0, peak: 0 },
    undefined,
  ]);
});

Deno.test("listen: -o native, hex and tree", async () => {
  const modes: readonly [string, RegExp][] = [
    ["native", /"type":"int","value":"i:7","text":"7"/],
    ["hex", /^0200000007000000$/m],
    ["tree", /packet 1 from 127[^]*int/],
  ];
  for (const [mode, pattern] of modes) {
    const { run, endpoint } = await startListen("udp", "--count=1", "-o", mode);
    await using _run = run;
    await runCli(["send", endpoint, "7"]);
    assertMatch((await run.result()).stdout, pattern);
  }
});

Deno.test("listen and send: --godot 3, --full-objects and --allow-objects", async () => {
  const { run, endpoint } = await startListen("udp", "--godot=3", "-o", "json", "--count=3");
  await using _run = run;
  await runCli(["send", endpoint, "--godot=3", "PoolByteArray(1)"]);
  await runCli(["send", endpoint, "--godot=3", "--full-objects", 'Object(Node, "name": "a")']);
  await runCli(["send", endpoint, "--hex=ff000000"]);
  const [bytes, object, unknown] = eventsOf(await run.result()).filter(({ event }) =>
    event === "packet"
  );
  assertEquals([bytes?.type, bytes?.text], ["PoolByteArray", "PoolByteArray(1)"]);
  assertEquals([object?.error?.code, unknown?.error?.code], [
    "ERR_UNAUTHORIZED",
    "ERR_INVALID_DATA",
  ]);
  const allowed = await startListen("udp", "--allow-objects", "-o", "text", "--count=1");
  await using _allowed = allowed.run;
  await runCli(["send", allowed.endpoint, "--full-objects", 'Object(Node, "name": "a")']);
  assertEquals((await allowed.run.result()).stdout, 'Object(Node, "name": "a")\n');
});

Deno.test("listen: an address in use is one line and exit code 3", async () => {
  const { run, endpoint } = await startListen("tcp");
  await using _run = run;
  const result = await runCli(["listen", endpoint, "-o", "json"]);
  assertEquals([result.code, result.stderrLines.length, result.stdoutLines.length], [3, 1, 1]);
  const { event, exit, code, message } = lastEvent(result);
  assertEquals([event, exit, code], ["error", 3, "ERR_ALREADY_IN_USE"]);
  assertEquals(result.stderr, `packetpeer: ${message}\n`);
  assertStringIncludes(message ?? "", `cannot listen on ${endpoint}: the address is in use; `);
});

Deno.test("listen and send: bad usage is one line and exit code 2", async () => {
  const cases: readonly [args: string[], message: string][] = [
    [["listen"], "listen needs an ENDPOINT"],
    [["listen", "udp://:1", "udp://:2"], 'listen takes one ENDPOINT, not "udp://:2" as well'],
    [["listen", "upd://:1"], "did you mean udp://?"],
    [["listen", "udp://:0", "--echo", "--reply=1"], "--echo and --reply exclude each other"],
    [["listen", "udp://:0", "--count=x"], "--count"],
    [["send"], "send needs an ENDPOINT"],
    [["send", "udp://127.0.0.1:9"], "there is nothing to send"],
    [["send", "udp://127.0.0.1:9", "-", "--repeat=2"], "--repeat cannot send stdin again"],
    [["send", "udp://127.0.0.1:9", "--hex=0g"], '"g" in column 2 is no hexadecimal digit'],
    [["send", "udp://127.0.0.1:9", "--file=/nowhere"], "cannot read /nowhere: no such file"],
    [["send", "udp://127.0.0.1:9", "1", "--wait=5"], "--wait"],
    [["send", "ws://127.0.0.1:9", "1"], "no ws transport yet"],
  ];
  for (const result of await Promise.all(cases.map(([args]) => runCli(args)))) {
    assertEquals(
      [result.code, result.stdout, result.stderrLines.length],
      [2, "", 1],
      result.stderr,
    );
  }
  for (const [args, message] of cases) {
    assertStringIncludes((await runCli(args)).stderr, message);
  }
});

Deno.test("listen: --reply that does not parse shows where, with a caret", async () => {
  const result = await runCli(["listen", "udp://:0", "--reply=[1, x]"]);
  assertEquals([result.code, result.stdout], [2, ""]);
  assertEquals(result.stderrLines.slice(1), ["  [1, x]", "      ^"]);
});

Deno.test("send: packets from every source, in the documented order", async () => {
  const { run, endpoint } = await startListen("tcp", "-o", "hex", "--count=6");
  await using _run = run;
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeFile(file, new Uint8Array([5, 6]));
    const raw = ["--file", file, "--text", "aé", "--base64", "AQID", "--hex", "0a 0B"];
    const sent = await runCli(["send", endpoint, ...raw, "-7", "-"], { stdin: "null\n" });
    assertEquals(sent.code, 0, sent.stderr);
  } finally {
    await Deno.remove(file);
  }
  assertEquals((await run.result()).stdoutLines, [
    "02000000f9ffffff",
    "0a0b",
    "010203",
    "61c3a9",
    "0506",
    "00000000",
  ]);
});

Deno.test("send: a value that does not parse shows where, and nothing is sent", async () => {
  using socket = new BareUdp();
  const result = await runCli(["send", `udp://127.0.0.1:${socket.port}`, "1", "[1, 2"]);
  assertEquals([result.code, result.stdout], [2, ""]);
  assertMatch(result.stderr, /^packetpeer: .*\n {2}\[1, 2\n +\^\n$/);
  // The next packet is this one, so nothing came before it.
  await runCli(["send", `udp://127.0.0.1:${socket.port}`, "--text=first"]);
  assertEquals(new TextDecoder().decode((await socket.conn.receive())[0]), "first");
});

Deno.test("send: lines of stdin leave as they come; a bad one is told, and it ends with 2", async () => {
  const { run, endpoint } = await startListen("udp", "-o", "text", "--count=3");
  await using _run = run;
  await using sending = startCli(["send", endpoint, "-"]);
  await sending.write("1\n");
  await run.stdoutLine("1");
  await sending.write('nonsense\n{\n"a":\n');
  await sending.stderrLine("packetpeer: line 2, column 1: ");
  await sending.write("2}\n");
  await run.stdoutLine('{"a": 2}');
  await sending.write("true");
  await sending.endInput();
  assertEquals((await sending.result()).code, 2);
  assertEquals((await run.result()).stdoutLines, ["1", '{"a": 2}', "true"]);
});

Deno.test("send: -o text prints the values that arrived and nothing else", async () => {
  const { run, endpoint } = await startListen("udp", "--reply=Vector2(1, 2)");
  await using _run = run;
  const result = await runCli(["send", endpoint, "1", "2", "--expect=2", "-o", "text"]);
  assertEquals([result.code, result.stdout], [0, "Vector2(1, 2)\nVector2(1, 2)\n"]);
  assertStringIncludes(result.stderr, "matched in the order of sending");
});

Deno.test("send: prints lines for people in both directions", async () => {
  const { run, endpoint } = await startListen("udp", "--reply=true");
  await using _run = run;
  const result = await runCli(["send", endpoint, "1", "--text=hi", "--expect=2"]);
  assertEquals([result.code, result.stderr], [0, ""]);
  assertMatch(result.stdout, /^\S+ > 127\S+ +8 B {2}int +1$/m);
  assertMatch(result.stdout, /^\S+ > 127\S+ +2 B {2}no Variant$/m);
  assertMatch(result.stdout, /^\S+ < 127\S+ +8 B {2}bool +true$/m);
  assertMatch(
    result.stdout,
    /^round trip {2}min .* ms \(2 replies, matched in the order of sending\)$/m,
  );
});

Deno.test("send: --expect that is not met ends with 1, and tells why", async () => {
  using silent = new BareUdp();
  const args = [`udp://127.0.0.1:${silent.port}`, "1", "2", "--expect=2", "--timeout=50ms"];
  const result = await runCli(["send", ...args, "-o", "json"]);
  const [summary, error] = eventsOf(result).slice(-2);
  assertEquals([result.code, summary?.event, error?.event], [1, "summary", "error"]);
  assertEquals([summary?.packets, summary?.errors?.timeout], [
    { sent: 2, received: 0, lost: 2 },
    2,
  ]);
  assertEquals([error?.exit, error?.code], [1, "ERR_TIMEOUT"]);
  assertEquals(
    result.stderr,
    "packetpeer: 0 of 2 replies came within 50 ms; is the server running? " +
      "UDP does not tell when nobody listens\n",
  );
});

Deno.test("send: a server that closes early leaves --expect unmet", async () => {
  using server = new BareTcpServer();
  const args = [`tcp://127.0.0.1:${server.port}`, "7", "--expect=2", "-o", "json"];
  await using sending = startCli(["send", ...args]);
  using other = await server.accept();
  assertEquals(await other.read(12), `08000000${INT_7}`);
  await other.write(`08000000 ${INT_7}`);
  other[Symbol.dispose]();
  const result = await sending.result();
  assertEquals(result.code, 1);
  assertStringIncludes(result.stderr, "1 of 2 replies came, then the other side closed");
});

Deno.test("send: a server that breaks the framing is told, with what it sent before", async () => {
  using server = new BareTcpServer();
  const args = [`tcp://127.0.0.1:${server.port}`, "7", "--wait=20s", "-o", "json"];
  await using sending = startCli(["send", ...args]);
  using other = await server.accept();
  assertEquals(await other.read(12), `08000000${INT_7}`);
  await other.write(`08000000 ${INT_7} ffffffff`);
  const result = await sending.result();
  assertEquals(eventsOf(result).map(nameOf).slice(-4), ["packet in", "error", "summary", "error"]);
  assertEquals([result.code, lastEvent(result).code], [1, "ERR_INVALID_DATA"]);
});

Deno.test("send: --wait prints what comes in that time, and ends with 0", async () => {
  const { run, endpoint } = await startListen("udp", "--echo");
  await using _run = run;
  const result = await runCli(["send", endpoint, "1", "2", "--wait=500ms", "-o", "json"]);
  assertEquals([result.code, lastEvent(result).packets], [0, { sent: 2, received: 2, lost: 0 }]);
  assertEquals(lastEvent(result).rtt_ms?.count, 2);
});

Deno.test("send: without --wait and --expect there are no round trips in the report", async () => {
  using silent = new BareUdp();
  const args = [`udp://127.0.0.1:${silent.port}`, "1", "--repeat=3", "-o", "json"];
  const { code, ...result } = await runCli(["send", ...args]);
  const summary = lastEvent({ code, ...result });
  assertEquals([code, summary.packets, summary.rtt_ms], [0, { sent: 3, received: 0 }, undefined]);
  assertEquals("timeout" in (summary.errors ?? {}), false);
});

Deno.test("send: a port where nobody listens is one line and exit code 3", async () => {
  const port = freePort();
  const result = await runCli(["send", `tcp://127.0.0.1:${port}`, "1", "-o", "json"]);
  assertEquals(result.code, 3);
  assertEquals(eventsOf(result).map(nameOf), ["connecting", "error", "error"]);
  assertEquals(lastEvent(result).code, "ERR_CANT_CONNECT");
  assertEquals(
    result.stderr,
    `packetpeer: cannot connect to tcp://127.0.0.1:${port}: connection refused, nobody listens ` +
      "there; start the server first, or check host and port\n",
  );
});

Deno.test("send: a name that does not resolve is one line and exit code 3", async () => {
  for (const scheme of SCHEMES) {
    const result = await runCli(["send", `${scheme}://no-such-host.invalid:1`, "1"]);
    assertEquals([result.code, result.stdout, result.stderrLines.length], [3, "", 1]);
    assertStringIncludes(result.stderr, "no-such-host.invalid");
  }
});

Deno.test("send: --retry connects as soon as the server is up", async () => {
  const port = freePort();
  await using sending = startCli(["send", `tcp://127.0.0.1:${port}`, "7", "--retry=30s", "-ojson"]);
  await sending.stdoutLine("connecting");
  await using run = startCli(["listen", `tcp://127.0.0.1:${port}`, "--count=1", "-o", "text"]);
  assertEquals((await run.result()).stdout, "7\n");
  assertEquals((await sending.result()).code, 0);
});

Deno.test("send: --local-port is where packets come from", async () => {
  for (const scheme of SCHEMES) {
    const { run, endpoint } = await startListen(scheme, "--count=1", "-o", "json");
    await using _run = run;
    const port = freePort();
    const sent = await runCli(["send", endpoint, "7", `--local-port=${port}`]);
    assertEquals(sent.code, 0, sent.stderr);
    const packet = eventsOf(await run.result()).find(({ event }) => event === "packet");
    assertEquals(packet?.peer, `127.0.0.1:${port}`);
  }
});

Deno.test("send: a value too large for a datagram is told before anything is sent", async () => {
  const large = `"${"x".repeat(66_000)}"`;
  const options = { stdin: large + "\n1\n" };
  using socket = new BareUdp();
  const endpoint = `udp://127.0.0.1:${socket.port}`;
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeFile(file, new Uint8Array(65_508));
    const result = await runCli(["send", endpoint, `--file=${file}`]);
    assertEquals([result.code, result.stdout], [2, ""]);
    assertStringIncludes(result.stderr, "--file 1 is 65508 bytes, a datagram holds at most 65507;");
  } finally {
    await Deno.remove(file);
  }
  const lines = await runCli(["send", endpoint, "-", "-o", "json"], options);
  assertEquals([lines.code, lastEvent(lines).packets?.sent], [2, 1]);
  assertStringIncludes(lines.stderr, "packetpeer: line 1 is 66008 bytes");
});

Deno.test({
  name: "send: SIGINT ends waiting and typing with the summary",
  ignore: !HAS_SIGNALS,
  fn: async () => {
    using silent = new BareUdp();
    const endpoint = `udp://127.0.0.1:${silent.port}`;
    const cases: readonly [args: string[], code: number][] = [
      [["1", "--wait=60s"], 0],
      [["1", "-"], 0],
      [["1", "--expect=1", "--timeout=60s"], 1],
      [["1", "--repeat=1000", "--interval=60s"], 0],
    ];
    for (const [args, code] of cases) {
      await using sending = startCli(["send", endpoint, ...args, "-o", "json"]);
      await silent.conn.receive();
      sending.kill("SIGINT");
      const result = await sending.result();
      assertEquals(result.code, code, args.join(" "));
      assertEquals(eventsOf(result).some(({ event }) => event === "summary"), true);
    }
  },
});
