/**
 * Agreement with Wireshark's `tshark` on what captures hold: frame numbers, times, layers, addresses,
 * ports, lengths and payload bytes of datagrams, the bytes of TCP streams after reassembly, and the
 * records of DTLS and TLS. Without tshark on the PATH the tests are ignored.
 */

import { assertEquals } from "@std/assert";
import type { CapturedPacket } from "../../src/pcap/capture.ts";
import { captureSession } from "../support/captured_session.ts";
import { whyNoOpenSsl } from "../support/certificates.ts";
import {
  ACK,
  bytesVariant,
  concat,
  enhancedPacket,
  ethernet,
  FIN,
  fragments,
  framed,
  interfaceBlock,
  LINK,
  linuxCooked,
  linuxCookedV2,
  loopback,
  obsoletePacket,
  packetsOf,
  pcap,
  pcapng,
  readAll,
  sectionHeader,
  snap,
  tcp,
  TcpConversation,
  udp,
} from "../support/pcap_builder.ts";
import { tshark, tsharkTest as test } from "./tshark.ts";

const LAYERS = ["eth", "vlan", "sll", "null", "raw", "ip", "ipv6", "udp"];
const FIELDS = [
  "frame.number",
  "frame.time_epoch",
  "frame.protocols",
  "ip.src",
  "ipv6.src",
  "udp.srcport",
  "ip.dst",
  "ipv6.dst",
  "udp.dstport",
  "udp.length",
  "udp.payload",
];

/** One line a datagram, from tshark. */
async function theirDatagrams(file: Uint8Array): Promise<string[]> {
  const args = FIELDS.flatMap((field) => ["-e", field]);
  const text = await tshark(file, "-Y", "udp", "-T", "fields", "-E", "occurrence=l", ...args);
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const [frame, time, path = "", source4, source6, sourcePort, to4, to6, toPort, size, payload] =
      line.split("\t");
    const layers = path.replace("ieee8021ad", "vlan").split(":")
      .filter((name) => LAYERS.includes(name)).join(":");
    const source = source4 === "" ? `[${source6}]` : source4;
    const destination = to4 === "" ? `[${to6}]` : to4;
    const ends = `${source}:${sourcePort} ${destination}:${toPort}`;
    return `${frame} ${time} ${layers} ${ends} ${size} ${payload ?? ""}`;
  });
}

function ourDatagrams(file: Uint8Array): string[] {
  return packetsOf(readAll(file)).filter(({ transport }) => transport === "udp").map((packet) => {
    const { frame, source, destination, payload } = packet;
    const layers = packet.protocol.map((name) => name === "sll2" ? "sll" : name).join(":");
    const ends = `${source} ${destination}`;
    return `${frame} ${secondsOf(packet)} ${layers} ${ends} ${
      payload.length + 8
    } ${payload.toHex()}`;
  });
}

function secondsOf({ time }: CapturedPacket): string {
  const digits = `${time % 1_000_000_000n}`.padStart(9, "0");
  return `${time / 1_000_000_000n}.${digits}`;
}

/** The bytes of each direction of the only TCP connection, from tshark. */
async function theirStreams(file: Uint8Array): Promise<Record<string, string>> {
  const text = await tshark(file, "-q", "-z", "follow,tcp,raw,0");
  const nodes = [0, 1].map((n) => new RegExp(`^Node ${n}: (.*)$`, "m").exec(text)?.[1] ?? "");
  const [client = "", server = ""] = nodes;
  const streams: Record<string, string> = { [client]: "", [server]: "" };
  for (const [, indent, hex = ""] of text.matchAll(/^(\t?)([0-9a-f]+)$/gm)) {
    const source = indent === "" ? client : server;
    streams[source] = (streams[source] ?? "") + hex;
  }
  return streams;
}

function ourStreams(file: Uint8Array): Record<string, string> {
  const streams: Record<string, string> = {};
  for (const { source, destination, payload } of packetsOf(readAll(file, { framing: "none" }))) {
    streams[source] = (streams[source] ?? "") + payload.toHex();
    streams[destination] ??= "";
  }
  return streams;
}

function fixture(name: string): Uint8Array {
  return Deno.readFileSync(new URL(`../../fixtures/pcap/${name}`, import.meta.url));
}

