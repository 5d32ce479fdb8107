import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { PeerError } from "../../../src/errors.ts";
import { type Clock, systemClock } from "../../../src/net/clock.ts";
import { FastUdpSocket, openFastUdpSocket } from "../../../src/net/fast_udp_socket.ts";
import { openUdpPeer } from "../../../src/net/udp.ts";
import { openUdpServer } from "../../../src/net/udp_server.ts";
import type { UdpSocket } from "../../../src/net/udp_socket.ts";
import type { PacketPeer } from "../../../src/packet/peer.ts";
import { BareUdp } from "../../support/bare_sockets.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { fastTest } from "../../support/fast_sockets.ts";
import { hasIpv6 } from "../../support/loopback.ts";

const LIMITS = { timeoutMs: 20_000 };

/** A socket that keeps what it is told, and waits for so many datagrams. */
class Listening {
  readonly socket: UdpSocket;
  readonly payloads: Uint8Array[] = [];
  readonly sources: string[] = [];
  readonly failed = Promise.withResolvers<Error>();
  #onMore = Promise.withResolvers<void>();

  constructor(hostname = "127.0.0.1") {
    this.socket = openFastUdpSocket(hostname, 0);
    this.socket.start({
      clock: systemClock,
      onDatagram: (payload, from, port) => {
        this.payloads.push(payload);
        this.sources.push(`${from} ${port}`);
        this.#onMore.resolve();
        this.#onMore = Promise.withResolvers<void>();
      },
      onError: (error) => this.failed.resolve(error),
    });
  }

  async until(count: number): Promise<void> {
    while (this.payloads.length < count) await this.#onMore.promise;
  }
}

fastTest("FastUdpSocket receives what one call and what several bring, in order", async () => {
  const [a, b] = [new Listening(), new Listening()];
  assertInstanceOf(a.socket, FastUdpSocket);
  const payloads = Array.from({ length: 200 }, (_, i) => new Uint8Array([i, i * 7]));
  for (let rest = payloads; rest.length > 0;) {
    rest = rest.slice(await a.socket.sendBatch(rest, b.socket.address));
  }
  await b.until(200);
  assertEquals(b.payloads, payloads);
  assertEquals([...new Set(b.sources)], [`127.0.0.1 ${a.socket.address.port}`]);
  await Promise.all([a.socket.close(), b.socket.close()]);
});

for (const host of hasIpv6() ? ["127.0.0.1", "::1"] : ["127.0.0.1"]) {
  fastTest(`FastUdpSocket that is connected tells of a closed port over ${host}`, async () => {
    const closed = new BareUdp(host);
    closed[Symbol.dispose]();
    const { socket, failed } = new Listening(host);
    const target = { hostname: host, port: closed.port };
    assert(socket.connect(target));
    await socket.send(new Uint8Array([1]), target);
    assertEquals((await failed.promise).message, "ECONNREFUSED");
    await socket.close();
  });

  fastTest(`FastUdpSocket that is connected hears nobody else over ${host}`, async () => {
    using partner = new BareUdp(host);
    using stranger = new BareUdp(host);
    const listening = new Listening(host);
    const { socket } = listening;
    assert(socket.connect({ hostname: host, port: partner.port }));
    await stranger.send("from a stranger", socket.address);
    await partner.send("from the partner", socket.address);
    await listening.until(1);
    assertEquals(new TextDecoder().decode(listening.payloads[0]), "from the partner");
    await socket.close();
  });
}

fastTest("FastUdpSocket says what the system says: too large, no such address", async () => {
  const { socket } = new Listening();
  const tooLarge = [new Uint8Array(70_000)];
  const sending = (): Promise<number> => socket.sendBatch(tooLarge, socket.address);
  assertEquals((await assertRejects(sending, PeerError)).code, "ERR_INVALID_PARAMETER");
  await socket.close();
  // TEST-NET-3 belongs to nobody.
  const error = assertThrows(() => openFastUdpSocket("203.0.113.1", 0), PeerError);
  assertEquals([error.code, error.address], ["ERR_CANT_OPEN", "udp://203.0.113.1:0"]);
});

fastTest(
  "receiveNow() begins after a datagram, waits, and gives up to Deno's waiting",
  async () => {
    using other = new BareUdp();
    const listening = new Listening();
    const { socket } = listening;
    assertEquals(socket.receiveNow(), false); // Deno waits
    await other.send("one", socket.address);
    await listening.until(1);
    await other.send("two", socket.address);
    assertEquals(socket.receiveNow(), true);
    assertEquals(listening.payloads.length, 2);
    assertEquals(socket.receiveNow(), false); // nothing comes within a millisecond
    await other.send("three", socket.address);
    await listening.until(3);
    await other.send("four", socket.address);
    assertEquals(socket.receiveNow(), true);
    await other.send("five", socket.address); // nobody asks any more
    await listening.until(5);
    await socket.close();
  },
);

