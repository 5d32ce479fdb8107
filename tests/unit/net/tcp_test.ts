import { assert, assertEquals, assertRejects } from "@std/assert";
import { DecodeError, PeerError } from "../../../src/errors.ts";
import { openTcpPeer, TcpPeer, type TcpPeerOptions } from "../../../src/net/tcp.ts";
import type { PacketPeer } from "../../../src/packet/peer.ts";
import { type BareTcp, BareTcpServer } from "../../support/bare_sockets.ts";

const LIMITS = { timeoutMs: 20_000 };

/** A packetpeer client, and a bare connection at its other end. */
async function withPeer(
  options: TcpPeerOptions,
  run: (peer: PacketPeer, other: BareTcp) => Promise<void>,
): Promise<void> {
  using server = new BareTcpServer();
  const [peer, other] = await Promise.all([
    openTcpPeer("127.0.0.1", server.port, { ...LIMITS, ...options }),
    server.accept(),
  ]);
  try {
    await run(peer, other);
  } finally {
    other[Symbol.dispose]();
    await peer.close();
  }
}

async function nextHex(peer: PacketPeer): Promise<string | null> {
  return (await peer.receive(LIMITS))?.payload.toHex() ?? null;
}

function packet(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(hex);
}

Deno.test("a TCP peer writes PacketPeerStream frames", () =>
  withPeer({}, async (peer, other) => {
    await peer.send(packet("aabbcc"));
    await peer.send(packet("dd"));
    assertEquals(await other.read(12), "03000000aabbcc01000000dd");
  }));

Deno.test("a TCP peer reads frames however they are cut", () =>
  withPeer({}, async (peer, other) => {
    await other.write("02");
    await other.write("000000aa");
    await other.write("bb 00000000 01000000 cc 03000000");
    await other.write("010203");
    const received = [];
    for (let i = 0; i < 4; i++) received.push(await nextHex(peer));
    assertEquals(received, ["aabb", "", "cc", "010203"]);
  }));

Deno.test("a TCP peer fails on a frame above the limit, after the packets before it", () =>
  withPeer({ maxPacketSize: 100 }, async (peer, other) => {
    await other.write("01000000 aa 65000000 bbbb");
    assertEquals(await nextHex(peer), "aa");
    const error = await assertRejects(() => peer.receive(LIMITS), DecodeError);
    assertEquals([error.code, error.reason, error.offset], [
      "ERR_INVALID_DATA",
      "frame-too-long",
      5,
    ]);
    assertEquals(peer.status, "error");
    await peer.send(packet("bb"));
    assertEquals(await other.read(5), "01000000bb");
    await peer.close();
    assertEquals(peer.status, "error");
    await assertRejects(() => peer.send(packet("aa")), PeerError, "the connection is closed");
  }));

Deno.test("a TCP peer fails when the other side closes in the middle of a frame", () =>
  withPeer({}, async (peer, other) => {
    await other.write("01000000 aa 0a000000 bbbb");
    await other.finish();
    assertEquals(await nextHex(peer), "aa");
    const error = await assertRejects(() => peer.receive(LIMITS), DecodeError);
    assertEquals(error.reason, "frame-cut-off");
    assertEquals(
      error.message,
      "Cannot decode PacketPeerStream frame at byte 5: the stream ended after 2 of its 10 bytes",
    );
  }));

Deno.test("a TCP peer goes on sending when the other side has ended its direction", () =>
  withPeer({}, async (peer, other) => {
    await other.write("01000000 aa");
    await other.finish();
    assertEquals([await nextHex(peer), await nextHex(peer)], ["aa", null]);
    assertEquals(peer.status, "connected");
    await peer.send(packet("bb"));
    assertEquals(await other.read(5), "01000000bb");
  }));

