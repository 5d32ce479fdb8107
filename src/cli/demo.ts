/**
 * The `demo` command: the program at work on this machine, on loopback, with no input. It runs the
 * very commands it shows, and ends with 0 only when everything came out as it should.
 */

import { type Command, EXIT, type ExitCode, type Io, type ParsedOptions } from "./command.ts";
import { Performance } from "./demo_stage.ts";
import type { Output } from "./output.ts";

/** Messages as games send them. */
const MESSAGES: readonly string[] = [
  '{"cmd": "spawn", "id": 7, "pos": Vector3(1.5, 0, -4), "color": Color(1, 0.5, 0, 1)}',
  "Array[int]([3, 1, 4, 1, 5])",
  "PackedVector2Array(0, 0, 16, 0, 16, 9)",
];

/** The int 7 as a stream carries it: behind four bytes of length, which a datagram does not have. */
const PREFIXED = "080000000200000007000000";
/** A Dictionary whose last String was cut off on its way. */
const BROKEN = "1b000000010000000400000003000000636d6400040000000500000073706177";
const BROKEN_VERDICT = 'Cannot decode String at byte 24 ($["cmd"])';

/** Shows everything. */
export const demo: Command = {
  name: "demo",
  synopsis: "",
  summary: "see all of it at work on this machine",
  description:
    "Starts listeners that echo on UDP, TCP and DTLS, sends them game messages, shows both ends, has " +
    "broken packets explained and measures round trips under load: all on 127.0.0.1, in a few seconds. Ends " +
    "with 0 only when everything came out as it should.",
  examples: [["packetpeer demo", "no input, no network but loopback"]],
  options: [],
  run: runDemo,
};

async function runDemo(_options: ParsedOptions, { output, interrupted }: Io): Promise<ExitCode> {
  const problems: string[] = [];
  const scenes: readonly (() => Promise<string[]>)[] = [
    () => echoScene("udp", output),
    () => echoScene("tcp", output),
    () => secureScene(output),
    () => brokenScene(output),
    () => measureScene(output),
  ];
  for (const scene of scenes) {
    if (!interrupted.aborted) problems.push(...await scene());
  }
  output.data("");
  if (interrupted.aborted) return EXIT.failed;
  if (problems.length === 0) {
    output.data(output.paint.green("Everything came out as it should."));
    return EXIT.ok;
  }
  for (const problem of problems) output.error(`packetpeer: demo: ${problem}`);
  return EXIT.failed;
}

function title(output: Output, text: string): void {
  output.data("");
  output.data(output.paint.bold(text));
}

/** What does not hold, in words: the claims whose condition is false. */
function broken(claims: readonly (readonly [condition: boolean, claim: string])[]): string[] {
  return claims.filter(([condition]) => !condition).map(([, claim]) =>
    `this did not hold: ${claim}`
  );
}

/** Game messages there and back. */
async function echoScene(scheme: "udp" | "tcp", output: Output): Promise<string[]> {
  title(output, `Values over ${scheme.toUpperCase()}: one end echoes, the other waits for it`);
  const listener = new Performance(
    ["listen", `${scheme}://127.0.0.1:0`, "--echo"],
    "listen",
    output,
  );
  const endpoint = await endpointOf(listener);
  if (endpoint === null) return [`the ${scheme} listener did not start`];
  const sender = new Performance(
    ["send", endpoint, ...MESSAGES, "--expect", String(MESSAGES.length)],
    "send",
    output,
  );
  const sent = await sender.exit();
  const listened = await listener.interrupt();
  return broken([
    [sent === EXIT.ok && listened === EXIT.ok, `both ends of ${scheme} end with 0`],
    [MESSAGES.every((text) => isShown(listener, "<", text)), `${scheme} values arrive`],
    [MESSAGES.every((text) => isShown(sender, "<", text)), `${scheme} values come back`],
  ]);
}

/** The endpoint that a listener says it listens on; null when it ended instead. */
async function endpointOf(listener: Performance): Promise<string | null> {
  const line = await listener.line("listening on ");
  return line?.slice("listening on ".length) ?? null;
}

