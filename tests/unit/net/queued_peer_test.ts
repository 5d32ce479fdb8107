import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { PeerError } from "../../../src/errors.ts";
import { QueuedPeer } from "../../../src/net/queued_peer.ts";
import { Budget } from "../../../src/net/queue.ts";
import type { Packet } from "../../../src/packet/packet.ts";

/** A peer whose inner life a test directs. */
class TestPeer extends QueuedPeer {
  constructor(queueSize = 1000, budget?: Budget) {
    super({
      transport: "memory",
      localAddress: { hostname: "::1", port: 1 },
      remoteAddress: { hostname: "::1", port: 2 },
      maxPacketSize: 10,
      queueSize,
      ...(budget === undefined ? {} : { budget }),
    });
  }

  override send(payload: Uint8Array): Promise<void> {
    this.checkPayload(payload);
    return Promise.resolve();
  }

  override close(): Promise<void> {
    this.disconnect();
    this.leaveBudget();
    return Promise.resolve();
  }

  check(size: number): boolean {
    return this.checkPayload(new Uint8Array(size));
  }

  deliver(byte: number): boolean {
    return this.enqueueOrDrop(packetOf(byte));
  }

  deliverWhenRoom(byte: number): Promise<boolean> {
    return this.enqueueWhenRoom(packetOf(byte));
  }

  breakDown(error: Error): void {
    this.fail(error);
  }

  breakReceiving(error: Error): void {
    this.failReceiving(error);
  }

  finishReceiving(): void {
    this.endReceiving();
  }
}

function packetOf(byte: number): Packet {
  return { payload: new Uint8Array([byte]), time: 0 };
}

const FAILURE = new PeerError("ERR_CONNECTION_ERROR", "it broke");

Deno.test("QueuedPeer counts what does not fit, 24 bytes of bookkeeping a packet included", () => {
  const peer = new TestPeer(50);
  assertEquals([1, 2, 3, 4].map((byte) => peer.deliver(byte)), [true, true, false, false]);
  assertEquals([peer.availablePackets, peer.droppedPackets], [2, 2]);
});

Deno.test("QueuedPeer can wait for room instead", async () => {
  const peer = new TestPeer(25);
  peer.deliver(1);
  const waiting = peer.deliverWhenRoom(2);
  assertEquals(peer.takePacket()?.payload[0], 1);
  assertEquals([await waiting, peer.droppedPackets], [true, 0]);
  assertEquals(peer.takePacket()?.payload[0], 2);
});

Deno.test("QueuedPeer lets payloads through by the rules of PacketPeer", () => {
  const peer = new TestPeer();
  assertEquals([peer.check(10), peer.check(0)], [true, false]);
  const error = assertThrows(() => peer.check(11), PeerError);
  assertEquals([error.code, error.address], ["ERR_INVALID_PARAMETER", "[::1]:2"]);
});

Deno.test("QueuedPeer that failed throws after the packets that wait, and sends no more", async () => {
  const peer = new TestPeer();
  peer.deliver(1);
  peer.breakDown(FAILURE);
  assertEquals((await peer.receive())?.payload[0], 1);
  assertEquals(await assertRejects(() => peer.receive()), FAILURE);
  assertEquals(peer.status, "error");
  assertThrows(() => peer.check(1), PeerError, "the connection is closed");
  await peer.close();
  assertEquals(peer.status, "error");
});

Deno.test("QueuedPeer that can receive no more can still send, until it is closed", async () => {
  const [ended, broken] = [new TestPeer(), new TestPeer()];
  ended.finishReceiving();
  broken.breakReceiving(FAILURE);
  assertEquals([ended.status, broken.status], ["connected", "error"]);
  assertEquals(await ended.receive(), null);
  assertEquals(await assertRejects(() => broken.receive()), FAILURE);
  for (const peer of [ended, broken]) {
    assertEquals(peer.check(1), true);
    await peer.close();
    assertThrows(() => peer.check(1), PeerError);
  }
});

Deno.test("QueuedPeer that is closed drops without counting, and frees its budget", async () => {
  const budget = new Budget(1000);
  const peer = new TestPeer(1000, budget);
  peer.deliver(1);
  assertEquals(budget.used, 25);
  await peer.close();
  assertEquals([peer.deliver(2), peer.droppedPackets, budget.used], [true, 0, 0]);
  assertEquals([peer.takePacket()?.payload[0], await peer.receive()], [1, null]);
});

Deno.test("QueuedPeer is iterated to its orderly end, and closed by await using", async () => {
  const bytes: (number | undefined)[] = [];
  const peer = new TestPeer();
  {
    await using scoped = peer;
    scoped.deliver(1);
    scoped.deliver(2);
    scoped.finishReceiving();
    for await (const { payload } of scoped) bytes.push(payload[0]);
  }
  assertEquals([bytes, peer.status], [[1, 2], "disconnected"]);
});

Deno.test("QueuedPeer says who was silent for how long", async () => {
  const error = await assertRejects(() => new TestPeer().receive({ timeoutMs: 1 }), PeerError);
  assertEquals(error.message, "no packet came from [::1]:2 within 1 ms; is it running?");
});
