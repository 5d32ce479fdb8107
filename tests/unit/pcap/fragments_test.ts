import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { type CaptureOptions, CaptureReader } from "../../../src/pcap/capture.ts";
import {
  codesOf,
  ethernet,
  fragment,
  fragments,
  packetsOf,
  pcap,
  pcapHeader,
  pcapRecord,
  problemsOf,
  readAll,
  tcp,
  textOf,
  udp,
} from "../../support/pcap_builder.ts";

const TEXT = Array.from({ length: 200 }, (_, i) => i).join(" ");
const V4 = udp("10.0.0.1:1", "10.0.0.2:2", TEXT);
const V6 = udp("[fe80::1]:1", "[fe80::2]:2", TEXT);

/** Size of the payload of `V4`. */
const SIZE = V4.length - 20;

type Read = { texts: string[]; codes: string[]; notes: string[]; messages: string[] };

function read(packets: readonly Uint8Array[], options: CaptureOptions = {}): Read {
  const events = readAll(pcap(packets.map((packet) => ethernet(packet))), options);
  return {
    texts: packetsOf(events).map(textOf),
    codes: codesOf(events),
    notes: packetsOf(events).flatMap(({ notes }) => notes.map(({ code }) => code)),
    messages: problemsOf(events).map(({ message }) => message),
  };
}

/** One fragment of `V4`: bytes from `start` to `end` of its payload. */
function part(start: number, end: number, isLast = end === SIZE): Uint8Array {
  return fragment(V4, start, V4.subarray(20 + start, 20 + end), isLast);
}

Deno.test("FragmentTable puts datagrams together, whatever the order", () => {
  for (const whole of [V4, V6]) {
    for (const size of [8, 16, 104, 696]) {
      const pieces = fragments(whole, size);
      for (
        const order of [pieces, pieces.toReversed(), [...pieces.slice(1), ...pieces.slice(0, 1)]]
      ) {
        const { texts, codes, notes } = read(order);
        assertEquals([texts, codes, notes], [[TEXT], [], ["reassembled"]]);
      }
    }
  }
});

Deno.test("FragmentTable gives the frame that completes the datagram", () => {
  const frames = fragments(V4, 400).map((packet, i) => ({ bytes: ethernet(packet), seconds: i }));
  const [packet] = packetsOf(readAll(pcap(frames)));
  assertEquals([packet?.frame, packet?.time], [2, 1_000_000_000n]);
  assertEquals([packet?.source, packet?.destination], ["10.0.0.1:1", "10.0.0.2:2"]);
  assertEquals(packet?.protocol, ["eth", "ip", "udp"]);
  assertStringIncludes(packet?.notes[0]?.message ?? "", "2 IP fragments, the first in frame 1");
});

Deno.test("FragmentTable puts TCP segments together", () => {
  const segment = tcp("10.0.0.1:1", "10.0.0.2:2", { sequence: 1, payload: TEXT });
  const { texts, notes } = read(fragments(segment, 400), { framing: "none" });
  assertEquals([texts, notes], [[TEXT], ["reassembled"]]);
});

Deno.test("FragmentTable keeps datagrams with other identifications, addresses and protocols apart", () => {
  const other = udp("10.0.0.1:1", "10.0.0.3:2", "other" + TEXT);
  const halves = (packet: Uint8Array, id: number) => [
    fragment(packet, 0, packet.subarray(20, 420), false, id),
    fragment(packet, 400, packet.subarray(420), true, id),
  ];
  const [a1, a2] = halves(V4, 1);
  const [b1, b2] = halves(V4, 2);
  const [c1, c2] = halves(other, 1);
  const mixed = [a1, b1, c1, c2, b2, a2].filter((packet) => packet !== undefined);
  assertEquals(read(mixed).texts, ["other" + TEXT, TEXT, TEXT]);
});

Deno.test("FragmentTable takes the protocol of an IPv6 datagram from its first fragment", () => {
  const [first, last] = fragments(V6, 400);
  if (first === undefined || last === undefined) throw new Error("V6 is cut in two");
  last[40] = 59; // no next header
  assertEquals(read([last, first]).texts, [TEXT]);
});

Deno.test("FragmentTable keeps notes on fragments", () => {
  const [first, last] = fragments(V4, 400);
  if (first === undefined || last === undefined) throw new Error("V4 is cut in two");
  first[10] = 0xaa; // checksum
  assertEquals(read([first, last]).notes, ["bad-checksum", "reassembled"]);
});

Deno.test("FragmentTable ignores fragments that come twice", () => {
  const { texts, codes, notes } = read([part(0, 400), part(0, 400), part(400, SIZE)]);
  assertEquals([texts, codes, notes], [[TEXT], [], ["reassembled"]]);
});

Deno.test("FragmentTable fills holes from overlapping fragments, without a note when they agree", () => {
  const overlapping = [part(80, 160), part(240, 320), part(40, 400), part(0, 80), part(320, SIZE)];
  const { texts, codes, notes } = read(overlapping);
  assertEquals([texts, codes, notes], [[TEXT], [], ["reassembled"]]);
});

