/** `listen` and `send` over DTLS and TLS: certificates, what refuses them, sessions, key logs. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { caOf, certificateFor, filesOf } from "../support/certificates.ts";
import { type CliResult, type CliRun, runCli, startCli } from "../support/run_cli.ts";
import { secureTest } from "../support/secure_pair.ts";
import { forged, UdpRelay } from "../support/udp_relay.ts";
import { BareUdp } from "../support/bare_sockets.ts";

interface Listener extends AsyncDisposable {
  readonly run: CliRun;
  readonly endpoint: string;
  readonly pin: string;
}

async function startListener(scheme: string, ...args: string[]): Promise<Listener> {
  const run = startCli(["listen", `${scheme}://127.0.0.1:0`, "--echo", "-o", "json", ...args]);
  const isOwn = args.includes("--cert");
  const pin = isOwn ? "" : /sha256:[0-9a-f]{64}/.exec(await run.stderrLine("self-signed"))?.[0];
  const endpoint = /\w+:\/\/\S+/.exec(await run.stderrLine("listening on "))?.[0];
  assert(pin !== undefined && endpoint !== undefined);
  return { run, endpoint, pin, [Symbol.asyncDispose]: () => run[Symbol.asyncDispose]() };
}

function portOf(endpoint: string): number {
  return Number(new URL(endpoint.replace("dtls:", "http:")).port);
}

/** Runs `test` with a folder that is removed afterwards. */
async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "packetpeer-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

// deno-lint-ignore no-explicit-any -- events are looked at, not used
function eventsOf({ stdoutLines }: CliResult): any[] {
  return stdoutLines.map((line) => JSON.parse(line));
}

function statesOf(result: CliResult): string[] {
  return eventsOf(result).filter(({ event }) => event === "peer").map(({ state }) => state);
}

for (const scheme of ["dtls", "tls"]) {
  secureTest(`${scheme}: a pinned client gets its replies, both tell the handshake`, async () => {
    await using listener = await startListener(scheme);
    const args = [listener.endpoint, "1", '"two"', "--expect", "2", "--pin", listener.pin];
    const sent = await runCli(["send", ...args, "-o", "json"]);
    assertEquals(sent.code, 0, sent.stderr);
    assertEquals(statesOf(sent), ["connecting", "handshaking", "connected", "disconnected"]);
    const summary = eventsOf(sent).at(-1);
    assertEquals([summary.packets.received, summary.handshake_ms.count], [2, 1]);
    assertEquals(summary.resumed_handshake_ms, undefined);
    listener.run.kill("SIGTERM");
    const heard = await listener.run.result();
    assertEquals(statesOf(heard), ["handshaking", "connected", "disconnected"]);
    const connected = eventsOf(heard).find(({ state }) => state === "connected");
    assertEquals(connected.handshake.resumed, false);
    assertMatch(connected.time, /^\d{4}-.*Z$/);
  });

  secureTest(`${scheme}: a refused certificate ends with 3 and says what it says`, async () => {
    await using listener = await startListener(scheme);
    const { endpoint } = listener;
    const wrongPin = await runCli(["send", endpoint, "1", "--pin", `sha256:${"0".repeat(64)}`]);
    assertEquals([wrongPin.code, wrongPin.stderrLines.length], [3, 1]);
    assertMatch(
      wrongPin.stderr,
      /rule "pin".*it says: CN=localhost; names 127\.0\.0\.1, .*sha256:/,
    );
    const unknown = await runCli(["send", endpoint, "1", "-o", "json"]);
    assertEquals([unknown.code, eventsOf(unknown).at(-1).code], [3, "ERR_UNAUTHORIZED"]);
    assertMatch(unknown.stderr, /rule "chain".*self-signed/);
    const insecure = await runCli(["send", endpoint, "1", "--expect", "1", "--insecure"]);
    assertEquals(insecure.code, 0, insecure.stderr);
    assertMatch(insecure.stderr, /warning: --insecure/);
  });

  secureTest(`${scheme}: a CA is trusted for its host names alone`, async () => {
    await withFolder(async (folder) => {
      const made = await certificateFor("localhost");
      const [ca] = caOf(made);
      const { key } = filesOf(made);
      assert(ca !== undefined);
      await Deno.writeFile(`${folder}/ca.pem`, ca.content);
      await Deno.writeFile(`${folder}/key.pem`, key.content);
      const own = ["--cert", `${folder}/ca.pem`, "--key", `${folder}/key.pem`];
      await using listener = await startListener(scheme, ...own);
      const trusting = ["send", listener.endpoint, "1", "--ca", `${folder}/ca.pem`, "-o", "json"];
      const misnamed = await runCli(trusting);
      assertEquals([misnamed.code, statesOf(misnamed).at(-1)], [3, "error_hostname_mismatch"]);
      const named = await runCli([...trusting, "--server-name", "localhost", "--expect", "1"]);
      assertEquals(named.code, 0, named.stderr);
      const player = ["--cert", `${folder}/ca.pem`, "--key", `${folder}/key.pem`];
      const known = await runCli([...trusting, "--server-name", "localhost", ...player]);
      assertEquals(known.code, 0, known.stderr);
    });
  });

  secureTest(`${scheme}: --session-cache resumes, --keylog writes the keys`, async () => {
    await withFolder(async (folder) => {
      await using listener = await startListener(scheme);
      const files = ["--session-cache", `${folder}/cache`, "--keylog", `${folder}/keys`];
      const args = [listener.endpoint, "1", "--expect", "1", "--pin", listener.pin, ...files];
      const [first, second] = [
        await runCli(["send", ...args, "-o", "json"]),
        await runCli(["send", ...args, "-o", "json"]),
      ];
      assertEquals([first.code, second.code], [0, 0], first.stderr + second.stderr);
      const handshakes = [first, second].map((result) =>
        eventsOf(result).find(({ state }) => state === "connected").handshake
      );
      assertEquals(handshakes.map(({ resumed }) => resumed), [false, true]);
      const summary = eventsOf(second).at(-1);
      assertEquals([summary.handshake_ms, summary.resumed_handshake_ms.count], [undefined, 1]);
      const keys = await Deno.readTextFile(`${folder}/keys`);
      const line = scheme === "dtls" ? /^CLIENT_RANDOM / : /^CLIENT_TRAFFIC_SECRET_0 /;
      assertEquals(keys.split("\n").filter((text) => line.test(text)).length, 2);
    });
  });

  secureTest(`${scheme}: --verify decides`, async () => {
    await withFolder(async (folder) => {
      const path = `${folder}/verify.ts`;
      await Deno.writeTextFile(
        path,
        "export default ({ host, port, certificate, verdict }) =>\n" +
          "  port > 0 && !verdict.isAccepted && certificate.commonName === 'localhost' &&\n" +
          "  host === 'allowed.example' ? true : `${host} is not on the list`;\n",
      );
      await using listener = await startListener(scheme);
      const args = [listener.endpoint, "1", "--verify", path];
      const refused = await runCli(["send", ...args]);
      assertEquals(refused.code, 3);
      assertMatch(refused.stderr, /rule "verify function".*127\.0\.0\.1 is not on the list/);
      const accepted = await runCli(["send", ...args, "--server-name", "allowed.example"]);
      assertEquals(accepted.code, 0, accepted.stderr);
    });
  });

  secureTest(`${scheme}: --idle-timeout notices a peer that is silent`, async () => {
    await using listener = await startListener(scheme, "--idle-timeout", "50ms");
    const args = [listener.endpoint, "1", "--wait", "20s", "--pin", listener.pin];
    await using client = startCli(["send", ...args]);
    const event = JSON.parse(await listener.run.stdoutLine('"state":"error"'));
    assertEquals(event.error.code, "ERR_TIMEOUT");
    assertMatch(event.error.message, /nothing came from .* for 50 ms/);
    await client.result();
  });
}

