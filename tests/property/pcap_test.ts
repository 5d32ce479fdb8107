/** Captures of any kind: chunks of any size give the same, and nothing breaks the reader. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type CaptureEvent,
  type CaptureOptions,
  CaptureReader,
  DEFAULT_CAPTURE_LIMITS,
} from "../../src/pcap/capture.ts";
import { DecodeError } from "../../src/errors.ts";
import { mutateBytes, seededRandom } from "../support/mutate.ts";
import {
  ACK,
  bytesVariant,
  codesOf,
  concat,
  enhancedPacket,
  ethernet,
  FIN,
  fragments,
  framed,
  interfaceBlock,
  intVariant,
  packetsOf,
  pcap,
  readAll,
  sectionHeader,
  TcpConversation,
  textOf,
  udp,
} from "../support/pcap_builder.ts";

const FIXTURES = [
  "godot_udp.pcapng",
  "godot_udp_ipv6_any.pcap",
  "godot_packet_stream.pcap",
  "godot_fragments.pcap",
  "godot_fragments_ipv6.pcap",
];

function fixture(name: string): Uint8Array {
  return Deno.readFileSync(new URL(`../../fixtures/pcap/${name}`, import.meta.url));
}

/** A damaged copy that still begins as a capture does. */
function damage(file: Uint8Array, seed: number): Uint8Array {
  return concat(file.subarray(0, 4), mutateBytes(file, seed).subarray(4));
}

const ADDRESSES = [["10.0.0.1:1", "10.0.0.2:2"], ["[fe80::1]:1", "[fe80::2]:2"]] as const;

/** Frames of a small world: datagrams whole and in fragments, streams framed and not. */
const framesArbitrary: fc.Arbitrary<Uint8Array[]> = fc.array(
  fc.tuple(
    fc.nat(5),
    fc.nat(1),
    fc.uint8Array({ maxLength: 300 }),
    fc.integer({ min: 1, max: 40 }),
  ),
  { maxLength: 12 },
).map((items) => {
  const connections = ADDRESSES.map(([client, server]) => new TcpConversation({ client, server }));
  return items.flatMap(([kind, family, payload, size]) => {
    const [from, to] = ADDRESSES[family] ?? ADDRESSES[0];
    const client = connections[family]?.client;
    if (client === undefined) return [];
    switch (kind) {
      case 0:
        return [ethernet(udp(from, to, payload))];
      case 1:
        return fragments(udp(from, to, payload), size * 8).map((packet) => ethernet(packet));
      case 2:
        return client.stream(framed(payload), size);
      case 3:
        return client.stream(framed(intVariant(size)), 12).toReversed();
      case 4:
        client.sequence += size; // lost
        return [client.segment(payload)];
      default:
        return [client.segment("", FIN | ACK)];
    }
  });
});

const framingArbitrary = fc.constantFrom("none", "packet-stream", "auto");

Deno.test("CaptureReader gives the same events for chunks of any size", () => {
  fc.assert(
    fc.property(framesArbitrary, framingArbitrary, fc.nat(400), (frames, framing, chunk) => {
      const files = [
        pcap(frames),
        concat(sectionHeader(), interfaceBlock(), ...frames.map((frame) => enhancedPacket(frame))),
      ];
      for (const file of files) {
        assertEquals(readAll(file, { framing }, chunk + 1), readAll(file, { framing }));
      }
    }),
  );
});

Deno.test("CaptureReader gives the same events for damaged captures in chunks of any size", () => {
  for (const name of FIXTURES) {
    const file = fixture(name);
    for (let seed = 0; seed < 30; seed++) {
      const damaged = damage(file, seed);
      const size = 1 + Math.floor(seededRandom(seed)() * 300);
      assertEquals(readAll(damaged, {}, size), readAll(damaged), `${name}, seed ${seed}`);
    }
  }
});

Deno.test("CaptureReader gives the packets of a stream for any order and repetition of its segments", () => {
  const packets = [
    intVariant(1),
    bytesVariant(100),
    intVariant(2),
    bytesVariant(33),
    intVariant(3),
  ];
  const numbers = fc.array(fc.nat(1000), { minLength: 60, maxLength: 60 });
  fc.assert(fc.property(fc.integer({ min: 4, max: 90 }), numbers, fc.nat(), (size, keys, again) => {
    const connection = new TcpConversation({ clientSequence: 0xffffff80 });
    const open = connection.open();
    const segments = connection.client.stream(concat(...packets.map(framed)), size);
    const doubled = segments[again % segments.length];
    const all = doubled === undefined ? segments : [...segments, doubled];
    const shuffled = all.map((frame, i) => ({ frame, key: keys[i] ?? 0 }))
      .toSorted((a, b) => a.key - b.key).map(({ frame }) => frame);
    for (const framing of ["packet-stream", "auto"] as const) {
      const events = readAll(pcap([...open, ...shuffled]), { framing });
      assertEquals(packetsOf(events).map(({ payload }) => payload), packets);
      assertEquals(codesOf(events), []);
    }
  }));
});

