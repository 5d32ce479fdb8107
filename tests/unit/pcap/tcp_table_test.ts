import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type CaptureOptions, CaptureReader } from "../../../src/pcap/capture.ts";
import {
  ACK,
  bytesVariant,
  codeOf,
  codesOf,
  concat,
  ethernet,
  FIN,
  framed,
  intVariant,
  packetsOf,
  pcap,
  pcapHeader,
  pcapRecord,
  problemsOf,
  readAll,
  RST,
  SYN,
  tcp,
  TcpConversation,
  textOf,
} from "../../support/pcap_builder.ts";

const NONE: CaptureOptions = { framing: "none" };
const FRAMES: CaptureOptions = { framing: "packet-stream" };

/** `frame text` of packets, `frame code` of problems, in order. */
function read(frames: readonly Uint8Array[], options: CaptureOptions): string[] {
  return readAll(pcap(frames), options).map((event) =>
    event.type === "packet" ? `${event.frame} ${textOf(event)}` : `${event.frame} ${codeOf(event)}`
  );
}

function messages(frames: readonly Uint8Array[], options: CaptureOptions): string[] {
  return problemsOf(readAll(pcap(frames), options)).map(({ message }) => message);
}

Deno.test("TcpTable keeps the directions of a connection apart", () => {
  const { client, server, open } = conversation();
  const frames = [
    ...open,
    client.segment("ask"),
    server.segment("answer"),
    client.segment("", FIN | ACK),
    server.segment("", FIN | ACK),
    client.segment(""),
  ];
  const events = packetsOf(readAll(pcap(frames), NONE));
  assertEquals(events.map((packet) => [packet.source, packet.destination, textOf(packet)]), [
    ["10.0.0.1:50000", "10.0.0.2:4242", "ask"],
    ["10.0.0.2:4242", "10.0.0.1:50000", "answer"],
  ]);
  assertEquals(codesOf(readAll(pcap(frames), NONE)), []);
});

function conversation(clientAddress = "10.0.0.1:50000"): {
  client: TcpConversation["client"];
  server: TcpConversation["server"];
  open: Uint8Array[];
} {
  const connection = new TcpConversation({ client: clientAddress });
  const open = connection.open();
  return { client: connection.client, server: connection.server, open };
}

Deno.test("TcpTable keeps connections apart", () => {
  const a = conversation("10.0.0.1:1");
  const b = conversation("10.0.0.1:2");
  const frames = [
    ...a.open,
    ...b.open,
    a.client.segment(framed("one").subarray(0, 5)),
    b.client.segment(framed("two")),
    a.client.segment(framed("one").subarray(5)),
  ];
  assertEquals(read(frames, FRAMES), ["8 two", "9 one"]);
});

Deno.test("TcpTable reads IPv6 connections", () => {
  const connection = new TcpConversation({ client: "[fe80::1]:1", server: "[fe80::2]:2" });
  const frames = [...connection.open(), connection.client.segment("x")];
  const [packet] = packetsOf(readAll(pcap(frames), NONE));
  assertEquals([packet?.source, packet?.destination], ["[fe80::1]:1", "[fe80::2]:2"]);
  assertEquals(packet?.protocol, ["eth", "ipv6", "tcp"]);
});

Deno.test("TcpTable gives up a hole that the other side has acknowledged", () => {
  const { client, server, open } = conversation();
  const frames = [...open, client.segment("ab")];
  client.segment("cd"); // not captured
  frames.push(client.segment("ef"));
  for (let i = 0; i < 4; i++) frames.push(server.segment(""));
  frames.push(client.segment("gh"));
  assertEquals(read(frames, NONE), ["4 ab", "5 gap", "5 ef", "10 gh"]);
  assertEquals(messages(frames, NONE), [
    "Frame 5: the TCP stream from 10.0.0.1:50000 to 10.0.0.2:4242 misses 2 bytes in the capture",
  ]);
});

