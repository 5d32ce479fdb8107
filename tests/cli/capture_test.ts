/** `--capture` of listen, send and bench, and `decode -o pcapng`, as child processes. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { BareUdp } from "../support/bare_sockets.ts";
import { captureSession } from "../support/captured_session.ts";
import { hasIpv6 } from "../support/loopback.ts";
import { packetsOf, readAll } from "../support/pcap_builder.ts";
import { runCli, startCli } from "../support/run_cli.ts";
import { secureTest } from "../support/secure_pair.ts";

const VALUES = ['{"cmd": "move", "at": Vector3(1, 2.5, -3)}', '"text"', "[1, 2, 3]"];

/** Every value goes out and comes back, in whatever order the two follow each other. */
const BOTH_WAYS = [...VALUES, ...VALUES].toSorted();

function fixture(name: string): string {
  return new URL(`../../fixtures/pcap/${name}`, import.meta.url).pathname;
}

/** The values that `decode` finds in a capture, sorted. */
async function valuesIn(path: string, ...args: string[]): Promise<string[]> {
  const { code, stdoutLines, stderr } = await runCli(["decode", `@${path}`, "-q", ...args]);
  assertEquals(code, 0, stderr);
  return stdoutLines.toSorted();
}

for (const [scheme, host] of [["udp", "127.0.0.1"], ["tcp", "127.0.0.1"], ["udp", "[::1]"]]) {
  if (scheme === undefined || host === "[::1]" && !hasIpv6()) continue;
  Deno.test(`listen and send --capture: decode reads a session of ${scheme} on ${host}`, async () => {
    await using session = await captureSession(scheme, VALUES, host);
    for (const path of [session.server, session.client]) {
      assertEquals(await valuesIn(path), BOTH_WAYS);
      const packets = packetsOf(readAll(await Deno.readFile(path)));
      const sources = new Set(packets.map(({ source }) => source));
      assertEquals([sources.size, sources.has(session.address)], [2, true]);
      assertEquals(packets.flatMap(({ notes }) => notes), []);
      const times = packets.map(({ time }) => time);
      assert(times.every((time, i) => time >= (times[i - 1] ?? 0n)));
      const [first = 0n, now] = [times[0], BigInt(Date.now()) * 1_000_000n];
      assert(first < now && first > now - 600_000_000_000n);
    }
  });
}

for (const scheme of ["dtls", "tls"]) {
  secureTest(`${scheme}: the capture is encrypted, and decrypts with the keys`, async () => {
    await using session = await captureSession(scheme, VALUES);
    const bytes = await Deno.readFile(session.server);
    assert(!new TextDecoder("latin1").decode(bytes).includes("text"));
    assertEquals(await valuesIn(session.server, "--keylog", session.keylog), BOTH_WAYS);
    // With --keylog the keys are in the capture itself.
    assertEquals(await valuesIn(session.client), BOTH_WAYS);
    if (Deno.build.os !== "windows") {
      const { mode } = await Deno.stat(session.client);
      assertEquals((mode ?? 0) & 0o777, 0o600);
    }
  });
}

