import { assertEquals } from "@std/assert";
import {
  packetsIn,
  PacketStream,
  readPacketStream,
} from "../../../../src/commands/decode/framing.ts";
import type { Framing, InputFrame } from "../../../../src/commands/decode/input_frame.ts";
import { frame } from "../../../../src/packet/deframer.ts";
import { encodeVariant } from "../../../../src/variant/encode.ts";

const SEVEN = encodeVariant(7n);
const NIL = encodeVariant(null);

function joined(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

function brief(frames: Iterable<InputFrame>): unknown[] {
  return [...frames].map((found) => {
    if (found.kind === "packet") return [found.offset, found.bytes.toHex()];
    return found.kind === "broken" ? [found.offset, found.size, found.error.reason] : found.kind;
  });
}

const DECODING = { godot: 4, allowObjects: false } as const;

function packets(bytes: Uint8Array, framing: Framing): unknown[] {
  return brief(packetsIn(bytes, framing, DECODING));
}

async function* oneByOne(bytes: Uint8Array): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const byte of bytes) yield new Uint8Array([byte]);
}

async function streamed(bytes: Uint8Array, framing: Framing): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const frames of readPacketStream(oneByOne(bytes), framing, DECODING)) {
    found.push(...brief(frames));
  }
  return found;
}

Deno.test("packetsIn() takes bytes as one packet without framing", () => {
  assertEquals(packets(SEVEN, "none"), [[0, SEVEN.toHex()]]);
  assertEquals(packets(frame(SEVEN), "none"), [[0, frame(SEVEN).toHex()]]);
  assertEquals(packets(new Uint8Array(0), "none"), [[0, ""]]);
});

Deno.test("packetsIn() cuts packet streams; an offset is where the packet begins", () => {
  const stream = joined(frame(SEVEN), frame(NIL));
  assertEquals(packets(stream, "packet-stream"), [[4, SEVEN.toHex()], [16, NIL.toHex()]]);
  assertEquals(packets(stream, "auto"), [[4, SEVEN.toHex()], [16, NIL.toHex()]]);
  assertEquals(packets(SEVEN, "auto"), [[0, SEVEN.toHex()]]);
});

Deno.test("packetsIn() reports a frame that is cut off or too long, after those before it", () => {
  const cutOff = joined(frame(NIL), frame(SEVEN).subarray(0, 6));
  assertEquals(packets(cutOff, "packet-stream"), [[4, NIL.toHex()], [8, 6, "frame-cut-off"]]);
  const tooLong = joined(frame(NIL), new Uint8Array([0xff, 0xff, 0xff, 0xff, 1, 2]));
  const [first, second, ...others] = packets(tooLong, "packet-stream");
  assertEquals(first, [4, NIL.toHex()]);
  assertEquals(second, [8, 6, "frame-too-long"]);
  assertEquals(others, []);
});

Deno.test("PacketStream gives the same packets wherever the chunks end", () => {
  const bytes = joined(frame(SEVEN), frame(NIL), frame(SEVEN).subarray(0, 7));
  const whole = packets(bytes, "packet-stream");
  for (let cut = 0; cut <= bytes.length; cut++) {
    const stream = new PacketStream();
    const chunks = [bytes.subarray(0, cut), bytes.subarray(cut)];
    const found = [...chunks.flatMap((chunk) => [...stream.push(chunk)]), ...stream.finish()];
    assertEquals(brief(found), whole, `cut at ${cut}`);
  }
});

Deno.test("readPacketStream() gives packets as they come", async () => {
  const bytes = joined(frame(SEVEN), frame(NIL), frame(SEVEN).subarray(0, 7));
  assertEquals(await streamed(bytes, "packet-stream"), packets(bytes, "packet-stream"));
  assertEquals(await streamed(bytes, "auto"), packets(bytes, "packet-stream"));
});

Deno.test("readPacketStream() takes a stream that is not framed as one packet", async () => {
  assertEquals(await streamed(SEVEN, "auto"), [[0, SEVEN.toHex()]]);
  assertEquals(await streamed(new Uint8Array(0), "auto"), [[0, ""]]);
});

Deno.test("PacketStream has no packets after a frame without end", () => {
  const stream = new PacketStream();
  assertEquals(brief(stream.push(new Uint8Array(4).fill(0xff))), [[0, 4, "frame-too-long"]]);
  assertEquals(brief(stream.push(frame(SEVEN))), []);
  assertEquals(brief(stream.finish()), []);
});

Deno.test("packetsIn() says of packets that they came behind their length, and of others nothing", () => {
  const framings = (bytes: Uint8Array, framing: Framing) =>
    [...packetsIn(bytes, framing, DECODING)].map((found) =>
      found.kind === "packet" ? found.framing : found.kind
    );
  assertEquals(framings(frame(SEVEN), "packet-stream"), ["packet-stream"]);
  assertEquals(framings(frame(SEVEN), "auto"), ["packet-stream"]);
  assertEquals(framings(SEVEN, "none"), [undefined]);
});
