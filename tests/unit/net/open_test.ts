import { assertEquals, assertRejects } from "@std/assert";
import { PeerError } from "../../../src/errors.ts";
import { parseEndpoint } from "../../../src/net/endpoint.ts";
import { openConnector, openPeer, openServer } from "../../../src/net/open.ts";
import { formatEndpoint } from "../../../src/net/endpoint.ts";

const LIMITS = { timeoutMs: 20_000 };

for (const scheme of ["udp", "tcp"] as const) {
  Deno.test(`openServer() and openPeer() speak ${scheme}`, async () => {
    await using server = await openServer(parseEndpoint(`${scheme}://:0`, "listen"));
    assertEquals([server.transport, server.address.hostname], [scheme, "127.0.0.1"]);
    const endpoint = parseEndpoint(formatEndpoint(scheme, server.address), "connect");
    const client = await openPeer(endpoint, LIMITS);
    await client.send(new Uint8Array([1, 2, 3]));
    const peer = await server.accept(LIMITS);
    assertEquals((await peer?.receive(LIMITS))?.payload.toHex(), "010203");
    await Promise.all([client.close(), peer?.close()]);
  });
}

Deno.test("openConnector() opens peers of transports without anything to share", async () => {
  await using server = await openServer(parseEndpoint("tcp://:0", "listen"));
  const endpoint = parseEndpoint(formatEndpoint("tcp", server.address), "connect");
  await using connector = await openConnector(endpoint, { maxPacketSize: 10 });
  for (let i = 0; i < 2; i++) {
    await using client = await connector.connect(LIMITS);
    assertEquals([client.transport, client.maxPacketSize], ["tcp", 10]);
  }
});

Deno.test("openPeer() and openServer() pass the limit of packets on", async () => {
  const limits = { ...LIMITS, maxPacketSize: 10 };
  await using server = await openServer(parseEndpoint("tcp://:0", "listen"), limits);
  const endpoint = parseEndpoint(formatEndpoint("tcp", server.address), "connect");
  const client = await openPeer(endpoint, limits);
  const peer = await server.accept(LIMITS);
  assertEquals([client.maxPacketSize, peer?.maxPacketSize], [10, 10]);
  await Promise.all([client.close(), peer?.close()]);
});

Deno.test("openServer() reports what the system refuses", async () => {
  const endpoint = parseEndpoint("udp://203.0.113.1:0", "listen");
  const error = await assertRejects(() => openServer(endpoint), PeerError);
  assertEquals(error.code, "ERR_CANT_OPEN");
});
