import { assertEquals, assertStringIncludes } from "@std/assert";
import { KeyLog } from "../../../src/tls/key_log.ts";
import {
  block,
  codesOf,
  concat,
  enhancedPacket,
  ethernet,
  interfaceBlock,
  LINK,
  loopback,
  obsoletePacket,
  packetsOf,
  problemsOf,
  readAll,
  sectionHeader,
  simplePacket,
  textOf,
  u32,
  udp,
} from "../../support/pcap_builder.ts";

function packet(text: string): Uint8Array {
  return udp("10.0.0.1:1", "10.0.0.2:2", text);
}

function datagram(text: string): Uint8Array {
  return ethernet(packet(text));
}

/** Types that pcapng defines and this program has no use for, and one nobody has defined. */
const OTHER_BLOCKS = [4, 5, 9, 10, 0xbad, 0x40000bad, 0x7fffffff];

for (const isBigEndian of [false, true]) {
  Deno.test(`PcapngSource reads all packet blocks: ${isBigEndian ? "big" : "little"}-endian`, () => {
    const file = concat(
      sectionHeader(isBigEndian),
      interfaceBlock({ isBigEndian }),
      enhancedPacket(datagram("enhanced"), { isBigEndian, time: 1_700_000_000_123_456n }),
      ...OTHER_BLOCKS.map((type) => block(type, "any content", isBigEndian)),
      simplePacket(datagram("simple"), datagram("simple").length, isBigEndian),
      obsoletePacket(datagram("obsolete"), { isBigEndian, time: 5n }),
    );
    const events = readAll(file);
    const packets = packetsOf(events);
    assertEquals(packets.map(textOf), ["enhanced", "simple", "obsolete"]);
    assertEquals(packets.map(({ frame }) => frame), [1, 2, 3]);
    assertEquals(packets.map(({ time }) => time), [1_700_000_000_123_456_000n, 0n, 5000n]);
    assertEquals(codesOf(events), []);
  });
}

Deno.test("PcapngSource reads times in the resolution and offset of the interface", () => {
  const cases = [
    {
      resolution: 6,
      offset: 0n,
      time: 1_700_000_000_000_001n,
      expected: 1_700_000_000_000_001_000n,
    },
    {
      resolution: 9,
      offset: 0n,
      time: 1_700_000_000_000_000_001n,
      expected: 1_700_000_000_000_000_001n,
    },
    { resolution: 3, offset: 100n, time: 7n, expected: 100_007_000_000n },
    { resolution: 0, offset: -10n, time: 12n, expected: 2_000_000_000n },
    { resolution: 12, offset: 0n, time: 1_999n, expected: 1n },
    { resolution: 0x80 | 20, offset: 0n, time: 1n << 20n, expected: 1_000_000_000n },
    { resolution: 0x80 | 30, offset: 0n, time: 3n << 29n, expected: 1_500_000_000n },
  ];
  const file = concat(
    sectionHeader(),
    ...cases.map(({ resolution, offset }) => interfaceBlock({ resolution, offset })),
    ...cases.map(({ time }, interfaceId) => enhancedPacket(datagram("x"), { time, interfaceId })),
  );
  const times = packetsOf(readAll(file)).map(({ time }) => time);
  assertEquals(times, cases.map(({ expected }) => expected));
});

Deno.test("PcapngSource keeps interfaces of different link types apart", () => {
  const file = concat(
    sectionHeader(),
    interfaceBlock({ linkType: LINK.ethernet }),
    interfaceBlock({ linkType: LINK.null }),
    enhancedPacket(loopback(packet("null"), 2, true), { interfaceId: 1 }),
    enhancedPacket(datagram("eth"), { interfaceId: 0 }),
  );
  const packets = packetsOf(readAll(file));
  assertEquals(packets.map(textOf), ["null", "eth"]);
  assertEquals(packets.map(({ protocol }) => protocol[0]), ["null", "eth"]);
});

