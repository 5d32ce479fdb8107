import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { CapturedPacket, CaptureEvent } from "../../../src/pcap/events.ts";
import { ProtocolPath } from "../../../src/pcap/frame.ts";
import { type Framing, PacketStream } from "../../../src/pcap/packet_stream.ts";
import {
  type Bytes,
  bytesVariant,
  codeOf,
  concat,
  framed,
  intVariant,
  packetsOf,
  toBytes,
  u32,
} from "../../support/pcap_builder.ts";

/** Bytes of a segment, a gap, or the end. */
type Step = Bytes | { readonly gap: number } | { readonly end: string };

interface StreamSpec {
  readonly framing?: Framing;
  readonly hasStart?: boolean;
  readonly maxPacketSize?: number;
}

/** All events for the steps; step i is frame i + 1, and a gap belongs to the frame after it. */
function run(steps: readonly Step[], spec: StreamSpec = {}): CaptureEvent[] {
  const stream = new PacketStream({
    source: "a",
    destination: "b",
    path: new ProtocolPath(["tcp"]),
    framing: spec.framing ?? "packet-stream",
    maxPacketSize: spec.maxPacketSize ?? 1 << 23,
    hasStart: spec.hasStart ?? true,
  });
  const drain = (): CaptureEvent[] => {
    const events: CaptureEvent[] = [];
    for (let event = stream.next(); event !== null; event = stream.next()) events.push(event);
    return events;
  };
  return steps.flatMap((step, i) => {
    if (isGap(step)) {
      stream.interrupt({ type: "gap", size: step.gap, frame: i + 2 });
      return drain();
    }
    if (isEnd(step)) {
      stream.end(step.end);
      const events = drain();
      assertEquals(stream.retained, 0);
      return events;
    }
    const bytes = toBytes(step);
    stream.push({ type: "bytes", bytes, frame: i + 1, time: BigInt(i + 1), notes: [] });
    return drain();
  });
}

function isGap(step: Step): step is { readonly gap: number } {
  return typeof step === "object" && "gap" in step;
}

function isEnd(step: Step): step is { readonly end: string } {
  return typeof step === "object" && "end" in step;
}

/** `frame path size` of packets, `frame code` of problems. */
function summary(events: readonly CaptureEvent[]): string[] {
  return events.map((event) =>
    event.type === "packet"
      ? `${event.frame} ${event.protocol.join(":")} ${event.payload.length}`
      : `${event.frame} ${codeOf(event)}`
  );
}

const END = { end: "ended" };
const VARIANT = framed(intVariant(7));
const BIG = framed(bytesVariant(1000));
const FRAMED = "tcp:packet-stream";

function notesOf(events: readonly CaptureEvent[]): string[] {
  return packetsOf(events).flatMap(({ notes }) => notes.map(({ code }) => code));
}

Deno.test("PacketStream gives the packets in frames, with the frame that completed them", () => {
  const events = run([
    concat(framed("one"), framed("two!").subarray(0, 2)),
    framed("two!").subarray(2, 6),
    concat(framed("two!").subarray(6), framed(""), framed("three")),
    END,
  ]);
  const texts = packetsOf(events).map(({ payload }) => new TextDecoder().decode(payload));
  assertEquals(texts, ["one", "two!", "", "three"]);
  assertEquals(summary(events), [
    `1 ${FRAMED} 3`,
    `3 ${FRAMED} 4`,
    `3 ${FRAMED} 0`,
    `3 ${FRAMED} 5`,
  ]);
  assertEquals(packetsOf(events).map(({ time }) => time), [1n, 3n, 3n, 3n]);
  const [first] = packetsOf(events);
  assertEquals([first?.source, first?.destination, first?.transport], ["a", "b", "tcp"]);
});