Deno.test("TcpTable gives up holes in both directions", () => {
  const { client, server, open } = conversation();
  const frames = [...open, server.segment("ab")];
  server.segment("cd"); // not captured
  frames.push(server.segment("ef"));
  for (let i = 0; i < 4; i++) frames.push(client.segment(""));
  frames.push(server.segment("gh"));
  assertEquals(read(frames, NONE), ["4 ab", "5 gap", "5 ef", "10 gh"]);
});

Deno.test("TcpTable takes acknowledgements of a side that has sent nothing", () => {
  const client = "10.0.0.1:1";
  const server = "10.0.0.2:2";
  const data = (sequence: number, payload: string) =>
    ethernet(tcp(client, server, { sequence, payload }));
  const ack = ethernet(tcp(server, client, { sequence: 1, acknowledgment: 6 }));
  const frames = [data(0, "ab"), data(4, "ef"), ack, ack, ack, ack, data(6, "gh")];
  assertEquals(read(frames, NONE), ["1 ab", "2 gap", "2 ef", "7 gh"]);
});

Deno.test("TcpTable reads a connection to its reset", () => {
  const { client, server, open } = conversation();
  const frames = [
    ...open,
    client.segment(framed("cut").subarray(0, 5)),
    server.segment(framed("whole")),
    server.segment("", RST | ACK),
    conversation("10.0.0.9:9").client.segment(framed("other")),
  ];
  const lines = read(frames, FRAMES);
  assertEquals(lines.slice(0, 2), ["5 whole", "4 cut-packet"]);
  assertStringIncludes(messages(frames, FRAMES)[0] ?? "", "was reset, inside a packet: 1 of 3");
});

Deno.test("TcpTable does not believe a reset that is behind the stream", () => {
  const { client, open } = conversation();
  const frames = [
    ...open,
    client.segment(framed("one").subarray(0, 5)),
    client.at(client.sequence - 5, "", RST),
    client.segment(framed("one").subarray(5)),
  ];
  assertEquals(read(frames, FRAMES), ["6 one"]);
});

Deno.test("TcpTable starts anew when a connection begins on the same ports", () => {
  const first = conversation();
  const second = new TcpConversation({ clientSequence: 0x80000000, serverSequence: 0x90000000 });
  const frames = [
    ...first.open,
    first.client.segment(framed("old").subarray(0, 5)),
    ...second.open(),
    second.client.segment(framed("new")),
    second.server.segment(framed("answer")),
  ];
  assertEquals(read(frames, FRAMES), ["4 cut-packet", "8 new", "9 answer"]);
  assertStringIncludes(messages(frames, FRAMES)[0] ?? "", "was replaced by a new connection");
});

Deno.test("TcpTable starts anew when sequence numbers jump", () => {
  const { client, open } = conversation();
  const frames = [...open, client.segment("before"), client.at(0x70000000, "after")];
  assertEquals(read(frames, NONE), ["4 before", "5 after"]);
});

Deno.test("TcpTable is not put off by empty segments with odd sequence numbers", () => {
  const { client, open } = conversation();
  const frames = [
    ...open,
    client.segment(framed("packet").subarray(0, 7)),
    client.at(0x70000000, "", FIN | ACK),
    client.at(0x70000000, "", RST),
    client.at(client.sequence - 1, ""), // keep-alive
    client.segment(framed("packet").subarray(7)),
  ];
  assertEquals(read(frames, FRAMES), ["8 packet"]);
});

Deno.test("TcpTable ignores what comes after the end of a connection again", () => {
  const { client, server, open } = conversation();
  const data = client.segment(framed("one"));
  const fin = client.segment("", FIN | ACK);
  const frames = [...open, data, fin, server.segment("", FIN | ACK), data, fin];
  assertEquals(read(frames, FRAMES), ["4 one"]);
});