secureTest("dtls: large chains of both sides are cut to a small --mtu", async () => {
  const [chain, key, root] = ["large_chain.pem", "large_chain.key", "large_chain_root.pem"]
    .map((name) => new URL(`../../fixtures/tls/${name}`, import.meta.url).pathname);
  const own = ["--cert", chain ?? "", "--key", key ?? "", "--mtu", "300"];
  const asking = ["--client-ca", root ?? "", "--require-client-cert"];
  await using listener = await startListener("dtls", ...own, ...asking);
  await using relay = new UdpRelay(portOf(listener.endpoint));
  const endpoint = `dtls://localhost:${relay.port}`;
  const trust = ["--ca", root ?? "", ...own];
  const result = await runCli(["send", endpoint, "1", "--expect", "1", ...trust, "-o", "json"]);
  assertEquals(result.code, 0, result.stderr);
  const { handshake } = eventsOf(result).find(({ state }) => state === "connected");
  assertEquals(handshake.trust, "chain");
  const [, , ...flight] = relay.from.client; // a ClientHello is never cut
  for (const datagrams of [flight, relay.from.server]) {
    const sizes = datagrams.map(({ length }) => length);
    assert(Math.max(...sizes) <= 300, `${sizes}`);
    // Three certificates with keys of 4096 bits: no less than 3,500 bytes.
    assert(sizes.filter((size) => size > 250).length > 12, `${sizes}`);
  }
});

