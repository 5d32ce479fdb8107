// deno-lint-ignore-file no-console -- a report on the terminal is what this program is for
/**
 * UDP on loopback: our sockets against programs in C that use the system's own calls (`udp_peer.c`),
 * and against sockperf and iperf3 where they are installed. All in one run, taking turns; of each,
 * the best round counts, since everything else on the machine only makes it slower.
 */

import { VariantEncoder } from "../../src/variant/mod.ts";
import { formatRate } from "./measure.ts";
import {
  type Argv,
  kill,
  measurePart,
  NativePeers,
  ourPeer,
  pinned,
  printRatio,
  runForNumbers,
  RunningPeer,
} from "./native_peer.ts";
import { CASES } from "./cases.ts";

/** A machine that is shared has bad seconds: with so many rounds, each side meets good ones. */
const ROUNDS = 12;
const SIZE = 64;
const WINDOWS = [32, 256];
const WINDOW_MS = 300;
const PINGS = 20_000;
const FLOOD_MS = 300;
/** What is measured is what goes on and on, not how a program starts. */
const WARM_UP_MS = 300;
const OURS = ourPeer("udp_peer.ts");

/** Runs everything and prints it. */
export async function benchSockets(): Promise<void> {
  await using peers = await NativePeers.open();
  const native = await peers.compile("udp_peer");
  if (native instanceof Error) {
    console.log(`\nNo comparison of sockets with C: ${native.message}`);
    return;
  }
  console.log(`\nUDP on loopback, ${SIZE} bytes, against C; the best of ${ROUNDS} rounds`);
  for (const window of WINDOWS) {
    await measurePart(`the echo with window ${window}`, () => benchWindow(native, window));
  }
  await measurePart("the round trip", () => benchPing(native));
  await measurePart("listening to a flood", () => benchListener(native));
  await measurePart("iperf3", () => benchIperf());
}

/** Packets a second through a C echo server, so many at a time. */
async function benchWindow(native: string, window: number): Promise<void> {
  await using server = await RunningPeer.start([native, "echo"]);
  const run = async (client: Argv): Promise<{ rate: number; lost: number }> => {
    const args = ["window", server.port, window, SIZE, WINDOW_MS].map(String);
    const [sent = 0, received = 0, ms = 0] = await runForNumbers([...client, ...args]);
    return { rate: received / ms * 1000, lost: sent - received };
  };
  let ours = 0, theirs = 0, lost = 0;
  for (let round = 0; round < ROUNDS; round++) {
    theirs = Math.max(theirs, (await run([native])).rate);
    const result = await run(OURS);
    ours = Math.max(ours, result.rate);
    lost += result.lost;
  }
  printRatio(
    ours / theirs,
    `echo, window ${window}`,
    `${formatRate(ours)}/s, C ${formatRate(theirs)}/s; ${lost} lost`,
  );
}

/** Round trips with both ends on one CPU: waking another one costs more than all else. */
async function benchPing(native: string): Promise<void> {
  await using server = await RunningPeer.start(pinned([native, "echo"]));
  const run = async (client: Argv): Promise<number> => {
    const args = ["ping", server.port, PINGS, SIZE].map(String);
    return (await runForNumbers(pinned([...client, ...args])))[0] ?? NaN;
  };
  await using sockperf = await Sockperf.start();
  let ours = Infinity, theirs = Infinity, sockperfs = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    theirs = Math.min(theirs, await run([native]));
    ours = Math.min(ours, await run(OURS));
    if (sockperf !== null) sockperfs = Math.min(sockperfs, await sockperf.ping());
  }
  printRatio(ours / theirs, "round trip, p50", `${ours.toFixed(1)} µs, C ${theirs.toFixed(1)} µs`);
  if (sockperf === null) return console.log("           sockperf is not installed");
  const text = `sockperf with its server ${sockperfs.toFixed(1)} µs`;
  printRatio(ours / sockperfs, "round trip, p50", text);
}

/** sockperf and its server, on one CPU. */
class Sockperf implements AsyncDisposable {
  readonly #port = String(freePort());
  readonly #server: Deno.ChildProcess;

  private constructor() {
    const [program = "", ...args] = this.#argv("server");
    this.#server = new Deno.Command(program, { args, stdout: "null", stderr: "null" }).spawn();
  }

  /** Null where it is not installed. */
  static async start(): Promise<Sockperf | null> {
    return await isInstalled("sockperf") ? new Sockperf() : null;
  }

  /** The median round trip in microseconds: it prints half of that. Infinity: it found none. */
  async ping(): Promise<number> {
    const text = await runForText([...this.#argv("ping-pong"), "-t", "1", "-m", String(SIZE)]);
    const half = Number(/percentile 50\.000 =\s+([\d.]+)/.exec(text)?.[1]);
    return half > 0 ? 2 * half : Infinity;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    kill(this.#server);
    await this.#server.status;
  }

  #argv(role: string): Argv {
    return pinned(["sockperf", role, "-i", "127.0.0.1", "-p", this.#port]);
  }
}

/** A listener that decodes everything, and a C program that only counts, under a flood from C. */
async function benchListener(native: string): Promise<void> {
  const message = CASES[0]!; // there is one
  const payload = new VariantEncoder().encode(message.variant);
  const run = async (listener: Argv): Promise<number> => {
    await using sink = await RunningPeer.start([...listener, "sink"]);
    const flood = (ms: number): Promise<number[]> =>
      runForNumbers([native, "flood", ...[sink.port, payload.length, ms].map(String)], payload);
    await flood(WARM_UP_MS);
    const before = await sink.ask();
    await flood(FLOOD_MS);
    return (await sink.ask() - before) / FLOOD_MS * 1000;
  };
  let ours = 0, theirs = 0;
  for (let round = 0; round < ROUNDS; round++) {
    theirs = Math.max(theirs, await run([native]));
    ours = Math.max(ours, await run(OURS));
  }
  const text = `${formatRate(ours)}/s decoded, C counts ${formatRate(theirs)}/s`;
  printRatio(ours / theirs, "listening to a flood", text);
}

/** What iperf3 gets through loopback in datagrams of that size; it sends, it does not ask. */
async function benchIperf(): Promise<void> {
  if (!await isInstalled("iperf3")) return console.log("           iperf3 is not installed");
  const port = String(freePort());
  const server = new Deno.Command("iperf3", {
    args: ["--server", "--one-off", "--forceflush", "--port", port],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = server.stdout.getReader();
  try {
    await reader.read(); // that it listens
    printIperf(await runForText(iperfClient(port)));
  } finally {
    kill(server);
    await reader.cancel();
    await server.status;
  }
}

function iperfClient(port: string): Argv {
  const program = ["iperf3", "-c", "127.0.0.1", "-p", port];
  return [...program, "-u", "-b", "0", "-l", String(SIZE), "-t", "1", "-J"];
}

function printIperf(report: string): void {
  const { packets = 0, seconds = 1, lost_percent: lost = 0 } = JSON.parse(report).end?.sum ?? {};
  const rate = formatRate(packets / seconds);
  console.log(`           iperf3 sends ${rate}/s one way and loses ${lost.toFixed(1)} %`);
}

async function isInstalled(program: string): Promise<boolean> {
  try {
    await new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" })
      .output();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function runForText([program = "", ...args]: Argv): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args: [...args], stderr: "null" }).output();
  return new TextDecoder().decode(stdout);
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}

if (import.meta.main) await benchSockets();