Deno.test("PcapngSource starts anew with each section, also in the other byte order", () => {
  const sections = [false, true, false].map((isBigEndian, i) =>
    concat(
      sectionHeader(isBigEndian),
      interfaceBlock({ isBigEndian, linkType: i === 1 ? LINK.raw : LINK.ethernet }),
      enhancedPacket(i === 1 ? packet("1") : datagram(`${i}`), { isBigEndian }),
    )
  );
  const events = readAll(concat(...sections));
  assertEquals(packetsOf(events).map(textOf), ["0", "1", "2"]);
  assertEquals(packetsOf(events).map(({ frame }) => frame), [1, 2, 3]);
  assertEquals(codesOf(events), []);
});

Deno.test("PcapngSource cuts simple packets as the interface says", () => {
  const whole = datagram("0123456789");
  const file = concat(
    sectionHeader(),
    interfaceBlock({ snapLength: 46 }),
    simplePacket(whole.subarray(0, 46), whole.length),
  );
  const events = readAll(file);
  assertEquals(codesOf(events), ["1 cut-frame"]);
  assertStringIncludes(problemsOf(events)[0]?.message ?? "", "lacks its last 6 bytes");
});

Deno.test("PcapngSource reports packets of interfaces that are not described", () => {
  const first = concat(sectionHeader(), interfaceBlock(), enhancedPacket(datagram("a")));
  const second = concat(sectionHeader(), enhancedPacket(datagram("b")));
  const events = readAll(concat(first, second));
  assertEquals(packetsOf(events).map(textOf), ["a"]);
  assertEquals(codesOf(events), ["2 unknown-interface"]);
});

Deno.test("PcapngSource reports packet blocks without room for their packet", () => {
  const bad = enhancedPacket(datagram("bad"));
  bad.set(u32(1000, true), 20);
  const short = block(6, [0, 0, 0, 0]);
  const empty = block(3, []);
  const file = concat(sectionHeader(), interfaceBlock(), bad, short, empty);
  const events = readAll(concat(file, enhancedPacket(datagram("good"))));
  assertEquals(codesOf(events), ["1 bad-block", "2 bad-block", "3 bad-block"]);
  assertEquals(packetsOf(events).map((packet) => [packet.frame, textOf(packet)]), [[4, "good"]]);
});

Deno.test("PcapngSource reads an interface block that is cut short", () => {
  const bad = block(1, [1, 0, 0, 0]);
  const file = concat(sectionHeader(), bad, interfaceBlock());
  const packets = enhancedPacket(datagram("x"), { interfaceId: 1 });
  const events = readAll(concat(file, enhancedPacket(datagram("y")), packets));
  assertEquals(codesOf(events), ["1 unsupported-link"]);
  assertEquals(packetsOf(events).map(textOf), ["x"]);
});

Deno.test("PcapngSource ignores options that reach beyond their block", () => {
  const odd = interfaceBlock({ resolution: 9 });
  odd[18] = 0xff; // the length of the first option
  odd[19] = 0xff;
  const file = concat(sectionHeader(), odd, enhancedPacket(datagram("x"), { time: 1n }));
  assertEquals(packetsOf(readAll(file)).map(({ time }) => time), [1000n]);
});

Deno.test("PcapngSource finds the next block behind lengths that cannot be", () => {
  const lengths = [0, 8, 13, 0x10000, 0x00ffffff, 0x01000000, 0xfffffffc, 44];
  for (const length of lengths) {
    const bad = enhancedPacket(datagram("bad"));
    bad.set(u32(length, true), 4);
    const file = concat(
      sectionHeader(),
      interfaceBlock(),
      enhancedPacket(datagram("one")),
      bad,
      enhancedPacket(datagram("two")),
      enhancedPacket(datagram("three")),
    );
    const events = readAll(file);
    assertEquals(packetsOf(events).map(textOf), ["one", "two", "three"], `length ${length}`);
    assertEquals(codesOf(events), ["2 bad-block"], `length ${length}`);
  }
});

Deno.test("PcapngSource finds the next block behind a length that differs at its end", () => {
  const bad = block(0x7fffffff, new Uint8Array(40));
  bad.set(u32(20, true), bad.length - 4);
  const file = concat(sectionHeader(), interfaceBlock(), bad, enhancedPacket(datagram("x")));
  const events = readAll(file);
  assertEquals(packetsOf(events).map(textOf), ["x"]);
  assertEquals(codesOf(events), ["1 bad-block"]);
  assertStringIncludes(
    problemsOf(events)[0]?.message ?? "",
    "is 52 at its start and 20 at its end",
  );
});