Deno.test("CaptureReader finds the packets behind a lost segment", () => {
  const packets = Array.from(
    { length: 40 },
    (_, i) => i % 3 === 0 ? bytesVariant(i * 7) : intVariant(i),
  );
  const stream = concat(...packets.map(framed));
  const sizes = fc.integer({ min: 20, max: 200 });
  fc.assert(fc.property(sizes, fc.nat(), fc.boolean(), (size, which, hasStart) => {
    const connection = new TcpConversation();
    const open = hasStart ? connection.open() : [];
    const segments = connection.client.stream(stream, size);
    const lost = which % (segments.length - 1);
    const events = readAll(pcap([...open, ...segments.toSpliced(lost, 1)]));
    const from = (lost + 1) * size;
    // Frames that begin behind the gap; the search may need one of them to be sure of the others.
    let at = 0;
    const behind = packets.filter(({ length }) => {
      const isBehind = at >= from;
      at += 4 + length;
      return isBehind;
    });
    const found = packetsOf(events)
      .filter(({ protocol }) => protocol.includes("packet-stream"))
      .map(({ payload }) => payload.toHex());
    for (const packet of behind.slice(0, -2)) assert(found.includes(packet.toHex()));
    for (const hex of found) assert(packets.some((packet) => packet.toHex() === hex));
  }));
});

/** Reads to the end; checks that memory stays bounded and that events have what they must. */
function readSafely(file: Uint8Array, options: CaptureOptions = {}): void {
  const limits = { ...DEFAULT_CAPTURE_LIMITS, ...options.limits };
  const reader = new CaptureReader(options);
  let events = 0;
  const drain = (): void => {
    for (let event = reader.next(); event !== null; event = reader.next()) {
      events++;
      checkEvent(event);
    }
    assert(reader.retained <= limits.totalStreamBytes + limits.fragmentBytes + (1 << 21));
  };
  for (let at = 0; at < file.length; at += 1000) {
    reader.push(file.slice(at, at + 1000));
    drain();
  }
  reader.finish();
  drain();
  assert(events <= file.length + 1, `${events} events of ${file.length} bytes`);
}

function checkEvent(event: CaptureEvent): void {
  assert(event.frame >= 1 && Number.isInteger(event.frame));
  if (event.type === "problem") assert(event.message.length > 0);
  if (event.type === "packet") assert(textOf(event).length >= 0);
  if (event.type === "packet" || event.type === "record") {
    assert(event.source !== "" && event.protocol.length >= 3);
  }
}

Deno.test("CaptureReader survives damaged captures", () => {
  const limits = { totalStreamBytes: 4096, streamBytes: 2048, fragmentBytes: 4096, streams: 3 };
  for (const name of FIXTURES) {
    const file = fixture(name);
    for (let seed = 0; seed < 300; seed++) {
      const damaged = damage(file, seed);
      readSafely(damaged, seed % 2 === 0 ? {} : { limits, framing: "packet-stream" });
    }
  }
});

Deno.test("CaptureReader survives frames of random bytes behind good headers", () => {
  const frame = fc.tuple(fc.nat(4), fc.uint8Array({ maxLength: 120 })).map(([kind, bytes]) => {
    const base = [
      ethernet(udp("10.0.0.1:1", "10.0.0.2:2", bytes)),
      ethernet(udp("[fe80::1]:1", "[fe80::2]:2", bytes)),
      new TcpConversation().client.segment(bytes),
      ethernet(udp("10.0.0.1:1", "10.0.0.2:2", ""), [0x8100]),
      new Uint8Array(14),
    ][kind] ?? new Uint8Array(0);
    return concat(base.subarray(0, 14 + kind * 7), bytes);
  });
  fc.assert(fc.property(fc.array(frame, { maxLength: 20 }), (frames) => {
    readSafely(pcap(frames));
  }));
});

Deno.test("CaptureReader survives random bytes", () => {
  const starts = fc.constantFrom(
    "d4c3b2a1",
    "a1b2c3d4",
    "4d3cb2a1",
    "0a0d0d0a",
    "0a0d0d0a1c0000004d3c2b1a",
  );
  fc.assert(fc.property(starts, fc.uint8Array({ maxLength: 2000 }), (start, bytes) => {
    readSafely(concat(Uint8Array.fromHex(start), bytes));
  }));
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    try {
      readSafely(bytes);
    } catch (error) {
      assert(error instanceof DecodeError && error.reason === "not-a-capture");
    }
  }));
});