Deno.test("PacketStream gives the same packets for every cutting of the stream", () => {
  const packets = ["", "a", "hello", "x".repeat(300), "", "\0\0\0\0", "end"];
  const bytes = concat(...packets.map(framed));
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 60 })), (sizes) => {
    const chunks: Uint8Array[] = [];
    let at = 0;
    for (const size of sizes) chunks.push(bytes.subarray(at, at += size));
    const events = run([...chunks.filter(({ length }) => length > 0), bytes.subarray(at)]);
    const texts = packetsOf(events).map(({ payload }) => new TextDecoder().decode(payload));
    assertEquals(texts, packets);
  }));
});

Deno.test("PacketStream reports a packet that the end cuts off", () => {
  const message = (...steps: readonly Step[]) => {
    const [problem] = run(steps);
    assertEquals(problem?.type === "problem" && problem.code, "cut-packet");
    return problem?.type === "problem" ? problem.message : "";
  };
  assertStringIncludes(
    message(BIG.subarray(0, 100), END),
    "ended, inside a packet: 96 of 1008 bytes came",
  );
  assertStringIncludes(message(BIG.subarray(0, 2), END), "2 of the 4 bytes of its length came");
  assertStringIncludes(
    message(BIG.subarray(0, 4), { end: "was reset" }),
    "was reset, inside a packet: 0 of",
  );
  assertEquals(run([VARIANT, END]).length, 1);
});

Deno.test("PacketStream refuses lengths above the limit, and finds the next frame", () => {
  const events = run([VARIANT, u32(0xffffffff), VARIANT, VARIANT, END]);
  assertEquals(summary(events), [
    `1 ${FRAMED} 8`,
    "2 bad-packet-length",
    `3 ${FRAMED} 8`,
    `4 ${FRAMED} 8`,
  ]);
  assertEquals(notesOf(events), ["resynchronized"]);
  const small = run([VARIANT, BIG, VARIANT, VARIANT, END], { maxPacketSize: 1000 });
  assertEquals(summary(small)[1], "2 bad-packet-length");
  assertEquals(summary(small).slice(2), [`3 ${FRAMED} 8`, `4 ${FRAMED} 8`]);
});

Deno.test("PacketStream notes packets that a default PacketPeerStream never receives", () => {
  const size = (bytes: number) => notesOf(run([framed(new Uint8Array(bytes))]));
  assertEquals(size(65_531), []);
  assertEquals(size(65_532), ["packet-too-long"]);
});

Deno.test("PacketStream loses one packet when a gap lies inside it", () => {
  for (const [before, gap] of [[4, 10], [100, 500], [100, 912], [1000, 12]] as const) {
    const after = BIG.subarray(before + gap);
    const events = run([
      VARIANT,
      BIG.subarray(0, before),
      { gap },
      concat(after, VARIANT),
      VARIANT,
      END,
    ]);
    assertEquals(summary(events), [`1 ${FRAMED} 8`, "4 gap", `4 ${FRAMED} 8`, `5 ${FRAMED} 8`]);
    assertEquals(notesOf(events), []);
    const problem = events[1];
    assertStringIncludes(problem?.type === "problem" ? problem.message : "", "all in one packet");
  }
});

Deno.test("PacketStream stays in step when the damaged packet goes on in several segments and gaps", () => {
  const events = run([
    BIG.subarray(0, 100),
    { gap: 100 },
    BIG.subarray(200, 300),
    { gap: 300 },
    BIG.subarray(600, 1000),
    BIG.subarray(1000),
    VARIANT,
    END,
  ]);
  assertEquals(summary(events), ["3 gap", "5 gap", `7 ${FRAMED} 8`]);
});

Deno.test("PacketStream says nothing more of a damaged packet at the end", () => {
  const events = run([BIG.subarray(0, 100), { gap: 100 }, BIG.subarray(200, 300), END]);
  assertEquals(summary(events), ["3 gap"]);
});

Deno.test("PacketStream finds the next frame where a segment begins behind a gap", () => {
  const events = run([BIG.subarray(0, 100), { gap: 5000 }, VARIANT, VARIANT, END]);
  assertEquals(summary(events), ["3 gap", `3 ${FRAMED} 8`, `4 ${FRAMED} 8`]);
  const problem = events[0];
  assertStringIncludes(
    problem?.type === "problem" ? problem.message : "",
    "of which 100 bytes came",
  );
});

