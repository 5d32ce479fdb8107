/**
 * Captures that are made to harm a reader: truncated, with lengths that lie, cut packets, overlapping
 * fragments, headers that lead round in circles, a million open flows. Memory stays within its
 * limits, a note names the frame, and the rest of the file is still read.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import {
  type CaptureEvent,
  type CaptureOptions,
  CaptureReader,
  DEFAULT_CAPTURE_LIMITS,
} from "../../src/pcap/capture.ts";
import {
  block,
  concat,
  enhancedPacket,
  ethernet,
  fragment,
  framed,
  interfaceBlock,
  intVariant,
  ip,
  packetsOf,
  pcap,
  pcapHeader,
  pcapRecord,
  problemsOf,
  readAll,
  sectionHeader,
  SYN,
  TcpConversation,
  textOf,
  u32,
  udp,
} from "../support/pcap_builder.ts";

const V6 = Uint8Array.fromHex("fe800000000000000000000000000001");
const ENDS = ["10.0.0.1:1000", "10.0.0.2:2000"] as const;
/** What the reader keeps besides fragments and streams: parts of a frame. */
const FRAME_ROOM = 1 << 21;
const RETAINED_LIMIT = DEFAULT_CAPTURE_LIMITS.totalStreamBytes +
  DEFAULT_CAPTURE_LIMITS.fragmentBytes + FRAME_ROOM;

function datagram(text: string): Uint8Array {
  return ethernet(udp(...ENDS, text));
}

/** A reader that is fed bit by bit, and checked while it is. */
class WatchedReader {
  readonly reader: CaptureReader;
  problems = 0;
  packets = 0;

  constructor(options: CaptureOptions = {}) {
    this.reader = new CaptureReader(options);
  }

  push(chunk: Uint8Array): void {
    this.reader.push(chunk);
    for (let event = this.reader.next(); event !== null; event = this.reader.next()) {
      this.#count(event);
    }
    const { retained } = this.reader;
    assert(retained <= RETAINED_LIMIT, `${retained} bytes are retained`);
  }

  finish(): void {
    this.reader.finish();
    this.push(new Uint8Array(0));
  }

  #count(event: CaptureEvent): void {
    if (event.type === "problem") {
      this.problems++;
      assertMatch(event.message, /^Frame \d+: ./);
    } else if (event.type === "packet") this.packets++;
  }
}

Deno.test("a capture that is cut off anywhere gives all frames before, and a note", () => {
  const texts = Array.from({ length: 8 }, (_, i) => `packet ${i} ${"x".repeat(i * 7)}`);
  const files = [
    { head: pcapHeader(), records: texts.map((text) => pcapRecord(datagram(text))) },
    {
      head: concat(sectionHeader(), interfaceBlock()),
      records: texts.map((text) => enhancedPacket(datagram(text))),
    },
  ];
  for (const { head, records } of files) {
    const whole = concat(head, ...records);
    fc.assert(fc.property(fc.integer({ min: head.length, max: whole.length }), (length) => {
      const events = readAll(whole.subarray(0, length));
      let end = head.length;
      const complete = texts.filter((_, i) => (end += records[i]?.length ?? 0) <= length);
      assertEquals(packetsOf(events).map(textOf), complete);
      const isWhole = length === head.length +
          records.slice(0, complete.length).reduce((sum, record) => sum + record.length, 0);
      const problems = problemsOf(events);
      assertEquals(problems.length === 0, isWhole);
      assert(problems.every(({ frame }) => frame === complete.length + 1));
    }));
  }
});

