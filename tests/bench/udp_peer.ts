// deno-lint-ignore-file no-console -- numbers on a line are what this program is for
/**
 * Our side of the socket benchmark: the roles of `udp_peer.c`, over the transport interface as the
 * commands use it. Answers with the same numbers.
 */

import { openPeer, openServer } from "../../src/net/open.ts";
import { PeerError } from "../../src/errors.ts";
import type { PacketPeer } from "../../src/packet/peer.ts";
import { VariantDecoder } from "../../src/variant/mod.ts";
import { median, percentile } from "./measure.ts";

const HOST = "127.0.0.1";
const LOST_AFTER_MS = 200;

/** Keeps so many packets on their way to an echo server: sent, received, milliseconds. */
export async function keepWindow(
  peer: PacketPeer,
  limit: number,
  size: number,
  durationMs: number,
): Promise<readonly number[]> {
  const payloads = Array.from({ length: limit }, () => new Uint8Array(size).fill(1));
  const start = performance.now();
  const limits = { mayBlock: true, timeoutMs: LOST_AFTER_MS };
  let sent = 0, received = 0;
  try {
    while (true) {
      const room = performance.now() - start < durationMs ? limit - (sent - received) : 0;
      if (room > 0) {
        sent += await peer.sendBatch(room === limit ? payloads : payloads.slice(0, room));
      }
      if (sent === received) break;
      received += (await peer.receiveBatch(limits))?.length ?? 0;
    }
  } catch (error) {
    // What does not come any more is lost.
    if (!(error instanceof PeerError && error.code === "ERR_TIMEOUT")) throw error;
  }
  return [sent, received, performance.now() - start];
}

/** One packet at a time: the median round trip and the 99th percentile, in microseconds. */
export async function pingPong(
  peer: PacketPeer,
  count: number,
  size: number,
): Promise<readonly number[]> {
  const payloads = [new Uint8Array(size).fill(1)];
  const times: number[] = [];
  for (let i = 0, start = performance.now(); i < count; i++) {
    await peer.sendBatch(payloads);
    await peer.receiveBatch({ mayBlock: true });
    const end = performance.now();
    times.push((end - start) * 1000);
    start = end;
  }
  return [median(times), percentile(times, 0.99)];
}

/** Prints the port, then does the work for each byte of standard input and prints its numbers. */
export async function answerQuestions(
  port: number,
  work: () => Promise<readonly number[]> | readonly number[],
): Promise<void> {
  console.log(port);
  for await (const questions of Deno.stdin.readable) {
    for (const _ of questions) console.log(...await work());
  }
}

/** Decodes every packet; answers with how many so far. */
async function listen(): Promise<void> {
  await using server = await openServer({ scheme: "udp", host: HOST, port: 0 });
  let received = 0;
  const ended = answerQuestions(server.address.port, () => [received]).then(() => server.close());
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
  await answerQuestions(
    port,
    role === "ping" ? () => pingPong(peer, first, size) : () => keepWindow(peer, first, size, ms),
  );
}

if (import.meta.main) await main(Deno.args);
