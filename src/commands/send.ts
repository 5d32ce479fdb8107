/** The `send` command: sends values as packets, prints the replies, and measures round trips. */

import { type Command, EXIT, type ExitCode, type Io, type ParsedOptions } from "../cli/command.ts";
import { load } from "../cli/load.ts";
import { errorEvent } from "../cli/error_report.ts";
import { UsageError } from "../errors.ts";
import { formatMs, systemClock } from "../net/clock.ts";
import { formatEndpoint } from "../net/endpoint.ts";
import { type ErrorKind, Recorder } from "../stats/recorder.ts";
import type { Report } from "../stats/report.ts";
import { openCapture, withKeysIn } from "./session/capture_option.ts";
import { connectWithRetry } from "./session/connect.ts";
import { packetLimit } from "./session/packet_limits.ts";
import type { ClientSecurityInUse } from "./security/client.ts";
import {
  checkSecurityOptions,
  CLIENT_SECURITY,
  discardedBy,
  isSecure,
} from "./security/options.ts";
import { type OutgoingPackets, readPackets } from "./session/send_packets.ts";
import { SendSession, type SendSettings } from "./session/send_session.ts";
import {
  ALLOW_OBJECTS,
  CAPTURE,
  FULL_OBJECTS,
  MAX_PACKET,
  readSessionOptions,
  type SessionOptions,
} from "./session/options.ts";
import { createSessionPrinter } from "./session/printer.ts";

/** Sends packets. */
export const send: Command = {
  name: "send",
  synopsis: "ENDPOINT VALUE…",
  summary: "send values as packets and print the replies",
  description:
    "Connects and sends each VALUE as one packet, as put_var does; - reads values from " +
    "stdin, one a line. Raw packets come after them, from --hex, --base64, --text and --file. " +
    "Replies are printed while packets are sent, and waited for with --wait or --expect; then they " +
    "are matched to packets in the order of sending, for round trips. See packetpeer help values " +
    "and packetpeer help endpoints.",
  examples: [
    [`packetpeer send udp://127.0.0.1:4242 '{"cmd": "login", "id": 7}'`, "one Dictionary"],
    ["packetpeer send tcp://127.0.0.1:4242 1 2 3 --expect 3", "wait for three replies"],
    [
      "packetpeer send udp://127.0.0.1:4242 'Vector2(1, 2)' --repeat 60 --interval 16ms",
      "a second of play",
    ],
    ["packetpeer send dtls://127.0.0.1:4242 1 --pin sha256:…", "encrypted, to this server alone"],
    ["packetpeer send tcp://127.0.0.1:4242 - --retry 10s < values.txt", "as soon as it is up"],
  ],
  options: [
    {
      name: "expect",
      kind: "count",
      placeholder: "N",
      help: "wait until N replies came; exit with 1 when they have not within --timeout",
    },
    {
      name: "wait",
      kind: "duration",
      placeholder: "DURATION",
      help: "wait so long for replies after the last packet",
    },
    {
      name: "repeat",
      kind: "count",
      placeholder: "N",
      default: "1",
      help: "send all packets N times",
    },
    {
      name: "interval",
      kind: "duration",
      placeholder: "DURATION",
      help: "time from one packet to the next; without it they leave as fast as they can",
    },
    {
      name: "retry",
      kind: "duration",
      placeholder: "DURATION",
      help: "keep trying to connect for so long, until a server is up (udp has no connection)",
    },
    { name: "local-port", kind: "port", placeholder: "N", help: "the port to send from" },
    {
      name: "hex",
      kind: "string",
      placeholder: "HEX",
      isRepeatable: true,
      help: "send these bytes as a packet",
    },
    {
      name: "base64",
      kind: "string",
      placeholder: "BASE64",
      isRepeatable: true,
      help: "send these bytes as a packet",
    },
    {
      name: "text",
      kind: "string",
      placeholder: "TEXT",
      isRepeatable: true,
      help: "send the UTF-8 bytes of a text as a packet: no Variant",
    },
    {
      name: "file",
      kind: "string",
      placeholder: "PATH",
      isRepeatable: true,
      help: "send the bytes of a file as a packet",
    },
    MAX_PACKET,
    FULL_OBJECTS,
    ALLOW_OBJECTS,
    CAPTURE,
    ...CLIENT_SECURITY,
  ],
  run,
};