fastTest("receiveNow() before the start reads from the first datagram on", async () => {
  const [from, to] = [new Listening(), openFastUdpSocket("127.0.0.1", 0)];
  const payloads: number[] = [];
  assertEquals(to.receiveNow(), false);
  to.start({
    clock: systemClock,
    onDatagram: ([byte = 0]) => payloads.push(byte),
    onError: () => {},
  });
  const sent = from.socket.sendBatch([new Uint8Array([1])], to.address); // done when it returns
  assertEquals(to.receiveNow(), true);
  const sentMore = from.socket.sendBatch([new Uint8Array([2])], to.address);
  assertEquals(to.receiveNow(), true);
  assertEquals([payloads, await sent, await sentMore], [[1, 2], 1, 1]);
  await Promise.all([from.socket.close(), to.close()]);
});

fastTest("FastUdpSocket reads the clock once for all that one call brings", async () => {
  const clock = new FakeClock();
  using other = new BareUdp();
  const socket = openFastUdpSocket("127.0.0.1", 0);
  const times = new Set<number>();
  const came = Promise.withResolvers<void>();
  let datagrams = 0, readings = 0;
  const counting: Clock = {
    monotonicMs: () => clock.monotonicMs(),
    wallMicros: () => clock.wallMicros() + ++readings,
  };
  for (let i = 0; i < 9; i++) await other.send("more", socket.address);
  socket.start({
    clock: counting,
    onDatagram: (_payload, _hostname, _port, time) => {
      times.add(time);
      if (++datagrams === 9) came.resolve();
    },
    onError: came.reject,
  });
  await came.promise;
  assertEquals([times.size, readings], [1, 1]);
  await socket.close();
});

fastTest("a UDP peer that asks for one answer at a time gets each, of any size", async () => {
  using other = new BareUdp();
  await using peer = await openUdpPeer("127.0.0.1", other.port);
  const ask = async (bytes: number): Promise<number | undefined> => {
    const [count, [, from]] = await Promise.all([
      peer.sendBatch([new Uint8Array(bytes)]),
      other.conn.receive(new Uint8Array(65_536)),
    ]);
    assertEquals(count, 1);
    const answer = new Uint8Array(bytes).fill(7);
    await other.conn.send(answer, from);
    const packets = await peer.receiveBatch({ mayBlock: true, ...LIMITS });
    assertEquals(packets?.map(({ payload }) => payload), [answer]);
    return packets?.length;
  };
  for (const bytes of [1, 3, 64, 65, 1400, 65_507, 2]) assertEquals(await ask(bytes), 1);
});

fastTest("a UDP peer that awaits one answer and gets three has all in order", async () => {
  using other = new BareUdp();
  await using peer = await openUdpPeer("127.0.0.1", other.port);
  const texts: string[] = [];
  while (texts.length < 9) {
    await peer.sendBatch([new Uint8Array(1)]);
    const from = peer.localAddress;
    for (let i = 0; i < 3; i++) await other.send(`${texts.length + i}`, from);
    for (const wanted = texts.length + 3; texts.length < wanted;) {
      const packets = await peer.receiveBatch({ mayBlock: true, ...LIMITS });
      for (const { payload } of packets ?? []) texts.push(new TextDecoder().decode(payload));
    }
  }
  assertEquals(texts.join(" "), "0 1 2 3 4 5 6 7 8");
});

fastTest("receiveNow() of a closed socket reads nothing", async () => {
  const { socket } = new Listening();
  await socket.close();
  assertEquals(socket.receiveNow(), false);
  await assertRejects(() => socket.send(new Uint8Array(1), socket.address), PeerError);
});

/** Echoes until the signal. */
async function echo(peer: PacketPeer): Promise<void> {
  for (;;) {
    const packets = await peer.receiveBatch();
    if (packets === null) return;
    await peer.sendBatch(packets.map(({ payload }) => payload));
  }
}

fastTest("a loop that lets nothing else run still lets timers fire", async () => {
  await using server = await openUdpServer("127.0.0.1", 0);
  await using client = await openUdpPeer("127.0.0.1", server.address.port);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  await client.sendBatch([new Uint8Array(8)]);
  const peer = await server.accept(LIMITS);
  assert(peer !== null);
  const echoing = echo(peer);
  while (ticks < 5) {
    const packets = await client.receiveBatch({ ...LIMITS, mayBlock: true });
    assert(packets !== null);
    await client.sendBatch(packets.map(({ payload }) => payload));
  }
  while (ticks < 10) await client.sendBatch([new Uint8Array(0), new Uint8Array(8)]);
  while (ticks < 15) await client.sendBatch([new Uint8Array(8)]);
  clearInterval(timer);
  await peer.close();
  await echoing;
});

fastTest("a UDP peer says that nobody listens", async () => {
  const closed = new BareUdp();
  closed[Symbol.dispose]();
  await using peer = await openUdpPeer("127.0.0.1", closed.port);
  await peer.send(new Uint8Array([1]));
  const error = await assertRejects(() => peer.receive(LIMITS), PeerError);
  assertEquals(error.code, "ERR_CANT_CONNECT");
  assertEquals(peer.status, "error");
});