Deno.test("TcpTable reads a SYN that comes again", () => {
  const { client, open } = conversation();
  const frames = [...open.slice(0, 1), ...open, client.segment(framed("one")), ...open.slice(0, 1)];
  frames.push(client.segment(framed("two")));
  assertEquals(read(frames, FRAMES), ["5 one", "7 two"]);
});

Deno.test("TcpTable forgets the quietest streams when there are too many", () => {
  const options: CaptureOptions = { framing: "packet-stream", limits: { streams: 4 } };
  const kept = conversation("10.0.1.1:1");
  const lost = conversation("10.0.1.2:1");
  const halves = [framed("packet").subarray(0, 5), framed("packet").subarray(5)];
  const frames = [
    ...kept.open.slice(0, 1),
    ...lost.open.slice(0, 1),
    lost.client.segment(framed("packet")),
    lost.client.segment(framed("cut").subarray(0, 5)),
  ];
  for (let port = 1; port <= 20; port++) {
    const other = new TcpConversation({ client: `10.0.2.1:${port}` });
    frames.push(kept.client.segment(halves[port % 2 === 1 ? 0 : 1] ?? ""));
    frames.push(other.client.segment("", SYN));
  }
  const events = readAll(pcap(frames), options);
  assertEquals(packetsOf(events).map(textOf), new Array(11).fill("packet"));
  assertEquals(codesOf(events), ["4 cut-packet"]);
  assertStringIncludes(problemsOf(events)[0]?.message ?? "", "was given up for newer ones");
});

Deno.test("TcpTable bounds the number of streams and the bytes in them", () => {
  const limits = { streams: 100, streamBytes: 10_000, totalStreamBytes: 100_000 };
  const reader = new CaptureReader({ limits });
  reader.push(pcapHeader());
  let events = 0;
  for (let i = 0; i < 5000; i++) {
    const client = `10.${i % 5}.${i >> 8}.${i & 255}:1000`;
    const connection = new TcpConversation({ client });
    const variant = framed(bytesVariant(2000));
    const segments = [
      ...connection.open(),
      connection.client.segment(variant.subarray(0, 900)), // waits for its rest
      connection.server.at(9000, variant.subarray(0, 900)), // waits behind a hole
    ];
    reader.push(concat(...segments.map((segment) => pcapRecord(segment))));
    while (reader.next() !== null) events++;
    assert(reader.retained <= limits.totalStreamBytes + 10_000, `${reader.retained} bytes`);
  }
  assert(events > 5000);
});

Deno.test("TcpTable ends the stream that has waited longest when too many bytes wait", () => {
  const limits = { totalStreamBytes: 4000 };
  const a = conversation("10.0.0.1:1");
  const b = conversation("10.0.0.1:2");
  const big = framed(bytesVariant(3000));
  const frames = [
    ...a.open,
    ...b.open,
    a.client.segment(big.subarray(0, 1500)),
    b.client.segment(big.subarray(0, 1500)),
    b.client.segment(big.subarray(1500)),
    a.client.segment(framed(intVariant(1))),
    a.client.segment(framed(intVariant(2))),
  ];
  const events = readAll(pcap(frames), { framing: "packet-stream", limits });
  assertEquals(codesOf(events), ["7 cut-packet"]);
  assertStringIncludes(problemsOf(events)[0]?.message ?? "", "because too many bytes waited");
  assertEquals(packetsOf(events).map(({ payload }) => payload.length), [3008, 8, 8]);
});

Deno.test("TcpTable reads all streams to their ends when the capture ends", () => {
  const a = conversation("10.0.0.1:1");
  const b = conversation("10.0.0.1:2");
  const frames = [
    ...a.open,
    ...b.open,
    a.client.segment(framed("cut").subarray(0, 6)),
    b.client.segment("\x03"),
  ];
  assertEquals(read(frames, FRAMES), ["7 cut-packet", "8 cut-packet"]);
  assertStringIncludes(
    messages(frames, FRAMES)[0] ?? "",
    "was still open at the end of the capture",
  );
});
