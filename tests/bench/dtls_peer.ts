// deno-lint-ignore-file no-console -- numbers on a line are what this program is for
/**
 * Our side of the DTLS benchmark: the roles of `dtls_peer.c`, over the transport interface as the
 * commands use it. Answers with the same numbers.
 */

import { openConnector, openServer } from "../../src/net/open.ts";
import type { ClientSecurity } from "../../src/net/security.ts";
import type { PacketPeer } from "../../src/packet/peer.ts";
import { answerQuestions, keepWindow, pingPong } from "./udp_peer.ts";

type Connect = () => Promise<PacketPeer>;

/** Handshakes one after the other: how many, how many of them resumed, milliseconds. */
async function shakeHands(connect: Connect, count: number): Promise<readonly number[]> {
  let resumed = 0;
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    await using peer = await connect();
    if (peer.handshake?.isResumed) resumed++;
  }
  return [count, resumed, performance.now() - start];
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
  const endpoint = { scheme: "dtls", host: "127.0.0.1", port: Number(port) } as const;
  await using connector = await openConnector(endpoint, { security, mayBlock: true });
  const connect = (): Promise<PacketPeer> => connector.connect({ timeoutMs: 5000 });
  await using peer = await connect(); // the first is a full handshake in any case
  const works: Readonly<Record<string, () => Promise<readonly number[]>>> = {
    connect: () => shakeHands(connect, first),
    ping: () => pingPong(peer, first, second),
    window: () => keepWindow(peer, first, second, third),
  };
  const work = works[role ?? ""];
  if (role === "connect") await peer.close();
  if (work !== undefined) await answerQuestions(endpoint.port, work);
}

await main(Deno.args);
