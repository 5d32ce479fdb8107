import { assert, assertEquals, assertThrows } from "@std/assert";
import { PeerError } from "../../../src/errors.ts";
import { openTcpServer } from "../../../src/net/tcp_server.ts";
import type { PacketPeer, PacketServer } from "../../../src/packet/peer.ts";
import { BareTcp } from "../../support/bare_sockets.ts";
import { hasIpv6 } from "../../support/loopback.ts";

const LIMITS = { timeoutMs: 20_000 };

async function acceptNext(server: PacketServer): Promise<PacketPeer> {
  const peer = await server.accept(LIMITS);
  assert(peer !== null);
  return peer;
}

Deno.test("a TCP server goes on when one peer breaks the framing", async () => {
  await using server = openTcpServer("127.0.0.1", 0);
  using bad = await BareTcp.connect(server.address.port);
  const badPeer = await acceptNext(server);
  using good = await BareTcp.connect(server.address.port);
  const goodPeer = await acceptNext(server);
  await bad.write("ffffffff");
  let failure: unknown;
  await badPeer.receive(LIMITS).catch((error) => failure = error);
  assert(failure instanceof Error && failure.message.includes("4294967295"));
  await good.write("01000000 aa");
  assertEquals((await goodPeer.receive(LIMITS))?.payload.toHex(), "aa");
  bad[Symbol.dispose]();
  good[Symbol.dispose]();
});

Deno.test("a TCP server keeps to its number of connections; more wait until one is closed", async () => {
  await using server = openTcpServer("127.0.0.1", 0, { maxPeers: 2 });
  using first = await BareTcp.connect(server.address.port);
  using second = await BareTcp.connect(server.address.port);
  using third = await BareTcp.connect(server.address.port);
  const [peer] = [await acceptNext(server), await acceptNext(server)];
  await third.write("01000000 cc");
  const waiting = server.accept(LIMITS);
  assertEquals(await Promise.race([waiting, quiet()]), "quiet");
  first[Symbol.dispose]();
  await peer.close();
  assertEquals((await (await waiting)?.receive(LIMITS))?.payload.toHex(), "cc");
  second[Symbol.dispose]();
  third[Symbol.dispose]();
});

Deno.test("a TCP server takes hundreds of connections that come at once", async () => {
  await using server = openTcpServer("127.0.0.1", 0);
  const connecting = Array.from({ length: 300 }, () => BareTcp.connect(server.address.port));
  const clients = await Promise.all(connecting);
  const peers = await Promise.all(clients.map(() => acceptNext(server)));
  assertEquals(new Set(peers.map((peer) => peer.remoteAddress.port)).size, 300);
  for (const client of clients) client[Symbol.dispose]();
});

Deno.test("openTcpServer() says that its address is in use", async () => {
  await using server = openTcpServer("127.0.0.1", 0);
  const { port } = server.address;
  const error = assertThrows(() => openTcpServer("127.0.0.1", port), PeerError);
  assertEquals([error.code, error.address], [
    "ERR_ALREADY_IN_USE",
    `tcp://127.0.0.1:${port}`,
  ]);
});

Deno.test("openTcpServer() says that a name or an address is not this machine's", () => {
  const unknown = assertThrows(() => openTcpServer("no-such-host.invalid", 0), PeerError);
  assertEquals(unknown.code, "ERR_CANT_RESOLVE");
  const foreign = assertThrows(() => openTcpServer("203.0.113.1", 0), PeerError);
  assertEquals(foreign.code, "ERR_CANT_OPEN");
});

Deno.test({
  name: "a TCP server on [::] takes IPv4 as well, and shows it as IPv4",
  ignore: !hasIpv6(),
  fn: async () => {
    await using server = openTcpServer("::", 0);
    using client = await BareTcp.connect(server.address.port);
    const peer = await acceptNext(server);
    assertEquals(peer.remoteAddress.hostname, "127.0.0.1");
    assertEquals(peer.localAddress.hostname, "127.0.0.1");
    client[Symbol.dispose]();
  },
});

/** Resolves after everything that is under way on loopback has had its chance. */
async function quiet(): Promise<string> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 1));
  return "quiet";
}
