// deno-lint-ignore-file no-console -- a report on the terminal is what this program is for
/**
 * DTLS on loopback: our client against one in C with OpenSSL (`dtls_peer.c`), both with the same
 * server in C; our server against that one, both with the client in C; and both kinds of packets against plain UDP. All in one run, taking turns; of each,
 * the best round counts, since everything else on the machine only makes it slower.
 */

import { certificateFor, whyNoOpenSsl } from "../support/certificates.ts";
import { formatRate } from "./measure.ts";
import {
  type Argv,
  measurePart,
  NativePeers,
  ourPeer,
  pinned,
  printRatio,
  runForNumbers,
  RunningPeer,
} from "./native_peer.ts";

const ROUNDS = 6;
const SIZE = 64;
const WINDOW = 32;
const WINDOW_MS = 500;
const PINGS = 10_000;
const HANDSHAKES = { full: 150, resumed: 400 } as const;
const OURS = ourPeer("dtls_peer.ts");
const OURS_PLAIN = ourPeer("udp_peer.ts");

type Kind = keyof typeof HANDSHAKES;

/** The programs and files of one run. */
interface Setup {
  readonly native: string;
  readonly nativeUdp: string;
  readonly certificate: string;
  readonly key: string;
}

/** Runs everything and prints it. */
export async function benchDtls(): Promise<void> {
  await using peers = await NativePeers.open();
  const native = await peers.compile("dtls_peer", ["ssl", "crypto"]);
  const nativeUdp = await peers.compile("udp_peer");
  const why = native instanceof Error ? native.message : whyNoOpenSsl();
  if (why !== null || native instanceof Error || nativeUdp instanceof Error) {
    console.log(`\nNo comparison of DTLS with C: ${why}`);
    return;
  }
  const made = await certificateFor("localhost", ["localhost"]);
  const certificate = await peers.write("cert.pem", made.certificatePem);
  const key = await peers.write("key.pem", made.keyPem);
  const setup = { native, nativeUdp, certificate, key };
  console.log(
    `\nDTLS on loopback, ${SIZE} bytes, against C with OpenSSL; best of ${ROUNDS} rounds`,
  );
  for (const kind of ["full", "resumed"] as const) {
    await measurePart(`${kind} handshakes`, () => benchHandshakes(setup, kind));
    await measurePart(`${kind} handshakes of a server`, () => benchServing(setup, kind));
  }
  await measurePart("the echo of packets", () => benchPackets(setup));
  await measurePart("the round trip", () => benchRoundTrip(setup));
}

/** How fast our client is, and one in C, with the same server in C. */
async function benchHandshakes(setup: Setup, kind: Kind): Promise<void> {
  const { native, certificate, key } = setup;
  await using server = await RunningPeer.start([native, "echo", certificate, key]);
  const run = (client: Argv): Promise<number> => shakeHands(client, server, certificate, kind);
  const [ours, theirs] = await best([() => run(OURS), () => run([native])]);
  printRatio(ours / theirs, `handshakes, ${kind}`, rates(ours, theirs));
}

/** How fast our server is, and one in C with a thread a client, for the same client in C. */
async function benchServing({ native, certificate, key }: Setup, kind: Kind): Promise<void> {
  await using ours = await RunningPeer.start([...OURS, "echo", certificate, key]);
  await using theirs = await RunningPeer.start([native, "echo", certificate, key]);
  const run = (server: RunningPeer): Promise<number> =>
    shakeHands([native], server, certificate, kind);
  await best([() => run(ours)]); // warms up: the server goes on
  const [our, their] = await best([() => run(ours), () => run(theirs)]);
  printRatio(our / their, `handshakes of our server, ${kind}`, rates(our, their));
}

/** Handshakes a second, one after the other. */
async function shakeHands(
  client: Argv,
  { port }: RunningPeer,
  certificate: string,
  kind: Kind,
): Promise<number> {
  const isResumed = kind === "resumed";
  const args = ["connect", port, certificate, HANDSHAKES[kind], Number(isResumed)].map(String);
  const [count = 0, resumed = 0, ms = 0] = await runForNumbers([...client, ...args]);
  if (resumed !== (isResumed ? count : 0)) throw new Error(`${resumed} of ${count} were resumed`);
  return count / ms * 1000;
}

async function benchPackets({ native, nativeUdp, certificate, key }: Setup): Promise<void> {
  await using server = await RunningPeer.start([native, "echo", certificate, key]);
  await using plain = await RunningPeer.start([nativeUdp, "echo"]);
  const run = async (client: Argv, before: readonly (string | number)[]): Promise<number> => {
    const args = ["window", ...before, WINDOW, SIZE, WINDOW_MS].map(String);
    const [, received = 0, ms = 0] = await runForNumbers([...client, ...args]);
    return received / ms * 1000;
  };
  const [ours, theirs, oursPlain] = await best([
    () => run(OURS, [server.port, certificate]),
    () => run([native], [server.port, certificate]),
    () => run(OURS_PLAIN, [plain.port]),
  ]);
  printRatio(ours / theirs, `echo, window ${WINDOW}`, rates(ours, theirs));
  printRatio(ours / oursPlain, "of our plain UDP", `${formatRate(oursPlain)}/s`);
}

async function benchRoundTrip({ native, nativeUdp, certificate, key }: Setup): Promise<void> {
  await using server = await RunningPeer.start(pinned([native, "echo", certificate, key]));
  await using plain = await RunningPeer.start(pinned([nativeUdp, "echo"]));
  const run = async (client: Argv, before: readonly (string | number)[]): Promise<number> => {
    const args = ["ping", ...before, PINGS, SIZE].map(String);
    return 1 / ((await runForNumbers(pinned([...client, ...args])))[0] ?? NaN);
  };
  const [ours, theirs, oursPlain] = (await best([
    () => run(OURS, [server.port, certificate]),
    () => run([native], [server.port, certificate]),
    () => run(OURS_PLAIN, [plain.port]),
  ])).map((rate) => 1 / rate) as [number, number, number]; // as many as were run
  const figures = `${ours.toFixed(1)} µs, C ${theirs.toFixed(1)} µs`;
  printRatio(ours / theirs, "round trip on one CPU, p50", figures);
  printRatio(ours / oursPlain, "of our plain UDP", `${oursPlain.toFixed(1)} µs`);
}

/** The highest rate of each, which take turns. */
async function best(
  contenders: readonly (() => Promise<number>)[],
): Promise<[number, number, number]> {
  const highest: [number, number, number] = [0, 0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, run] of contenders.entries()) {
      highest[i] = Math.max(highest[i] ?? 0, await run());
    }
  }
  return highest;
}

function rates(ours: number, theirs: number): string {
  return `${formatRate(ours)}/s, C ${formatRate(theirs)}/s`;
}

if (import.meta.main) await benchDtls();