Deno.test("a block or record whose length lies costs little more than itself", () => {
  const lies = fc.constantFrom(0, 1, 11, 12, 13, 0x7fffffff, 0x80000000, 0xffffffff, 0x00ffffff);
  const before = ["first", "second"].map(datagram);
  const after = Array.from({ length: 20 }, (_, i) => datagram(`after ${i}`));
  fc.assert(fc.property(lies, (length) => {
    const lying = enhancedPacket(datagram("lying"));
    new DataView(lying.buffer, lying.byteOffset).setUint32(4, length, true);
    const blocks = [...before.map((frame) => enhancedPacket(frame)), lying];
    const file = concat(
      sectionHeader(),
      interfaceBlock(),
      ...blocks,
      ...after.map((frame) => enhancedPacket(frame)),
    );
    assertFinds(file, length);
    const record = pcapRecord(datagram("lying"));
    new DataView(record.buffer, record.byteOffset).setUint32(8, length, true);
    const records = [...before.map((frame) => pcapRecord(frame)), record];
    assertFinds(
      concat(pcapHeader(), ...records, ...after.map((frame) => pcapRecord(frame))),
      length,
    );
  }));
});

/** The frames around the lie are there, and it is told where it was. */
function assertFinds(file: Uint8Array, length: number): void {
  const watched = new WatchedReader();
  for (let at = 0; at < file.length; at += 100) watched.push(file.slice(at, at + 100));
  watched.finish();
  const texts = packetsOf(readAll(file)).map(textOf).filter((text) => text.startsWith("after"));
  assert(texts.length >= 19, `${texts.length} of 20 frames behind a length of ${length}`);
  assert(problemsOf(readAll(file)).some(({ frame }) => frame === 3), `a length of ${length}`);
  assert(watched.packets >= 21);
}

Deno.test("packets that the capture has cut are told one by one, and the others are read", () => {
  const frames = Array.from({ length: 300 }, (_, i) => {
    const bytes = datagram(`whole ${i} ${"y".repeat(100)}`);
    return i % 3 === 1 ? { bytes: bytes.subarray(0, 60), original: bytes.length } : { bytes };
  });
  const events = readAll(pcap(frames));
  assertEquals(packetsOf(events).length, 200);
  const cut = problemsOf(events);
  assertEquals(cut.map(({ code }) => code), new Array(100).fill("cut-frame"));
  assertEquals(cut.map(({ frame }) => frame), Array.from({ length: 100 }, (_, i) => i * 3 + 2));
});

Deno.test("a flood of fragments that overlap and never complete stays within its limits", () => {
  const watched = new WatchedReader();
  watched.push(pcapHeader());
  const whole = udp(...ENDS, "");
  for (let i = 0; i < 20_000; i++) {
    // Each overlaps the ones before, with other bytes; the last one never comes.
    const bytes = new Uint8Array(1400).fill(i);
    const piece = fragment(whole, (i % 300) * 8, bytes, false, i / 300 | 0);
    watched.push(pcapRecord(ethernet(piece)));
  }
  watched.push(pcapRecord(datagram("after the flood")));
  watched.finish();
  assertEquals(watched.packets, 1);
  assert(watched.problems > 0);
});

Deno.test("headers that lead round in circles end, and the frames behind them are read", () => {
  const tags = new Array<number>(2000).fill(0x8100);
  // 400 destination options, each of which says that the next header is one more of them.
  const options = new Uint8Array(400 * 8);
  for (let at = 0; at < options.length; at += 8) options[at] = 60;
  const circles: readonly Uint8Array[] = [
    ethernet(udp(...ENDS, "tags"), tags),
    ethernet(ip(V6, V6, 60, options)),
    ethernet(ip(V6, V6, 44, Uint8Array.of(44, 0, 0, 1, 0, 0, 0, 1))),
  ];
  for (const frame of circles) {
    const events = readAll(pcap([frame, datagram("behind")]));
    assertEquals(packetsOf(events).map(textOf), ["behind"]);
    assertEquals(packetsOf(events)[0]?.frame, 2);
  }
});

