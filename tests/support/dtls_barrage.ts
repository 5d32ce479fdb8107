/**
 * A program that throws hostile datagrams at a DTLS server from real sockets: at its port, into the
 * session of a client that is connected through a relay, and back at that client. Between them, both
 * this client and one that nobody attacks get their echoes, and others come and go. It prints:
 *
 *     deno run -A tests/support/dtls_barrage.ts 50
 *
 * A program of its own, because what a process has in memory, or a crash of OpenSSL, is nothing that
 * tests side by side could tell of. The same number of rounds always throws the same datagrams.
 */

import { isClientHello } from "../../src/dtls/cookie.ts";
import type { PacketPeer, PacketServer } from "../../src/packet/peer.ts";
import { BareUdp } from "./bare_sockets.ts";
import { mutateBytes, seededRandom } from "./mutate.ts";
import { LIMITS, secureClient, secureServer } from "./secure_pair.ts";
import { UdpRelay } from "./udp_relay.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What the program prints, as JSON. */
export interface BarrageReport {
  readonly thrown: number;
  /** Echoes that came back while it went on, to both clients. */
  readonly echoes: number;
  /** Peers that the server handed out. */
  readonly peers: number;
  /** Handshakes that the server took up, those of all these clients included. */
  readonly handshakes: number;
  /** What the endpoints said they threw away, by kind. */
  readonly discarded: Readonly<Record<string, number>>;
  /** Resident memory, in bytes, after the first half and in the end. */
  readonly before: number;
  readonly after: number;
}

/** Handshakes that the server takes at once: memory for more than these would be a leak. */
const MAX_HALF_OPEN = 8;
/** How often, in rounds, somebody comes and goes. */
export const NEWCOMER_EVERY = 10;
/** Datagrams a round at each of the three targets. */
const SALVO = 20;

/** Runs the program in a process of its own. */
export async function barrage(rounds: number): Promise<BarrageReport> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      "--v8-flags=--max-semi-space-size=1",
      import.meta.filename ?? "",
      String(rounds),
    ],
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

async function run(rounds: number): Promise<BarrageReport> {
  const discarded: Record<string, number> = {};
  const onDiscarded = (what: string, count: number): void => {
    discarded[what] = (discarded[what] ?? 0) + count;
  };
  const counts = { thrown: 0, echoes: 0, peers: 0, handshakes: 0, before: 0 };
  const server = await secureServer("dtls", {
    maxHalfOpen: MAX_HALF_OPEN,
    handshakeMs: 60_000,
    onDiscarded,
    onStatus: (status) => {
      if (status === "handshaking") counts.handshakes++;
    },
  });
  const serving = echo(server, () => counts.peers++);
  await using relay = new UdpRelay(server.address.port);
  const attacked = await secureClient(behind(relay, server), { onDiscarded });
  const other = await secureClient(server);
  using stranger = new BareUdp();
  await hasEcho(attacked, 0);
  const real = [...relay.from.client, ...relay.from.server];
  for (let round = 0; round < rounds; round++) {
    if (round === Math.floor(rounds / 2)) counts.before = Deno.memoryUsage().rss;
    for (const passed of Object.values(relay.from)) passed.length = 0; // or it would be all that grows
    for (const datagram of salvo(real, round)) {
      await stranger.conn.send(datagram, { transport: "udp", ...server.address });
      await relay.inject("server", datagram);
      await relay.inject("client", datagram);
      counts.thrown += 3;
    }
    for (const client of [attacked, other]) {
      await hasEcho(client, round);
      counts.echoes++;
    }
    if (round % NEWCOMER_EVERY === 0) {
      await using newcomer = await secureClient(server);
      await hasEcho(newcomer, round);
    }
  }
  const after = Deno.memoryUsage().rss;
  await attacked.close();
  await other.close();
  await server.close();
  await serving;
  return { ...counts, discarded, after };
}

/** Every other datagram is made up, the rest are real ones with some damage. */
function salvo(real: readonly Bytes[], round: number): readonly Bytes[] {
  return Array.from({ length: SALVO }, (_, i) => {
    const seed = round * SALVO + i;
    const model = real[seed % real.length];
    return seed % 2 === 0 || model === undefined ? madeUp(seed) : mutateBytes(model, seed);
  });
}

/** Bytes that look like a record of DTLS 1.2 more often than not. */
function madeUp(seed: number): Bytes {
  const random = seededRandom(seed);
  const bytes = new Uint8Array(Math.floor(random() * 400)).map(() => random() * 256);
  if (bytes.length < 13 || random() < 0.2) return bytes;
  const epoch = Math.floor(random() * 3);
  bytes.set([20 + Math.floor(random() * 5), 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0]);
  const view = new DataView(bytes.buffer);
  view.setUint16(11, bytes.length - 13);
  if (isClientHello(bytes)) view.setUint16(14, bytes.length - 25);
  return bytes;
}

async function hasEcho(client: PacketPeer, round: number): Promise<void> {
  const sent = new TextEncoder().encode(`round ${round}`);
  await client.send(sent);
  const packet = await client.receive(LIMITS);
  if (packet?.payload.toHex() !== sent.toHex()) throw new Error(`no echo in round ${round}`);
}

async function echo(server: PacketServer, onPeer: () => void): Promise<void> {
  const serving: Promise<void>[] = [];
  for await (const peer of server) {
    onPeer();
    serving.push(echoPeer(peer));
  }
  await Promise.all(serving);
}

async function echoPeer(peer: PacketPeer): Promise<void> {
  for await (const { payload } of peer) await peer.send(payload);
}

/** The server as it is reached through the relay. */
function behind({ port }: UdpRelay, server: PacketServer): PacketServer {
  return Object.create(server, { address: { value: { ...server.address, port } } });
}

if (import.meta.main) {
  const report = JSON.stringify(await run(Number(Deno.args[0])));
  await Deno.stdout.write(new TextEncoder().encode(`${report}\n`));
}
