import { assert, assertEquals, assertRejects } from "@std/assert";
import { LinePackets } from "../../../../src/commands/session/line_packets.ts";
import type { OutgoingPackets } from "../../../../src/commands/session/send_packets.ts";
import { SendSession, type SendSettings } from "../../../../src/commands/session/send_session.ts";
import { PacketMaker } from "../../../../src/commands/session/value_packets.ts";
import { DecodeError } from "../../../../src/errors.ts";
import { systemClock } from "../../../../src/net/clock.ts";
import { createMemoryPair } from "../../../../src/net/memory.ts";
import { openTcpPeer } from "../../../../src/net/tcp.ts";
import type { PacketPeer } from "../../../../src/packet/peer.ts";
import { Recorder } from "../../../../src/stats/recorder.ts";
import { BareTcpServer } from "../../../support/bare_sockets.ts";
import { memoryIo } from "../../../support/memory_io.ts";
import { MemoryPrinter } from "../../../support/session.ts";

const SETTINGS: SendSettings = {
  repeat: 1,
  intervalMs: 0,
  expect: null,
  waitMs: null,
  timeoutMs: 20_000,
};
const NEVER = new AbortController().signal;

interface Run {
  readonly session: SendSession;
  readonly printer: MemoryPrinter;
  readonly recorder: Recorder;
}

function create(settings: Partial<SendSettings> = {}): Run {
  const [printer, recorder] = [new MemoryPrinter(), new Recorder(0, [])];
  const session = new SendSession(printer, recorder, { ...SETTINGS, ...settings });
  return { session, printer, recorder };
}

function listed(...hex: string[]): OutgoingPackets {
  const packets = hex.map((text, i) => {
    return { payload: Uint8Array.fromHex(text), name: `value ${i + 1}`, value: undefined };
  });
  return { listed: packets, lines: null };
}

/** Sends every packet back until the other side closes. */
async function echo(peer: PacketPeer, limit = Infinity): Promise<string[]> {
  const received: string[] = [];
  for await (const { payload } of peer) {
    received.push(payload.toHex());
    if (received.length <= limit) await peer.send(payload);
  }
  await peer.close();
  return received;
}

Deno.test("SendSession sends everything in order and does not wait", async () => {
  const [client, server] = createMemoryPair();
  const { session, printer, recorder } = create();
  const received = echo(server, 0);
  await session.until(client, listed("01", "02"), NEVER);
  assertEquals(await received, ["01", "02"]);
  assertEquals(printer.lines, ["out 01", "out 02", "disconnected"]);
  assertEquals([recorder.sent, session.missingReplies, session.lost, session.failure], [
    2,
    0,
    null,
    null,
  ]);
});

Deno.test("SendSession repeats the whole list, and never sends an empty packet", async () => {
  const [client, server] = createMemoryPair();
  const received = echo(server, 0);
  await create({ repeat: 2 }).session.until(client, listed("01", "", "02"), NEVER);
  assertEquals(await received, ["01", "02", "01", "02"]);
});

Deno.test("SendSession keeps the interval between packets", async () => {
  const [client, server] = createMemoryPair();
  const received = echo(server, 0);
  const start = systemClock.monotonicMs();
  await create({ intervalMs: 20 }).session.until(client, listed("01", "02", "03"), NEVER);
  assert(systemClock.monotonicMs() - start >= 39);
  assertEquals((await received).length, 3);
});

Deno.test("SendSession waits for the expected replies and measures them", async () => {
  const [client, server] = createMemoryPair();
  const { session, printer, recorder } = create({ expect: 2 });
  const received = echo(server);
  await session.until(client, listed("01", "ff"), NEVER);
  await received;
  assertEquals(printer.lines.toSorted(), ["disconnected", "in 01", "in ff", "out 01", "out ff"]);
  assertEquals([session.missingReplies, session.lost], [0, 0]);
  const report = await recorder.report({ endpoint: "", nowMs: 0 });
  assertEquals([report.rtt_ms?.count, report.errors.decode], [2, 1]);
});

Deno.test("SendSession gives up on expected replies after the time-out", async () => {
  const [client, server] = createMemoryPair();
  const { session, recorder } = create({ expect: 3, timeoutMs: 20 });
  const received = echo(server, 1);
  await session.until(client, listed("01", "02"), NEVER);
  await received;
  assertEquals([session.missingReplies, session.lost, recorder.errorCount("timeout")], [2, 2, 2]);
  assertEquals(
    session.whyRepliesEnded("20 ms"),
    " within 20 ms; the server is connected, but does not answer",
  );
});

