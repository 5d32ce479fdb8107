import { assertEquals, assertRejects } from "@std/assert";
import { PeerError } from "../../../src/errors.ts";
import { LIMITS, secureClient, secureServer, secureTest } from "../../support/secure_pair.ts";

secureTest("TlsStream ends a connection that is silent", async () => {
  await using server = await secureServer("tls", { idleMs: 20 });
  const client = await secureClient(server);
  const peer = await server.accept(LIMITS);
  const error = await assertRejects(async () => await peer?.receive(LIMITS), PeerError);
  assertEquals([error.code, peer?.status], ["ERR_TIMEOUT", "error"]);
  await client.close();
});

secureTest("TlsStream says goodbye, and what came before is not lost", async () => {
  await using server = await secureServer("tls");
  const client = await secureClient(server);
  const large = new Uint8Array(client.maxPacketSize).fill(7);
  for (let i = 0; i < 20; i++) await client.send(large, LIMITS);
  const closing = client.close();
  const peer = await server.accept(LIMITS);
  let received = 0;
  while (await peer?.receive(LIMITS)) received++;
  assertEquals([received, peer?.status], [20, "disconnected"]);
  const late = await assertRejects(async () => await peer?.send(large), PeerError);
  assertEquals(late.code, "ERR_UNCONFIGURED");
  await Promise.all([closing, peer?.close()]);
});
