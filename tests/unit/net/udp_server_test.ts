import { assert, assertEquals, assertRejects } from "@std/assert";
import { PeerError } from "../../../src/errors.ts";
import { openUdpPeer } from "../../../src/net/udp.ts";
import { openUdpServer, type UdpServerOptions } from "../../../src/net/udp_server.ts";
import type { PacketPeer, PacketServer } from "../../../src/packet/peer.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { hasIpv6 } from "../../support/loopback.ts";

const LIMITS = { timeoutMs: 20_000 };

function bytes(content: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(content);
}

async function nextText(peer: PacketPeer): Promise<string | null> {
  const packet = await peer.receive(LIMITS);
  return packet === null ? null : new TextDecoder().decode(packet.payload);
}

async function acceptNext(server: PacketServer): Promise<PacketPeer> {
  const peer = await server.accept(LIMITS);
  assert(peer !== null);
  return peer;
}

/** A server and some clients, closed at the end. */
async function withClients(
  count: number,
  options: UdpServerOptions,
  run: (server: PacketServer, clients: readonly PacketPeer[]) => Promise<void>,
): Promise<void> {
  await using server = await openUdpServer("127.0.0.1", 0, options);
  const open = (): Promise<PacketPeer> => openUdpPeer("127.0.0.1", server.address.port);
  const clients = await Promise.all(Array.from({ length: count }, open));
  try {
    await run(server, clients);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

Deno.test("a UDP server forgets a peer that was silent for long, and meets it again", () => {
  const clock = new FakeClock();
  return withClients(2, { clock, idleMs: 60_000 }, async (server, [silent, busy]) => {
    assert(silent !== undefined && busy !== undefined);
    await silent.send(bytes("hello"));
    const first = await acceptNext(server);
    clock.advance(59_000);
    await busy.send(bytes("tick"));
    const other = await acceptNext(server);
    assertEquals(await nextText(other), "tick");
    assertEquals(first.status, "connected");
    clock.advance(1000);
    await busy.send(bytes("tock"));
    assertEquals(await nextText(other), "tock");
    assertEquals(first.status, "disconnected");
    assertEquals([await nextText(first), await nextText(first)], ["hello", null]);
    await silent.send(bytes("hello again"));
    const again = await acceptNext(server);
    await first.close();
    await silent.send(bytes("still the same peer"));
    assertEquals(await nextText(again), "hello again");
    assertEquals(await nextText(again), "still the same peer");
    assertEquals(again.remoteAddress, first.remoteAddress);
  });
});

Deno.test("a UDP server remembers a limited number of peers: the longest silent one goes", () =>
  withClients(3, { maxPeers: 2 }, async (server, [a, b, c]) => {
    assert(a !== undefined && b !== undefined && c !== undefined);
    await a.send(bytes("a1"));
    const peerA = await acceptNext(server);
    await b.send(bytes("b1"));
    const peerB = await acceptNext(server);
    assertEquals([await nextText(peerA), await nextText(peerB)], ["a1", "b1"]);
    await a.send(bytes("a2"));
    assertEquals(await nextText(peerA), "a2");
    await c.send(bytes("c1"));
    assertEquals(await nextText(await acceptNext(server)), "c1");
    assertEquals([peerA.status, peerB.status], ["connected", "disconnected"]);
    assertEquals(await nextText(peerB), null);
  }));

Deno.test("a UDP server drops and counts packets of peers that nobody accepts", () =>
  withClients(3, { maxPeers: 2 }, async (server, clients) => {
    for (const client of clients) await client.send(bytes("hello"));
    while (server.droppedPackets < 1) await new Promise((resolve) => setTimeout(resolve, 1));
    const peers = [await acceptNext(server), await acceptNext(server)];
    assertEquals(await Promise.all(peers.map(nextText)), ["hello", "hello"]);
    assertEquals(server.droppedPackets, 1);
  }));

Deno.test("the peers of a UDP server share a limit, and closing one gives its part back", () =>
  withClients(2, { serverQueueSize: 100 }, async (server, [a, b]) => {
    assert(a !== undefined && b !== undefined);
    for (let i = 0; i < 4; i++) await a.send(bytes(`packet ${i}`));
    await b.send(bytes("too much"));
    while (server.droppedPackets < 1) await new Promise((resolve) => setTimeout(resolve, 1));
    const [peerA, peerB] = [await acceptNext(server), await acceptNext(server)];
    assertEquals([peerA.availablePackets, peerA.droppedPackets], [4, 0]);
    assertEquals([peerB.availablePackets, peerB.droppedPackets], [0, 1]);
    await peerA.close();
    await b.send(bytes("better now"));
    assertEquals(await nextText(peerB), "better now");
    assertEquals(await nextText(peerA), "packet 0");
  }));

Deno.test("a peer that is closed at the server begins anew with its next datagram", () =>
  withClients(1, {}, async (server, [client]) => {
    assert(client !== undefined);
    await client.send(bytes("one"));
    await (await acceptNext(server)).close();
    await client.send(bytes("two"));
    assertEquals(await nextText(await acceptNext(server)), "two");
  }));

Deno.test("a UDP server says that its address is in use", async () => {
  await using server = await openUdpServer("127.0.0.1", 0);
  const { port } = server.address;
  const error = await assertRejects(() => openUdpServer("127.0.0.1", port), PeerError);
  assertEquals(error.code, "ERR_ALREADY_IN_USE");
  assertEquals(
    error.message,
    `cannot listen on udp://127.0.0.1:${port}: the address is in use; ` +
      "stop the program that has it, or take another port (0 finds a free one)",
  );
});

Deno.test("a UDP server listens on a name", async () => {
  await using server = await openUdpServer("localhost", 0, LIMITS);
  assertEquals(["127.0.0.1", "::1"].includes(server.address.hostname), true);
});

Deno.test({
  name: "a UDP server on [::] takes IPv4 as well, and shows it as IPv4",
  ignore: !hasIpv6(),
  fn: async () => {
    await using server = await openUdpServer("::", 0);
    for (const host of ["127.0.0.1", "::1"]) {
      await using client = await openUdpPeer(host, server.address.port);
      await client.send(bytes(`over ${host}`));
      const peer = await acceptNext(server);
      assertEquals(await nextText(peer), `over ${host}`);
      assertEquals(peer.remoteAddress, { hostname: host, port: client.localAddress.port });
      await peer.send(bytes("back"));
      assertEquals(await nextText(client), "back");
    }
  },
});
