import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { sumWords } from "../../../src/pcap/checksum.ts";
import {
  ethernet,
  packetsOf,
  pcap,
  readAll,
  TcpConversation,
  u16,
  udp,
} from "../../support/pcap_builder.ts";

/** The codes of the notes on each packet. */
function notes(...frames: readonly Uint8Array[]): string[][] {
  return packetsOf(readAll(pcap(frames))).map((packet) => packet.notes.map((note) => note.code));
}

const V4 = ["10.0.0.1:1", "10.0.0.2:2"] as const;
const V6 = ["[fe80::1]:1", "[fe80::2]:2"] as const;

/** The sum of the pseudo-header alone, folded, as a sender leaves it to its network card. */
function partialChecksum(packet: Uint8Array, protocol: number, withSize: boolean): number {
  const is4 = packet[0] === 0x45;
  const addresses = is4 ? packet.subarray(12, 20) : packet.subarray(8, 40);
  let sum = protocol + (withSize ? packet.length - (is4 ? 20 : 40) : 0);
  for (let i = 0; i < addresses.length; i += 2) {
    sum += (addresses[i] ?? 0) * 256 + (addresses[i + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

Deno.test("sumWords() adds 16-bit words modulo 65535, with an odd byte in front", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(5), (bytes, start) => {
    const from = Math.min(start, bytes.length);
    let expected = 0;
    for (let i = from; i < bytes.length; i++) {
      expected += (bytes[i] ?? 0) << ((i - from) % 2 === 0 ? 8 : 0);
    }
    const view = new DataView(bytes.buffer);
    assertEquals(sumWords(view, from, bytes.length) % 0xffff, expected % 0xffff);
  }));
});

Deno.test("right checksums get no note", () => {
  for (const [from, to] of [V4, V6]) {
    for (const text of ["", "a", "ab", "abc", "abcd", "abcde", "\xff".repeat(1000)]) {
      assertEquals(notes(ethernet(udp(from, to, text))), [[]]);
    }
  }
});

Deno.test("wrong UDP checksums get a note, and the packet stays", () => {
  for (const [from, to] of [V4, V6]) {
    assertEquals(notes(ethernet(udp(from, to, "text", { checksum: 0x1234 }))), [["bad-checksum"]]);
  }
});

Deno.test("no UDP checksum is fine in IPv4 only", () => {
  assertEquals(notes(ethernet(udp(...V4, "text", { checksum: 0 }))), [[]]);
  assertEquals(notes(ethernet(udp(...V6, "text", { checksum: 0 }))), [["bad-checksum"]]);
});

Deno.test("checksums that are left to the network card get no note", () => {
  for (const [from, to] of [V4, V6]) {
    for (const withSize of [true, false]) {
      const checksum = partialChecksum(udp(from, to, "text"), 17, withSize);
      assertEquals(notes(ethernet(udp(from, to, "text", { checksum }))), [[]]);
    }
  }
});

Deno.test("wrong IPv4 header checksums get a note, unless left to the network card", () => {
  const wrong = packetsOf(
    readAll(pcap([ethernet(udp(...V4, "text", { headerChecksum: 0xbeef }))])),
  );
  assertEquals(wrong[0]?.notes, [{
    severity: "warning",
    code: "bad-checksum",
    message: "The IPv4 header checksum 0xbeef in frame 1 is wrong; a receiver drops it",
  }]);
  assertEquals(notes(ethernet(udp(...V4, "text", { headerChecksum: 0 }))), [[]]);
});

Deno.test("wrong TCP checksums get a note on the next packet of the stream", () => {
  const tcp = new TcpConversation();
  const frames = [
    ...tcp.open(),
    tcp.client.segment("good"),
    tcp.client.segment("bad"),
    tcp.client.segment("good"),
  ];
  frames[4]?.set(u16(0x1234), 14 + 20 + 16);
  const packets = packetsOf(readAll(pcap(frames), { framing: "none" }));
  assertEquals(packets.map((packet) => packet.notes.map(({ message }) => message)), [
    [],
    ["The TCP checksum 0x1234 in frame 5 is wrong; a receiver drops it"],
    [],
  ]);
});
