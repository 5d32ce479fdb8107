import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  ListenSession,
  type ListenSettings,
} from "../../../../src/commands/session/listen_session.ts";
import { MemoryServer } from "../../../../src/net/memory.ts";
import { openTcpServer } from "../../../../src/net/tcp_server.ts";
import type { PacketPeer } from "../../../../src/packet/peer.ts";
import { Recorder } from "../../../../src/stats/recorder.ts";
import { BareTcp } from "../../../support/bare_sockets.ts";
import { MemoryPrinter } from "../../../support/session.ts";

const LIMITS = { timeoutMs: 20_000 };
const SETTINGS: ListenSettings = { answer: null, count: Infinity, sendTimeoutMs: 20_000 };

interface Run {
  readonly server: MemoryServer;
  readonly printer: MemoryPrinter;
  readonly recorder: Recorder;
  readonly interruption: AbortController;
  readonly ended: Promise<void>;
}

function start(settings: Partial<ListenSettings> = {}, durationMs: number | null = null): Run {
  const server = new MemoryServer();
  const printer = new MemoryPrinter();
  const recorder = new Recorder(0, ["decode", "send"]);
  const interruption = new AbortController();
  const session = new ListenSession(server, printer, recorder, { ...SETTINGS, ...settings });
  const ended = session.until(interruption.signal, durationMs);
  return { server, printer, recorder, interruption, ended };
}

async function nextHex(peer: PacketPeer): Promise<string | null> {
  return (await peer.receive(LIMITS))?.payload.toHex() ?? null;
}

Deno.test("ListenSession prints and counts every packet of every peer", async () => {
  const { server, printer, recorder, interruption, ended } = start();
  const [a, b] = [server.connect(), server.connect()];
  await a.send(Uint8Array.fromHex("01"));
  await b.send(Uint8Array.fromHex("ff02"));
  while (recorder.received < 2) await Promise.resolve();
  await a.close();
  interruption.abort();
  await ended;
  await b.close();
  assertEquals(printer.lines.toSorted(), [
    "connected",
    "connected",
    "disconnected",
    "disconnected",
    "in 01",
    "in ff02",
  ]);
  const report = await recorder.report({ endpoint: "", nowMs: 0 });
  assertEquals(report.packets, { sent: 0, received: 2 });
  assertEquals(report.bytes, { sent: 0, received: 3 });
  assertEquals(report.errors, { decode: 1, send: 0 });
  assertEquals(report.peers, { total: 2, peak: 2 });
});

Deno.test("ListenSession sends packets back with --echo, the bad ones too", async () => {
  const { server, printer, recorder, interruption, ended } = start({ answer: "echo" });
  const client = server.connect();
  await client.send(Uint8Array.fromHex("01"));
  await client.send(Uint8Array.fromHex("ff"));
  assertEquals([await nextHex(client), await nextHex(client)], ["01", "ff"]);
  interruption.abort();
  await ended;
  await client.close();
  assertEquals(recorder.sent, 2);
  assertEquals(printer.lines.slice(0, 5), ["connected", "in 01", "out 01", "in ff", "out ff"]);
});

Deno.test("ListenSession answers packets that came together in their order", async () => {
  const { server, recorder, interruption, ended } = start({ answer: "echo" });
  const client = server.connect();
  const all = Array.from({ length: 150 }, (_, i) => Uint8Array.of(i, 1));
  await Promise.all(all.map((payload) => client.send(payload)));
  const replies: (string | null)[] = [];
  while (replies.length < all.length) replies.push(await nextHex(client));
  assertEquals(replies, all.map((payload) => payload.toHex()));
  interruption.abort();
  await ended;
  await client.close();
  assertEquals([recorder.received, recorder.sent], [150, 150]);
});

Deno.test("ListenSession answers every packet with --reply", async () => {
  const answer = Uint8Array.fromHex("aabb");
  const { server, interruption, ended } = start({ answer });
  const client = server.connect();
  await client.send(Uint8Array.fromHex("01"));
  await client.send(Uint8Array.fromHex("02"));
  assertEquals([await nextHex(client), await nextHex(client)], ["aabb", "aabb"]);
  interruption.abort();
  await ended;
  await client.close();
});

