// deno-lint-ignore-file no-console -- numbers on a line are what this program is for
/**
 * Our side of the DTLS benchmark: the roles of `dtls_peer.c`, over the transport interface as the
 * commands use it. Prints the same numbers.
 */

import { openPeer, openServer } from "../../src/net/open.ts";
import { FastSystem } from "../../src/net/fast_system.ts";
import { type ClientSecurity, SecureEndpoint } from "../../src/net/security.ts";
import type { PacketPeer } from "../../src/packet/peer.ts";
import { keepWindow, pingPong } from "./udp_peer.ts";
import { median, percentile } from "./measure.ts";

/** What is measured is what goes on and on, not how the program starts. */
const WARM_UP_MS = 300;
const WARM_UP_HANDSHAKES = 400;

type Connect = () => Promise<PacketPeer>;

async function shakeHands(
  connect: Connect,
  count: number,
): Promise<{ resumed: number; ms: number }> {
  let resumed = 0;
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    await using peer = await connect();
    if (peer.handshake?.isResumed) resumed++;
  }
  return { resumed, ms: performance.now() - start };
}

/** Answers each packet with itself. */
async function echo(certificatePath: string, keyPath: string): Promise<void> {
  const certificate = {
    chain: await readPem(certificatePath),
    key: await readPem(keyPath),
  };
  const endpoint = { scheme: "dtls", host: "127.0.0.1", port: 0 } as const;
  await using server = await openServer(endpoint, { security: { certificate } });
  console.log(server.address.port);
  for await (const peer of server) answer(peer);
}

async function answer(peer: PacketPeer): Promise<void> {
  for (;;) {
    const packets = await peer.receiveBatch();
    if (packets === null) return await peer.close();
    await peer.sendBatch(packets.map(({ payload }) => payload));
  }
}

async function readPem(path: string): Promise<{ name: string; content: Uint8Array<ArrayBuffer> }> {
  return { name: path, content: await Deno.readFile(path) };
}

async function main(
  [role, port = "", certificate = "", ...numbers]: readonly string[],
): Promise<void> {
  const [first = 0, second = 0, third = 0] = numbers.map(Number);
  if (role === "echo") return await echo(port, certificate);
  const ca = [await readPem(certificate)];
  const remembered = new Map<string, string>();
  const isResuming = role === "connect" && second === 1;
  const sessions = {
    get: (key: string): string | null => isResuming ? remembered.get(key) ?? null : null,
    set: (key: string, session: string): void => void remembered.set(key, session),
  };
  const security: ClientSecurity = {
    ca,
    serverName: "localhost",
    ...(isResuming ? { sessions } : {}),
  };
  // As when one program opens many connections: what they share stays.
  using _shared = SecureEndpoint.client("dtls", security);
  const endpoint = { scheme: "dtls", host: "127.0.0.1", port: Number(port) } as const;
  const connect = (): Promise<PacketPeer> =>
    openPeer(endpoint, { security, timeoutMs: 5000, mayBlock: true });
  if (role === "connect") {
    await shakeHands(connect, WARM_UP_HANDSHAKES);
    const { resumed, ms } = await shakeHands(connect, first);
    return console.log(first, resumed, ms);
  }
  await using peer = await connect();
  if (role === "ping") {
    const times = await pingPong(peer, first, second);
    return console.log(median(times), percentile(times, 0.99));
  }
  await keepWindow(peer, first, second, WARM_UP_MS);
  const { sent, received, ms } = await keepWindow(peer, first, second, third);
  console.log(sent, received, ms);
}

using _system = FastSystem.acquire(); // likewise
await main(Deno.args);
