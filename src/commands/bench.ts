/**
 * The `bench` command: latency, loss and load. Its option table is here; what it does is in
 * `bench/run.ts` and, for `bench merge`, in `bench/merge.ts`.
 */

import type { Command, ExitCode, Io, OptionSpec, ParsedOptions } from "../cli/command.ts";
import { load } from "../cli/load.ts";
import { CLIENT_SECURITY } from "./security/options.ts";
import { CAPTURE, FULL_OBJECTS, MAX_PACKET } from "./session/options.ts";

const LOAD: readonly OptionSpec[] = [
  {
    name: "rate",
    kind: "rate",
    placeholder: "N/s",
    help: "open loop: packets a second of each client, sent on schedule whatever the replies do; " +
      "latency counts from the moment a packet was due",
  },
  {
    name: "window",
    kind: "count",
    placeholder: "N",
    help: "closed loop: packets of each client on their way at once; 1 when nothing else is said",
  },
  { name: "flood", kind: "flag", help: "send as fast as the sockets take it" },
  {
    name: "clients",
    kind: "count",
    placeholder: "N",
    default: "1",
    help: "clients, each with a socket (on dtls and tls a session) of its own",
  },
  {
    name: "ramp",
    kind: "duration",
    placeholder: "DURATION",
    default: "0s",
    help: "start the clients one after the other over so long",
  },
  {
    name: "warmup",
    kind: "duration",
    placeholder: "DURATION",
    default: "0s",
    help: "send for so long before anything is measured",
  },
  {
    name: "count",
    kind: "count",
    placeholder: "N",
    help: "end after N packets of each client; with --connect, after N connections of each",
  },
  {
    name: "duration",
    kind: "duration",
    placeholder: "DURATION",
    help: "end after so long; 10s without --count",
  },
  {
    name: "timeout",
    kind: "duration",
    placeholder: "DURATION",
    default: "5s",
    help: "longest wait for a connection and, after the last packet, for replies: what has not " +
      "come by then is lost",
  },
  {
    name: "workers",
    kind: "count",
    placeholder: "N",
    default: "1",
    help: "spread the clients over N threads",
  },
];

const PACKETS: readonly OptionSpec[] = [
  {
    name: "size",
    kind: "size",
    placeholder: "SIZE",
    help: 'make each packet that large, by a "$pad" key or zeros at the end of raw packets',
  },
  {
    name: "raw",
    kind: "flag",
    help: 'send the value as it is, without a "$seq" key; --match says how replies are known',
  },
  {
    name: "match",
    kind: "string",
    placeholder: "RULE",
    help:
      "where a reply repeats what was sent: 'reply.id == sent.id' for an \"id\": $seq of VALUE, " +
      "'reply[0] == sent.$seq' wherever it is there",
  },
  {
    name: "header",
    kind: "flag",
    help: "put an 8-byte sequence number before each packet; a reply carries it too",
  },
  { name: "one-way", kind: "flag", help: "expect no replies: only what was sent is counted" },
  {
    name: "hex",
    kind: "string",
    placeholder: "HEX",
    help: "send these bytes instead of a value",
  },
  {
    name: "file",
    kind: "string",
    placeholder: "PATH",
    help: "send the bytes of a file instead of a value",
  },
  MAX_PACKET,
  FULL_OBJECTS,
];

const CONNECTING: readonly OptionSpec[] = [
  {
    name: "connect",
    kind: "flag",
    help: "measure connections a second instead of packets: each client connects, closes, and " +
      "connects again",
  },
  {
    name: "resume",
    kind: "flag",
    help: "with --connect on dtls and tls: resume the session of the connection before",
  },
];

const RESULTS: readonly OptionSpec[] = [
  {
    name: "interval",
    kind: "duration",
    placeholder: "DURATION",
    help: "print a line of figures every so often",
  },
  {
    name: "assert",
    kind: "string",
    placeholder: "LIMITS",
    isRepeatable: true,
    help: "limits such as 'p99<20ms, loss<1%, rate>=59/s' or, with --compare, 'p99<1.1x'; exit " +
      "with 1 when one does not hold",
  },
  {
    name: "compare",
    kind: "string",
    placeholder: "FILE",
    help: "show the figures beside those of an earlier run's result file",
  },
  {
    name: "result",
    kind: "string",
    placeholder: "FILE",
    help: "write everything that was measured, for --compare and packetpeer bench merge",
  },
  {
    name: "hdr",
    kind: "string",
    placeholder: "FILE",
    help: "write an HdrHistogram log, for the tools that read it",
  },
  {
    name: "html",
    kind: "string",
    placeholder: "FILE",
    help: "write a page with plots and tables that needs nothing but a browser",
  },
];

const OUTPUT: OptionSpec = {
  name: "output",
  short: "o",
  kind: "choice",
  placeholder: "FORM",
  choices: ["text", "json", "native"],
  help: "figures for people, or one JSON object a line (json and native)",
};

/** Measures a peer that answers. */
export const bench: Command = {
  name: "bench",
  synopsis: "ENDPOINT [VALUE] | merge FILE…",
  summary: "measure latency, loss and load against a server that answers",
  description:
    "Sends VALUE over and over to a server that answers (listen --echo, or a game server), and " +
    "measures round trips, jitter, loss and its runs, duplicates and reordering. A Dictionary gets " +
    'a key "$seq" with a number that the reply must carry too; $seq and $time may also stand ' +
    "anywhere in VALUE. Without VALUE the packet is such a Dictionary.\n" +
    "With --rate packets leave on schedule, whatever the replies do, and a round trip counts from " +
    "the moment its packet was due: a server that stalls cannot hide it. With --window a packet " +
    "leaves when one came back, with --flood as soon as the socket takes it. Lost is what has no " +
    "reply --timeout after the last packet. Ctrl-C ends the run with its report.\n" +
    "It ends with 1 when not one reply came, a client fails on the way, or --assert does not hold. " +
    "--assert knows min, mean, max, jitter, p50, p90, p99 (from 100 samples on), p99.9 (from " +
    "10,000), p99.99 (from 100,000), loss, rate and more; bench merge adds up what --result wrote in " +
    "several runs, on several machines, exactly. With -o json, packetpeer help report lists what is " +
    "in it.",
  examples: [
    [`packetpeer bench udp://127.0.0.1:4242 '{"cmd": "ping"}'`, "one packet at a time, for 10 s"],
    ["packetpeer bench udp://127.0.0.1:4242 --clients 200 --rate 60/s", "200 players"],
    ["packetpeer bench tcp://127.0.0.1:4242 --rate 60/s --assert 'p99<20ms, loss<1%'", "in CI"],
    [
      "packetpeer bench udp://127.0.0.1:4242 '{\"id\": $seq}' --raw --match 'reply.id == sent.$seq'",
      "a server with words of its own",
    ],
    ["packetpeer bench dtls://127.0.0.1:4242 --connect --resume --insecure", "handshakes a second"],
    ["packetpeer bench merge a.json b.json --html report.html", "two machines, one report"],
  ],
  options: [...LOAD, ...PACKETS, ...CONNECTING, ...RESULTS, CAPTURE, ...CLIENT_SECURITY, OUTPUT],
  run,
};

async function run(options: ParsedOptions, io: Io): Promise<ExitCode> {
  if (options.values[0] === "merge") {
    const { mergeResults } = await load<typeof import("./bench/merge.ts")>(
      "../commands/bench/merge.ts",
    );
    return await mergeResults(options, bench.options, io);
  }
  const { runBench } = await load<typeof import("./bench/run.ts")>("../commands/bench/run.ts");
  return await runBench(options, bench.options, io);
}