Deno.test("ListenSession ends with the last of --count packets, answered", async () => {
  const { server, printer, recorder, ended } = start({ answer: "echo", count: 2 });
  const [a, b] = [server.connect(), server.connect()];
  await a.send(Uint8Array.fromHex("01"));
  assertEquals(await nextHex(a), "01");
  // What comes after the last one finds a closed door.
  await Promise.allSettled([1, 2, 3].map(() => b.send(Uint8Array.fromHex("02"))));
  await ended;
  assertEquals([await nextHex(b), await nextHex(b)], ["02", null]);
  assertEquals([recorder.received, recorder.sent], [2, 2]);
  assertEquals(printer.lines.filter((line) => line.startsWith("in")), ["in 01", "in 02"]);
  await a.close();
  await b.close();
});

Deno.test("ListenSession ends after --duration, and at once for --count 0", async () => {
  await start({}, 5).ended;
  await start({ count: 0 }).ended;
  const aborted = new AbortController();
  aborted.abort();
  const session = new ListenSession(
    new MemoryServer(),
    new MemoryPrinter(),
    new Recorder(0, []),
    SETTINGS,
  );
  await session.until(aborted.signal, null);
});

Deno.test("ListenSession goes on when the framing of one peer breaks", async () => {
  const server = openTcpServer("127.0.0.1", 0);
  const [printer, recorder] = [new MemoryPrinter(), new Recorder(0, ["decode"])];
  const interruption = new AbortController();
  const session = new ListenSession(server, printer, recorder, { ...SETTINGS, answer: "echo" });
  const ended = session.until(interruption.signal, null);
  using bad = await BareTcp.connect(server.address.port);
  await bad.write("01000000 aa ffffffff");
  assertEquals(await bad.read(100), "01000000aa");
  using cutOff = await BareTcp.connect(server.address.port);
  await cutOff.write("05000000 aa");
  await cutOff.finish();
  assertEquals(await cutOff.read(100), "");
  using good = await BareTcp.connect(server.address.port);
  await good.write("01000000 bb");
  assertEquals(await good.read(5), "01000000bb");
  interruption.abort();
  good[Symbol.dispose]();
  await ended;
  assertEquals(printer.lines.filter((line) => line.startsWith("error")), [
    "error ERR_INVALID_DATA",
    "error ERR_FILE_EOF",
  ]);
  assertEquals([recorder.errorCount("decode"), recorder.received], [2, 2]);
});

Deno.test("ListenSession gives up a peer that does not take its answers", async () => {
  const settings = { answer: "echo", sendTimeoutMs: 1 } as const;
  const server = new MemoryServer({ queueSize: 1 });
  const [printer, recorder] = [new MemoryPrinter(), new Recorder(0, ["send"])];
  const interruption = new AbortController();
  const session = new ListenSession(server, printer, recorder, { ...SETTINGS, ...settings });
  const ended = session.until(interruption.signal, null);
  const client = server.connect();
  await client.send(Uint8Array.fromHex("01"));
  await client.send(Uint8Array.fromHex("02"));
  while (recorder.errorCount("send") === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  interruption.abort();
  await ended;
  assert(printer.lines.includes("error ERR_TIMEOUT"));
  await client.close();
});

Deno.test("ListenSession does not hide a bug", async () => {
  class BrokenPrinter extends MemoryPrinter {
    override received(): boolean {
      throw new RangeError("a bug");
    }
  }
  const server = new MemoryServer();
  const session = new ListenSession(server, new BrokenPrinter(), new Recorder(0, []), SETTINGS);
  const ended = session.until(new AbortController().signal, null);
  const client = server.connect();
  await client.send(Uint8Array.fromHex("01"));
  await assertRejects(() => ended, RangeError, "a bug");
  await client.close();
});
