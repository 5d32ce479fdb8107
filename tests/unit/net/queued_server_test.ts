import { assert, assertEquals, assertRejects } from "@std/assert";
import { PeerError } from "../../../src/errors.ts";
import { MemoryServer } from "../../../src/net/memory.ts";
import { QueuedServer } from "../../../src/net/queued_server.ts";
import type { PacketPeer } from "../../../src/packet/peer.ts";

/** A server whose peers are put in by hand. */
class HandServer extends QueuedServer {
  readonly transport = "memory";
  readonly address = { hostname: "192.0.2.1", port: 4242 };
  readonly droppedPackets = 0;

  put(peer: PacketPeer): boolean {
    return this.newPeers.push(peer);
  }

  override close(): Promise<void> {
    this.newPeers.end(null);
    return Promise.resolve();
  }
}

Deno.test("QueuedServer hands out peers in their order, and no more than may wait", async () => {
  await using memory = new MemoryServer();
  const peers = [memory.connect(), memory.connect(), memory.connect()];
  const server = new HandServer(2);
  assertEquals(peers.map((peer) => server.put(peer)), [true, true, false]);
  assert(await server.accept() === peers[0]);
  await server.close();
  const rest = [];
  for await (const peer of server) rest.push(peer);
  assert(rest.length === 1 && rest[0] === peers[1]);
});

Deno.test("QueuedServer says that nobody came, as its transport sees it", async () => {
  await using connected = new HandServer(1);
  const why = "to 192.0.2.1:4242 within 1 ms; is it reachable?";
  const limits = { timeoutMs: 1 };
  await assertRejects(() => connected.accept(limits), PeerError, `nobody connected ${why}`);
  await using sent = new HandServer(1, "sent anything");
  await assertRejects(() => sent.accept(limits), PeerError, `nobody sent anything ${why}`);
});
