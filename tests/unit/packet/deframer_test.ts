import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DecodeError } from "../../../src/errors.ts";
import {
  DEFAULT_MAX_PACKET_SIZE,
  DEFAULT_MAX_RECEIVABLE_SIZE,
  frame,
  StreamDeframer,
} from "../../../src/packet/deframer.ts";

function hex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(text.replaceAll(" ", ""));
}

function packetsOf(deframer: StreamDeframer): Uint8Array[] {
  const packets: Uint8Array[] = [];
  for (let packet = deframer.next(); packet !== null; packet = deframer.next()) {
    packets.push(packet);
  }
  return packets;
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

Deno.test("frame() puts the length in front, little-endian", () => {
  assertEquals(frame(hex("aabbcc")), hex("03000000 aabbcc"));
  assertEquals(frame(new Uint8Array(0x10203)).subarray(0, 4), hex("03020100"));
});

Deno.test("frame() of no bytes is a length of 0", () => {
  assertEquals(frame(new Uint8Array(0)), hex("00000000"));
});

Deno.test("the default limits are those of the engine", () => {
  assertEquals([DEFAULT_MAX_PACKET_SIZE, DEFAULT_MAX_RECEIVABLE_SIZE], [65532, 65531]);
  const deframer = new StreamDeframer();
  deframer.push(frame(new Uint8Array(65532)));
  assertEquals(deframer.next()?.length, 65532);
  deframer.push(frame(new Uint8Array(65533)));
  assertThrows(() => deframer.next(), DecodeError);
});

Deno.test("StreamDeframer cuts one chunk into packets, empty ones included", () => {
  const deframer = new StreamDeframer();
  deframer.push(hex("01000000 aa 00000000 02000000 bbcc"));
  assertEquals(packetsOf(deframer), [hex("aa"), hex(""), hex("bbcc")]);
  assertEquals(deframer.buffered, 0);
  deframer.finish();
});

Deno.test("StreamDeframer gives the same packets wherever the chunks are cut", () => {
  const arbitraryStream = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 });
  const arbitraryCuts = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 8 });
  fc.assert(fc.property(arbitraryStream, arbitraryCuts, fc.boolean(), (packets, cuts, isLazy) => {
    const stream = join(packets.map((packet) => frame(packet)));
    const deframer = new StreamDeframer();
    const received: Uint8Array[] = [];
    for (let at = 0, i = 0; at < stream.length; i++) {
      const size = cuts[i % cuts.length] ?? 0;
      // The chunk's memory is used again once `next` has answered null.
      const chunk = stream.slice(at, at + size + 1);
      deframer.push(chunk);
      at += chunk.length;
      if (isLazy) continue;
      received.push(...packetsOf(deframer));
      chunk.fill(0xee);
    }
    received.push(...packetsOf(deframer));
    assertEquals(received.map((packet) => [...packet]), packets.map((packet) => [...packet]));
    deframer.finish();
  }));
});

Deno.test("StreamDeframer gives packets memory of their own, no larger than needed", () => {
  const chunk = hex("03000000 aabbcc");
  const deframer = new StreamDeframer();
  deframer.push(chunk);
  const packet = deframer.next();
  chunk.fill(0);
  assertEquals(packet, hex("aabbcc"));
  assertEquals(packet?.buffer.byteLength, 3);
});

Deno.test("StreamDeframer refuses a length above the limit, and stays there", () => {
  const deframer = new StreamDeframer(16);
  deframer.push(hex("02000000 aabb 11000000 00"));
  assertEquals(deframer.next(), hex("aabb"));
  for (let i = 0; i < 2; i++) {
    const error = assertThrows(() => deframer.next(), DecodeError);
    assertEquals(error.code, "ERR_INVALID_DATA");
    assertEquals(error.reason, "frame-too-long");
    assertEquals(error.offset, 6);
    assertEquals(error.path, []);
    assertEquals(
      error.message,
      "Cannot decode PacketPeerStream frame at byte 6: its length is 17 bytes, the limit is 16",
    );
  }
});

Deno.test("StreamDeframer takes the largest length there is for one, and not for -1", () => {
  const deframer = new StreamDeframer();
  deframer.push(hex("ffffffff"));
  const error = assertThrows(() => deframer.next(), DecodeError);
  assertEquals(error.problem.includes("4294967295 bytes"), true);
});

Deno.test("StreamDeframer shows a length that is text as text", () => {
  const deframer = new StreamDeframer();
  deframer.push(new TextEncoder().encode("GET / HTTP/1.1\r\n"));
  const error = assertThrows(() => deframer.next(), DecodeError);
  assertEquals(error.problem.includes('(as text: "GET ")'), true);
});

Deno.test("StreamDeframer needs memory for what came, not for what was announced", () => {
  const deframer = new StreamDeframer(0xffffffff);
  deframer.push(hex("ffffffff aabb"));
  assertEquals(deframer.next(), null);
  assertEquals(deframer.buffered, 6);
});

Deno.test("StreamDeframer puts a packet of many small chunks together in linear time", () => {
  const size = 2_000_000;
  const stream = frame(new Uint8Array(size).fill(7));
  const deframer = new StreamDeframer(size);
  let packet: Uint8Array | null = null;
  let chunkCount = 0;
  for (let at = 0; at < stream.length; at += 10) {
    deframer.push(stream.subarray(at, at + 10));
    packet = deframer.next();
    chunkCount++;
  }
  assertEquals(packet?.length, size);
  assert(packet?.every((byte) => byte === 7));
  assertEquals(chunkCount, 200_001);
});

Deno.test("StreamDeframer.finish() says what is cut off, and where", () => {
  const cases: readonly [stream: string, offset: number, why: string][] = [
    ["0300", 0, "the stream ended after 2 of the 4 bytes of its length"],
    ["01000000 aa 05", 5, "the stream ended after 1 of the 4 bytes of its length"],
    ["01000000 aa 05000000", 5, "the stream ended after 0 of its 5 bytes"],
    ["01000000 aa 05000000 bbccdd", 5, "the stream ended after 3 of its 5 bytes"],
  ];
  for (const [stream, offset, why] of cases) {
    const deframer = new StreamDeframer();
    deframer.push(hex(stream));
    packetsOf(deframer);
    const error = assertThrows(() => deframer.finish(), DecodeError);
    assertEquals(error.code, "ERR_FILE_EOF");
    assertEquals(error.reason, "frame-cut-off");
    assertEquals(error.offset, offset);
    assertEquals(error.path, []);
    assertEquals(error.problem, `cannot decode PacketPeerStream frame: ${why}`);
  }
});

Deno.test("StreamDeframer.finish() is content between frames", () => {
  const deframer = new StreamDeframer();
  deframer.finish();
  deframer.push(hex("00000000"));
  assertEquals(packetsOf(deframer).length, 1);
  deframer.finish();
});