for (const scheme of ["udp", "tcp"]) {
  Deno.test(`bench --capture: decode reads what all clients of ${scheme} sent and got`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "packetpeer-" });
    try {
      await using server = startCli(["listen", `${scheme}://127.0.0.1:0`, "--echo"]);
      const line = await server.stderrLine("listening on ");
      const endpoint = line.replace("listening on ", "");
      const path = `${folder}/bench.pcapng`;
      const load = ["--clients", "3", "--count", "5", "--capture", path];
      const bench = await runCli(["bench", endpoint, '{"n": 1}', ...load]);
      assertEquals(bench.code, 0, bench.stderr);
      const packets = packetsOf(readAll(await Deno.readFile(path)));
      assertEquals(packets.length, 2 * 3 * 5);
      assertEquals(new Set(packets.map(({ source }) => source)).size, 4);
      assertEquals(packets.flatMap(({ notes }) => notes), []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("bench --capture and --workers exclude each other", async () => {
  const args = ["bench", "udp://127.0.0.1:9", "--clients", "2", "--workers", "2", "--capture", "a"];
  const { code, stderr } = await runCli(args);
  assertEquals(code, 2);
  assertEquals(stderr, "packetpeer: --capture is for one thread alone: leave out --workers\n");
});

Deno.test("listen --capture: a run that is killed leaves a file that can be read", async () => {
  const folder = await Deno.makeTempDir({ prefix: "packetpeer-" });
  try {
    const path = `${folder}/killed.pcapng`;
    await using run = startCli(["listen", "udp://127.0.0.1:0", "--capture", path]);
    const endpoint = await run.stderrLine("listening on ");
    using client = new BareUdp();
    const port = Number(/\d+$/.exec(endpoint)?.[0]);
    const headSize = (await Deno.stat(path)).size;
    const to = { transport: "udp", hostname: "127.0.0.1", port } as const;
    await client.conn.send(Uint8Array.fromHex("0200000007000000"), to);
    await growsBeyond(path, headSize);
    run.kill("SIGKILL");
    await run.result();
    assertEquals(await valuesIn(path), ["7"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function growsBeyond(path: string, size: number): Promise<void> {
  while ((await Deno.stat(path)).size <= size);
}

for (const args of [["listen", "udp://127.0.0.1:0"], ["send", "udp://127.0.0.1:9", "1"]]) {
  Deno.test(`${args[0]} --capture: a file that cannot be written is one line and exit 2`, async () => {
    const nowhere = await runCli([...args, "--capture", "/none/here/a.pcapng"]);
    assertEquals(nowhere.code, 2);
    assertEquals(nowhere.stderrLines, [
      "packetpeer: cannot write /none/here/a.pcapng: no such folder",
    ]);
    const stdout = await runCli([...args, "--capture", "-"]);
    assertEquals(stdout.code, 2);
    assertMatch(stdout.stderr, /^packetpeer: --capture writes a file.*; name a file\n$/);
  });
}

Deno.test({
  name: "listen --capture: a full disk at the start is one line and exit 2",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const run = await runCli(["listen", "udp://127.0.0.1:0", "--capture", "/dev/full"]);
    assertEquals(run.code, 2);
    assertMatch(run.stderr, /^packetpeer: cannot write \/dev\/full: No space left on device.*\n$/);
  },
});

for (const name of ["godot_udp.pcapng", "godot_packet_stream.pcap", "godot_fragments_ipv6.pcap"]) {
  Deno.test(`decode -o pcapng writes the packets of ${name} with ends and times`, async () => {
    const written = await runCli(["decode", "-o", "pcapng", `@${fixture(name)}`]);
    assertEquals([written.code, written.stderr], [0, ""]);
    const placed = (file: Uint8Array): unknown =>
      packetsOf(readAll(file)).map(({ time, transport, source, destination, payload }) =>
        [time, transport, source, destination, payload.toHex()].join(" ")
      );
    assertEquals(placed(written.stdoutBytes), placed(await Deno.readFile(fixture(name))));
  });
}

Deno.test("decode -o pcapng writes what --filter wants", async () => {
  const args = ["--filter", 'value.cmd == "move"', `@${fixture("godot_packet_stream.pcap")}`];
  const written = await runCli(["decode", "-o", "pcapng", ...args]);
  assertEquals(written.code, 0, written.stderr);
  const read = await runCli(["decode"], { stdin: written.stdoutBytes });
  assertEquals(read.stdoutLines, ['{"cmd": "move", "pos": Vector3(1, 2.5, -3), "t": 0.25}']);
});

Deno.test("decode -o pcapng writes frames that come from elsewhere, and says what is broken", async () => {
  const stdin = "0200000007000000\n\nxyz\n0100000001000000\n";
  const written = await runCli(["decode", "-o", "pcapng", "--from", "hex"], { stdin });
  assertEquals(written.code, 1);
  assertMatch(written.stderr, /^packetpeer: frame 3: Cannot decode hex at byte 0: .*\n$/);
  const [first, second, ...rest] = packetsOf(readAll(written.stdoutBytes));
  assertEquals(rest, []);
  assertEquals([first?.payload.toHex(), second?.payload.toHex()], [
    "0200000007000000",
    "0100000001000000",
  ]);
  assertEquals([first?.source, first?.destination, first?.time], [
    "192.0.2.1:4242",
    "192.0.2.2:4242",
    0n,
  ]);
});

Deno.test("decode --keylog reads the DTLS session of a real DTLSServer", async () => {
  const keylog = fixture("godot_dtls.keylog");
  const capture = `@${fixture("godot_dtls.pcapng")}`;
  const { code, stdoutLines, stderr } = await runCli(["decode", capture, "--keylog", keylog, "-q"]);
  const sent = [
    '{"cmd": "login", "id": 7, "name": "Ada"}',
    '{"cmd": "move", "pos": Vector3(1, 2.5, -3), "t": 0.25}',
    '[1, 2.5, "three", null, true]',
    "PackedByteArray(1, 2, 3, 4, 5)",
  ];
  assertEquals(code, 0, stderr);
  assertEquals(stdoutLines, sent.flatMap((value) => [value, value]));
});