Deno.test("PcapngSource skips large blocks without keeping them", () => {
  const large = block(0xbad, new Uint8Array(1 << 20));
  const file = concat(sectionHeader(), interfaceBlock(), large, enhancedPacket(datagram("x")));
  assertEquals(packetsOf(readAll(file, {}, 1000)).map(textOf), ["x"]);
  const cut = readAll(file.subarray(0, 500_000));
  assertEquals(codesOf(cut), ["1 truncated-file"]);
  assertStringIncludes(problemsOf(cut)[0]?.message ?? "", "548648 bytes before its end");
});

Deno.test("PcapngSource refuses a section whose byte order cannot be known", () => {
  const bad = sectionHeader();
  bad.set([1, 2, 3, 4], 8);
  const good = concat(sectionHeader(true), interfaceBlock({ isBigEndian: true }));
  const file = concat(bad, good, enhancedPacket(datagram("x"), { isBigEndian: true }));
  const events = readAll(file);
  assertEquals(codesOf(events), ["1 bad-block"]);
  assertEquals(packetsOf(events).map(textOf), ["x"]);
});

Deno.test("PcapngSource reports where a file is cut off, at every length", () => {
  const parts = [sectionHeader(), interfaceBlock(), enhancedPacket(datagram("x"))];
  const ends = [28, 28 + 32, parts.reduce((sum, part) => sum + part.length, 0)];
  const file = concat(...parts);
  for (let size = 4; size < file.length; size++) {
    const expected = ends.includes(size) ? [] : ["1 truncated-file"];
    assertEquals(codesOf(readAll(file.subarray(0, size))), expected, `${size} bytes`);
  }
  assertEquals(codesOf(readAll(file)), []);
});

/** A Decryption Secrets Block with a key log, or with other secrets. */
function secretsBlock(text: string, isBigEndian = false, type = 0x544c534b): Uint8Array {
  const size = u32(text.length, !isBigEndian);
  const padding = new Uint8Array(-text.length & 3);
  return block(10, concat(u32(type, !isBigEndian), size, text, padding), isBigEndian);
}

const KEY_LINE = `CLIENT_RANDOM ${"ab".repeat(32)} ${"cd".repeat(48)}\n`;

/** Types of all events of a file with these blocks between two packets, and how many keys it has. */
function eventsAround(blocks: Uint8Array, isBigEndian = false): [types: string[], keys: number] {
  const keyLog = new KeyLog();
  const file = concat(
    sectionHeader(isBigEndian),
    interfaceBlock({ isBigEndian }),
    enhancedPacket(datagram("one"), { isBigEndian }),
    blocks,
    enhancedPacket(datagram("two"), { isBigEndian }),
  );
  const events = readAll(file, { keyLog });
  return [events.map(({ type, frame }) => `${frame} ${type}`), keyLog.size];
}

Deno.test("PcapngSource reads key logs, which come in front of the next frame", () => {
  for (const isBigEndian of [false, true]) {
    const found = eventsAround(secretsBlock(KEY_LINE, isBigEndian), isBigEndian);
    assertEquals(found, [["1 packet", "1 keys", "2 packet"], 1]);
  }
  const large = secretsBlock("# comment\n".repeat(100_000) + KEY_LINE);
  assertEquals(eventsAround(large), [["1 packet", "1 keys", "2 packet"], 1]);
});

Deno.test("PcapngSource takes no harm from other secrets, and from lengths that lie", () => {
  const none = [["1 packet", "2 packet"], 0];
  assertEquals(eventsAround(secretsBlock(KEY_LINE, false, 0x57474b4c)), none);
  assertEquals(eventsAround(secretsBlock("no key log")), none);
  assertEquals(eventsAround(block(10, u32(0x544c534b, true))), none);
  const lying = concat(u32(0x544c534b, true), u32(0xffffffff, true), KEY_LINE, [0]);
  assertEquals(eventsAround(block(10, lying.subarray(0, lying.length & ~3)))[0].length, 3);
});
