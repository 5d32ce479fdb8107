/** bench against servers that run in the engine: UDPServer, TCPServer and DTLSServer that echo. */

import { assert, assertEquals } from "@std/assert";
import { certificateFor, whyNoOpenSsl } from "../support/certificates.ts";
import { runCli } from "../support/run_cli.ts";
import { findGodot, type Godot, type GodotRun, godotTest } from "./godot.ts";

const VALUE = '{"cmd": "move", "at": Vector2(1.5, -2), "tags": ["a", 2, 3.0]}';
const LOAD = ["--rate", "60/s", "--clients", "5", "--count", "30", "-o", "json"];

const found = await findGodot(4);

for (const scheme of ["udp", "tcp"] as const) {
  godotTest(found, `bench measures Godot 4 over ${scheme.toUpperCase()}`, async (godot) => {
    await using server = await godot.start("echo_server.gd", [`${scheme}://127.0.0.1:0`]);
    const endpoint = await endpointOf(server);
    assertMeasured(await bench([endpoint, VALUE, ...LOAD]));
    const raw = ["--raw", "--match", "reply.id == sent.id", "--godot", "4"];
    assertMeasured(await bench([endpoint, '{"id": $seq}', ...raw, ...LOAD]));
    assertMeasured(await bench([endpoint, "--header", "--hex", "01020304", ...LOAD]));
  });
}

const why = whyNoOpenSsl();
const secure = why === null ? found : { reason: why };

godotTest(secure, "bench measures Godot 4 over DTLS, and its handshakes", async (godot) => {
  await using server = await startDtls(godot);
  const endpoint = await endpointOf(server);
  const { handshake_ms } = assertMeasured(await bench([endpoint, VALUE, "--insecure", ...LOAD]));
  assertEquals(handshake_ms.count, 5);
  const connect = ["--insecure", "--connect", "--count", "4", "-o", "json"];
  const summary = await bench([endpoint, ...connect]);
  assertEquals([summary.model, summary.handshake_ms.count], ["connect", 4]);
});

/** The summary of a run; which members it has depends on the load. */
// deno-lint-ignore no-explicit-any
type Summary = Record<string, any>;

async function bench(args: readonly string[]): Promise<Summary> {
  const { code, stderr, stdoutLines } = await runCli(["bench", ...args]);
  assertEquals(code, 0, stderr);
  return JSON.parse(stdoutLines.at(-1) ?? "");
}

/** Every packet came back, and each round trip was measured. */
function assertMeasured(summary: Summary): Summary {
  const { packets, errors, rtt_ms, clients } = summary;
  const { sent, received, lost, duplicate, unmatched } = packets;
  assertEquals([sent, received, lost, duplicate, unmatched], [150, 150, 0, 0, 0]);
  assertEquals([rtt_ms.count, clients.total, errors.decode], [150, 5, 0]);
  assert(rtt_ms.min > 0 && rtt_ms.p50 >= rtt_ms.min && rtt_ms.max >= rtt_ms.p99);
  return summary;
}

async function startDtls(godot: Godot): Promise<GodotRun> {
  const { certificatePem, keyPem } = await certificateFor("localhost");
  const files = { "own.crt": certificatePem, "own.key": keyPem };
  const options = ["cert=res://own.crt", "key=res://own.key"];
  return await godot.start("secure_peer.gd", ["server", "dtls://127.0.0.1:0", ...options], files);
}

async function endpointOf(server: GodotRun): Promise<string> {
  const [endpoint] = /\w+:\/\/\S+/.exec(await server.line("listening on ")) ?? [];
  assert(endpoint !== undefined, "the server says where it listens");
  return endpoint;
}
