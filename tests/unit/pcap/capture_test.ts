import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DecodeError } from "../../../src/errors.ts";
import { type CaptureEvent, CaptureReader, readCapture } from "../../../src/pcap/capture.ts";
import {
  codeOf,
  concat,
  ethernet,
  fragments,
  framed,
  intVariant,
  packetsOf,
  pcap,
  pcapHeader,
  pcapng,
  problemsOf,
  readAll,
  TcpConversation,
  textOf,
  u16,
  udp,
} from "../../support/pcap_builder.ts";

const DATAGRAM = ethernet(udp("10.0.0.1:1", "10.0.0.2:2", "text"));

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
  await Promise.resolve();
}

async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const packed = ReadableStream.from([new Uint8Array(bytes)])
    .pipeThrough(new CompressionStream("gzip"));
  return concat(...await Array.fromAsync(packed));
}

Deno.test("CaptureReader gives all that a packet has", () => {
  const file = pcap([{ bytes: DATAGRAM, seconds: 1_700_000_000, fraction: 5 }]);
  assertEquals(readAll(file), [{
    type: "packet",
    frame: 1,
    time: 1_700_000_000_000_005_000n,
    transport: "udp",
    source: "10.0.0.1:1",
    destination: "10.0.0.2:2",
    payload: new TextEncoder().encode("text"),
    protocol: ["eth", "ip", "udp"],
    notes: [],
  }]);
});

Deno.test("CaptureReader recognises pcap and pcapng", () => {
  for (const isBigEndian of [false, true]) {
    for (const file of [pcap([DATAGRAM], { isBigEndian }), pcapng([DATAGRAM], { isBigEndian })]) {
      assertEquals(packetsOf(readAll(file)).map(textOf), ["text"]);
    }
  }
});

Deno.test("CaptureReader refuses what is no capture", () => {
  const read = (bytes: Uint8Array) => assertThrows(() => readAll(bytes), DecodeError);
  const text = read(new TextEncoder().encode("GET / HTTP/1.1"));
  assertEquals(
    text.message,
    "Cannot decode a capture file at byte 0: it begins with 47455420, as neither pcap nor pcapng does",
  );
  assertEquals([text.code, text.reason, text.offset], ["ERR_INVALID_DATA", "not-a-capture", 0]);
  assertEquals(read(new Uint8Array(0)).reason, "not-a-capture");
  assertEquals(read(pcapHeader().subarray(0, 3)).reason, "not-a-capture");
});

Deno.test("CaptureReader.next() returns null until enough has come, and at the end", () => {
  const reader = new CaptureReader();
  assertEquals(reader.next(), null);
  const file = pcap([DATAGRAM]);
  for (let at = 0; at < file.length - 1; at++) {
    reader.push(file.subarray(at, at + 1));
    assertEquals(reader.next(), null);
  }
  reader.push(file.subarray(-1));
  assertEquals(reader.next()?.type, "packet");
  assertEquals(reader.next(), null);
  reader.finish();
  assertEquals([reader.next(), reader.next()], [null, null]);
});

Deno.test("CaptureReader takes several chunks before next()", () => {
  const reader = new CaptureReader();
  const file = pcap([DATAGRAM, DATAGRAM]);
  for (let at = 0; at < file.length; at += 7) reader.push(file.subarray(at, at + 7));
  assertEquals([reader.next()?.type, reader.next()?.type, reader.next()], [
    "packet",
    "packet",
    null,
  ]);
});

Deno.test("CaptureReader refers to no chunk once next() has returned null", () => {
  const { client, ...connection } = new TcpConversation();
  const late = client.segment("late ");
  const frames = [
    client.at(994, "start "),
    client.at(1012, "hole"),
    late,
    client.segment("middle "),
    ...fragments(udp("10.0.0.1:1", "10.0.0.2:2", "datagram"), 8).map((packet) => ethernet(packet)),
  ];
  assert(connection.server !== null);
  const file = pcap(frames);
  const buffer = new Uint8Array(64);
  const reader = new CaptureReader({ framing: "none" });
  const texts: string[] = [];
  const drain = () => {
    for (let event = reader.next(); event !== null; event = reader.next()) {
      texts.push(event.type === "packet" ? textOf(event) : codeOf(event));
    }
  };
  for (let at = 0; at < file.length; at += buffer.length) {
    const chunk = file.subarray(at, at + buffer.length);
    buffer.set(chunk);
    reader.push(buffer.subarray(0, chunk.length));
    drain();
    buffer.fill(0xff);
  }
  reader.finish();
  drain();
  assertEquals(texts, ["start ", "late ", "middle ", "hole", "datagram"]);
});

