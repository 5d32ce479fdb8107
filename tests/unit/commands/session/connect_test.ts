import { assertEquals, assertRejects } from "@std/assert";
import { connectWithRetry } from "../../../../src/commands/session/connect.ts";
import { PeerError } from "../../../../src/errors.ts";
import { parseEndpoint } from "../../../../src/net/endpoint.ts";
import { Recorder } from "../../../../src/stats/recorder.ts";
import { BareTcp, BareTcpServer } from "../../../support/bare_sockets.ts";
import type { PacketPeer } from "../../../../src/packet/peer.ts";
import { caOf, certificateFor } from "../../../support/certificates.ts";
import { secureServer, secureTest } from "../../../support/secure_pair.ts";
import { MemoryPrinter } from "../../../support/session.ts";

const OPTIONS = { retryMs: 0, timeoutMs: 20_000, signal: new AbortController().signal };

Deno.test("connectWithRetry() tells the states of the peer", async () => {
  const [printer, recorder] = [new MemoryPrinter(), new Recorder(0, ["connect"])];
  const endpoint = parseEndpoint("udp://127.0.0.1:9", "connect");
  const peer = await connectWithRetry(endpoint, printer, recorder, OPTIONS);
  await peer?.close();
  assertEquals(printer.lines, ["connecting", "connected"]);
  assertEquals(recorder.errorCount("connect"), 0);
});

Deno.test("connectWithRetry() tries once, without --retry", async () => {
  const [printer, recorder] = [new MemoryPrinter(), new Recorder(0, ["connect"])];
  const endpoint = parseEndpoint(`tcp://127.0.0.1:${freePort()}`, "connect");
  const error = await assertRejects(
    () => connectWithRetry(endpoint, printer, recorder, OPTIONS),
    PeerError,
  );
  assertEquals(error.code, "ERR_CANT_CONNECT");
  assertEquals(printer.lines, ["connecting", "error ERR_CANT_CONNECT"]);
  assertEquals(recorder.errorCount("connect"), 1);
});

Deno.test("connectWithRetry() keeps trying until a server is up", async () => {
  const [printer, recorder] = [new MemoryPrinter(), new Recorder(0, ["connect"])];
  const port = freePort();
  const endpoint = parseEndpoint(`tcp://127.0.0.1:${port}`, "connect");
  const connecting = connectWithRetry(endpoint, printer, recorder, { ...OPTIONS, retryMs: 20_000 });
  while (recorder.errorCount("connect") === 0) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  using server = Deno.listen({ hostname: "127.0.0.1", port });
  using _conn = new BareTcp(await server.accept());
  const peer = await connecting;
  assertEquals(printer.lines, ["connecting", "connected"]);
  _conn[Symbol.dispose]();
  await peer?.close();
});

Deno.test("connectWithRetry() does not repeat what cannot get better", async () => {
  const recorder = new Recorder(0, ["connect"]);
  using server = new BareTcpServer();
  const endpoint = parseEndpoint(`tcp://127.0.0.1:${server.port}`, "connect");
  const options = { ...OPTIONS, retryMs: 60_000, localPort: server.port };
  const error = await assertRejects(
    () => connectWithRetry(endpoint, new MemoryPrinter(), recorder, options),
    PeerError,
  );
  assertEquals([error.code, recorder.errorCount("connect")], ["ERR_ALREADY_IN_USE", 1]);
});

Deno.test("connectWithRetry() answers null when it is interrupted", async () => {
  const recorder = new Recorder(0, ["connect"]);
  const endpoint = parseEndpoint(`tcp://127.0.0.1:${freePort()}`, "connect");
  const controller = new AbortController();
  const options = { ...OPTIONS, retryMs: 60_000, signal: controller.signal };
  const connecting = connectWithRetry(endpoint, new MemoryPrinter(), recorder, options);
  while (recorder.errorCount("connect") === 0) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  controller.abort();
  assertEquals(await connecting, null);
  assertEquals(await connectWithRetry(endpoint, new MemoryPrinter(), recorder, options), null);
});

/** A port that was free a moment ago. */
function freePort(): number {
  using server = new BareTcpServer();
  return server.port;
}

secureTest("connectWithRetry() tells of handshakes, and counts their time", async () => {
  await using server = await secureServer("dtls");
  const [printer, recorder] = [new MemoryPrinter(), new Recorder(0, ["connect"])];
  const endpoint = { scheme: "dtls", host: "127.0.0.1", port: server.address.port } as const;
  const ca = caOf(await certificateFor("localhost", ["localhost"]));
  const connect = (serverName: string): Promise<PacketPeer | null> =>
    connectWithRetry(endpoint, printer, recorder, { ...OPTIONS, security: { ca, serverName } });
  const peer = await connect("localhost");
  await peer?.close();
  await assertRejects(() => connect("other.example"), PeerError);
  assertEquals(printer.lines, [
    ...["connecting", "handshaking", "connected"],
    ...["connecting", "handshaking", "error_hostname_mismatch ERR_UNAUTHORIZED"],
  ]);
  const { handshake_ms } = await recorder.report({ endpoint: "", nowMs: 0 });
  assertEquals([handshake_ms?.count, recorder.errorCount("connect")], [1, 1]);
});