Deno.test("SendSession stops waiting when the other side has closed", async () => {
  const [client, server] = createMemoryPair();
  const { session, printer } = create({ expect: 2, waitMs: 60_000 });
  const running = session.until(client, listed("01"), NEVER);
  await server.receive();
  await server.send(Uint8Array.fromHex("0a"));
  await server.close();
  await running;
  assertEquals(printer.lines, ["out 01", "in 0a", "disconnected"]);
  assertEquals(session.missingReplies, 1);
  assert(session.whyRepliesEnded("1 s").startsWith(", then the other side closed"));
});

Deno.test("SendSession waits with --wait for as long as that, and counts what is lost", async () => {
  const [client, server] = createMemoryPair();
  const { session, recorder } = create({ waitMs: 30 });
  const received = echo(server, 1);
  const start = systemClock.monotonicMs();
  await session.until(client, listed("01", "02"), NEVER);
  assert(systemClock.monotonicMs() - start >= 29);
  await received;
  assertEquals([session.lost, session.missingReplies, recorder.errorCount("timeout")], [1, 0, 0]);
  assertEquals((await recorder.report({ endpoint: "", nowMs: 0 })).rtt_ms?.count, 1);
});

Deno.test("SendSession measures no round trip when no reply was asked for", async () => {
  const [client, server] = createMemoryPair();
  const { session, recorder } = create({ intervalMs: 5 });
  const received = echo(server);
  await session.until(client, listed("01", "02"), NEVER);
  await received;
  assertEquals("rtt_ms" in await recorder.report({ endpoint: "", nowMs: 0 }), false);
});

Deno.test("SendSession sends the lines of stdin, after the list", async () => {
  const [client, server] = createMemoryPair();
  const io = memoryIo({ stdin: "1\ntrue\n" });
  const rules = { godot: 4, fullObjects: false, scheme: "udp", maxPacketSize: 100 } as const;
  const lines = new LinePackets(new PacketMaker(rules, io.output), io);
  const received = echo(server, 0);
  await create().session.until(client, { ...listed("0a"), lines }, NEVER);
  assertEquals(await received, ["0a", "0200000001000000", "0100000001000000"]);
});

Deno.test("SendSession ends when it is interrupted, whatever it waits for", async () => {
  const stalled: readonly [Partial<SendSettings>, OutgoingPackets][] = [
    [{ intervalMs: 60_000 }, listed("01", "02")],
    [{ expect: 1, timeoutMs: 60_000 }, listed("01")],
    [{ waitMs: 60_000 }, listed("01")],
    [{}, { ...listed("01"), lines: silentLines() }],
  ];
  for (const [settings, packets] of stalled) {
    const [client, server] = createMemoryPair();
    const { session, recorder } = create(settings);
    const interruption = new AbortController();
    const running = session.until(client, packets, interruption.signal);
    await server.receive();
    interruption.abort();
    await running;
    assertEquals([session.failure, recorder.sent, recorder.errorCount("timeout")], [null, 1, 0]);
    await server.close();
  }
});

/** A terminal where nobody types. */
function silentLines(): LinePackets {
  const io = memoryIo();
  const never = { ...io, stdin: new ReadableStream<Uint8Array<ArrayBuffer>>() };
  const rules = { godot: 4, fullObjects: false, scheme: "udp", maxPacketSize: 100 } as const;
  return new LinePackets(new PacketMaker(rules, io.output), never);
}

Deno.test("SendSession keeps the failure of a connection that breaks", async () => {
  using server = new BareTcpServer();
  const [client, other] = await Promise.all([
    openTcpPeer("127.0.0.1", server.port),
    server.accept(),
  ]);
  const { session, printer, recorder } = create({ expect: 2 });
  const running = session.until(client, listed("01"), NEVER);
  assertEquals(await other.read(5), "0100000001");
  await other.write("01000000 0a ffffffff");
  await running;
  other[Symbol.dispose]();
  assert(session.failure instanceof DecodeError);
  assertEquals(printer.lines, ["out 01", "in 0a", "error ERR_INVALID_DATA"]);
  assertEquals([session.missingReplies, recorder.errorCount("decode")], [1, 1]);
  assert(session.whyRepliesEnded("1 s").includes("its length is 4294967295 bytes"));
});

Deno.test("SendSession stops sending when it cannot", async () => {
  const [client, server] = createMemoryPair();
  await server.close();
  const { session, recorder } = create();
  await session.until(client, listed("01", "02"), NEVER);
  assertEquals([session.failure?.code, recorder.sent, recorder.errorCount("send")], [
    "ERR_CONNECTION_ERROR",
    0,
    1,
  ]);
});

Deno.test("SendSession does not hide a bug", async () => {
  class BrokenPrinter extends MemoryPrinter {
    override sent(): void {
      throw new RangeError("a bug");
    }
  }
  const [client, server] = createMemoryPair();
  const session = new SendSession(new BrokenPrinter(), new Recorder(0, []), SETTINGS);
  await assertRejects(() => session.until(client, listed("01"), NEVER), RangeError, "a bug");
  await client.close();
  await server.close();
});
