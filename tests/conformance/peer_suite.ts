/**
 * What every transport must do, whatever it is made of: one suite, run for each of them by
 * `tests/conformance/*_test.ts`.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { PeerError } from "../../src/errors.ts";
import type { Packet } from "../../src/packet/packet.ts";
import type { PacketPeer, PacketServer } from "../../src/packet/peer.ts";

/** A server and the way to it. */
export interface OpenServer {
  readonly server: PacketServer;
  connect(): Promise<PacketPeer>;
}

/** A transport under test. */
export interface TransportSetup {
  readonly name: string;
  /** The other side learns that a peer has closed. */
  readonly hasConnections: boolean;
  open(): Promise<OpenServer>;
}

/** No wait in these tests takes longer, however busy the machine is. */
const LIMITS = { timeoutMs: 20_000 };

const text = new TextEncoder();

function bytes(content: string): Uint8Array<ArrayBuffer> {
  return text.encode(content);
}

async function nextText(peer: PacketPeer): Promise<string | null> {
  const packet = await peer.receive(LIMITS);
  return packet === null ? null : new TextDecoder().decode(packet.payload);
}

async function nextPacket(peer: PacketPeer): Promise<Packet> {
  const packet = await peer.receive(LIMITS);
  assert(packet !== null);
  return packet;
}

/** A client and its peer at the server, which has received its greeting. */
async function joined(open: OpenServer): Promise<[client: PacketPeer, peer: PacketPeer]> {
  const client = await open.connect();
  await client.send(bytes("hello"), LIMITS);
  const peer = await open.server.accept(LIMITS);
  assert(peer !== null);
  assertEquals(await nextText(peer), "hello");
  return [client, peer];
}

/** At once: on a stream, each side waits a moment for the other one to close too. */
async function closeAll(peers: readonly PacketPeer[]): Promise<void> {
  await Promise.all(peers.map((peer) => peer.close()));
}

/** Registers the tests of one transport. */
export function testTransport(setup: TransportSetup): void {
  const test = (name: string, run: (open: OpenServer) => Promise<void>): void =>
    Deno.test(`${setup.name}: ${name}`, async () => {
      const open = await setup.open();
      await using _server = open.server;
      await run(open);
    });
  const testPair = (
    name: string,
    run: (client: PacketPeer, peer: PacketPeer, open: OpenServer) => Promise<void>,
  ): void =>
    test(name, async (open) => {
      const [client, peer] = await joined(open);
      try {
        await run(client, peer, open);
      } finally {
        await closeAll([client, peer]);
      }
    });

  testSending(testPair);
  testBatches(testPair);
  testLimits(testPair);
  testWaiting(testPair);
  testClosing(testPair, setup);
  testServers(test, testPair);
}

type TestPair = (
  name: string,
  run: (client: PacketPeer, peer: PacketPeer, open: OpenServer) => Promise<void>,
) => void;
type TestServer = (name: string, run: (open: OpenServer) => Promise<void>) => void;