Deno.test("CaptureReader counts frames, and those that are neither UDP nor TCP", () => {
  const arp = concat(DATAGRAM.subarray(0, 12), u16(0x0806), new Uint8Array(28));
  const reader = new CaptureReader();
  const halves = fragments(udp("10.0.0.1:1", "10.0.0.2:2", "datagram"), 8);
  reader.push(pcap([arp, DATAGRAM, arp, ...halves.map((packet) => ethernet(packet))]));
  while (reader.next() !== null);
  assertEquals([reader.frames, reader.otherFrames], [5, 2]);
});

Deno.test("CaptureReader gives problems and packets in the order of the file", () => {
  const fragment = ethernet(
    fragments(udp("10.0.0.1:1", "10.0.0.2:2", "lost text"), 8)[0] ?? DATAGRAM,
  );
  const bad = concat(DATAGRAM.subarray(0, 14), [0x40], DATAGRAM.subarray(15));
  const file = pcap([DATAGRAM, bad, DATAGRAM, fragment, DATAGRAM]);
  const lines = readAll(file.subarray(0, -1)).map((event) => `${event.frame} ${codeOf(event)}`);
  assertEquals(lines, [
    "1 packet",
    "2 bad-header",
    "3 packet",
    "5 truncated-file",
    "4 incomplete-datagram",
  ]);
});

Deno.test("CaptureReader frames UDP in no way", () => {
  const file = pcap([ethernet(udp("10.0.0.1:1", "10.0.0.2:2", framed("x")))]);
  for (const framing of ["none", "packet-stream", "auto"] as const) {
    assertEquals(packetsOf(readAll(file, { framing })).map(({ payload }) => payload.length), [5]);
  }
});

Deno.test("CaptureReader limits the size of packets in streams", () => {
  const connection = new TcpConversation();
  const frames = [...connection.open(), connection.client.segment(framed("x".repeat(101)))];
  const events = readAll(pcap(frames), { framing: "packet-stream", maxPacketSize: 100 });
  assertEquals(problemsOf(events)[0]?.code, "bad-packet-length");
});

Deno.test("CaptureReader reads the streams of a capture without their beginnings", () => {
  const connection = new TcpConversation();
  const packets = Array.from({ length: 20 }, (_, i) => framed(intVariant(i)));
  const frames = connection.client.stream(concat(...packets), 50);
  const events = readAll(pcap(frames.slice(1)));
  // 50 bytes are four frames and the first two bytes of the fifth.
  assertEquals(
    packetsOf(events).map(({ payload }) => payload[4]),
    Array.from({ length: 15 }, (_, i) => i + 5),
  );
  assertEquals(problemsOf(events), []);
});

Deno.test("readCapture() reads plain and gzipped captures", async () => {
  const file = pcapng([DATAGRAM, DATAGRAM]);
  for (const bytes of [file, await gzip(file)]) {
    for (const size of [1, 50, bytes.length]) {
      const events = await Array.fromAsync(readCapture(chunksOf(bytes, size)));
      assertEquals(events.map(({ type }) => type), ["packet", "packet"]);
    }
  }
});

Deno.test("readCapture() reads a gzipped capture up to its damage", async () => {
  const packed = await gzip(pcap([DATAGRAM, DATAGRAM]));
  const events = await Array.fromAsync(readCapture(chunksOf(packed.subarray(0, -9), 10)));
  const lines = events.map(codeOf);
  assertEquals(lines.at(-1) === "truncated-file" ? lines.slice(0, -1) : lines, [
    "packet",
    "packet",
    "damaged-gzip",
  ]);
});

Deno.test("readCapture() refuses what is no capture", async () => {
  for (const bytes of [new Uint8Array(0), new TextEncoder().encode("no capture")]) {
    await assertRejects(() => Array.fromAsync(readCapture(chunksOf(bytes, 4))), DecodeError);
  }
});

Deno.test("readCapture() can be left at any time", async () => {
  const seen: CaptureEvent[] = [];
  for await (const event of readCapture(chunksOf(pcap([DATAGRAM, DATAGRAM]), 10))) {
    seen.push(event);
    break;
  }
  assertEquals(seen.length, 1);
});