Deno.test("FragmentTable keeps the first of overlapping bytes that differ, with a note", () => {
  const lie = fragment(V4, 80, new Uint8Array(80).fill(0x2a), false);
  const first = read([part(0, 400), lie, part(400, SIZE)]);
  assertEquals([first.texts, first.notes], [[TEXT], ["reassembled", "overlapping-fragments"]]);
  const last = read([lie, part(0, 400), part(400, SIZE)]);
  assertEquals(last.texts[0]?.includes("*".repeat(80)), true);
  assertEquals(
    last.notes,
    ["reassembled", "overlapping-fragments", "bad-checksum"],
  );
});

Deno.test("FragmentTable refuses fragments that cannot belong to a datagram", () => {
  assertEquals(read([fragment(V4, 0, new Uint8Array(9), false)]).codes, ["1 bad-fragment"]);
  assertEquals(read([fragment(V4, 65_528, new Uint8Array(8), true)]).codes, ["1 bad-fragment"]);
  assertEquals(read([fragment(V4, 0, [], false)]).codes, ["1 bad-fragment"]);
});

Deno.test("FragmentTable gives up datagrams whose fragments disagree on their size", () => {
  const ends = [
    [part(0, 320), part(400, 480, true), part(480, SIZE)],
    [part(400, SIZE), part(80, 320, true)],
    [part(0, 400), part(480, 560), part(400, 480, true)],
  ];
  for (const packets of ends) {
    const { texts, codes } = read(packets);
    assertEquals(texts, []);
    assertEquals(codes.filter((code) => code.endsWith("bad-fragment")).length, 1, `${codes}`);
  }
});

Deno.test("FragmentTable reports datagrams that are incomplete at the end", () => {
  const { codes, messages } = read([part(0, 400), part(480, SIZE)]);
  assertEquals(codes, ["1 incomplete-datagram"]);
  assertEquals(messages, [
    "Frame 1: IPv4 datagram 0x1234 from 10.0.0.1 to 10.0.0.2: only 617 of its 697 bytes came by the end of " +
    "the capture",
  ]);
  assertStringIncludes(read([part(0, 400)]).messages[0] ?? "", "only 400 bytes came");
});

Deno.test("FragmentTable reports fragments that the capture has cut", () => {
  const bytes = ethernet(part(0, 400));
  const frames = [
    { bytes: bytes.subarray(0, 100), original: bytes.length },
    ethernet(part(400, SIZE)),
  ];
  assertEquals(codesOf(readAll(pcap(frames))), ["1 cut-frame", "2 incomplete-datagram"]);
});

Deno.test("FragmentTable starts anew when an identification comes again after a minute", () => {
  const frames = [
    { bytes: ethernet(part(0, 400)), seconds: 0 },
    { bytes: ethernet(part(400, SIZE)), seconds: 61 },
    { bytes: ethernet(part(0, 400)), seconds: 62 },
  ];
  const events = readAll(pcap(frames));
  assertEquals(packetsOf(events).map(({ frame }) => frame), [3]);
  assertEquals(codesOf(events), ["1 incomplete-datagram"]);
});

Deno.test("FragmentTable gives up the oldest datagrams when too many are open", () => {
  const first = (id: number) => fragment(V4, 0, V4.subarray(20, 420), false, id);
  const last = (id: number) => fragment(V4, 400, V4.subarray(420), true, id);
  const { texts, codes } = read([first(1), first(2), first(3), last(3), last(1), last(2)], {
    limits: { datagrams: 2 },
  });
  assertEquals(texts, [TEXT, TEXT]);
  assertEquals(codes, ["1 incomplete-datagram", "5 incomplete-datagram"]);
});

Deno.test("FragmentTable bounds the bytes of open datagrams", () => {
  const limits = { fragmentBytes: 50_000 };
  const reader = new CaptureReader({ limits });
  reader.push(pcapHeader());
  for (let id = 0; id < 2000; id++) {
    for (const [start, size] of [[0, 400], [800, 8], [808, 8], [1600, 16]] as const) {
      reader.push(pcapRecord(ethernet(fragment(V4, start, new Uint8Array(size), false, id))));
    }
    while (reader.next() !== null);
    assert(reader.retained <= limits.fragmentBytes);
  }
});

Deno.test("FragmentTable gives the datagram for any cutting, order and repetition", () => {
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 86 }), { maxLength: 12 });
  const shuffle = fc.array(fc.nat(1000), { minLength: 14, maxLength: 14 });
  fc.assert(fc.property(cuts, shuffle, fc.nat(100), (places, order, doubled) => {
    const ends = [...places.map((place) => place * 8), SIZE].toSorted((a, b) => a - b);
    const parts = ends.map((end, i) => part(ends[i - 1] ?? 0, end, end === SIZE));
    const again = parts[doubled % parts.length];
    const all = (again === undefined || parts.length === 1) ? parts : [again, ...parts];
    const keyed = all.map((packet, i) => ({ packet, key: order[i] ?? 0 }));
    const packets = keyed.toSorted((a, b) => a.key - b.key).map(({ packet }) => packet);
    assertEquals(read(packets).texts, [TEXT]);
  }));
});
