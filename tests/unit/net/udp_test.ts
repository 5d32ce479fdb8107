import { assertEquals, assertRejects } from "@std/assert";
import { PeerError } from "../../../src/errors.ts";
import { openUdpPeer } from "../../../src/net/udp.ts";
import type { PacketPeer } from "../../../src/packet/peer.ts";
import { BareUdp } from "../../support/bare_sockets.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { hasIpv6 } from "../../support/loopback.ts";

const LIMITS = { timeoutMs: 20_000 };

/** A port that was free a moment ago. */
function freePort(): number {
  using socket = new BareUdp();
  return socket.port;
}

async function nextText(peer: PacketPeer): Promise<string> {
  return new TextDecoder().decode((await peer.receive(LIMITS))?.payload);
}

Deno.test("a UDP peer hears its remote address alone", async () => {
  using other = new BareUdp();
  using stranger = new BareUdp();
  await using peer = await openUdpPeer("127.0.0.1", other.port);
  await stranger.send("from a stranger", peer.localAddress);
  await other.send("from the server", peer.localAddress);
  assertEquals(await nextText(peer), "from the server");
  assertEquals(peer.availablePackets, 0);
});

Deno.test("a UDP peer is bound to loopback for a loopback address", async () => {
  await using peer = await openUdpPeer("127.0.0.1", 9);
  assertEquals(peer.localAddress.hostname, "127.0.0.1");
  assertEquals(peer.remoteAddress, { hostname: "127.0.0.1", port: 9 });
});

Deno.test("a UDP peer resolves localhost", async () => {
  await using peer = await openUdpPeer("localhost", 9, LIMITS);
  assertEquals(["127.0.0.1", "::1"].includes(peer.remoteAddress.hostname), true);
});

Deno.test("a UDP peer refuses a name without address", async () => {
  const error = await assertRejects(() => openUdpPeer("no-such-host.invalid", 9), PeerError);
  assertEquals(error.code, "ERR_CANT_RESOLVE");
});

Deno.test("a UDP peer takes the local port it is told, or says that it is in use", async () => {
  using other = new BareUdp();
  const taken = { localPort: other.port };
  const error = await assertRejects(() => openUdpPeer("127.0.0.1", 9, taken), PeerError);
  assertEquals(error.code, "ERR_ALREADY_IN_USE");
  const localPort = freePort();
  await using peer = await openUdpPeer("127.0.0.1", 9, { localPort });
  assertEquals(peer.localAddress.port, localPort);
});

Deno.test("a UDP peer with a full queue drops the newest packets and counts them", async () => {
  using other = new BareUdp();
  await using peer = await openUdpPeer("127.0.0.1", other.port, { queueSize: 100 });
  for (let i = 0; i < 6; i++) await other.send(`packet ${i}`, peer.localAddress);
  while (peer.droppedPackets < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  // Each packet counts 8 bytes and 24 of bookkeeping: the fourth makes the queue full.
  for (let i = 0; i < 4; i++) assertEquals(await nextText(peer), `packet ${i}`);
  assertEquals([peer.availablePackets, peer.droppedPackets], [0, 2]);
  await other.send("packet 6", peer.localAddress);
  assertEquals(await nextText(peer), "packet 6");
});

Deno.test("a UDP peer stamps packets with its clock and takes empty ones", async () => {
  using other = new BareUdp();
  const clock = new FakeClock();
  await using peer = await openUdpPeer("127.0.0.1", other.port, { clock });
  await other.send("", peer.localAddress);
  const packet = await peer.receive(LIMITS);
  assertEquals([packet?.time, packet?.payload.length], [clock.wallMicros(), 0]);
});

Deno.test("a UDP peer sends 65507 bytes and not one more", async () => {
  using other = new BareUdp();
  await using peer = await openUdpPeer("127.0.0.1", other.port);
  assertEquals(peer.maxPacketSize, 65507);
  await peer.send(new Uint8Array(65507));
  assertEquals((await other.conn.receive())[0].length, 65507);
  const error = await assertRejects(() => peer.send(new Uint8Array(65508)), PeerError);
  assertEquals(
    error.message,
    `cannot send to 127.0.0.1:${other.port}: the packet has 65508 bytes, the limit is 65507; ` +
      "send less at once",
  );
});

Deno.test({
  name: "a UDP peer reaches IPv6, however its address is spelled",
  ignore: !hasIpv6(),
  fn: async () => {
    using other = new BareUdp("::1");
    await using peer = await openUdpPeer("0:0:0:0:0:0:0:1", other.port);
    assertEquals(peer.remoteAddress, { hostname: "::1", port: other.port });
    await other.send("over IPv6", peer.localAddress);
    assertEquals(await nextText(peer), "over IPv6");
  },
});

Deno.test({
  name: "a UDP peer reaches IPv4 through a mapped address",
  ignore: !hasIpv6(),
  fn: async () => {
    using other = new BareUdp();
    await using peer = await openUdpPeer("::ffff:127.0.0.1", other.port);
    await peer.send(new Uint8Array([1]));
    const [, from] = await other.conn.receive();
    assertEquals(from.transport, "udp");
    await other.conn.send(new TextEncoder().encode("back"), from);
    assertEquals(await nextText(peer), "back");
    assertEquals(peer.remoteAddress, { hostname: "127.0.0.1", port: other.port });
  },
});