const V4 = udp("192.0.2.1:40000", "198.51.100.2:40001", "four");
const V6 = udp("[2001:db8::1]:40000", "[2001:db8::1:0:0:2]:40001", "six");

async function assertSameDatagrams(file: Uint8Array): Promise<void> {
  const ours = ourDatagrams(file);
  assertEquals(ours, await theirDatagrams(file));
}

for (
  const name of [
    "godot_udp.pcapng",
    "godot_udp_ipv6_any.pcap",
    "godot_fragments.pcap",
    "godot_fragments_ipv6.pcap",
  ]
) {
  test(`same datagrams in ${name}`, () => assertSameDatagrams(fixture(name)));
}

test("same datagrams on every link", async () => {
  const captures: readonly (readonly [number, readonly Uint8Array[]])[] = [
    [LINK.ethernet, [
      ethernet(V4),
      ethernet(V6, [0x8100]),
      ethernet(V4, [0x88a8, 0x8100]),
      snap(V4),
      concat(ethernet(V4), new Uint8Array(14)),
    ]],
    [LINK.sll, [linuxCooked(V4), linuxCooked(V6)]],
    [LINK.sll2, [linuxCookedV2(V4), linuxCookedV2(V6)]],
    [LINK.null, [loopback(V4, 2, true), loopback(V6, 30, true), loopback(V6, 24, true)]],
    [LINK.loop, [loopback(V4, 2, false), loopback(V6, 30, false)]],
    [LINK.raw, [V4, V6]],
  ];
  for (const [linkType, frames] of captures) {
    await assertSameDatagrams(pcap(frames, { linkType }));
    await assertSameDatagrams(pcapng(frames, { linkType }));
  }
});

test("same datagrams in all file formats, byte orders and resolutions", async () => {
  const frames = [{ bytes: ethernet(V4), seconds: 1_700_000_000, fraction: 123_456 }];
  for (const isBigEndian of [false, true]) {
    for (const isNano of [false, true]) {
      await assertSameDatagrams(pcap(frames, { isBigEndian, isNano }));
    }
    const resolutions = [3, 6, 9, 0x80 | 20];
    const time = 1_700_000_000_123n;
    await assertSameDatagrams(concat(
      sectionHeader(isBigEndian),
      ...resolutions.map((resolution) => interfaceBlock({ isBigEndian, resolution, offset: 5n })),
      ...resolutions.map((_, interfaceId) =>
        enhancedPacket(ethernet(V6), { isBigEndian, interfaceId, time })
      ),
      obsoletePacket(ethernet(V4), { isBigEndian, interfaceId: 1, time }),
    ));
  }
});

test("same datagrams with IP options, extension headers and fragments", async () => {
  const ends = ["[2001:db8::1]:40000", "[2001:db8::2]:40001"] as const;
  const long = Array.from({ length: 300 }, (_, i) => i).join(" ");
  const packets = [
    udp("192.0.2.1:40000", "192.0.2.2:40001", "options", { options: [1, 1, 1, 0] }),
    udp(...ends, "headers", {
      extensions: [[0, [0, 1, 4, 0, 0, 0, 0]], [60, [0, 1, 4, 0, 0, 0, 0]]],
    }),
    ...fragments(udp("192.0.2.1:40000", "192.0.2.2:40001", long), 400),
    ...fragments(udp(...ends, long), 400).toReversed(),
  ];
  await assertSameDatagrams(pcap(packets.map((packet) => ethernet(packet))));
});

test("same streams in godot_packet_stream.pcap", async () => {
  const file = fixture("godot_packet_stream.pcap");
  assertEquals(ourStreams(file), await theirStreams(file));
});

test("same packets in godot_packet_stream.pcap once the stream is cut up", async () => {
  const file = fixture("godot_packet_stream.pcap");
  const packets = packetsOf(readAll(file));
  for (const [source, hex] of Object.entries(await theirStreams(file))) {
    const ours = packets.filter((packet) => packet.source === source);
    assertEquals(concat(...ours.map(({ payload }) => framed(payload))).toHex(), hex);
  }
});