Deno.test("PacketStream finds the next frame inside a segment behind a gap", () => {
  const rest = new Uint8Array(333).fill(0x55);
  const events = run([VARIANT, { gap: 5000 }, concat(rest, VARIANT, BIG, VARIANT), BIG, END]);
  assertEquals(summary(events).slice(2), [
    `3 ${FRAMED} 8`,
    `3 ${FRAMED} 1008`,
    `3 ${FRAMED} 8`,
    `4 ${FRAMED} 1008`,
  ]);
  const [, packet] = packetsOf(events);
  assertEquals(packet?.notes, [{
    severity: "info",
    code: "resynchronized",
    message: "333 bytes of the stream skipped before this packet",
  }]);
});

Deno.test("PacketStream does not take the numbers in packed arrays for frames", () => {
  for (const value of [0, 1, 2, 3, 4, 5, 8, 12, 16, 24, 28, 29, 30, 32, 100]) {
    const tiles = concat(u32(30, true), u32(500, true), ...new Array(500).fill(u32(value, true)));
    const frame = framed(tiles);
    const events = run([VARIANT, { gap: 9 }, frame.subarray(300), VARIANT, VARIANT, VARIANT, END]);
    const sizes = packetsOf(events).map(({ payload }) => payload.length);
    assertEquals(sizes, [8, 8, 8, 8], `value ${value}`);
  }
});

Deno.test("PacketStream reports bytes behind a gap in which there is no frame", () => {
  const events = run([VARIANT, { gap: 9 }, new Uint8Array(500).fill(0x55), END]);
  assertEquals(summary(events), [`1 ${FRAMED} 8`, "3 gap", "3 framing-lost"]);
  const problem = events[2];
  const message = problem?.type === "problem" ? problem.message : "";
  assertStringIncludes(message, "ended; in 500 bytes after a gap no packet was found");
});

Deno.test("PacketStream searches in bounded memory", () => {
  const noise = new Uint8Array(100_000).fill(0x55);
  const stream = new PacketStream({
    source: "a",
    destination: "b",
    path: new ProtocolPath([]),
    framing: "packet-stream",
    maxPacketSize: 1 << 23,
    hasStart: false,
  });
  const push = (bytes: Uint8Array) =>
    stream.push({ type: "bytes", bytes, frame: 1, time: 0n, notes: [] });
  for (let i = 0; i < 50; i++) {
    push(noise);
    assertEquals(stream.next(), null);
    assert(stream.retained < 1000);
    push(concat(u32(60_000, true), noise.subarray(0, 1000))); // may be a frame for a while
    assertEquals(stream.next(), null);
    assert(stream.retained < 1 << 19);
  }
});

Deno.test("PacketStream finds the first frame of a stream whose start is not captured", () => {
  const events = run([BIG.subarray(500), VARIANT, BIG, END], { hasStart: false });
  assertEquals(summary(events), [`2 ${FRAMED} 8`, `3 ${FRAMED} 1008`]);
  assertEquals(notesOf(events), ["resynchronized"]);
  const lost = run([BIG.subarray(500), END], { hasStart: false });
  assertEquals(summary(lost), ["1 framing-lost"]);
});

Deno.test("PacketStream with framing none gives the bytes of each segment", () => {
  const events = run([VARIANT, "x", { gap: 3 }, "yz", END], { framing: "none" });
  assertEquals(summary(events), ["1 tcp 12", "2 tcp 1", "4 gap", "4 tcp 2"]);
});

Deno.test("PacketStream recognises frames by itself", () => {
  const auto = (...steps: readonly Step[]) => summary(run(steps, { framing: "auto" }));
  assertEquals(auto(VARIANT, END), [`1 ${FRAMED} 8`]);
  assertEquals(auto(concat(VARIANT, VARIANT, VARIANT), END).length, 3);
  assertEquals(auto(framed("raw"), framed("text"), END), [`1 ${FRAMED} 3`, `2 ${FRAMED} 4`]);
  assertEquals(auto(framed("raw"), END), [`1 ${FRAMED} 3`]);
  assertEquals(auto(BIG.subarray(0, 500), BIG.subarray(500), END), [`2 ${FRAMED} 1008`]);
  const large = framed(bytesVariant(200_000));
  assertEquals(auto(large.subarray(0, 150_000), large.subarray(150_000), END), [
    `2 ${FRAMED} 200008`,
  ]);
});

