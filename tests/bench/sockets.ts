// deno-lint-ignore-file no-console -- a report on the terminal is what this program is for
/**
 * UDP on loopback: our sockets against programs in C that use the system's own calls (`udp_peer.c`),
 * and against sockperf and iperf3 where they are installed. All in one run, taking turns.
 */

import { VariantEncoder } from "../../src/variant/mod.ts";
import { formatRate, printRatio } from "./measure.ts";
import {
  type Argv,
  kill,
  measurePart,
  NativePeers,
  ourPeer,
  pinned,
  runForNumbers,
  RunningPeer,
} from "./native_peer.ts";
import { CASES } from "./cases.ts";
import { type FigureOf, Turns } from "./turns.ts";

const SIZE = 64;
const WINDOWS = [32, 256];
const WINDOW_MS = 100;
const PINGS = 4000;
const FLOOD_MS = 100;
/** sockperf runs for no less than a second. */
const SOCKPERF_TURNS = 12;
const OURS = ourPeer("udp_peer.ts");

/** Runs everything and prints it. */
export async function benchSockets(): Promise<void> {
  await using peers = await NativePeers.open();
  const native = await peers.compile("udp_peer");
  if (native instanceof Error) {
    console.log(`\nNo comparison of sockets with C: ${native.message}`);
    return;
  }
  console.log(`\nUDP on loopback, ${SIZE} bytes, against C; medians of many short turns`);
  for (const window of WINDOWS) {
    await measurePart(`the echo with window ${window}`, () => benchWindow(native, window));
  }
  await measurePart("the round trip", () => benchPing(native));
  await measurePart("listening to a flood", () => benchListener(native));
  await measurePart("iperf3", () => benchIperf());
}

/**
 * Packets a second through a C echo server, so many at a time; each end has a CPU of its own. Left
 * to itself, the system puts both on one now and then, when they have waited for each other.
 */
async function benchWindow(native: string, window: number): Promise<void> {
  await using server = await RunningPeer.start(pinned([native, "echo"], "second"));
  const args = ["window", server.port, window, SIZE, WINDOW_MS].map(String);
  let lost = 0;
  const rateOf: FigureOf = ([sent = 0, received = 0, ms = NaN], contender) => {
    if (contender === 0) lost += sent - received;
    return received / ms * 1000;
  };
  const clients = [[...OURS, ...args], [native, ...args]].map((client) => pinned(client));
  const turns = await Turns.of(clients, rateOf);
  const [ours, theirs] = [formatRate(turns.medianOf(0)), formatRate(turns.medianOf(1))];
  printRatio(turns.ratioTo(1), `echo, window ${window}`, `${ours}/s, C ${theirs}/s; ${lost} lost`);
}

/** Round trips with both ends on one CPU: waking another one costs more than all else. */
async function benchPing(native: string): Promise<void> {
  await using server = await RunningPeer.start(pinned([native, "echo"]));
  const args = ["ping", server.port, PINGS, SIZE].map(String);
  const [ours, theirs] = [pinned([...OURS, ...args]), pinned([native, ...args])];
  const turns = await Turns.of([ours, theirs], ([p50 = NaN]) => p50);
  printRoundTrip(turns, "C");
  await using sockperf = await Sockperf.start();
  if (sockperf === null) return console.log("           sockperf is not installed");
  await using peer = await RunningPeer.start(ours);
  const ping = async (): Promise<number> => (await peer.ask())[0] ?? NaN;
  const works = [ping, () => sockperf.ping()];
  printRoundTrip(await Turns.ofWork(works, SOCKPERF_TURNS), "sockperf with its server");
}

function printRoundTrip(turns: Turns, other: string): void {
  const [ours, theirs] = [turns.medianOf(0).toFixed(1), turns.medianOf(1).toFixed(1)];
  printRatio(turns.ratioTo(1), "round trip, p50", `${ours} µs, ${other} ${theirs} µs`);
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
  await using ours = await RunningPeer.start([...OURS, "sink"]);
  await using theirs = await RunningPeer.start([native, "sink"]);
  const rateOf = async (sink: RunningPeer): Promise<number> => {
    const [before = 0] = await sink.ask();
    const args = [sink.port, payload.length, FLOOD_MS].map(String);
    await runForNumbers([native, "flood", ...args], payload);
    return (((await sink.ask())[0] ?? NaN) - before) / FLOOD_MS * 1000;
  };
  const turns = await Turns.ofWork([() => rateOf(ours), () => rateOf(theirs)]);
  const [our, their] = [formatRate(turns.medianOf(0)), formatRate(turns.medianOf(1))];
  printRatio(turns.ratioTo(1), "listening to a flood", `${our}/s decoded, C counts ${their}/s`);
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
