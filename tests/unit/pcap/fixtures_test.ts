/** The captures in `fixtures/pcap`, whose README says what they hold. */

import { assertEquals } from "@std/assert";
import {
  type CapturedPacket,
  type CaptureOptions,
  readCapture,
} from "../../../src/pcap/capture.ts";
import { decodeVariant } from "../../../src/variant/decode.ts";
import { variantToText } from "../../../src/variant/text.ts";
import { codesOf, concat, packetsOf, readAll, textOf } from "../../support/pcap_builder.ts";

function load(name: string): Uint8Array {
  return Deno.readFileSync(new URL(`../../../fixtures/pcap/${name}`, import.meta.url));
}

function packets(name: string, options: CaptureOptions = {}): CapturedPacket[] {
  const events = readAll(load(name), options);
  assertEquals(codesOf(events), []);
  return packetsOf(events);
}

function valueOf(packet: CapturedPacket | undefined): string {
  return packet === undefined ? "" : variantToText(decodeVariant(packet.payload));
}

/** The five values of a session and their answers. */
const SESSION = [
  `{"cmd": "login", "id": 7, "name": "Ada"}`,
  `{"ok": true, "type": 27}`,
  `{"cmd": "move", "pos": Vector3(1, 2.5, -3), "t": 0.25}`,
  `{"ok": true, "type": 27}`,
  `[1, 2.5, "three", null, true]`,
  `{"ok": true, "type": 28}`,
  `PackedByteArray(1, 2, 3, 4, 5)`,
  `{"ok": true, "type": 29}`,
];

for (
  const [name, address, path] of [
    ["godot_udp.pcapng", "127.0.0.1", "eth:ip:udp"],
    ["godot_udp_ipv6_any.pcap", "[::1]", "sll2:ipv6:udp"],
  ] as const
) {
  Deno.test(`${name} is a session of PacketPeerUDP and UDPServer`, () => {
    const all = packets(name);
    assertEquals(all.slice(0, -1).map(valueOf), SESSION);
    assertEquals(textOf(all.at(-1)), "hello");
    assertEquals(all.map(({ frame }) => frame), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const sources = [50242, 4242, 50242, 4242, 50242, 4242, 50242, 4242, 50242];
    assertEquals(all.map(({ source }) => source), sources.map((port) => `${address}:${port}`));
    assertEquals(new Set(all.map(({ protocol }) => protocol.join(":"))), new Set([path]));
    assertEquals(all.flatMap(({ notes }) => notes), []);
  });
}

Deno.test("godot_udp.pcapng has times in nanoseconds", () => {
  assertEquals(packets("godot_udp.pcapng")[0]?.time, 1795258374861394220n);
});

Deno.test("godot_udp_ipv6_any.pcap has times in nanoseconds", () => {
  assertEquals(packets("godot_udp_ipv6_any.pcap")[0]?.time, 1795258404298609520n);
});

const NUMBERS = (count: number) =>
  `PackedInt32Array(${Array.from({ length: count }, (_, i) => i).join(", ")})`;

Deno.test("godot_packet_stream.pcap is a session of PacketPeerStream over TCP", () => {
  for (const framing of ["auto", "packet-stream"] as const) {
    const all = packets("godot_packet_stream.pcap", { framing });
    const ticks = [0, 1, 2, 3, 4].map((tick) => `{"tick": ${tick}}`);
    assertEquals(all.map(valueOf), [...SESSION, ...ticks, NUMBERS(1500)]);
    assertEquals(all.map(({ frame }) => frame), [
      4,
      6,
      8,
      9,
      10,
      11,
      12,
      13,
      14,
      15,
      16,
      17,
      18,
      23,
    ]);
    assertEquals(all.at(-1)?.protocol, ["eth", "ip", "tcp", "packet-stream"]);
    assertEquals(all.at(-1)?.time, 1795258401305136000n);
    assertEquals(all.flatMap(({ notes }) => notes), []);
  }
});

Deno.test("godot_packet_stream.pcap without framing is the bytes of its segments", () => {
  const all = packets("godot_packet_stream.pcap", { framing: "none" });
  const server = all.filter(({ source }) => source === "127.0.0.1:4243");
  assertEquals(server.map(({ frame }) => frame), [
    6,
    9,
    11,
    13,
    14,
    15,
    16,
    17,
    18,
    19,
    20,
    21,
    22,
    23,
  ]);
  assertEquals(concat(...server.map(({ payload }) => payload)).length, 6380);
});

for (
  const [name, frames] of [
    ["godot_fragments.pcap", [3, 4, 10, 11]],
    ["godot_fragments_ipv6.pcap", [4, 5, 12, 13]],
  ] as const
) {
  Deno.test(`${name} has datagrams in fragments`, () => {
    const all = packets(name);
    const answer = `{"ok": true, "type": 30}`;
    assertEquals(all.map(valueOf), [NUMBERS(1000), answer, NUMBERS(2000), answer]);
    assertEquals(all.map(({ frame }) => frame), [...frames]);
    const notes = all.map((packet) => packet.notes.map(({ code }) => code));
    assertEquals(notes, [["reassembled"], [], ["reassembled"], []]);
  });
}

Deno.test("readCapture() reads the fixtures in chunks of any size", async () => {
  for (const name of ["godot_udp.pcapng", "godot_packet_stream.pcap", "godot_fragments.pcap"]) {
    const file = load(name);
    const whole = readAll(file);
    for (const size of [1, 13, 1000]) assertEquals(readAll(file, {}, size), whole);
    const stream = ReadableStream.from([file.slice(0, 500), file.slice(500)]);
    assertEquals(await Array.fromAsync(readCapture(stream)), whole);
  }
});
