import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  codesOf,
  concat,
  ethernet,
  packetsOf,
  pcap,
  problemsOf,
  readAll,
  SYN,
  tcp,
  TcpConversation,
  textOf,
  u16,
  udp,
} from "../../support/pcap_builder.ts";

const ENDS = ["10.0.0.1:1000", "10.0.0.2:65535"] as const;

function change(packet: Uint8Array, at: number, bytes: Uint8Array | number[]): Uint8Array {
  const changed = packet.slice();
  changed.set(bytes, 20 + at);
  return changed;
}

function problemOf(packet: Uint8Array): string {
  const events = readAll(pcap([ethernet(packet)]));
  assertEquals(codesOf(events), ["1 bad-header"]);
  return problemsOf(events)[0]?.message ?? "";
}

Deno.test("udp() reads ports and payload", () => {
  const [packet] = packetsOf(readAll(pcap([ethernet(udp(...ENDS, "text"))])));
  assertEquals([packet?.source, packet?.destination, textOf(packet)], [...ENDS, "text"]);
  assertEquals(packet?.transport, "udp");
});

Deno.test("udp() drops what lies behind its length", () => {
  const packet = udp(...ENDS, "text and more", { udpLength: 12 });
  assertEquals(packetsOf(readAll(pcap([ethernet(packet)]))).map(textOf), ["text"]);
});

Deno.test("udp() takes a length of 0 as the length of the packet", () => {
  const packet = udp(...ENDS, "text", { udpLength: 0 });
  assertEquals(packetsOf(readAll(pcap([ethernet(packet)]))).map(textOf), ["text"]);
});

Deno.test("udp() refuses lengths that cannot be", () => {
  assertStringIncludes(problemOf(udp(...ENDS, "", { udpLength: 7 })), "UDP length is 7 bytes");
  assertStringIncludes(
    problemOf(udp(...ENDS, "", { udpLength: 9 })),
    "says 9 bytes, the frame has 8",
  );
  const short = udp(...ENDS, "").subarray(0, 27);
  short.set(u16(27), 2);
  assertStringIncludes(problemOf(short), "UDP header needs 8 bytes, 7 left");
});

Deno.test("udp() says how much of a cut datagram is missing", () => {
  const whole = ethernet(udp(...ENDS, "0123456789"));
  for (
    const [size, message] of [[50, "lacks its last 2 bytes"], [
      42,
      "lacks its last 10 bytes",
    ]] as const
  ) {
    const events = readAll(pcap([{ bytes: whole.subarray(0, size), original: whole.length }]));
    assertEquals(codesOf(events), ["1 cut-frame"]);
    assertStringIncludes(problemsOf(events)[0]?.message ?? "", message);
  }
  for (const size of [41, 33, 20, 13, 0]) {
    const events = readAll(pcap([{ bytes: whole.subarray(0, size), original: whole.length }]));
    assertEquals(codesOf(events), ["1 cut-frame"], `${size} bytes`);
  }
});

Deno.test("tcp() reads ports and payload behind options", () => {
  const packet = tcp(...ENDS, { sequence: 1, payload: "\x01\x01\x01\x00text" });
  const withOptions = change(packet, 12, [0x60]);
  const [read] = packetsOf(readAll(pcap([ethernet(withOptions)]), { framing: "none" }));
  assertEquals([read?.source, read?.destination, textOf(read)], [...ENDS, "text"]);
  assertEquals(read?.transport, "tcp");
});

Deno.test("tcp() refuses headers that cannot be", () => {
  const packet = tcp(...ENDS, { sequence: 1, flags: SYN });
  assertStringIncludes(problemOf(change(packet, 12, [0x40])), "size of 16 bytes");
  assertStringIncludes(problemOf(change(packet, 12, [0x60])), "needs 24 bytes, 20 left");
  const short = packet.subarray(0, 39);
  short.set(u16(39), 2);
  assertStringIncludes(problemOf(short), "needs 20 bytes, 19 left");
});

Deno.test("tcp() keeps what there is of a cut segment, and its stream gets a gap", () => {
  const connection = new TcpConversation();
  const cut = connection.client.segment("0123456789");
  const frames = [
    { bytes: cut.subarray(0, -4), original: cut.length },
    connection.client.segment("abc"),
  ];
  const events = readAll(pcap(frames), { framing: "none" });
  assertEquals(packetsOf(events).map(textOf), ["012345", "abc"]);
  assertEquals(codesOf(events), ["1 cut-frame", "2 gap"]);
  assertStringIncludes(problemsOf(events)[1]?.message ?? "", "misses 4 bytes");
});

Deno.test("Ethernet padding is no part of a segment", () => {
  const connection = new TcpConversation();
  const frames = [...connection.open(), connection.client.segment("x")];
  const padded = frames.map((frame) => concat(frame, new Uint8Array(6)));
  const events = readAll(pcap(padded), { framing: "none" });
  assertEquals(packetsOf(events).map(textOf), ["x"]);
});
