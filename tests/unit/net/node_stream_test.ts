import { assert, assertEquals, assertRejects } from "@std/assert";
import { connectFromPort } from "../../../src/net/node_stream.ts";
import { BareTcpServer } from "../../support/bare_sockets.ts";

const NEVER = new AbortController().signal;

/** A port that was free a moment ago. */
function freePort(): number {
  using server = new BareTcpServer();
  return server.port;
}

Deno.test("connectFromPort() makes a ByteStream between the two addresses", async () => {
  using server = new BareTcpServer();
  const localPort = freePort();
  const [stream, other] = await Promise.all([
    connectFromPort("127.0.0.1", server.port, localPort, NEVER),
    server.accept(),
  ]);
  const { localAddr, remoteAddr } = stream;
  assert(localAddr.transport === "tcp" && remoteAddr.transport === "tcp");
  assertEquals([localAddr.port, remoteAddr.port], [localPort, server.port]);

  assertEquals(await stream.write(new Uint8Array([1, 2, 3])), 3);
  assertEquals(await other.read(3), "010203");

  // A small buffer takes a chunk piece by piece.
  await other.write("0a0b0c");
  const buffer = new Uint8Array(2);
  let received = "";
  while (received.length < 6) {
    const size = await stream.read(buffer);
    assert(size !== null);
    received += buffer.subarray(0, size).toHex();
  }
  assertEquals(received, "0a0b0c");

  await stream.closeWrite();
  assertEquals(await other.read(1), "");
  await other.write("0d");
  assertEquals([await stream.read(buffer), buffer[0]], [1, 0x0d]);
  other[Symbol.dispose]();
  assertEquals(await stream.read(buffer), null);
  stream.close();
});

Deno.test("connectFromPort() throws what the system says", async () => {
  const error = await assertRejects(
    () => connectFromPort("127.0.0.1", freePort(), freePort(), NEVER),
    Error,
  );
  assertEquals("code" in error && error.code, "ECONNREFUSED");
});

Deno.test("connectFromPort() rejects with the signal's reason", async () => {
  const reason = new Error("enough");
  const connect = (signal: AbortSignal): Promise<unknown> =>
    connectFromPort("127.0.0.1", 9, freePort(), signal);
  assertEquals(await assertRejects(() => connect(AbortSignal.abort(reason))), reason);
  using server = new BareTcpServer();
  const controller = new AbortController();
  const connecting = connectFromPort("127.0.0.1", server.port, freePort(), controller.signal);
  controller.abort(reason);
  assertEquals(await assertRejects(() => connecting), reason);
});
