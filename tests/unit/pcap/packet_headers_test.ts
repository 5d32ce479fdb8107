import { assertEquals, assertThrows } from "@std/assert";
import { MAX_UDP_PAYLOAD } from "../../../src/packet/packet.ts";
import { parseIpEndpoint } from "../../../src/pcap/address_bytes.ts";
import {
  type IpEndpoint,
  MAX_SEGMENT_SIZE,
  tcpPacket,
  udpPacket,
} from "../../../src/pcap/packet_headers.ts";
import { packetsOf, pcap, readAll, tcp, textOf, udp } from "../../support/pcap_builder.ts";

const V4 = ["192.0.2.1:40000", "198.51.100.2:40001"] as const;
const V6 = ["[2001:db8::1]:40000", "[2001:db8::2]:40001"] as const;

function at(text: string): IpEndpoint {
  const endpoint = parseIpEndpoint(text);
  if (endpoint === null) throw new TypeError(text);
  return endpoint;
}

/** What the reader makes of one packet; checksums that are wrong are notes. */
function read(packet: Uint8Array): unknown {
  const events = readAll(pcap([packet], { linkType: 101 }), { framing: "none" });
  return packetsOf(events).map(({ source, destination, notes, payload, protocol }) => ({
    ends: [source, destination],
    notes,
    size: payload.length,
    path: protocol.join(":"),
  }));
}

for (const [version, [from, to]] of Object.entries({ ip: V4, ipv6: V6 })) {
  Deno.test(`udpPacket() is read back over ${version}`, () => {
    for (const size of [0, 1, 7, 1400, MAX_UDP_PAYLOAD]) {
      const packet = udpPacket(at(from), at(to), new Uint8Array(size).fill(0xa5));
      const path = `raw:${version}:udp`;
      assertEquals(read(packet), [{ ends: [from, to], notes: [], size, path }]);
    }
  });

  Deno.test(`tcpPacket() is read back over ${version}`, () => {
    for (const size of [1, 1401, MAX_SEGMENT_SIZE]) {
      const fields = { sequence: 0xfffffff0, acknowledgment: 7, flags: 0x18 };
      const packet = tcpPacket(at(from), at(to), fields, new Uint8Array(size).fill(0x5a));
      const path = `raw:${version}:tcp`;
      assertEquals(read(packet), [{ ends: [from, to], notes: [], size, path }]);
    }
  });

  Deno.test(`packets over ${version} have the checksums of an independent builder`, () => {
    const payload = new TextEncoder().encode("odd");
    const udpAt = version === "ip" ? 20 : 40;
    const ours = udpPacket(at(from), at(to), payload);
    const theirs = udp(from, to, payload);
    assertEquals(ours.subarray(udpAt), theirs.subarray(udpAt));
    const fields = { sequence: 1, acknowledgment: 2, flags: 0x10 };
    const [segment, other] = [
      tcpPacket(at(from), at(to), fields, payload),
      tcp(from, to, {
        sequence: 1,
        acknowledgment: 2,
        flags: 0x10,
        payload,
      }),
    ];
    // Windows differ, and their checksums by as much.
    assertEquals(segment.subarray(udpAt, udpAt + 14), other.subarray(udpAt, udpAt + 14));
    assertEquals(segment.subarray(udpAt + 20), other.subarray(udpAt + 20));
  });
}

Deno.test("udpPacket() never has the checksum that means that there is none", () => {
  // The checksum of this payload comes out as 0.
  const [from, to] = [at("0.0.0.0:0"), at("0.0.0.0:0")];
  const bare = udpPacket(from, to, new Uint8Array(2));
  const sum = new DataView(bare.buffer).getUint16(26);
  const payload = Uint8Array.of(sum >> 8, sum & 255);
  const packet = udpPacket(from, to, payload);
  assertEquals(new DataView(packet.buffer).getUint16(26), 0xffff);
});

Deno.test("tcpPacket() has room for options", () => {
  const fields = { sequence: 1, acknowledgment: 0, flags: 2, options: [2, 4, 5, 0xb4] };
  const packet = tcpPacket(at(V4[0]), at(V4[1]), fields, new Uint8Array(0));
  assertEquals(packet.length, 44);
  assertEquals(packet.subarray(40).toHex(), "020405b4");
  assertEquals(packet[32], 6 << 4);
});

Deno.test("udpPacket() refuses what no packet can be", () => {
  const [from, to, v6] = [at(V4[0]), at(V4[1]), at(V6[0])];
  assertThrows(() => udpPacket(from, to, new Uint8Array(65508)), RangeError, "65536 bytes");
  assertEquals(udpPacket(v6, v6, new Uint8Array(65527)).length, 40 + 65535);
  assertThrows(() => udpPacket(v6, v6, new Uint8Array(65528)), RangeError);
  assertThrows(() => udpPacket(from, v6, new Uint8Array(0)), TypeError, "IPv4 to IPv6");
});

Deno.test("udpPacket() keeps the payload", () => {
  const [packet] = packetsOf(readAll(pcap(
    [udpPacket(at(V4[0]), at(V4[1]), new TextEncoder().encode("hello"))],
    { linkType: 101 },
  )));
  assertEquals(textOf(packet), "hello");
});