Deno.test("blocks of no use, without end, take no memory", () => {
  const watched = new WatchedReader();
  watched.push(concat(sectionHeader(), interfaceBlock()));
  const useless = concat(...new Array(500).fill(block(0x0bad, new Uint8Array(100))));
  const interfaces = concat(...new Array(500).fill(interfaceBlock()));
  for (let i = 0; i < 50; i++) {
    watched.push(useless);
    watched.push(interfaces);
    watched.push(sectionHeader().slice());
  }
  watched.push(interfaceBlock());
  watched.push(enhancedPacket(datagram("behind")));
  watched.finish();
  assertEquals([watched.packets, watched.problems], [1, 0]);
});

/** As many frames as asked for, each from another address and port, in chunks of a thousand. */
function* flood(frame: Uint8Array, count: number): Generator<Uint8Array> {
  const record = pcapRecord(frame);
  const chunk = concat(...new Array(1000).fill(record));
  const view = new DataView(chunk.buffer);
  for (let first = 0; first < count; first += 1000) {
    for (let i = 0; i < 1000; i++) {
      // Behind the headers of record and Ethernet: the source address of IPv4, and the port.
      const at = i * record.length + 16 + 14;
      view.setUint32(at + 12, 0x0a000000 + ((first + i) >>> 4));
      view.setUint16(at + 20, 1024 + (first + i & 15));
    }
    yield chunk.slice();
  }
}

/** Where the heap ends for the program; without limits the entries alone take more. */
const HEAP_MIB = 96;

Deno.test("open TCP connections without number fit into a small heap", async () => {
  const main = new URL("../../main.ts", import.meta.url).href;
  const heap = `--v8-flags=--max-old-space-size=${HEAP_MIB}`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", heap, main, "decode", "--from", "pcap"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  const writer = child.stdin.getWriter();
  const syn = new TcpConversation({ client: ENDS[0], server: ENDS[1] }).client.segment("", SYN);
  await writer.write(pcapHeader().slice());
  for (const chunk of flood(syn, 300_000)) await writer.write(chunk.slice());
  await writer.write(pcapRecord(ethernet(udp(...ENDS, intVariant(7)))).slice());
  await writer.close();
  const { code, stdout, stderr } = await output;
  const [printed, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals([code, printed, said], [0, "7\n", ""]);
});

Deno.test("connections that all wait for the rest of a packet stay within their limits", () => {
  const watched = new WatchedReader({ framing: "packet-stream" });
  watched.push(pcapHeader());
  const { client } = new TcpConversation({ client: ENDS[0], server: ENDS[1] });
  const half = client.segment(framed(intVariant(1)).subarray(0, 8));
  for (const chunk of flood(half, 40_000)) watched.push(chunk);
  watched.push(pcapRecord(datagram("after them")));
  assertEquals(watched.packets, 1);
  watched.finish();
  assertEquals(watched.problems, 40_000); // each is told: none of them came whole
});

Deno.test("DTLS conversations without number stay within their limits", () => {
  const watched = new WatchedReader();
  watched.push(pcapHeader());
  // A record of application data in epoch 1.
  const record = concat(Uint8Array.fromHex("17fefd00010000000000010020"), new Uint8Array(32));
  for (const chunk of flood(ethernet(udp(...ENDS, record)), 60_000)) watched.push(chunk);
  watched.push(pcapRecord(datagram("after them")));
  watched.finish();
  assertEquals(watched.packets, 1);
});

Deno.test("a gap of any size in a stream costs no memory", () => {
  const watched = new WatchedReader({ framing: "packet-stream" });
  watched.push(pcapHeader());
  const { client, open } =
    ((connection) => ({ client: connection.client, open: connection.open() }))(
      new TcpConversation(),
    );
  for (const frame of open) watched.push(pcapRecord(frame));
  for (let i = 0; i < 2000; i++) {
    client.sequence = client.sequence + 100_000_000 >>> 0;
    watched.push(pcapRecord(client.segment(concat(u32(0x7fffffff, true), new Uint8Array(1000)))));
  }
  watched.push(pcapRecord(datagram("after the gaps")));
  watched.finish();
  assert(watched.packets >= 1 && watched.problems > 0);
});