function testSending(testPair: TestPair): void {
  testPair("packets of any size arrive as they were, both ways", async (client, peer) => {
    for (const size of [1, 3, 4, 5, 255, 1400, 9000, client.maxPacketSize]) {
      const payload = new Uint8Array(size).map((_, i) => i * 7 + size);
      await client.send(payload, LIMITS);
      assertEquals((await nextPacket(peer)).payload, payload);
      await peer.send(payload, LIMITS);
      assertEquals((await nextPacket(client)).payload, payload);
    }
  });

  testPair("packets keep their order and their borders", async (client, peer) => {
    for (let i = 0; i < 100; i++) await client.send(bytes(`packet ${i}`), LIMITS);
    for (let i = 0; i < 100; i++) assertEquals(await nextText(peer), `packet ${i}`);
  });

  testPair("sends that are not awaited keep their order", async (client, peer) => {
    const sent = Array.from({ length: 50 }, (_, i) => client.send(bytes(`packet ${i}`), LIMITS));
    await Promise.all(sent);
    for (let i = 0; i < 50; i++) assertEquals(await nextText(peer), `packet ${i}`);
  });

  testPair("an empty packet is not sent", async (client, peer) => {
    await client.send(new Uint8Array(0), LIMITS);
    await client.send(bytes("after"), LIMITS);
    assertEquals(await nextText(peer), "after");
  });

  testPair("a packet keeps its bytes, whatever is done and comes later", async (client, peer) => {
    const buffer = bytes("first");
    await client.send(buffer, LIMITS);
    const first = await nextPacket(peer);
    buffer.fill(0);
    await client.send(bytes("other"), LIMITS);
    const second = await nextPacket(peer);
    second.payload.fill(1);
    for (let i = 0; i < 200; i++) {
      await client.send(new Uint8Array(100).fill(2), LIMITS);
      (await nextPacket(peer)).payload.fill(3);
    }
    assertEquals(first.payload, bytes("first"));
    assertEquals(second.payload, new Uint8Array(5).fill(1));
  });

  testPair("a packet says when it came", async (client, peer) => {
    const before = Date.now();
    await client.send(bytes("now"), LIMITS);
    const { time } = await nextPacket(peer);
    assert(Number.isInteger(time));
    assert(time / 1000 >= before - 1000 && time / 1000 <= Date.now() + 1000);
  });
}

