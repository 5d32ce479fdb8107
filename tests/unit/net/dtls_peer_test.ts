import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { PeerError } from "../../../src/errors.ts";
import { LIMITS, secureClient, secureServer, secureTest } from "../../support/secure_pair.ts";

secureTest("DtlsPeer refuses a packet that no record holds", async () => {
  await using server = await secureServer("dtls");
  await using client = await secureClient(server);
  const error = await assertRejects(() => client.send(new Uint8Array(16_385)), PeerError);
  assertEquals(error.code, "ERR_INVALID_PARAMETER");
  assertMatch(error.message, /the packet has 16385 bytes, the limit is 16384/);
});

secureTest("DtlsPeer ends with close_notify on both sides", async () => {
  await using server = await secureServer("dtls");
  await using client = await secureClient(server);
  const peer = await server.accept(LIMITS);
  await peer?.close();
  assertEquals(await client.receive(LIMITS), null);
  assertEquals(client.status, "disconnected");
});

secureTest("DtlsPeer tells when a client hears nothing any more", async () => {
  await using server = await secureServer("dtls");
  await using client = await secureClient(server, { idleMs: 20 });
  const error = await assertRejects(() => client.receive(LIMITS), PeerError);
  assertEquals([error.code, client.status], ["ERR_TIMEOUT", "error"]);
  assertMatch(error.message, /nothing came from 127\.0\.0\.1:\d+ for 20 ms/);
});

secureTest("DtlsPeer gives up a handshake that takes too long", async () => {
  const failed = Promise.withResolvers<PeerError>();
  await using server = await secureServer("dtls", {
    handshakeMs: 1,
    onStatus: (_status, _address, error) => {
      if (error !== null) failed.resolve(error);
    },
  });
  // The client's certificates are for nobody, so that it never answers the server's flight.
  const client = secureClient(server, { verify: () => false, mtu: 256 });
  await assertRejects(() => client, PeerError);
  const { code } = await failed.promise;
  assertEquals(code === "ERR_TIMEOUT" || code === "ERR_CANT_CONNECT", true);
});
