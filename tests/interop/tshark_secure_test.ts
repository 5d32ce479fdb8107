/**
 * Agreement with Wireshark's `tshark` on TLS and DTLS: the fields of records and handshake messages,
 * and what is in them once a key log decrypts them, in captures of real sessions; also in captures
 * taken off the wire of sessions of ours, whose key log `listen` writes. Without tshark, or the
 * right to capture, the tests are ignored.
 */

import { assert, assertEquals } from "@std/assert";
import { nodeCrypto } from "../../src/commands/decode/node_crypto.ts";
import type { CaptureOptions } from "../../src/pcap/capture.ts";
import { KeyLog } from "../../src/tls/key_log.ts";
import { whyNoOpenSsl } from "../support/certificates.ts";
import { packetsOf, readAll } from "../support/pcap_builder.ts";
import { OutputLines, runCli, startCli } from "../support/run_cli.ts";
import { tshark, tsharkTest } from "./tshark.ts";

type Protocol = "tls" | "dtls";

const FOLDER = new URL("../../fixtures/pcap/", import.meta.url);
const CAPTURES: readonly (readonly [name: string, protocol: Protocol])[] = [
  ["openssl_tls12", "tls"],
  ["openssl_tls13", "tls"],
  ["godot_tls_client", "tls"],
  ["godot_dtls_client", "dtls"],
];
const DATA = 23;

function pathOf(file: string): string {
  return new URL(file, FOLDER).pathname;
}

/** Values of some fields of each frame with TLS or DTLS: `frame: 22,20 …`. */
async function fieldsOf(
  file: Uint8Array,
  protocol: Protocol,
  names: readonly string[],
): Promise<string[]> {
  const args = ["frame.number", ...names].flatMap((name) => ["-e", name]);
  const text = await tshark(file, "-Y", protocol, "-T", "fields", ...args);
  return text.split("\n").filter((line) => line !== "").map((line) =>
    line.split("\t").map((column) => column === "" ? "-" : column.replace(/^,|,$/g, "")).join(" ")
  );
}

/** The fields that tshark shows, from the records of each frame; hexadecimal as tshark has it. */
function ourFields(file: Uint8Array, protocol: Protocol): string[] {
  const frames = new Map<number, Record<string, (string | number)[]>>();
  for (const event of readAll(file)) {
    if (event.type !== "record") continue;
    const { type, version, length, epoch, sequence, messages, locked } = event.record;
    const columns = frames.get(event.frame) ??
      { types: [], versions: [], lengths: [], epochs: [], sequences: [], messages: [], suites: [] };
    frames.set(event.frame, columns);
    const isOpaque = protocol === "tls" && type === DATA && locked !== null;
    // TLS 1.3 has a field of its own for what may be inside.
    if (!(isOpaque && event.record.connectionVersion === 0x0304)) columns["types"]?.push(type);
    columns["versions"]?.push(hex(version));
    columns["lengths"]?.push(length);
    columns["epochs"]?.push(epoch);
    columns["sequences"]?.push(sequence);
    columns["messages"]?.push(...messages.map((message) => message.type));
    columns["suites"]?.push(
      ...messages.flatMap(({ clientHello, serverHello }) => [
        ...(clientHello?.suites ?? []),
        ...(serverHello === null ? [] : [serverHello.suite]),
      ]).map(hex),
    );
  }
  return [...frames].map(([frame, columns]) => {
    const { epochs = [], sequences = [], ...others } = columns;
    const all = Object.values(others);
    if (protocol === "dtls") all.splice(3, 0, epochs, sequences);
    return [frame, ...all.map((column) => column.join() || "-")].join(" ");
  });
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(4, "0")}`;
}

for (const [name, protocol] of CAPTURES) {
  tsharkTest(`same fields of records and messages in ${name}.pcap`, async () => {
    const file = await Deno.readFile(pathOf(`${name}.pcap`));
    const records = ["content_type", "version", "length"];
    if (protocol === "dtls") records.push("epoch", "sequence_number");
    const fields = [
      ...records.map((field) => `${protocol}.record.${field}`),
      `${protocol}.handshake.type`,
      `${protocol}.handshake.ciphersuite`,
    ];
    assertEquals(ourFields(file, protocol), await fieldsOf(file, protocol, fields));
  });

  // tshark 4.0 leaves the epoch out of the nonces of DTLS with ChaCha20, and decrypts none of it.
  if (protocol === "dtls") continue;
  tsharkTest(`same bytes in ${name}.pcap once it is decrypted`, async () => {
    const file = await Deno.readFile(pathOf(`${name}.pcap`));
    const theirs = await theirStreams(file, pathOf(`${name}.keylog`));
    assertEquals(await ourStreams(file, pathOf(`${name}.keylog`)), theirs);
    assert(theirs.every((stream) => stream.length > 0));
  });
}

/** What the two sides of the one TLS connection sent, in a fixed order. */
async function theirStreams(file: Uint8Array, keylog: string): Promise<string[]> {
  const options = ["-o", `tls.keylog_file:${keylog}`];
  const text = await tshark(file, ...options, "-q", "-z", "follow,tls,raw,0");
  return [/^[0-9a-f]+$/gm, /^\t[0-9a-f]+$/gm]
    .map((side) => (text.match(side) ?? []).join("").replaceAll("\t", "")).toSorted();
}

async function ourStreams(file: Uint8Array, keylog: string): Promise<string[]> {
  const streams = new Map<string, string>();
  const options = { ...await decrypting(keylog), framing: "none" } as const;
  for (const { source, payload } of packetsOf(readAll(file, options))) {
    streams.set(source, (streams.get(source) ?? "") + payload.toHex());
  }
  return [...streams.values()].toSorted();
}

async function decrypting(keylog: string): Promise<CaptureOptions> {
  const keyLog = new KeyLog();
  keyLog.add(await Deno.readTextFile(keylog));
  return { keyLog, crypto: nodeCrypto };
}

const whyNoWire = whyNoOpenSsl() ?? await whyNoCapture();
const ENHANCED_PACKET = 6;
const VALUES = ['{"cmd": "move", "at": Vector3(1, 2.5, -3)}', '"two"', "PackedInt32Array(1, 2, 3)"];

for (const protocol of ["dtls", "tls"] as const) {
  tsharkTest(`the key log of listen decrypts ${protocol} off the wire`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "packetpeer-" });
    try {
      const keylog = `${folder}/keys.txt`;
      const file = await wireSession(protocol, keylog);
      const packets = packetsOf(readAll(file, await decrypting(keylog)));
      const sent = packets.map(({ payload }) => payload.toHex());
      const { stdoutLines } = await runCli(["encode", ...VALUES]);
      assertEquals(sent.toSorted(), [...stdoutLines, ...stdoutLines].toSorted());
      assertEquals(packetsOf(readAll(file)), []);
      if (protocol === "tls") {
        assertEquals(await ourStreams(file, keylog), await theirStreams(file, keylog));
        return;
      }
      const options = ["-o", `tls.keylog_file:${keylog}`, "-Y", "data", "-T", "fields"];
      const theirs = await tshark(file, ...options, "-e", "data.data");
      assertEquals(theirs.trim().split("\n"), sent);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }, whyNoWire);
}

/** A session of `send` with `listen --echo` on loopback, captured off the wire. */
async function wireSession(protocol: Protocol, keylog: string): Promise<Uint8Array> {
  const options = ["--self-signed", "--echo", "--keylog", keylog];
  await using listener = startCli(["listen", `${protocol}://127.0.0.1:0`, ...options]);
  const line = await listener.stderrLine("listening on ");
  const endpoint = /\S+:\/\/\S+/.exec(line)?.[0] ?? "";
  const port = /\d+$/.exec(endpoint)?.[0] ?? "";
  const transport = protocol === "dtls" ? "udp" : "tcp";
  await using capture = await LiveCapture.start(`${transport} port ${port}`);
  const expected = ["--insecure", "--expect", String(VALUES.length)];
  const { code, stderr } = await runCli(["send", endpoint, ...VALUES, ...expected]);
  assertEquals(code, 0, stderr);
  return await capture.end();
}

