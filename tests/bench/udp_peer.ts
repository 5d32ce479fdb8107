// deno-lint-ignore-file no-console -- numbers on a line are what this program is for
/**
 * Our side of the socket benchmark: the roles of `udp_peer.c`, over the transport interface as the
 * commands use it. Prints the same numbers.
 */

import { openPeer, openServer } from "../../src/net/open.ts";
import type { PacketPeer } from "../../src/packet/peer.ts";
import { VariantDecoder } from "../../src/variant/mod.ts";
import { median, percentile } from "./measure.ts";

const HOST = "127.0.0.1";
const LOST_AFTER_MS = 200;
/** What is measured is what goes on and on, not how the program starts. */
const WARM_UP_MS = 300;

/** Keeps so many packets on their way to an echo server. */
export async function keepWindow(
  peer: PacketPeer,
  limit: number,
  size: number,
  durationMs: number,
): Promise<{ sent: number; received: number; ms: number }> {
  const payloads = Array.from({ length: limit }, () => new Uint8Array(size).fill(1));
  const start = performance.now();
  let sent = 0, received = 0;
  while (true) {
    const room = performance.now() - start < durationMs ? limit - (sent - received) : 0;
    if (room > 0) {
      sent += await peer.sendBatch(room === limit ? payloads : payloads.slice(0, room));
    }
    if (sent === received) break;
    const packets = await receiveSome(peer);
    if (packets === 0) break;
    received += packets;
  }
  return { sent, received, ms: performance.now() - start };
}

/** How many packets came; 0 when they are lost. */
async function receiveSome(peer: PacketPeer): Promise<number> {
  const packets = await peer.receiveBatch({ mayBlock: true, timeoutMs: LOST_AFTER_MS })
    .catch(() => null);
  return packets?.length ?? 0;
}

/** One packet at a time: the round trips, in microseconds. */
export async function pingPong(peer: PacketPeer, count: number, size: number): Promise<number[]> {
  const payloads = [new Uint8Array(size).fill(1)];
  const times: number[] = [];
  for (let i = 0, start = performance.now(); i < count; i++) {
    await peer.sendBatch(payloads);
    await peer.receiveBatch({ mayBlock: true });
    const end = performance.now();
    times.push((end - start) * 1000);
    start = end;
  }
  return times;
}

/** Decodes every packet; says how many so far for each byte of standard input, until it ends. */
async function listen(): Promise<void> {
  await using server = await openServer({ scheme: "udp", host: HOST, port: 0 });
  console.log(server.address.port);
  let received = 0;
  const ended = (async () => {
    for await (const questions of Deno.stdin.readable) {
      questions.forEach(() => console.log(received));
    }
    await server.close();
  })();
  const decoder = new VariantDecoder();
  const serve = async (peer: PacketPeer): Promise<void> => {
    while (true) {
      const packets = await peer.receiveBatch();
      if (packets === null) return;
      for (const { payload } of packets) decoder.decode(payload);
      received += packets.length;
    }
  };
  const serving: Promise<void>[] = [];
  for await (const peer of server) serving.push(serve(peer));
  await Promise.all([ended, ...serving]);
}

async function main([role, ...numbers]: readonly string[]): Promise<void> {
  const [port = 0, first = 0, size = 0, ms = 0] = numbers.map(Number);
  if (role === "sink") return await listen();
  await using peer = await openPeer({ scheme: "udp", host: HOST, port });
  if (role === "ping") {
    const times = await pingPong(peer, first, size);
    return console.log(median(times), percentile(times, 0.99));
  }
  await keepWindow(peer, first, size, WARM_UP_MS);
  const { sent, received, ms: took } = await keepWindow(peer, first, size, ms);
  console.log(sent, received, took);
}

if (import.meta.main) await main(Deno.args);
