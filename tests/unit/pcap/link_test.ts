import { assertEquals } from "@std/assert";
import { linkLayer } from "../../../src/pcap/link.ts";
import {
  codesOf,
  concat,
  ethernet,
  LINK,
  linuxCooked,
  linuxCookedV2,
  loopback,
  packetsOf,
  pcap,
  readAll,
  snap,
  textOf,
  u16,
  udp,
} from "../../support/pcap_builder.ts";

const IPV4 = udp("10.0.0.1:1", "10.0.0.2:2", "four");
const IPV6 = udp("[fe80::1]:1", "[fe80::2]:2", "six");

/** `path payload` of the frame's packet. */
function read(frame: Uint8Array, linkType: number): string[] {
  const packets = packetsOf(readAll(pcap([frame], { linkType })));
  return packets.map((packet) => `${packet.protocol.join(":")} ${textOf(packet)}`);
}

const CASES: readonly (readonly [string, Uint8Array, number, string])[] = [
  ["Ethernet", ethernet(IPV4), 1, "eth:ip:udp four"],
  ["Ethernet with IPv6", ethernet(IPV6), 1, "eth:ipv6:udp six"],
  ["Ethernet with padding", concat(ethernet(IPV4), new Uint8Array(14)), 1, "eth:ip:udp four"],
  ["802.1Q", ethernet(IPV4, [0x8100]), 1, "eth:vlan:ip:udp four"],
  ["802.1ad", ethernet(IPV6, [0x88a8, 0x8100]), 1, "eth:vlan:vlan:ipv6:udp six"],
  ["old QinQ", ethernet(IPV4, [0x9100, 0x8100]), 1, "eth:vlan:vlan:ip:udp four"],
  ["LLC/SNAP", snap(IPV4), 1, "eth:ip:udp four"],
  ["Linux cooked", linuxCooked(IPV4), LINK.sll, "sll:ip:udp four"],
  ["Linux cooked with IPv6", linuxCooked(IPV6), LINK.sll, "sll:ipv6:udp six"],
  ["Linux cooked v2", linuxCookedV2(IPV4), LINK.sll2, "sll2:ip:udp four"],
  ["Linux cooked v2 with IPv6", linuxCookedV2(IPV6), LINK.sll2, "sll2:ipv6:udp six"],
  ["BSD loopback", loopback(IPV4, 2, true), LINK.null, "null:ip:udp four"],
  ["BSD loopback, big-endian", loopback(IPV4, 2, false), LINK.null, "null:ip:udp four"],
  ["OpenBSD loopback", loopback(IPV6, 24, false), LINK.loop, "null:ipv6:udp six"],
  ["FreeBSD loopback", loopback(IPV6, 28, true), LINK.null, "null:ipv6:udp six"],
  ["macOS loopback", loopback(IPV6, 30, true), LINK.null, "null:ipv6:udp six"],
  ["raw IP", IPV4, LINK.raw, "raw:ip:udp four"],
  ["raw IP with IPv6", IPV6, LINK.raw, "raw:ipv6:udp six"],
  ["raw IP, BSD", IPV4, 12, "raw:ip:udp four"],
  ["raw IP, OpenBSD", IPV6, 14, "raw:ipv6:udp six"],
  ["IPv4", IPV4, 228, "raw:ip:udp four"],
  ["IPv6", IPV6, 229, "raw:ipv6:udp six"],
];

Deno.test("linkLayer() finds the IP packet in every kind of link", async (t) => {
  for (const [name, frame, linkType, expected] of CASES) {
    await t.step(name, () => assertEquals(read(frame, linkType), [expected]));
  }
});

Deno.test("linkLayer() finds nothing in other protocols", () => {
  const arp = concat(ethernet(IPV4).subarray(0, 12), u16(0x0806), new Uint8Array(28));
  const llc = concat(ethernet(IPV4).subarray(0, 12), u16(38), [0x42, 0x42, 3], new Uint8Array(35));
  for (const frame of [arp, llc]) assertEquals(readAll(pcap([frame])), []);
  assertEquals(readAll(pcap([loopback(IPV4, 7, true)], { linkType: LINK.null })), []);
});

Deno.test("linkLayer() reports headers that are too short, in every kind of link", () => {
  for (const [name, frame, linkType, expected] of CASES) {
    const headerSize = frame.length - (expected.includes("ipv6") ? IPV6 : IPV4).length;
    const size = Math.max(0, Math.min(headerSize, 14) - 1);
    const events = readAll(pcap([frame.subarray(0, size)], { linkType }));
    assertEquals(codesOf(events), ["1 bad-header"], name);
  }
});

Deno.test("linkLayer() refuses garbage", () => {
  const tags = ethernet(IPV4, [0x8100, 0x8100, 0x8100, 0x8100, 0x8100]);
  assertEquals(codesOf(readAll(pcap([tags]))), ["1 bad-header"]);
  const version5 = IPV4.slice();
  version5[0] = 0x55;
  assertEquals(codesOf(readAll(pcap([version5], { linkType: LINK.raw }))), ["1 bad-header"]);
});

Deno.test("linkLayer() is null for link types that are not supported", () => {
  assertEquals([105, 127, 189, -1].map(linkLayer), [null, null, null, null]);
});

Deno.test("CaptureReader says once that a link type is not supported", () => {
  const events = readAll(pcap([IPV4, IPV4, IPV4], { linkType: 105 }));
  assertEquals(codesOf(events), ["1 unsupported-link"]);
});