/** A capture under way, by dumpcap. It ends with a datagram of its own, so that nothing is missed. */
class LiveCapture implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #output: OutputLines;
  readonly #errors: OutputLines;
  readonly #mark: Deno.DatagramConn;

  constructor(child: Deno.ChildProcess, mark: Deno.DatagramConn) {
    this.#child = child;
    this.#mark = mark;
    this.#output = new OutputLines(child.stdout);
    this.#errors = new OutputLines(child.stderr);
  }

  static async start(filter: string): Promise<LiveCapture> {
    const mark = Deno.listenDatagram({ hostname: "127.0.0.1", port: 0, transport: "udp" });
    const { port } = mark.addr as Deno.NetAddr; // it is a UDP socket
    const args = ["-i", "lo", "-f", `(${filter}) or (udp port ${port})`, "-w", "-"];
    const options = { args, stdin: "null", stdout: "piped", stderr: "piped" } as const;
    const capture = new LiveCapture(new Deno.Command("dumpcap", options).spawn(), mark);
    // Said once the interface is open and the filter is in force.
    await capture.#errors.line("File: ");
    return capture;
  }

  /** The capture of all that went over the wire before. */
  async end(): Promise<Uint8Array> {
    await this.#mark.send(new TextEncoder().encode("\nend of capture\n"), this.#mark.addr);
    await this.#output.line("end of capture");
    this.#child.kill("SIGINT");
    await Promise.all([this.#child.status, this.#output.ended]);
    return withoutMark(this.#output.bytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#mark.close();
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      // It has ended by itself.
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
    await Promise.all([this.#child.status, this.#output.ended, this.#errors.ended]);
  }
}

/** The capture up to its last packet, which `LiveCapture` has sent itself. */
function withoutMark(file: Uint8Array): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let end = file.length;
  for (let at = 0; at + 8 <= file.length; at += view.getUint32(at + 4, true)) {
    if (view.getUint32(at, true) === ENHANCED_PACKET) end = at;
  }
  return file.slice(0, end);
}

/** Why nothing can be captured here; null when it can. */
async function whyNoCapture(): Promise<string | null> {
  try {
    const args = ["-L", "-i", "lo"];
    const { success } = await new Deno.Command("dumpcap", { args, stdout: "null", stderr: "null" })
      .output();
    return success ? null : "dumpcap may not capture on loopback";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "no dumpcap on the PATH";
    throw error;
  }
}