Deno.test("PacketStream decides at once where a stream begins with a Variant in one segment", () => {
  assertEquals(summary(run([VARIANT], { framing: "auto" })), [`1 ${FRAMED} 8`]);
});

Deno.test("PacketStream recognises by itself streams that are not framed", () => {
  const auto = (...steps: readonly Step[]) => summary(run(steps, { framing: "auto" }));
  assertEquals(auto("GET / HTTP/1.1\r\n", "\r\n", END), ["1 tcp 16", "2 tcp 2"]);
  assertEquals(auto([0x16, 3, 1], [0, 0xc8, 1], END), ["1 tcp 3", "2 tcp 3"]);
  assertEquals(auto("abc", { gap: 5 }, "def", END), ["1 tcp 3", "3 gap", "3 tcp 3"]);
  assertEquals(auto(END), []);
});

Deno.test("PacketStream recognises framing in the middle of a stream", () => {
  const auto = (...steps: readonly Step[]) => run(steps, { framing: "auto", hasStart: false });
  assertEquals(summary(auto(VARIANT, BIG, END)), [`1 ${FRAMED} 8`, `2 ${FRAMED} 1008`]);
  assertEquals(summary(auto(VARIANT, END)), [`1 ${FRAMED} 8`]);
  assertEquals(summary(auto(framed("hello"), END)), [`1 ${FRAMED} 5`]);
  const events = auto(BIG.subarray(90), VARIANT, BIG, END);
  assertEquals(summary(events), [`2 ${FRAMED} 8`, `3 ${FRAMED} 1008`]);
  assertEquals(notesOf(events), ["resynchronized"]);
  assertEquals(summary(auto("some", "text", END)), ["1 tcp 4", "2 tcp 4"]);
});

Deno.test("PacketStream does not settle on bytes because of a gap", () => {
  const steps = [framed("raw!").subarray(0, 6), { gap: 50 }, VARIANT, VARIANT, END];
  for (const hasStart of [true, false]) {
    const events = run(steps, { framing: "auto", hasStart });
    assertEquals(summary(events), ["1 tcp 6", "3 gap", `3 ${FRAMED} 8`, `4 ${FRAMED} 8`]);
  }
});

Deno.test("PacketStream keeps a stream of unknown framing only for a while", () => {
  const text = new Uint8Array(50_000).fill(0x55);
  const events = run([text, text, text, text], { framing: "auto", hasStart: false });
  assertEquals(summary(events), ["1 tcp 50000", "2 tcp 50000", "3 tcp 50000", "4 tcp 50000"]);
});

Deno.test("PacketStream owns the packets that it gives out of several segments", () => {
  const parts = [BIG.slice(0, 600), BIG.slice(600)];
  const [packet] = run(parts).filter((event): event is CapturedPacket => event.type === "packet");
  for (const part of parts) part.fill(0);
  assertEquals(packet?.payload, bytesVariant(1000));
});

Deno.test("PacketStream carries notes on segments to the next packet, and not too many", () => {
  const stream = new PacketStream({
    source: "a",
    destination: "b",
    path: new ProtocolPath([]),
    framing: "packet-stream",
    maxPacketSize: 1000,
    hasStart: true,
  });
  const notes = [{ severity: "info" as const, code: "code", message: "message" }];
  const frame = framed("x".repeat(96));
  for (let at = 0; at < frame.length; at++) {
    const bytes = frame.subarray(at, at + 1);
    stream.push({ type: "bytes", bytes, frame: at, time: 0n, notes });
    if (at < frame.length - 1) assertEquals(stream.next(), null);
  }
  const packet = stream.next();
  assertEquals(packet?.type === "packet" && packet.notes.length, 8);
});
