import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  codesOf,
  concat,
  ethernet,
  fragment,
  packetsOf,
  pcap,
  problemsOf,
  readAll,
  textOf,
  u16,
  udp,
} from "../../support/pcap_builder.ts";

const V4 = ["10.0.0.1:1", "10.0.0.2:2"] as const;
const V6 = ["[fe80::1]:1", "[2001:db8::2]:2"] as const;

/** The texts of packets in frames of one IP packet each, and `frame code` of problems. */
function read(...packets: readonly Uint8Array[]): string[] {
  const events = readAll(pcap(packets.map((packet) => ethernet(packet))));
  return [...packetsOf(events).map(textOf), ...codesOf(events)];
}

function change(packet: Uint8Array, at: number, bytes: Uint8Array | number[]): Uint8Array {
  const changed = packet.slice();
  changed.set(bytes, at);
  return changed;
}

Deno.test("ipv4() reads addresses", () => {
  const [packet] = packetsOf(readAll(pcap([ethernet(udp(...V4, "x"))])));
  assertEquals([packet?.source, packet?.destination], [...V4]);
});

Deno.test("ipv6() reads addresses", () => {
  const [packet] = packetsOf(readAll(pcap([ethernet(udp(...V6, "x"))])));
  assertEquals([packet?.source, packet?.destination], [...V6]);
});

Deno.test("ipv4() skips options", () => {
  assertEquals(read(udp(...V4, "x", { options: [1, 1, 1, 0] })), ["x"]);
  assertEquals(read(udp(...V4, "x", { options: new Uint8Array(40).fill(1) })), ["x"]);
});

Deno.test("ipv4() takes a length of 0 as the length of the frame", () => {
  assertEquals(read(udp(...V4, "x", { length: 0 })), ["x"]);
});

Deno.test("ipv4() refuses headers that contradict themselves", () => {
  const packet = udp(...V4, "text");
  const cases: readonly (readonly [Uint8Array, string])[] = [
    [change(packet, 0, [0x44]), "size of 16 bytes"],
    [change(packet, 0, [0x65]), "version 6"],
    [change(packet, 0, [0x4f]), "its header alone has 60"],
    [change(packet, 2, u16(19)), "length is 19 bytes"],
    [change(packet, 2, u16(33)), "says 33 bytes, the frame has 32"],
    [packet.subarray(0, 19), "needs 20 bytes, 19 left"],
  ];
  for (const [bad, message] of cases) {
    const events = readAll(pcap([ethernet(bad, [], 0x0800)]));
    assertEquals(codesOf(events), ["1 bad-header"], message);
    assertStringIncludes(problemsOf(events)[0]?.message ?? "", message);
  }
});

Deno.test("ipv6() refuses headers that contradict themselves", () => {
  const packet = udp(...V6, "text");
  const cases: readonly (readonly [Uint8Array, string])[] = [
    [change(packet, 0, [0x40]), "version 4"],
    [change(packet, 4, u16(13)), "says 53 bytes, the frame has 52"],
    [packet.subarray(0, 39), "needs 40 bytes, 39 left"],
  ];
  for (const [bad, message] of cases) {
    const events = readAll(pcap([ethernet(bad, [], 0x86dd)]));
    assertEquals(codesOf(events), ["1 bad-header"], message);
    assertStringIncludes(problemsOf(events)[0]?.message ?? "", message);
  }
});

Deno.test("ipv6() takes a length of 0 as the length of the frame", () => {
  assertEquals(read(udp(...V6, "x", { length: 0 })), ["x"]);
});