secureTest("dtls: replayed and forged records harm nobody, and are counted", async () => {
  await using listener = await startListener("dtls");
  await using relay = new UdpRelay(portOf(listener.endpoint));
  const endpoint = `dtls://127.0.0.1:${relay.port}`;
  const args = [endpoint, "-", "--expect", "2", "--pin", listener.pin, "-o", "json"];
  await using client = startCli(["send", ...args]);
  await client.write("1\n");
  await client.stdoutLine('"direction":"in"');
  const said = { client: relay.from.client.slice(), server: relay.from.server.slice() };
  for (const [to, from] of [["server", "client"], ["client", "server"]] as const) {
    const packet = said[from].at(-1);
    assert(packet !== undefined);
    for (let i = 0; i < 3; i++) await relay.inject(to, packet);
    for (let i = 1; i <= 5; i++) await relay.inject(to, forged(packet, i));
    await relay.inject(to, new TextEncoder().encode("no DTLS"));
  }
  using stranger = new BareUdp();
  const { conn } = stranger;
  const server = {
    transport: "udp",
    hostname: "127.0.0.1",
    port: portOf(listener.endpoint),
  } as const;
  await stranger.send("no hello", server);
  // A ClientHello whose cookie was made for the relay's address.
  await conn.send(said.client[1] ?? new Uint8Array(), server);
  const [answer] = await conn.receive();
  assertEquals(answer[13], 3); // HelloVerifyRequest
  await client.write("2\n");
  await client.endInput();
  const sent = await client.result();
  assertEquals(sent.code, 0, sent.stderr);
  const clientSummary = eventsOf(sent).at(-1);
  assertEquals(clientSummary.packets, { sent: 2, received: 2, lost: 0 });
  const { replayed, forged: forgeries, stray } = clientSummary.errors;
  assertEquals({ replayed, forgeries, stray }, { replayed: 3, forgeries: 5, stray: 1 });
  await listener.run.stdoutLine('"state":"disconnected"');
  listener.run.kill("SIGTERM");
  const heard = await listener.run.result();
  const summary = eventsOf(heard).at(-1);
  assertEquals(summary.packets, { sent: 2, received: 2 });
  const counts = { replayed: 3, forged: 5, stray: 2, bad_cookie: 1, refused: 0 };
  assertEquals(summary.errors, { decode: 0, send: 0, ...counts });
});

secureTest("listen says that handshakes are refused: once, and counts them all", async () => {
  const args = ["dtls://127.0.0.1:0", "--max-peers", "1", "--count", "2"];
  await using run = startCli(["listen", ...args]);
  const pin = /sha256:[0-9a-f]{64}/.exec(await run.stderrLine("self-signed"))?.[0] ?? "";
  const endpoint = /\w+:\/\/\S+/.exec(await run.stderrLine("listening on "))?.[0] ?? "";
  await using first = startCli(["send", endpoint, "1", "--wait", "30s", "--pin", pin]);
  await run.stdoutLine("  int ");
  await using relay = new UdpRelay(portOf(endpoint));
  await using second = startCli(["send", `dtls://127.0.0.1:${relay.port}`, "2", "--pin", pin]);
  const hello = await relay.passed("client", 2); // the first one had no cookie
  await run.stderrLine("warning");
  await relay.inject("server", hello);
  await relay.inject("server", hello);
  second.kill("SIGTERM");
  await second.result();
  first.kill("SIGTERM");
  await first.result();
  await run.stdoutLine("disconnected");
  const third = await runCli(["send", endpoint, "3", "--pin", pin]);
  assertEquals(third.code, 0, third.stderr);
  const result = await run.result();
  const warnings = result.stderrLines.filter((line) => line.includes("warning"));
  assertEquals(warnings.length, 1);
  assertMatch(warnings[0] ?? "", /1 peer is connected, as many as --max-peers allows: more are/);
  assertMatch(result.stdout, /errors +[3-9] handshakes were refused by a limit/);
});

Deno.test("send says which packet no DTLS record holds", async () => {
  const result = await runCli(["send", "dtls://127.0.0.1:9", "--text", "x".repeat(16_385)]);
  assertEquals(result.code, 2);
  assertMatch(result.stderr, /16385 bytes, a DTLS record holds at most 16384; split it/);
});

Deno.test("listen says which reply no DTLS record holds", async () => {
  const reply = `"${"x".repeat(16_384)}"`;
  const result = await runCli(["listen", "dtls://127.0.0.1:0", "--reply", reply]);
  assertEquals(result.code, 2);
  assertMatch(result.stderr, /the reply is 16392 bytes, a DTLS record holds at most 16384; split/);
});

Deno.test("listen and send refuse options on certificates for plain endpoints", async () => {
  const sent = await runCli(["send", "udp://127.0.0.1:9", "1", "--insecure"]);
  assertEquals([sent.code, sent.stdout], [2, ""]);
  assertMatch(sent.stderr, /--insecure is for dtls:\/\/ and tls:\/\/ alone/);
  const heard = await runCli(["listen", "tcp://127.0.0.1:0", "--self-signed"]);
  assertEquals(heard.code, 2);
});

Deno.test("send says what to do when OpenSSL is missing", async () => {
  const env = { PACKETPEER_LIBSSL: "/nowhere/at/all/" };
  const result = await runCli(["send", "dtls://127.0.0.1:9", "1"], { env });
  assertEquals(result.code, 3);
  assertMatch(result.stderr, /need OpenSSL 3.*install OpenSSL 3/);
});
