/**
 * listen and send against a real peer: `put_var` and `get_var` of PacketPeerUDP and PacketPeerStream,
 * UDPServer and TCPServer, with values of every type both ways. The engine compares what it gets, and
 * so does the test.
 */

import { assert, assertEquals } from "@std/assert";
import { decodeVariant } from "../../src/variant/decode.ts";
import { encodeVariant } from "../../src/variant/encode.ts";
import { variantFromText, variantToText } from "../../src/variant/text.ts";
import type { GodotVersion } from "../../src/variant/types.ts";
import { type CliResult, runCli, startCli } from "../support/run_cli.ts";
import { loadEngineValues } from "./engine_scripts.ts";
import { findGodot, type Godot, godotTest } from "./godot.ts";

type Transport = "udp" | "tcp";

for (const generation of [4, 3] as const) {
  const found = await findGodot(generation);
  for (const transport of ["udp", "tcp"] as const) {
    const peer = `Godot ${generation} over ${transport.toUpperCase()}`;

    godotTest(
      found,
      `listen --echo hears and answers ${peer}`,
      (godot) => echoes(godot, transport),
    );
    godotTest(found, `listen --reply answers ${peer}`, (godot) => replies(godot, transport));
    godotTest(found, `send reaches ${peer} and hears it`, (godot) => sends(godot, transport));
  }
}

async function echoes(godot: Godot, transport: Transport): Promise<void> {
  const { sent, events } = await listenToGodot(godot, transport, ["--echo"], []);
  assertEquals(packetsIn(events, godot.generation), sent);
  assertEquals(summaryOf(events).packets, { received: sent.length, sent: sent.length });
}

async function replies(godot: Godot, transport: Transport): Promise<void> {
  const text = '{"ok": true, "pos": Vector2(1.5, -2), "tags": ["a", 2, 3.0]}';
  const answer = encodeVariant(variantFromText(text), { godot: godot.generation }).toHex();
  const { sent, events } = await listenToGodot(godot, transport, ["--reply", text], [answer]);
  assertEquals(packetsIn(events, godot.generation), sent);
}

/** Has the engine's client send all its values to `packetpeer listen`. */
async function listenToGodot(
  godot: Godot,
  transport: Transport,
  options: readonly string[],
  clientArgs: readonly string[],
): Promise<{ sent: string[]; events: Event[] }> {
  const endpoint = `${transport}://127.0.0.1:0`;
  const version = ["--godot", `${godot.generation}`];
  await using listener = startCli(["listen", endpoint, ...options, ...version, "-o", "json"]);
  const line = await listener.stderrLine("listening on ");
  const client = await godot.run("packet_client.gd", [endpointIn(line), ...clientArgs]);
  const sent = client.lines.filter((sentLine) => sentLine.startsWith("sent "))
    .map((sentLine) => sentLine.slice("sent ".length));
  assert(sent.length > 500, `only ${sent.length} packets`);
  assertGodotIsContent(client, `${sent.length} of ${sent.length} answers as expected`);

  listener.kill("SIGTERM");
  return { sent, events: eventsOf(await listener.result()) };
}

async function sends(godot: Godot, transport: Transport): Promise<void> {
  const packets = await loadPackets(godot);
  await using server = await godot.start("check_server.gd", [`${transport}://127.0.0.1:0`]);
  const endpoint = endpointIn(await server.line("listening on "));
  const options = ["--expect", `${packets.length}`, "--godot", `${godot.generation}`, "-o", "json"];
  // A burst of datagrams is more than a socket of the engine holds.
  const pace = transport === "udp" ? ["--interval", "2ms"] : [];
  const result = await runCli(["send", endpoint, "-", ...options, ...pace], {
    stdin: packets.map((hex) => textOf(hex, godot.generation)).join("\n"),
  });
  const events = eventsOf(result);
  assertEquals(packetsIn(events, godot.generation), packets);
  const { sent, received, lost } = summaryOf(events).packets;
  assertEquals([sent, received, lost], [packets.length, packets.length, 0]);
  const all = `${packets.length} of ${packets.length} packets as expected`;
  assertGodotIsContent(await server.result(), all);
}

/** What the engine writes for the values that it expects to get, as hex. */
async function loadPackets(godot: Godot): Promise<string[]> {
  const values = await loadEngineValues(godot);
  return values.filter(({ isSteady, text }) => isSteady && !text.includes("Object("))
    .map(({ bytes }) => bytes.toHex());
}

function textOf(hex: string, godot: GodotVersion): string {
  return variantToText(decodeVariant(Uint8Array.fromHex(hex), { godot }), { godot });
}

/** A line of NDJSON; which members it has depends on its event. */
interface Event {
  readonly event: string;
  readonly direction?: string;
  readonly text?: string;
  readonly packets?: Readonly<Record<string, number>>;
}

function eventsOf(result: CliResult): Event[] {
  assertEquals(result.code, 0, result.stderr);
  return result.stdoutLines.map((line) => JSON.parse(line) as Event); // lines of -o json are events
}

/** The bytes of what arrived, made again from its text, as hex. */
function packetsIn(events: readonly Event[], godot: GodotVersion): string[] {
  return events.filter(({ event, direction }) => event === "packet" && direction === "in")
    .map(({ text }) => encodeVariant(variantFromText(text ?? ""), { godot }).toHex());
}

function summaryOf(events: readonly Event[]): Required<Pick<Event, "packets">> {
  const last = events.at(-1);
  assert(last?.event === "summary" && last.packets !== undefined, "the last event is the summary");
  return { packets: last.packets };
}

function endpointIn(line: string): string {
  return line.match(/\w+:\/\/\S+/)?.[0] ?? line;
}

function assertGodotIsContent(
  result: { readonly code: number; readonly lines: readonly string[] },
  lastLine: string,
): void {
  const complaints = result.lines.filter((line) => !/^(sent|listening on) /.test(line));
  assertEquals([complaints.join("\n"), result.code], [lastLine, 0]);
}
