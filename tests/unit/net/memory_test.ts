import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { PeerError } from "../../../src/errors.ts";
import { createMemoryPair, MemoryServer } from "../../../src/net/memory.ts";
import { FakeClock } from "../../support/fake_clock.ts";

const ONE = new Uint8Array([1]);

Deno.test("createMemoryPair() joins two peers that know each other's address", async () => {
  const clock = new FakeClock();
  const [a, b] = createMemoryPair({ clock });
  assertEquals([a.remoteAddress, b.remoteAddress], [b.localAddress, a.localAddress]);
  await a.send(ONE);
  assertEquals(b.takePacket(), { payload: ONE, time: clock.wallMicros() });
  await a.close();
  await b.close();
});

Deno.test("a memory peer with a full queue makes the sender wait", async () => {
  const [a, b] = createMemoryPair({ queueSize: 1 });
  await a.send(ONE);
  const error = await assertRejects(() => a.send(ONE, { timeoutMs: 1 }), PeerError);
  assertEquals(error.code, "ERR_TIMEOUT");
  const waiting = a.send(ONE);
  assertEquals([b.availablePackets, b.takePacket()?.payload], [1, ONE]);
  b.takePacket();
  await b.receive();
  await waiting;
  await a.close();
  await b.close();
});

Deno.test("a memory peer cannot send to one that is closed", async () => {
  const [a, b] = createMemoryPair();
  await b.close();
  const error = await assertRejects(() => a.send(ONE), PeerError);
  assertEquals(error.code, "ERR_CONNECTION_ERROR");
  await a.close();
});

Deno.test("MemoryServer.connect() fails once the server is closed", async () => {
  const server = new MemoryServer();
  await server.close();
  assertThrows(() => server.connect(), PeerError, "nobody takes the connection");
});
