import { assert, assertEquals } from "@std/assert";
import { parseIpEndpoint } from "../../../src/pcap/address_bytes.ts";
import { type IpEndpoint, MAX_SEGMENT_SIZE } from "../../../src/pcap/packet_headers.ts";
import { type TcpEnd, TcpScript } from "../../../src/pcap/tcp_script.ts";
import { codesOf, packetsOf, pcap, readAll } from "../../support/pcap_builder.ts";

const CLIENT = endpoint("192.0.2.1:50000");
const SERVER = endpoint("192.0.2.2:4242");

function endpoint(text: string): IpEndpoint {
  const parsed = parseIpEndpoint(text);
  if (parsed === null) throw new TypeError(text);
  return parsed;
}

/** A script that collects its packets. */
class Recorder {
  readonly packets: Uint8Array[] = [];
  readonly froms: TcpEnd[] = [];
  readonly script: TcpScript;

  constructor(number = 0) {
    this.script = new TcpScript(CLIENT, SERVER, number, (from, packet) => {
      this.froms.push(from);
      this.packets.push(packet);
    });
  }

  /** `client SA 1 0 5`: who, flags, relative sequence and acknowledgement number, size. */
  get lines(): string[] {
    const firsts = { client: 0, server: 0 };
    return this.packets.map((packet, i) => {
      const from = this.froms[i] ?? "client";
      const other = from === "client" ? "server" : "client";
      const view = new DataView(packet.buffer);
      const flags = view.getUint8(33);
      if ((flags & 2) !== 0) firsts[from] = view.getUint32(24);
      const relative = view.getUint32(24) - firsts[from] >>> 0;
      const acknowledged = (flags & 16) === 0 ? "-" : view.getUint32(28) - firsts[other] >>> 0;
      const names = ["F", "S", "R", "P", "A"].filter((_, bit) => (flags & 1 << bit) !== 0).join("");
      const size = packet.length - 20 - (view.getUint8(32) >> 4) * 4;
      return `${from} ${names} ${relative} ${acknowledged} ${size}`;
    });
  }
}

const HANDSHAKE = ["client S 0 - 0", "server SA 0 1 0", "client A 1 1 0"];

Deno.test("TcpScript plays handshake, segments and an end in order", () => {
  const recorder = new Recorder();
  const { script } = recorder;
  script.send("client", new Uint8Array(10));
  script.send("server", new Uint8Array(5));
  script.finish("server");
  script.send("client", new Uint8Array(1));
  assert(!script.isOver);
  script.finish("client");
  assert(script.isOver);
  assertEquals(recorder.lines, [
    ...HANDSHAKE,
    "client PA 1 1 10",
    "server PA 1 11 5",
    "server FA 6 11 0",
    "client A 11 7 0",
    "client PA 11 7 1",
    "client FA 12 7 0",
    "server A 7 13 0",
  ]);
});

Deno.test("TcpScript cuts what is too large for a segment, and acknowledges now and then", () => {
  const recorder = new Recorder();
  recorder.script.send("client", new Uint8Array(5 * MAX_SEGMENT_SIZE + 1));
  const sizes = recorder.lines.slice(3).map((line) => line.split(" ").at(-1));
  assertEquals(sizes, ["65495", "65495", "65495", "65495", "65495", "0", "1"]);
  assertEquals(recorder.lines[8], `server A 1 ${5 * MAX_SEGMENT_SIZE + 1} 0`);
  assert(recorder.packets.every((packet) => packet.length <= 65535));
});

Deno.test("TcpScript says nothing after a reset", () => {
  const recorder = new Recorder();
  recorder.script.reset("server");
  assert(recorder.script.isOver);
  recorder.script.send("client", new Uint8Array(1));
  recorder.script.finish("client");
  recorder.script.reset("client");
  assertEquals(recorder.lines, [...HANDSHAKE, "server RA 1 1 0"]);
});

Deno.test("TcpScript sends nothing behind a FIN, and no second one", () => {
  const recorder = new Recorder();
  recorder.script.finish("client");
  recorder.script.finish("client");
  recorder.script.send("client", new Uint8Array(1));
  assertEquals(recorder.lines, [...HANDSHAKE, "client FA 1 1 0", "server A 1 2 0"]);
});

Deno.test("TcpScript has sequence numbers that wrap", () => {
  const payload = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
  // The first sequence numbers of this one are close to 2^32.
  const recorder = new Recorder(1292);
  const first = new DataView(recorder.packets[0]?.buffer ?? new ArrayBuffer(0)).getUint32(24);
  assert(first > 0xffffffff - 1_200_000);
  for (let i = 0; i < 4; i++) recorder.script.send("client", payload);
  recorder.script.finish("client");
  const events = readAll(pcap(recorder.packets, { linkType: 101 }), { framing: "none" });
  assertEquals(codesOf(events), []);
  assertEquals(
    packetsOf(events).reduce((sum, packet) => sum + packet.payload.length, 0),
    1_200_000,
  );
});

Deno.test("TcpScript of the same ports again is another connection", () => {
  const packets: Uint8Array[] = [];
  for (let number = 0; number < 5; number++) {
    const script = new TcpScript(CLIENT, SERVER, number, (_, packet) => packets.push(packet));
    script.send("client", Uint8Array.of(number));
    if (number % 2 === 0) script.finish("client");
  }
  const events = readAll(pcap(packets, { linkType: 101 }), { framing: "none" });
  assertEquals(packetsOf(events).map(({ payload }) => payload.toHex()), [
    "00",
    "01",
    "02",
    "03",
    "04",
  ]);
  assertEquals(codesOf(events), []);
});