Deno.test("a TCP peer that is closed ends its direction after what was sent", () =>
  withPeer({}, async (peer, other) => {
    const sent = peer.send(packet("aabb"));
    const closed = peer.close();
    assertEquals(await other.read(100), "02000000aabb");
    other[Symbol.dispose]();
    await Promise.all([sent, closed]);
  }));

Deno.test("a TCP peer does not wait for ever for the other side to close", () =>
  withPeer({}, async (peer, other) => {
    await peer.close();
    assertEquals(await other.read(100), "");
  }));

Deno.test("a TCP peer stops reading while its queue is full", () =>
  withPeer({ queueSize: 1000, maxPacketSize: 100_000 }, async (peer, other) => {
    const count = 400;
    const frame = "10270000" + "ab".repeat(10_000);
    let written = 0;
    const writing = (async () => {
      for (; written < count; written++) await other.write(frame);
    })();
    assertEquals((await nextHex(peer))?.length, 20_000);
    // 4 MB do not fit into the system's buffers: the writer has to wait for the reader.
    const stalled = (async () => {
      for (let last = -1; last !== written;) {
        last = written;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    await stalled;
    assert(written < count, `${written} frames were taken although nobody read them`);
    assert(peer.availablePackets <= 2);
    for (let i = 1; i < count; i++) assertEquals((await nextHex(peer))?.length, 20_000);
    await writing;
  }));

Deno.test("a TCP peer gives up a send that nobody reads, and keeps later packets whole", () =>
  withPeer({ maxPacketSize: 32_000_000 }, async (peer, other) => {
    const large = new Uint8Array(32_000_000).fill(0xab);
    const slow = await assertRejects(() => peer.send(large, { timeoutMs: 20 }), PeerError);
    assertEquals(slow.code, "ERR_TIMEOUT");
    const full = await assertRejects(() => peer.send(packet("cc")), PeerError);
    assertEquals(full.code, "ERR_OUT_OF_MEMORY");
    assert(full.message.includes("it does not read, and 32000004 bytes wait already"));
    assertEquals((await other.read(32_000_004)).slice(0, 8), "0048e801");
    await sendWhenRoom(peer, packet("dd"));
    assertEquals(await other.read(5), "01000000dd");
  }));

/** Sends as soon as what waited has been taken. */
async function sendWhenRoom(peer: PacketPeer, payload: Uint8Array): Promise<void> {
  while (true) {
    try {
      return await peer.send(payload);
    } catch (error) {
      if (!(error instanceof PeerError && error.code === "ERR_OUT_OF_MEMORY")) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}

Deno.test("a TCP peer reports a reset with what had come of a packet", async () => {
  const { createServer } = await import("node:net");
  const server = createServer((socket) => {
    socket.write(
      Uint8Array.fromHex("0a000000bbbb"),
      () => setTimeout(() => socket.resetAndDestroy(), 5),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert(address !== null && typeof address === "object");
  const peer = await openTcpPeer("127.0.0.1", address.port, LIMITS);
  const error = await assertRejects(() => peer.receive(LIMITS), PeerError);
  assertEquals(error.code, "ERR_CONNECTION_ERROR");
  assertEquals(
    error.message,
    `lost the connection to 127.0.0.1:${address.port} in the middle of a packet ` +
      "(6 bytes of it came): the other side reset the connection; see what the other side says " +
      "about it",
  );
  assertEquals([peer.status, error.address], ["error", `127.0.0.1:${address.port}`]);
  await peer.close();
  await new Promise((resolve) => server.close(resolve));
});

Deno.test("openTcpPeer() says that nobody listens", async () => {
  const port = freePort();
  const error = await assertRejects(() => openTcpPeer("127.0.0.1", port), PeerError);
  assertEquals(error.code, "ERR_CANT_CONNECT");
  assertEquals(
    error.message,
    `cannot connect to tcp://127.0.0.1:${port}: connection refused, nobody listens there; ` +
      "start the server first, or check host and port",
  );
});

Deno.test("openTcpPeer() says that a name is unknown", async () => {
  const error = await assertRejects(() => openTcpPeer("no-such-host.invalid", 1), PeerError);
  assertEquals(error.code, "ERR_CANT_RESOLVE");
});

Deno.test("openTcpPeer() resolves localhost", async () => {
  using server = new BareTcpServer();
  const [peer, other] = await Promise.all([
    openTcpPeer("localhost", server.port, LIMITS),
    server.accept(),
  ]);
  assertEquals(peer.remoteAddress, { hostname: "127.0.0.1", port: server.port });
  other[Symbol.dispose]();
  await peer.close();
});

Deno.test("openTcpPeer() rejects with the signal's reason", async () => {
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  assertEquals(await assertRejects(() => openTcpPeer("127.0.0.1", 1, { signal })), reason);
  using server = new BareTcpServer();
  const controller = new AbortController();
  const connecting = openTcpPeer("127.0.0.1", server.port, { signal: controller.signal });
  controller.abort(reason);
  assertEquals(await assertRejects(() => connecting), reason);
});

Deno.test("openTcpPeer() connects from the local port it is told", async () => {
  using server = new BareTcpServer();
  const localPort = freePort();
  const [peer, other] = await Promise.all([
    openTcpPeer("127.0.0.1", server.port, { localPort, ...LIMITS }),
    server.accept(),
  ]);
  assertEquals(peer.localAddress, { hostname: "127.0.0.1", port: localPort });
  assertEquals(other.conn.remoteAddr.port, localPort);
  await peer.send(packet("aabb"));
  assertEquals(await other.read(6), "02000000aabb");
  await other.write("02000000 0102 03000000 010203");
  assertEquals([await nextHex(peer), await nextHex(peer)], ["0102", "010203"]);
  const closed = peer.close();
  assertEquals(await other.read(100), "");
  other[Symbol.dispose]();
  await closed;
});

Deno.test("openTcpPeer() says that the local port is in use, or nobody listens", async () => {
  using server = new BareTcpServer();
  const localPort = server.port;
  const taken = await assertRejects(
    () => openTcpPeer("127.0.0.1", server.port, { localPort }),
    PeerError,
  );
  assertEquals(taken.code, "ERR_ALREADY_IN_USE");
  const refused = await assertRejects(
    () => openTcpPeer("127.0.0.1", freePort(), { localPort: freePort() }),
    PeerError,
  );
  assertEquals(refused.code, "ERR_CANT_CONNECT");
});

Deno.test("openTcpPeer() gives up when no answer comes in time", async () => {
  const connecting = Promise.withResolvers<Deno.TcpConn>();
  const original = Deno.connect;
  try {
    // A peer that never answers cannot be had on loopback.
    Deno.connect = ((options: Deno.ConnectOptions) => {
      options.signal?.addEventListener("abort", () => connecting.reject(options.signal?.reason));
      return connecting.promise;
    }) as typeof Deno.connect; // one overload of several
    const error = await assertRejects(
      () => openTcpPeer("127.0.0.1", 7, { timeoutMs: 5 }),
      PeerError,
    );
    assertEquals(error.code, "ERR_TIMEOUT");
    assertEquals(
      error.message,
      "cannot connect to tcp://127.0.0.1:7: no answer within 5 ms; check host, port and firewall",
    );
  } finally {
    Deno.connect = original;
  }
});

Deno.test("a TcpPeer says once when its connection is closed on both sides", async () => {
  using server = new BareTcpServer();
  const [conn, other] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port: server.port }),
    server.accept(),
  ]);
  let releases = 0;
  const peer = new TcpPeer(conn, {}, () => releases++);
  other[Symbol.dispose]();
  assertEquals(await peer.receive(LIMITS), null);
  assertEquals(releases, 0);
  await Promise.all([peer.close(), peer.close()]);
  assertEquals(releases, 1);
});

/** A port that was free a moment ago. */
function freePort(): number {
  using server = new BareTcpServer();
  return server.port;
}
