// deno-lint-ignore-file no-console -- a report on the terminal is what this program is for
/**
 * Captures: a million UDP packets with put_var values, read by packetpeer, tshark and tcpdump in one
 * run. Each program starts anew and writes to /dev/null; the best of its rounds counts. Programs
 * that are missing are left out, which is said.
 */

import { writeCapture } from "./capture_file.ts";

const PACKETS = 1_000_000;
const ROUNDS = 2;
/** What packetpeer may take at most, however large the file. */
const MAX_MEMORY_MIB = 96;
const POLL_MS = 5;
const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** A program with its arguments; the capture's path goes behind them, or where `@` stands. */
interface Contender {
  readonly name: string;
  readonly command: readonly string[];
}

/** What packetpeer does, what others do in its place, and how many times as long they should take. */
interface Comparison {
  readonly what: string;
  readonly ours: Contender;
  readonly others: readonly (Contender & { readonly target: number })[];
}

const RUN = [Deno.execPath(), "run", "--quiet", "--allow-read", "--allow-env", MAIN, "decode"];
const FIELDS = [
  "frame.number",
  "frame.time_epoch",
  "ip.src",
  "udp.srcport",
  "ip.dst",
  "udp.dstport",
];

const COMPARISONS: readonly Comparison[] = [
  {
    what: "every Variant decoded",
    ours: { name: "packetpeer decode --stats", command: [...RUN, "--stats", "@"] },
    others: [
      {
        name: "tshark -q -z io,stat",
        command: ["tshark", "-n", "-q", "-z", "io,stat,0", "-r"],
        target: 30,
      },
      { name: "tcpdump -n", command: ["tcpdump", "-n", "-r"], target: 4 },
    ],
  },
  {
    what: "one line a packet",
    ours: { name: "packetpeer decode -o json", command: [...RUN, "-o", "json", "@"] },
    others: [
      {
        name: "tshark -T fields",
        command: [
          ...["tshark", "-n", "-T", "fields"],
          ...[...FIELDS, "data.data"].flatMap((field) => ["-e", field]),
          "-r",
        ],
        target: 10,
      },
    ],
  },
];

/** Measures and prints. */
export async function benchCapture(): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "packetpeer-bench-" });
  try {
    const path = `${folder}/game.pcap`;
    writeCapture(path, PACKETS);
    const { size } = await Deno.stat(path);
    console.log(`\nCapture of ${PACKETS} UDP packets, ${Math.round(size / 1e6)} MB`);
    for (const comparison of COMPARISONS) await compare(comparison, path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function compare({ what, ours, others }: Comparison, path: string): Promise<void> {
  const contenders = [ours, ...others];
  const best = contenders.map(() => ({ seconds: Infinity, memoryMib: 0 }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, contender] of contenders.entries()) {
      const result = await measure(contender, path);
      const known = best[i];
      if (result === null || known === undefined) continue;
      known.seconds = Math.min(known.seconds, result.seconds);
      known.memoryMib = Math.max(known.memoryMib, result.memoryMib);
    }
  }
  console.log(`\n  ${what}`);
  const own = best[0]?.seconds ?? Infinity;
  for (const [i, { name }] of contenders.entries()) {
    const { seconds, memoryMib } = best[i] ?? { seconds: Infinity, memoryMib: 0 };
    if (seconds === Infinity) console.log(`    ${name.padEnd(28)} not installed, left out`);
    else console.log(`    ${line(name, seconds, memoryMib, own, others[i - 1]?.target)}`);
  }
}

function line(
  name: string,
  seconds: number,
  memoryMib: number,
  own: number,
  target: number | undefined,
): string {
  const figures = `${seconds.toFixed(2).padStart(7)} s ${memoryMib.toFixed(0).padStart(5)} MiB`;
  const ratio = (seconds / own).toFixed(1);
  const wanted = target === undefined
    ? `(at most ${MAX_MEMORY_MIB} MiB wanted)`
    : `packetpeer is ${ratio} times as fast (${target} wanted)`;
  return `${name.padEnd(28)} ${figures}  ${wanted}`;
}

/** Runs a program to its end; null when it is not installed. */
async function measure(
  { command: [program = "", ...args] }: Contender,
  path: string,
): Promise<{ seconds: number; memoryMib: number } | null> {
  const all = args.at(-1) === "@" ? [...args.slice(0, -1), `@${path}`] : [...args, path];
  const start = performance.now();
  const child = spawn(program, all);
  if (child === null) return null;
  let isRunning = true, memoryKib = 0;
  const ended = child.status.then((status) => {
    isRunning = false;
    return status;
  });
  while (isRunning) {
    memoryKib = Math.max(memoryKib, peakMemoryKib(child.pid));
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, POLL_MS))]);
  }
  const { success } = await ended;
  if (!success) throw new Error(`${program} ${all.join(" ")} failed`);
  return { seconds: (performance.now() - start) / 1000, memoryMib: memoryKib / 1024 };
}

function spawn(program: string, args: string[]): Deno.ChildProcess | null {
  try {
    const streams = { stdin: "null", stdout: "null", stderr: "null" } as const;
    return new Deno.Command(program, { args, ...streams }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** The kernel's own record of it; 0 where there is none. */
function peakMemoryKib(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1] ?? 0);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