function testBatches(testPair: TestPair): void {
  testPair("batches keep order and borders, in both directions", async (client, peer) => {
    const words = Array.from({ length: 150 }, (_, i) => `packet ${i}`);
    await sendAll(client, words);
    assertEquals(await nextTexts(peer, words.length), words);
    await sendAll(peer, words);
    assertEquals(await nextTexts(client, words.length), words);
  });

  testPair("a batch is what waits: receive() and receiveBatch() mix", async (client, peer) => {
    await sendAll(client, ["one", "two", "three"]);
    while (peer.availablePackets < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    assertEquals(await nextText(peer), "one");
    assertEquals(await nextTexts(peer, 2), ["two", "three"]);
    assertEquals(peer.availablePackets, 0);
    await client.send(bytes("four"), LIMITS);
    assertEquals(await nextTexts(peer, 1), ["four"]);
  });

  testPair("a batch of packets owns its bytes, and leaves out empty ones", async (client, peer) => {
    const buffer = bytes("first");
    const batch = [buffer, new Uint8Array(0), bytes("second")];
    assertEquals(await client.sendBatch(batch, LIMITS), 3);
    buffer.fill(0);
    assertEquals(await nextTexts(peer, 2), ["first", "second"]);
    assertEquals(await client.sendBatch([], LIMITS), 0);
  });

  testPair("a batch stops at a packet above the limit, which then throws", async (client, peer) => {
    const tooLarge = new Uint8Array(client.maxPacketSize + 1);
    const batch = [bytes("before"), tooLarge, bytes("after")];
    assertEquals(await client.sendBatch(batch, LIMITS), 1);
    const again = (): Promise<number> => client.sendBatch(batch.slice(1), LIMITS);
    assertEquals((await assertRejects(again, PeerError)).code, "ERR_INVALID_PARAMETER");
    await client.send(bytes("end"), LIMITS);
    assertEquals(await nextTexts(peer, 2), ["before", "end"]);
  });

  testPair("receiveBatch() gives up like receive() and loses nothing", async (client, peer) => {
    for (const mayBlock of [false, true]) {
      const waiting = (): Promise<unknown> => peer.receiveBatch({ timeoutMs: 1, mayBlock });
      assertEquals((await assertRejects(waiting, PeerError)).code, "ERR_TIMEOUT");
      const reason = new Error("enough");
      const controller = new AbortController();
      const aborted = peer.receiveBatch({ signal: controller.signal, mayBlock });
      controller.abort(reason);
      assertEquals(await assertRejects(() => aborted), reason);
      await client.send(bytes("later"), LIMITS);
      assertEquals(await nextTexts(peer, 1), ["later"]);
    }
  });

  testPair("batches may block: what comes is had", async (client, peer) => {
    for (let echoed = 0; echoed < 100; echoed += 2) {
      await sendAll(client, ["ping", "ping"]);
      await sendAll(peer, await nextTexts(peer, 2));
      assertEquals(await nextTexts(client, 2, true), ["ping", "ping"]);
    }
  });

  testPair("after close(), receiveBatch() is null and sendBatch() fails", async (client, peer) => {
    await client.send(bytes("last"), LIMITS);
    while (peer.availablePackets < 1) await new Promise((resolve) => setTimeout(resolve, 1));
    await closeAll([client, peer]);
    assertEquals(await nextTexts(peer, 1), ["last"]);
    for (const mayBlock of [false, true]) {
      assertEquals(await peer.receiveBatch({ ...LIMITS, mayBlock }), null);
    }
    const error = await assertRejects(() => client.sendBatch([bytes("late")]), PeerError);
    assertEquals(error.code, "ERR_UNCONFIGURED");
  });
}

async function sendAll(peer: PacketPeer, words: readonly string[]): Promise<void> {
  let rest = words.map(bytes);
  while (rest.length > 0) rest = rest.slice(await peer.sendBatch(rest, LIMITS));
}

/** So many packets, in batches of any size. */
async function nextTexts(peer: PacketPeer, count: number, mayBlock = false): Promise<string[]> {
  const texts: string[] = [];
  while (texts.length < count) {
    const batch = await peer.receiveBatch({ ...LIMITS, mayBlock });
    assert(batch !== null && batch.length > 0);
    texts.push(...batch.map(({ payload }) => new TextDecoder().decode(payload)));
  }
  return texts;
}

function testLimits(testPair: TestPair): void {
  testPair(
    "a packet above the limit is refused and the peer stays usable",
    async (client, peer) => {
      const tooLarge = new Uint8Array(client.maxPacketSize + 1);
      const error = await assertRejects(() => client.send(tooLarge, LIMITS), PeerError);
      assertEquals(error.code, "ERR_INVALID_PARAMETER");
      await client.send(bytes("small"), LIMITS);
      assertEquals(await nextText(peer), "small");
    },
  );
}

function testWaiting(testPair: TestPair): void {
  testPair("takePacket() never waits, availablePackets counts", async (client, peer) => {
    assertEquals(peer.takePacket(), null);
    assertEquals(peer.availablePackets, 0);
    await client.send(bytes("one"), LIMITS);
    await client.send(bytes("two"), LIMITS);
    await client.send(bytes("three"), LIMITS);
    assertEquals(await nextText(peer), "one");
    while (peer.availablePackets < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    assertEquals(peer.takePacket()?.payload, bytes("two"));
    assertEquals(peer.availablePackets, 1);
    assertEquals(await nextText(peer), "three");
    assertEquals(peer.takePacket(), null);
  });

  testPair("several receive() calls are answered in order", async (client, peer) => {
    const received = [nextText(peer), nextText(peer), nextText(peer)];
    for (const word of ["one", "two", "three"]) await client.send(bytes(word), LIMITS);
    assertEquals(await Promise.all(received), ["one", "two", "three"]);
  });

  testPair(
    "an aborted receive() rejects with the reason and loses nothing",
    async (client, peer) => {
      const reason = new Error("enough");
      const controller = new AbortController();
      const waiting = peer.receive({ signal: controller.signal });
      controller.abort(reason);
      assertEquals(await assertRejects(() => waiting), reason);
      assertEquals(await assertRejects(() => peer.receive({ signal: controller.signal })), reason);
      await client.send(bytes("later"), LIMITS);
      assertEquals(await nextText(peer), "later");
    },
  );

  testPair("a receive() that takes too long rejects with ERR_TIMEOUT", async (client, peer) => {
    const error = await assertRejects(() => peer.receive({ timeoutMs: 1 }), PeerError);
    assertEquals(error.code, "ERR_TIMEOUT");
    await client.send(bytes("later"), LIMITS);
    assertEquals(await nextText(peer), "later");
  });

  testPair("an aborted send() rejects with the reason and sends nothing", async (client, peer) => {
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    const sending = (): Promise<void> => client.send(bytes("unwanted"), { signal });
    assertEquals(await assertRejects(sending), reason);
    await client.send(bytes("wanted"), LIMITS);
    assertEquals(await nextText(peer), "wanted");
  });
}

function testClosing(testPair: TestPair, { hasConnections }: TransportSetup): void {
  testPair("close() ends receiving in order and forbids sending", async (client, peer) => {
    const waiting = client.receive(LIMITS);
    assertEquals(client.status, "connected");
    await closeAll([client, peer]);
    assertEquals(client.status, "disconnected");
    assertEquals(await waiting, null);
    assertEquals(await client.receive(LIMITS), null);
    const error = await assertRejects(() => client.send(bytes("late")), PeerError);
    assertEquals(error.code, "ERR_UNCONFIGURED");
    await client.close();
  });

  testPair("packets that wait can be taken after close()", async (client, peer) => {
    await client.send(bytes("one"), LIMITS);
    while (peer.availablePackets < 1) await new Promise((resolve) => setTimeout(resolve, 1));
    await closeAll([client, peer]);
    assertEquals(await nextText(peer), "one");
    assertEquals(await nextText(peer), null);
  });

  if (!hasConnections) return;

  testPair(
    "what was sent before close() arrives, then the iteration ends",
    async (client, peer) => {
      for (const word of ["one", "two", "three"]) await client.send(bytes(word), LIMITS);
      const closing = client.close();
      const words: string[] = [];
      for await (const packet of peer) words.push(new TextDecoder().decode(packet.payload));
      assertEquals(words, ["one", "two", "three"]);
      await peer.close();
      await closing;
    },
  );
}

function testServers(test: TestServer, testPair: TestPair): void {
  testPair("peers know each other's addresses", (client, peer, { server }) => {
    assertEquals(client.remoteAddress, server.address);
    assertEquals(peer.remoteAddress, client.localAddress);
    assertEquals(peer.localAddress, server.address);
    assertEquals(client.transport, server.transport);
    assertEquals([client.droppedPackets, server.droppedPackets], [0, 0]);
    return Promise.resolve();
  });

  test("many peers at once keep their packets apart", async (open) => {
    const clients = await Promise.all(Array.from({ length: 40 }, () => open.connect()));
    const asked = clients.map((client, i) => client.send(bytes(`client ${i}`), LIMITS));
    const served = clients.map(async () => {
      const peer = await open.server.accept(LIMITS);
      assert(peer !== null);
      await peer.send(bytes(`echo of ${await nextText(peer)}`), LIMITS);
      return peer;
    });
    const answers = await Promise.all(clients.map(nextText));
    assertEquals(answers, clients.map((_, i) => `echo of client ${i}`));
    await Promise.all(asked);
    await closeAll([...clients, ...await Promise.all(served)]);
  });

  test("closing one peer leaves the others alone", async (open) => {
    const [leaving, staying] = [await joined(open), await joined(open)];
    await closeAll(leaving);
    await staying[0].send(bytes("still here"), LIMITS);
    assertEquals(await nextText(staying[1]), "still here");
    await closeAll(staying);
  });

  testPair("closing the server ends accept(), its iteration and its peers", async (
    client,
    peer,
    { server },
  ) => {
    const accepting = server.accept(LIMITS);
    const peers: PacketPeer[] = [];
    const iterating = (async () => {
      for await (const next of server) peers.push(next);
    })();
    await Promise.all([server.close(), client.close()]);
    assertEquals(await accepting, null);
    assertEquals(await server.accept(LIMITS), null);
    await iterating;
    assertEquals(peers, []);
    assertEquals(peer.status, "disconnected");
    assertEquals(await peer.receive(LIMITS), null);
    await server.close();
  });

  test("accept() gives up on a signal and after its time", async (open) => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const waiting = open.server.accept({ signal: controller.signal });
    controller.abort(reason);
    assertEquals(await assertRejects(() => waiting), reason);
    const error = await assertRejects(() => open.server.accept({ timeoutMs: 1 }), PeerError);
    assertEquals(error.code, "ERR_TIMEOUT");
    await closeAll(await joined(open));
  });
}