/** Whether a packet with this value was shown, incoming or outgoing. */
function isShown({ lines }: Performance, arrow: "<" | ">", text: string): boolean {
  return lines.some((line) => line.includes(` ${arrow} `) && line.endsWith(` ${text}`));
}

/** The same over DTLS, where libssl is there: a certificate made on the spot, and a client that pins it. */
async function secureScene(output: Output): Promise<string[]> {
  title(output, "A value over DTLS: a self-signed certificate, and a client that knows its pin");
  const listener = new Performance(["listen", "dtls://127.0.0.1:0", "--echo"], "listen", output);
  const endpoint = await endpointOf(listener);
  if (endpoint === null) return explainNoDtls(listener, output);
  const pin = listener.lines.join("\n").match(/sha256:[0-9a-f]+/)?.[0] ?? "";
  const [message = ""] = MESSAGES;
  const sender = new Performance(
    ["send", endpoint, message, "--pin", pin, "--expect", "1"],
    "send",
    output,
  );
  const sent = await sender.exit();
  const listened = await listener.interrupt();
  return broken([
    [sent === EXIT.ok && listened === EXIT.ok, "both ends of dtls end with 0"],
    [isShown(listener, "<", message) && isShown(sender, "<", message), "dtls goes both ways"],
    [listener.lines.some((line) => line.includes("handshake ")), "the handshake is measured"],
  ]);
}

/** Without libssl there is nothing to show: that is no failure. Anything else is one. */
async function explainNoDtls(listener: Performance, output: Output): Promise<string[]> {
  await listener.exit();
  const isMissing = listener.lines.some((line) => line.includes("need OpenSSL"));
  if (!isMissing) return ["the dtls listener did not start"];
  output.data(output.paint.yellow("Not shown: DTLS needs OpenSSL 3, as the line above says."));
  return [];
}

/** A packet that no UDP game reads, and one that was cut off. */
async function brokenScene(output: Output): Promise<string[]> {
  title(output, "Broken packets: which byte, why, and what Godot says to them");
  const listener = new Performance(["listen", "udp://127.0.0.1:0"], "listen", output);
  const endpoint = await endpointOf(listener);
  if (endpoint === null) return ["the listener did not start"];
  await new Performance(["send", endpoint, "--hex", PREFIXED, "-q"], "send", output).exit();
  const hint = await listener.line("hint: ");
  await listener.interrupt();
  output.data("");
  const decoder = new Performance(["decode", "-o", "tree", BROKEN], "decode", output);
  const exit = await decoder.exit();
  output.data("");
  const explainer = new Performance(["explain", PREFIXED], "explain", output);
  const explained = await explainer.exit();
  return broken([
    [hint !== null && hint.includes("PacketPeerStream"), "the listener knows a length prefix"],
    [exit === EXIT.failed, "decode ends with 1 for a broken packet"],
    [decoder.lines.some((line) => line.includes(BROKEN_VERDICT)), "its place is named"],
    [decoder.lines.some((line) => line.includes("ERR_FILE_EOF")), "the Godot error is named"],
    [explained === EXIT.ok, "explain knows what the bytes are"],
    [explainer.lines.at(-1)?.includes("PacketPeerStream") === true, "it says which side is wrong"],
  ]);
}

/** Players' load, and limits that it must hold. */
async function measureScene(output: Output): Promise<string[]> {
  title(output, "Round trips over UDP: four clients, 60 packets a second each");
  const isNoPacket = (line: string): boolean => !/^\S+ [<>] /.test(line);
  const args = ["listen", "udp://127.0.0.1:0", "--echo"];
  const listener = new Performance(args, "listen", output, isNoPacket);
  const endpoint = await endpointOf(listener);
  if (endpoint === null) return ["the listener did not start"];
  const load = ["--clients", "4", "--rate", "60/s", "--duration", "2s"];
  const limits = ["--assert", "p99<500ms, loss<5%"];
  const bench = new Performance(
    ["bench", endpoint, '{"cmd": "ping"}', ...load, ...limits],
    "bench",
    output,
  );
  const measured = await bench.exit();
  const listened = await listener.interrupt();
  return broken([
    [measured === EXIT.ok && listened === EXIT.ok, "replies come, and the limits hold"],
    [bench.lines.some((line) => line.startsWith("round trip")), "round trips are measured"],
  ]);
}
