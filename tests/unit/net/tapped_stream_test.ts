import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import type { ByteStream } from "../../../src/net/byte_stream.ts";
import { openServer } from "../../../src/net/open.ts";
import { tapped } from "../../../src/net/tapped_stream.ts";
import { openTcpPeer } from "../../../src/net/tcp.ts";
import { TapLog } from "../../support/tap_log.ts";

/** A connection whose reads and writes are given. */
class ScriptedStream implements ByteStream {
  readonly localAddr: Deno.Addr = { transport: "tcp", hostname: "127.0.0.1", port: 1 };
  readonly remoteAddr: Deno.Addr = { transport: "tcp", hostname: "::ffff:127.0.0.1", port: 2 };
  isClosed = false;
  readonly #reads: (string | null | Error)[];
  readonly #writeSize: number;

  constructor(reads: readonly (string | null | Error)[], writeSize = Infinity) {
    this.#reads = [...reads];
    this.#writeSize = writeSize;
  }

  read(buffer: Uint8Array): Promise<number | null> {
    const next = this.#reads.shift() ?? null;
    if (next instanceof Error) return Promise.reject(next);
    if (next === null) return Promise.resolve(null);
    const bytes = Uint8Array.fromHex(next);
    buffer.set(bytes);
    return Promise.resolve(bytes.length);
  }

  write(bytes: Uint8Array): Promise<number> {
    return Promise.resolve(Math.min(bytes.length, this.#writeSize));
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.isClosed = true;
  }
}

const OPEN = "open out 127.0.0.1:1 127.0.0.1:2";

Deno.test("tapped() leaves a connection without a tap as it is", () => {
  const stream = new ScriptedStream([]);
  assertStrictEquals(tapped(stream, "out", undefined), stream);
});

Deno.test("tapped() tells what was read, what was written, and the ends", async () => {
  const log = new TapLog();
  const stream = new ScriptedStream(["0a0b", "0c", null], 2);
  const watched = tapped(stream, "out", log);
  assertEquals([watched.localAddr, watched.remoteAddr], [stream.localAddr, stream.remoteAddr]);
  const buffer = new Uint8Array(10);
  assertEquals([await watched.read(buffer), buffer[1]], [2, 0x0b]);
  assertEquals(await watched.write(Uint8Array.of(1, 2, 3)), 2);
  assertEquals(await watched.read(buffer), 1);
  await watched.closeWrite();
  assertEquals(await watched.read(buffer), null);
  watched.close();
  assertEquals(stream.isClosed, true);
  assertEquals(log.lines, [OPEN, "in 0a0b", "out 0102", "in 0c", "end out", "end in"]);
});

Deno.test("tapped() tells of a connection that the other side broke off", async () => {
  const log = new TapLog();
  const watched = tapped(new ScriptedStream([new Error("reset")]), "out", log);
  await assertRejects(() => watched.read(new Uint8Array(1)), Error, "reset");
  watched.close();
  assertEquals(log.lines, [OPEN, "reset in", "end out"]);
});

Deno.test("tapped() takes no failure after close() for the other side's", async () => {
  const log = new TapLog();
  const watched = tapped(new ScriptedStream([new Error("closed")]), "in", log);
  watched.close();
  watched.close();
  await assertRejects(() => watched.read(new Uint8Array(1)), Error, "closed");
  assertEquals(log.lines, ["open in 127.0.0.1:1 127.0.0.1:2", "end out"]);
});

Deno.test("both ends of a TCP connection tell the same bytes", async () => {
  const [here, there] = [new TapLog(), new TapLog()];
  const endpoint = { scheme: "tcp", host: "127.0.0.1", port: 0 } as const;
  await using server = await openServer(endpoint, { tap: there });
  const peer = await openTcpPeer("127.0.0.1", server.address.port, { tap: here });
  await peer.send(Uint8Array.of(7));
  const accepted = await server.accept();
  assertEquals((await accepted?.receive())?.payload, Uint8Array.of(7));
  await accepted?.send(Uint8Array.of(8, 9));
  assertEquals((await peer.receive())?.payload, Uint8Array.of(8, 9));
  await Promise.all([peer.close(), accepted?.close()]);
  const ends = [peer.localAddress.port, server.address.port];
  assertEquals(here.lines.slice(0, 3), [
    `open out 127.0.0.1:${ends[0]} 127.0.0.1:${ends[1]}`,
    "out 0100000007",
    "in 020000000809",
  ]);
  assertEquals(here.lines.slice(3).toSorted(), ["end in", "end out"]);
  assertEquals(there.lines.slice(0, 3), [
    `open in 127.0.0.1:${ends[1]} 127.0.0.1:${ends[0]}`,
    "in 0100000007",
    "out 020000000809",
  ]);
  assertEquals(there.lines.slice(3).toSorted(), ["end in", "end out"]);
});
