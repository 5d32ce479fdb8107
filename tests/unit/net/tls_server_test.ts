import { assertEquals, assertMatch } from "@std/assert";
import { PeerError } from "../../../src/errors.ts";
import type { PacketPeer, PacketServer } from "../../../src/packet/peer.ts";
import { BareTcp } from "../../support/bare_sockets.ts";
import { LIMITS, secureClient, secureServer, secureTest } from "../../support/secure_pair.ts";

secureTest("openTlsServer() tells of a handshake that fails; others go on", async () => {
  const failed = Promise.withResolvers<PeerError>();
  await using server = await secureServer("tls", {
    onStatus: (_status, _address, error) => {
      if (error !== null) failed.resolve(error);
    },
  });
  using browser = await BareTcp.connect(server.address.port);
  await browser.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n").toHex());
  const error = await failed.promise;
  assertEquals(error.code, "ERR_CANT_CONNECT");
  assertMatch(error.message, /the peer speaks plain HTTP/);
  const client = await secureClient(server);
  const peer = await server.accept(LIMITS);
  await client.send(new Uint8Array([1]));
  assertEquals((await peer?.receive(LIMITS))?.payload.toHex(), "01");
  await Promise.all([client.close(), peer?.close()]);
});

secureTest("openTlsServer() gives up a handshake that does not go on", async () => {
  const failed = Promise.withResolvers<PeerError>();
  await using server = await secureServer("tls", {
    handshakeMs: 10,
    onStatus: (_status, _address, error) => {
      if (error !== null) failed.resolve(error);
    },
  });
  using silent = await BareTcp.connect(server.address.port);
  assertEquals((await failed.promise).code, "ERR_TIMEOUT");
  assertEquals(await silent.read(1), "");
});

secureTest("openTlsServer() closes with handshakes under way", async () => {
  const started = Promise.withResolvers<void>();
  const server = await secureServer("tls", { onStatus: () => started.resolve() });
  using silent = await BareTcp.connect(server.address.port);
  await started.promise;
  await server.close();
  assertEquals(await silent.read(1), "");
});

/** The server may hear a little later that the other connection has gone. */
async function connectWhenRoom(server: PacketServer): Promise<PacketPeer> {
  for (;;) {
    try {
      return await secureClient(server);
    } catch (error) {
      if (!(error instanceof PeerError) || error.code !== "ERR_CANT_CONNECT") throw error;
    }
  }
}

secureTest("openTlsServer() takes no more handshakes than its limit", async () => {
  const told: string[] = [];
  const underWay = Promise.withResolvers<void>();
  await using server = await secureServer("tls", {
    maxHalfOpen: 1,
    onStatus: () => underWay.resolve(),
    onDiscarded: (what, count) => told.push(`${count} ${what}`),
    onLimit: (limit, most) => told.push(`${most} ${limit}`),
  });
  const silent = await BareTcp.connect(server.address.port);
  await underWay.promise;
  using refused = await BareTcp.connect(server.address.port);
  assertEquals(await refused.read(1), "");
  assertEquals(told, ["1 refused", "1 handshakes"]);
  silent[Symbol.dispose]();
  const client = await connectWhenRoom(server);
  const peer = await server.accept(LIMITS);
  await Promise.all([client.close(), peer?.close()]);
});