/** All extension headers, each with its length field. */
const HOP_BY_HOP = [0, [0, 1, 4, 0, 0, 0, 0]] as const;
const ROUTING = [43, [0, 4, 0, 0, 0, 0, 0]] as const;
const DESTINATION = [60, [1, 1, 12, ...new Array(12).fill(0)]] as const;
const AUTHENTICATION = [51, [2, 0, 0, ...new Array(12).fill(0)]] as const;
const ATOMIC_FRAGMENT = [44, [0, 0, 0, 1, 2, 3, 4]] as const;
const MOBILITY = [135, [0, 0, 0, 0, 0, 0, 0]] as const;
const HIP = [139, [0, 0, 0, 0, 0, 0, 0]] as const;
const SHIM6 = [140, [0, 0, 0, 0, 0, 0, 0]] as const;

Deno.test("ipv6() skips extension headers of all kinds", () => {
  const all = [
    HOP_BY_HOP,
    ROUTING,
    DESTINATION,
    AUTHENTICATION,
    ATOMIC_FRAGMENT,
    MOBILITY,
    HIP,
    SHIM6,
  ];
  for (const extension of all) {
    assertEquals(read(udp(...V6, "x", { extensions: [extension] })), ["x"], `${extension[0]}`);
  }
  assertEquals(read(udp(...V6, "x", { extensions: all })), ["x"]);
});

Deno.test("ipv6() does not judge checksums while the packet has a route before it", () => {
  const routed = [43, [0, 4, 1, 0, 0, 0, 0]] as const;
  const packet = udp(...V6, "x", { extensions: [routed], checksum: 0x1234 });
  assertEquals(packetsOf(readAll(pcap([ethernet(packet)])))[0]?.notes, []);
  const arrived = udp(...V6, "x", { extensions: [ROUTING], checksum: 0x1234 });
  const [read] = packetsOf(readAll(pcap([ethernet(arrived)])));
  assertEquals(read?.notes.map(({ code }) => code), ["bad-checksum"]);
});

Deno.test("ipv6() takes a fragment header that fragments nothing as nothing", () => {
  const packet = udp(...V6, "x", { extensions: [ATOMIC_FRAGMENT] });
  assertEquals(packetsOf(readAll(pcap([ethernet(packet)])))[0]?.notes, []);
});

Deno.test("ipv6() refuses extension headers that reach beyond the packet", () => {
  const long = [60, [200, 0, 0, 0, 0, 0, 0]] as const;
  assertEquals(read(udp(...V6, "x", { extensions: [long] })), ["1 bad-header"]);
  const chain = change(udp(...V6, "x").subarray(0, 44), 4, u16(4));
  assertEquals(read(change(chain, 6, [60])), ["1 bad-header"]);
});

Deno.test("ipv4() and ipv6() leave other protocols out", () => {
  for (const protocol of [1, 2, 47, 50, 58, 59, 132]) {
    assertEquals(read(change(udp(...V4, "x"), 9, [protocol])), []);
    assertEquals(read(change(udp(...V6, "x"), 6, [protocol === 51 ? 50 : protocol])), []);
  }
});

Deno.test("reassembledLayer() goes on behind the extension headers of a fragmented packet", () => {
  const whole = udp(...V6, "0123456789", { extensions: [DESTINATION] });
  const payload = whole.subarray(40);
  const parts = [
    fragment(whole, 0, payload.subarray(0, 24), false),
    fragment(whole, 24, payload.subarray(24), true),
  ];
  assertEquals(read(...parts), ["0123456789"]);
});

Deno.test("reassembledLayer() refuses fragments of fragments", () => {
  const whole = udp(...V6, "0123456789abcdef");
  const inner = fragment(whole, 0, whole.subarray(40, 56), false);
  const outer = [
    fragment(inner, 0, inner.subarray(40, 56), false),
    fragment(inner, 16, inner.subarray(56), true),
  ];
  assertEquals(read(...outer), ["2 bad-fragment"]);
});

Deno.test("the padding of short frames is no part of the packet", () => {
  const frames = [concat(ethernet(udp(...V4, "")), new Uint8Array(18).fill(7))];
  assertEquals(packetsOf(readAll(pcap(frames))).map(({ payload }) => payload.length), [0]);
});