test("same streams from segments out of order, again, and overlapping", async () => {
  const connection = new TcpConversation({ clientSequence: 0xffffff00 });
  const { client, server } = connection;
  const open = connection.open();
  const start = client.sequence;
  const bytes = framed(bytesVariant(2000, 0x61));
  const parts = client.stream(bytes, 100);
  const [first, second, third, fourth, fifth, ...rest] = parts;
  const ordered = [first, third, second, second, first, fifth, fourth, ...rest];
  const frames = [
    ...open,
    ...ordered.filter((frame) => frame !== undefined),
    client.at(start + 50, bytes.subarray(50, 250)),
    client.at(client.sequence - 50, concat(bytes.subarray(-50), "new")),
    server.segment("answer"),
  ];
  client.sequence += 3;
  frames.push(client.segment("", FIN | ACK), server.segment("", FIN | ACK), client.segment(""));
  const file = pcap(frames);
  assertEquals(ourStreams(file), await theirStreams(file));
});

test("same streams where the capture starts in the middle, over IPv6", async () => {
  const connection = new TcpConversation({ client: "[2001:db8::1]:50000", server: "[::1]:4242" });
  const { client, server } = connection;
  const frames = [client.segment("one"), server.segment("two"), client.segment("three")];
  const file = pcap(frames);
  const plain = (streams: Record<string, string>): string[] => Object.values(streams).toSorted();
  assertEquals(plain(ourStreams(file)), plain(await theirStreams(file)));
});

test("same stream from segments in IP fragments", async () => {
  const ends = ["192.0.2.1:50000", "192.0.2.2:4242"] as const;
  const whole = tcp(...ends, { sequence: 1000, payload: "x".repeat(900) });
  const frames = fragments(whole, 400).map((packet) => ethernet(packet));
  const file = pcap(frames);
  assertEquals(ourStreams(file), await theirStreams(file));
});

/** `frame type version epoch sequence length handshake-types` of each record, from tshark. */
async function theirRecords(file: Uint8Array, protocol: "dtls" | "tls"): Promise<string[]> {
  const ofDtls = ["epoch", "sequence_number"].map((name) => `dtls.record.${name}`);
  const names = [
    ...["content_type", "version", "length"].map((name) => `${protocol}.record.${name}`),
    `${protocol}.handshake.type`,
    ...(protocol === "dtls" ? ofDtls : ["tls.record.opaque_type"]),
  ];
  const args = ["frame.number", ...names].flatMap((name) => ["-e", name]);
  const text = await tshark(file, "-Y", protocol, "-T", "fields", ...args);
  return text.split("\n").filter((line) => line !== "").flatMap((line) => {
    const [frame, ...columns] = line.split("\t");
    const [clear = [], versions, lengths, messages, ...rest] = columns.map((column) =>
      column.split(",").filter((entry) => entry !== "").map(Number)
    );
    // What is encrypted in TLS 1.3 has a column of its own, and comes behind what is not.
    const [epochs, sequences] = protocol === "dtls" ? rest : [];
    const types = protocol === "dtls" ? clear : [...clear, ...rest.flat()];
    // One message a record, in the records that are not encrypted.
    let next = 0;
    return types.map((type, i) => {
      const epoch = epochs?.[i] ?? 0;
      const message = type === 22 && epoch === 0 ? messages?.[next++] : undefined;
      const place = `${epoch} ${sequences?.[i] ?? 0}`;
      return `${frame} ${type} ${versions?.[i]} ${lengths?.[i]} ${place} ${message ?? ""}`;
    });
  });
}

function ourRecords(file: Uint8Array): string[] {
  return readAll(file).flatMap((event) => {
    if (event.type !== "record") return [];
    const { type, version, length, epoch, sequence, messages } = event.record;
    const message = messages.map((message) => message.type).join();
    return [`${event.frame} ${type} ${version} ${length} ${epoch} ${sequence} ${message}`];
  });
}

test("same records in godot_dtls.pcapng", async () => {
  const file = fixture("godot_dtls.pcapng");
  assertEquals(ourRecords(file), await theirRecords(file, "dtls"));
});

for (const scheme of ["dtls", "tls"] as const) {
  test(`same records in a session of ${scheme}`, async () => {
    await using session = await captureSession(scheme, ["1", '"two"', "[3, 3, 3]"]);
    const file = await Deno.readFile(session.server);
    assertEquals(ourRecords(file), await theirRecords(file, scheme));
  }, whyNoOpenSsl());
}