async function run(options: ParsedOptions, io: Io): Promise<ExitCode> {
  const session = readSessionOptions(options, "connect");
  checkSecurityOptions(options, session.endpoint.scheme, CLIENT_SECURITY);
  const packets = await readWhatToSend(options, session, io);
  const settings: SendSettings = {
    repeat: options.number("repeat") ?? 1,
    intervalMs: options.number("interval") ?? 0,
    expect: options.number("expect"),
    waitMs: options.number("wait"),
    timeoutMs: session.timeoutMs,
  };
  using capture = await openCapture(options, session.endpoint, io);
  const security = await readSecurity(options, session, io);
  const recorder = new Recorder(systemClock.monotonicMs(), [
    ...measuredErrors(settings),
    ...discardedBy(session.endpoint.scheme, "client"),
  ]);
  const printer = await createSessionPrinter(io.output, {
    godot: session.godot,
    allowObjects: session.allowObjects,
    peers: "none",
  });
  // Loading takes time that must not become part of round trips.
  if (expectsReplies(settings) || packets.listed.some((packet) => packet.value === undefined)) {
    await printer.prepare();
  }
  const run = new SendSession(printer, recorder, settings);
  const peer = await connectWithRetry(session.endpoint, printer, recorder, {
    timeoutMs: session.timeoutMs,
    retryMs: options.number("retry") ?? 0,
    localPort: options.number("local-port") ?? 0,
    maxPacketSize: session.maxPacketSize,
    signal: io.interrupted,
    ...(capture === null ? {} : { tap: capture }),
    ...(security === null ? {} : { security: withKeysIn(capture, security.security) }),
  });
  if (peer !== null) await run.until(peer, packets, io.interrupted);
  await security?.save();
  const report = await reportOf(run, recorder, session);
  const isJson = io.output.mode === "json" || io.output.mode === "native";
  if (isJson && report.rtt_ms !== undefined) {
    io.output.status("round trips: replies were matched to packets in the order of sending");
  }
  await printer.summary(report);
  return peer === null ? EXIT.failed : exitCodeOf(run, settings, packets, io);
}

/** Certificates and trust; null for transports that have none. */
async function readSecurity(
  options: ParsedOptions,
  { endpoint }: SessionOptions,
  io: Io,
): Promise<ClientSecurityInUse | null> {
  if (!isSecure(endpoint.scheme)) return null;
  const { readClientSecurity } = await load<typeof import("./security/client.ts")>(
    "../commands/security/client.ts",
  );
  return await readClientSecurity(options, io);
}

/** Reads the packets; throws `UsageError` when there are none, or they cannot be sent this way. */
async function readWhatToSend(
  options: ParsedOptions,
  session: SessionOptions,
  io: Io,
): Promise<OutgoingPackets> {
  const { scheme } = session.endpoint;
  const maxPacketSize = packetLimit(scheme, session.maxPacketSize);
  const rules = { godot: session.godot, fullObjects: session.fullObjects, scheme, maxPacketSize };
  const packets = await readPackets(options.values.slice(1), options, rules, io);
  if (packets.lines === null && packets.listed.length === 0) {
    throw new UsageError("there is nothing to send; write a VALUE, or - for the lines of stdin");
  }
  if (packets.lines !== null && options.number("repeat") !== 1) {
    throw new UsageError("--repeat cannot send stdin again; write the values as arguments");
  }
  return packets;
}

function expectsReplies({ expect, waitMs }: SendSettings): boolean {
  return expect !== null || waitMs !== null;
}

function measuredErrors(settings: SendSettings): readonly ErrorKind[] {
  return expectsReplies(settings)
    ? ["decode", "send", "connect", "timeout"]
    : ["decode", "send", "connect"];
}

async function reportOf(
  run: SendSession,
  recorder: Recorder,
  { endpoint }: SessionOptions,
): Promise<Report> {
  const { scheme, host: hostname, port } = endpoint;
  return await recorder.report({
    endpoint: formatEndpoint(scheme, { hostname, port }),
    nowMs: systemClock.monotonicMs(),
    ...(run.lost === null ? {} : { lost: run.lost }),
  });
}

/** Throws what broke the connection, when that is why something asked for did not happen. */
function exitCodeOf(
  run: SendSession,
  settings: SendSettings,
  packets: OutgoingPackets,
  io: Io,
): ExitCode {
  if (run.missingReplies > 0) return reportMissing(run, settings, io);
  if (run.failure !== null) throw run.failure;
  return (packets.lines?.badLines ?? 0) > 0 ? EXIT.usage : EXIT.ok;
}

function reportMissing(run: SendSession, { expect, timeoutMs }: SendSettings, io: Io): ExitCode {
  const { output } = io;
  const came = `${(expect ?? 0) - run.missingReplies} of ${expect} replies came`;
  const message = `${came}${run.whyRepliesEnded(formatMs(timeoutMs))}`;
  output.error(`packetpeer: ${message}`);
  if (output.mode === "json" || output.mode === "native") {
    const code = run.failure?.code ?? "ERR_TIMEOUT";
    output.data(errorEvent({ exit: EXIT.failed, code, message, excerpt: [] }));
  }
  return EXIT.failed;
}
