/** The `listen` command: receives packets from many peers, prints them, and answers if asked to. */

import { type Command, EXIT, type ExitCode, type Io, type ParsedOptions } from "../cli/command.ts";
import { errorEvent } from "../cli/error_report.ts";
import { load } from "../cli/load.ts";
import { UsageError } from "../errors.ts";
import { systemClock } from "../net/clock.ts";
import { formatEndpoint } from "../net/endpoint.ts";
import { openServer } from "../net/open.ts";
import type { ServerSecurity } from "../net/security.ts";
import { formatAddress } from "../packet/peer.ts";
import { Recorder } from "../stats/recorder.ts";
import { encodeVariant } from "../variant/encode.ts";
import { variantFromText } from "../variant/text.ts";
import { openCapture, withKeysIn } from "./session/capture_option.ts";
import { ListenSession } from "./session/listen_session.ts";
import { packetLimit, requireFit } from "./session/packet_limits.ts";
import { parseOption } from "./input/parse_option.ts";
import { limitTeller, MAX_PEERS, readLimit } from "./session/peer_limits.ts";
import {
  checkSecurityOptions,
  discardedBy,
  isSecure,
  SERVER_SECURITY,
} from "./security/options.ts";
import {
  ALLOW_OBJECTS,
  CAPTURE,
  FULL_OBJECTS,
  MAX_PACKET,
  readSessionOptions,
  type SessionOptions,
} from "./session/options.ts";
import { createSessionPrinter } from "./session/printer.ts";

/** Receives packets. */
export const listen: Command = {
  name: "listen",
  synopsis: "ENDPOINT",
  summary: "receive packets and print them decoded",
  description:
    "Binds, says on stderr where, prints every packet that arrives, and a summary at the " +
    "end: after Ctrl-C, --count packets or --duration. Packets that do not decode are shown with " +
    "the error that Godot gives for them. With -o text, hex, tree or hexdump stdout has what arrived and " +
    "nothing else; with -o json or native it has every event, one a line. See packetpeer help " +
    "endpoints.",
  examples: [
    ["packetpeer listen udp://127.0.0.1:4242", "what does my game send?"],
    ["packetpeer listen tcp://0.0.0.0:4242 --echo", "send every packet back, for many peers"],
    [`packetpeer listen udp://:4242 --reply '{"ok": true}'`, "answer every packet with a value"],
    ["packetpeer listen dtls://:4242 --echo", "encrypted, with a certificate made on the spot"],
    ["packetpeer listen udp://:4242 -o json --count 10 | jq .value", "ten values for a script"],
  ],
  options: [
    { name: "echo", kind: "flag", help: "send every packet back to where it came from" },
    {
      name: "reply",
      kind: "string",
      placeholder: "VALUE",
      help: "answer every packet with a value",
    },
    { name: "count", kind: "count", placeholder: "N", help: "end after so many packets" },
    { name: "duration", kind: "duration", placeholder: "DURATION", help: "end after so long" },
    { name: "strict", kind: "flag", help: "exit with 1 when a packet did not decode" },
    MAX_PACKET,
    MAX_PEERS,
    ALLOW_OBJECTS,
    FULL_OBJECTS,
    CAPTURE,
    ...SERVER_SECURITY,
    {
      name: "quiet",
      short: "q",
      kind: "flag",
      help: "nothing on stderr but errors; without -o no line a packet either, only the summary",
    },
  ],
  run,
};

async function run(options: ParsedOptions, io: Io): Promise<ExitCode> {
  if (options.values.length > 1) {
    throw new UsageError(`listen takes one ENDPOINT, not "${options.values[1]}" as well`);
  }
  const session = readSessionOptions(options, "listen");
  const answer = readAnswer(options, session);
  const maxPeers = readLimit(options, MAX_PEERS);
  checkSecurityOptions(options, session.endpoint.scheme, SERVER_SECURITY);
  const { scheme } = session.endpoint;
  const printer = await createSessionPrinter(io.output, {
    godot: session.godot,
    allowObjects: session.allowObjects,
    // A UDP peer neither comes nor goes.
    peers: scheme === "udp" ? "errors" : "all",
  });
  await printer.prepare();
  const { interrupted } = io;
  const recorder = new Recorder(systemClock.monotonicMs(), [
    ...(answer === null ? ["decode"] as const : ["decode", "send"] as const),
    ...discardedBy(scheme, "server"),
  ]);
  using capture = await openCapture(options, session.endpoint, io);
  const security = await readSecurity(options, session, io);
  const server = await openServer(session.endpoint, {
    ...session,
    maxPeers,
    ...(capture === null ? {} : { tap: capture }),
    ...(security === null ? {} : {
      security: {
        ...withKeysIn(capture, security),
        onStatus: (status, address, error) => {
          if (error !== null) recorder.recordError("connect");
          printer.peer(status, formatAddress(address), error);
        },
        onDiscarded: recorder.recordError.bind(recorder),
        onLimit: limitTeller(io.output),
      },
    }),
  });
  const endpoint = formatEndpoint(scheme, server.address);
  printer.listening(endpoint);
  const run = new ListenSession(server, printer, recorder, {
    answer,
    count: options.number("count") ?? Infinity,
    sendTimeoutMs: session.timeoutMs,
  });
  await run.until(interrupted, options.number("duration"));
  recorder.recordError("dropped", server.droppedPackets);
  await printer.summary(await recorder.report({ endpoint, nowMs: systemClock.monotonicMs() }));
  return options.flag("strict") ? strictExit(recorder.errorCount("decode"), io) : EXIT.ok;
}

/** The certificate and the like; null for transports that have none. */
async function readSecurity(
  options: ParsedOptions,
  { endpoint, timeoutMs }: SessionOptions,
  io: Io,
): Promise<ServerSecurity | null> {
  if (!isSecure(endpoint.scheme)) return null;
  const { readServerSecurity } = await load<typeof import("./security/server.ts")>(
    "../commands/security/server.ts",
  );
  return await readServerSecurity(options, endpoint.host, timeoutMs, io);
}

/** What every packet is answered with: itself, the bytes of a value, or nothing. */
function readAnswer(
  options: ParsedOptions,
  { godot, fullObjects, endpoint: { scheme }, maxPacketSize }: SessionOptions,
): "echo" | Uint8Array<ArrayBuffer> | null {
  const reply = options.text("reply");
  if (options.flag("echo")) {
    if (reply !== null) throw new UsageError("--echo and --reply exclude each other; take one");
    return "echo";
  }
  if (reply === null) return null;
  const value = parseOption("reply", () => variantFromText(reply, { godot }));
  const packet = encodeVariant(value, { godot, fullObjects });
  requireFit(packet.length, "the reply", scheme, packetLimit(scheme, maxPacketSize));
  return packet;
}

function strictExit(broken: number, { output }: Io): ExitCode {
  if (broken === 0) return EXIT.ok;
  const what = broken === 1 ? "1 packet" : `${broken} packets`;
  const message = `${what} did not decode, and --strict asks for none; see the report`;
  output.error(`packetpeer: ${message}`);
  if (output.mode === "json" || output.mode === "native") {
    const report = { exit: EXIT.failed, code: "ERR_INVALID_DATA", message, excerpt: [] } as const;
    output.data(errorEvent(report));
  }
  return EXIT.failed;
}
