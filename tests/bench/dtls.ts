// deno-lint-ignore-file no-console -- a report on the terminal is what this program is for
/**
 * DTLS on loopback: our client against one in C with OpenSSL (`dtls_peer.c`), both with the same
 * server in C; our server against that one, both with the client in C; and both kinds of packets
 * against plain UDP. All in one run, taking turns.
 */

import { certificateFor, whyNoOpenSsl } from "../support/certificates.ts";
import { formatRate, printRatio } from "./measure.ts";
import {
  type Argv,
  measurePart,
  NativePeers,
  ourPeer,
  pinned,
  RunningPeer,
} from "./native_peer.ts";
import { type FigureOf, Turns } from "./turns.ts";

const SIZE = 64;
const WINDOW = 32;
const WINDOW_MS = 100;
const PINGS = 2000;
const HANDSHAKES = { full: 50, resumed: 100 } as const;
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
    `\nDTLS on loopback, ${SIZE} bytes, against C with OpenSSL; medians of many short turns`,
  );
  for (const kind of ["full", "resumed"] as const) {
    await measurePart(`${kind} handshakes`, () => benchHandshakes(setup, kind));
    await measurePart(`${kind} handshakes of a server`, () => benchServing(setup, kind));
  }
  await measurePart("the echo of packets", () => benchPackets(setup));
  await measurePart("the round trip", () => benchRoundTrip(setup));
}

// But for the round trip, each end has a CPU of its own: see `sockets.ts`.

/** How fast our client is, and one in C, with the same server in C. */
async function benchHandshakes(setup: Setup, kind: Kind): Promise<void> {
  const { native, certificate, key } = setup;
  await using server = await RunningPeer.start(onSecond([native, "echo", certificate, key]));
  const args = connecting(server, certificate, kind);
  const turns = await Turns.of(onFirst([...OURS, ...args], [native, ...args]), handshakesOf(kind));
  printRatio(turns.ratioTo(1), `handshakes, ${kind}`, rates(turns));
}

/** How fast our server is, and one in C with a thread a client, for the same client in C. */
async function benchServing({ native, certificate, key }: Setup, kind: Kind): Promise<void> {
  await using ours = await RunningPeer.start(onSecond([...OURS, "echo", certificate, key]));
  await using theirs = await RunningPeer.start(onSecond([native, "echo", certificate, key]));
  const clients = [ours, theirs].map((server) => [
    native,
    ...connecting(server, certificate, kind),
  ]);
  const turns = await Turns.of(onFirst(...clients), handshakesOf(kind));
  printRatio(turns.ratioTo(1), `handshakes of our server, ${kind}`, rates(turns));
}

function connecting({ port }: RunningPeer, certificate: string, kind: Kind): Argv {
  const isResumed = Number(kind === "resumed");
  return ["connect", port, certificate, HANDSHAKES[kind], isResumed].map(String);
}

/** Handshakes a second, one after the other. */
function handshakesOf(kind: Kind): FigureOf {
  return ([count = 0, resumed = 0, ms = NaN]) => {
    const expected = kind === "resumed" ? count : 0;
    if (resumed !== expected) throw new Error(`${resumed} of ${count} were resumed`);
    return count / ms * 1000;
  };
}

async function benchPackets({ native, nativeUdp, certificate, key }: Setup): Promise<void> {
  await using server = await RunningPeer.start(onSecond([native, "echo", certificate, key]));
  await using plain = await RunningPeer.start(onSecond([nativeUdp, "echo"]));
  const rest = [WINDOW, SIZE, WINDOW_MS].map(String);
  const args = ["window", String(server.port), certificate, ...rest];
  const turns = await Turns.of(
    onFirst([...OURS, ...args], [native, ...args], [
      ...OURS_PLAIN,
      "window",
      String(plain.port),
      ...rest,
    ]),
    ([, received = 0, ms = NaN]) => received / ms * 1000,
  );
  printRatio(turns.ratioTo(1), `echo, window ${WINDOW}`, rates(turns));
  printRatio(turns.ratioTo(2), "of our plain UDP", `${formatRate(turns.medianOf(2))}/s`);
}

async function benchRoundTrip({ native, nativeUdp, certificate, key }: Setup): Promise<void> {
  await using server = await RunningPeer.start(pinned([native, "echo", certificate, key]));
  await using plain = await RunningPeer.start(pinned([nativeUdp, "echo"]));
  const rest = [PINGS, SIZE].map(String);
  const args = ["ping", String(server.port), certificate, ...rest];
  const contenders = onFirst(
    [...OURS, ...args],
    [native, ...args],
    [...OURS_PLAIN, "ping", String(plain.port), ...rest],
  );
  const turns = await Turns.of(contenders, ([p50 = NaN]) => p50);
  const [ours, theirs, oursPlain] = [0, 1, 2].map((i) => turns.medianOf(i).toFixed(1));
  printRatio(turns.ratioTo(1), "round trip on one CPU, p50", `${ours} µs, C ${theirs} µs`);
  printRatio(turns.ratioTo(2), "of our plain UDP", `${oursPlain} µs`);
}

function onFirst(...clients: readonly Argv[]): readonly Argv[] {
  return clients.map((client) => pinned(client));
}

function onSecond(server: Argv): Argv {
  return pinned(server, "second");
}

/** The rates of the first two contenders. */
function rates(turns: Turns): string {
  return `${formatRate(turns.medianOf(0))}/s, C ${formatRate(turns.medianOf(1))}/s`;
}

if (import.meta.main) await benchDtls();
