import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Segment, TcpStream } from "../../../src/pcap/reassembly.ts";
import { toBytes } from "../../support/pcap_builder.ts";

const LIMIT = 1 << 20;

interface SegmentSpec {
  readonly isSyn?: boolean;
  readonly isFin?: boolean;
  readonly frame?: number;
  readonly missing?: number;
}

function segment(sequence: number, text: string, spec: SegmentSpec = {}): Segment {
  const { isSyn = false, isFin = false, frame = 0, missing = 0 } = spec;
  const payload = toBytes(text);
  const time = BigInt(frame) * 10n;
  return { sequence: sequence >>> 0, payload, missing, isSyn, isFin, frame, time, notes: [] };
}

/** What the stream gives now: text, and `<n>` for a gap of n bytes. */
function read(stream: TcpStream): string {
  let text = "";
  for (let item = stream.next(); item !== null; item = stream.next()) {
    text += item.type === "gap" ? `<${item.size}>` : new TextDecoder().decode(item.bytes);
  }
  return text;
}

function pushAll(stream: TcpStream, ...segments: readonly Segment[]): string {
  return segments.map((item) => {
    stream.push(item);
    return read(stream);
  }).join("|");
}

Deno.test("TcpStream gives bytes in order as they come", () => {
  const stream = new TcpStream(LIMIT);
  const syn = segment(99, "", { isSyn: true });
  assertEquals(pushAll(stream, syn, segment(100, "abc"), segment(103, "def")), "|abc|def");
  assertEquals(stream.retained, 0);
});

Deno.test("TcpStream starts with the first segment when the capture has no SYN", () => {
  assertEquals(pushAll(new TcpStream(LIMIT), segment(5000, "abc"), segment(5003, "d")), "abc|d");
});

Deno.test("TcpStream puts segments in order", () => {
  const stream = new TcpStream(LIMIT);
  const segments = [segment(0, "a"), segment(3, "d"), segment(2, "c"), segment(1, "b")];
  assertEquals(pushAll(stream, ...segments), "a|||bcd");
});

Deno.test("TcpStream drops what comes again, and takes what is new in it", () => {
  const stream = new TcpStream(LIMIT);
  const again = [segment(0, "abc"), segment(0, "abc"), segment(1, "XY"), segment(1, "XYde")];
  assertEquals(pushAll(stream, ...again), "abc|||de");
});

Deno.test("TcpStream keeps the bytes that came first where segments overlap", () => {
  const stream = new TcpStream(LIMIT);
  const segments = [segment(0, "0"), segment(3, "34"), segment(7, "7"), segment(2, "XXXXXXXX")];
  assertEquals(pushAll(stream, ...segments, segment(1, "YYY")), "0||||YX34XX7XX");
});

Deno.test("TcpStream reads across the wrap of sequence numbers", () => {
  const stream = new TcpStream(LIMIT);
  const start = 0xfffffffe;
  const syn = segment(start - 1, "", { isSyn: true });
  const segments = [segment(start + 4, "efgh"), segment(start, "ab"), segment(start + 2, "cd")];
  assertEquals(pushAll(stream, syn, ...segments), "||ab|cdefgh");
});

Deno.test("TcpStream reads a SYN with data", () => {
  const syn = segment(99, "abc", { isSyn: true });
  assertEquals(pushAll(new TcpStream(LIMIT), syn, segment(103, "d")), "abc|d");
});

Deno.test("TcpStream gives the frame that made bytes available", () => {
  const stream = new TcpStream(LIMIT);
  stream.push(segment(0, "a", { frame: 1 }));
  stream.push(segment(2, "c", { frame: 2 }));
  const first = stream.next();
  assertEquals(first?.frame, 1);
  assertEquals(stream.next(), null);
  stream.push(segment(1, "b", { frame: 5 }));
  const rest = [stream.next(), stream.next()];
  assertEquals(rest.map((item) => item?.frame), [5, 5]);
  assertEquals(rest.map((item) => item?.type === "bytes" ? item.time : null), [50n, 50n]);
});

Deno.test("TcpStream gives bytes behind a gap their own frame", () => {
  const stream = new TcpStream(LIMIT);
  stream.push(segment(0, "a", { frame: 1 }));
  stream.push(segment(5, "c", { frame: 2 }));
  stream.push(segment(6, "d", { frame: 3 }));
  stream.giveUp();
  const items = [stream.next(), stream.next(), stream.next(), stream.next()];
  assertEquals(items.map((item) => item?.frame), [1, 2, 2, 3]);
  assertEquals(items[1], { type: "gap", size: 4, frame: 2 });
});

Deno.test("TcpStream waits for a hole while the receiver does", () => {
  const stream = new TcpStream(LIMIT);
  assertEquals(pushAll(stream, segment(0, "ab"), segment(4, "ef")), "ab|");
  for (let i = 0; i < 100; i++) stream.acknowledge(2);
  assertEquals(read(stream), "");
  assertEquals(pushAll(stream, segment(2, "cd")), "cdef");
});

Deno.test("TcpStream gives a hole up when the receiver has acknowledged what is behind it", () => {
  const stream = new TcpStream(LIMIT);
  assertEquals(pushAll(stream, segment(0, "ab"), segment(4, "ef"), segment(9, "jk")), "ab||");
  for (let i = 0; i < 3; i++) stream.acknowledge(6);
  assertEquals(read(stream), "", "frames may be captured in the wrong order");
  stream.acknowledge(6);
  assertEquals(read(stream), "<2>ef");
  assertEquals(pushAll(stream, segment(2, "cd")), "", "too late");
  for (let i = 0; i < 4; i++) stream.acknowledge(11);
  assertEquals(read(stream), "<3>jk");
});

Deno.test("TcpStream counts acknowledgements for each hole anew", () => {
  const stream = new TcpStream(LIMIT);
  pushAll(stream, segment(0, "ab"), segment(4, "ef"));
  for (let i = 0; i < 3; i++) stream.acknowledge(6);
  assertEquals(pushAll(stream, segment(2, "cd"), segment(8, "ij")), "cdef|");
  for (let i = 0; i < 3; i++) stream.acknowledge(10);
  assertEquals(read(stream), "");
  stream.acknowledge(10);
  assertEquals(read(stream), "<2>ij");
});

Deno.test("TcpStream does not believe acknowledgements of bytes that are far away", () => {
  const stream = new TcpStream(LIMIT);
  pushAll(stream, segment(0, "ab"), segment(4, "ef"));
  for (let i = 0; i < 10; i++) stream.acknowledge(0x7fffffff);
  assertEquals(read(stream), "");
});

Deno.test("TcpStream gives up holes when too much waits behind them", () => {
  const stream = new TcpStream(2000);
  const segments = Array.from({ length: 10 }, (_, i) => segment(10 + i * 100, "x".repeat(100)));
  const text = pushAll(stream, segment(0, "a"), ...segments);
  assertEquals(text.replaceAll("|", ""), "a<9>" + "x".repeat(1000));
  assert(text.includes("||<9>"), "it waits first");
  assertEquals(stream.retained, 0);
});

Deno.test("TcpStream counts many small segments as what they cost", () => {
  const stream = new TcpStream(2000);
  stream.push(segment(0, "a"));
  for (let i = 1; i < 100; i++) {
    stream.push(segment(i * 2, "x"));
    read(stream);
    assert(stream.retained <= 2200);
  }
});

Deno.test("TcpStream.giveUp() gives all that is here", () => {
  const stream = new TcpStream(LIMIT);
  pushAll(stream, segment(0, "a"), segment(3, "d"), segment(6, "g"));
  stream.giveUp();
  assertEquals(read(stream), "<2>d<2>g");
  assertEquals(pushAll(stream, segment(9, "j")), "", "a later hole is open again");
});

Deno.test("TcpStream.isFinished turns true at the FIN, once everything before it is read", () => {
  const stream = new TcpStream(LIMIT);
  pushAll(stream, segment(0, "a"), segment(2, "c", { isFin: true }));
  assertEquals(stream.isFinished, false);
  pushAll(stream, segment(1, "b"));
  assertEquals(stream.isFinished, true);
});

Deno.test("TcpStream.isFinished does not believe a FIN behind what has been read", () => {
  const stream = new TcpStream(LIMIT);
  pushAll(stream, segment(0, "abc"), segment(0, "a", { isFin: true }));
  assertEquals(stream.isFinished, false);
  pushAll(stream, segment(3, "d", { isFin: true }));
  assertEquals(stream.isFinished, true);
});

Deno.test("TcpStream.isFinished counts bytes that the capture has cut off", () => {
  const stream = new TcpStream(LIMIT);
  pushAll(stream, segment(0, "a", { isFin: true, missing: 5 }));
  assertEquals(stream.isFinished, false);
});

Deno.test("TcpStream.isUnrelated() tells a new connection on the same ports", () => {
  const stream = new TcpStream(LIMIT);
  const syn = { isSyn: true };
  assertEquals(stream.isUnrelated(segment(1234, "", syn)), false);
  pushAll(stream, segment(99, "", syn), segment(100, "abc"));
  assertEquals(stream.isUnrelated(segment(99, "", syn)), false, "the same SYN again");
  assertEquals(stream.isUnrelated(segment(98, "", syn)), true);
  assertEquals(stream.isUnrelated(segment(100 + 1_000_000, "x")), false);
  assertEquals(stream.isUnrelated(segment(50, "x")), false);
  assertEquals(stream.isUnrelated(segment(0x70000000, "x")), true);
});

Deno.test("TcpStream.isCurrent() is true from the next byte on", () => {
  const stream = new TcpStream(LIMIT);
  assertEquals(stream.isCurrent(0), false);
  pushAll(stream, segment(100, "abc"));
  assertEquals([102, 103, 104, 0x70000000].map((n) => stream.isCurrent(n)), [
    false,
    true,
    true,
    false,
  ]);
});

Deno.test("TcpStream copies what has to wait", () => {
  const stream = new TcpStream(LIMIT);
  const late = segment(2, "cd");
  pushAll(stream, segment(0, "a"), late);
  late.payload.fill(0);
  assertEquals(pushAll(stream, segment(1, "b")), "bcd");
});

Deno.test("TcpStream gives the stream for any cutting, order, repetition and wrap", () => {
  const whole = Array.from({ length: 60 }, (_, i) => String.fromCharCode(65 + i)).join("");
  const range = fc.tuple(fc.nat(59), fc.integer({ min: 1, max: 20 }));
  fc.assert(fc.property(
    fc.array(range, { maxLength: 40 }),
    fc.integer({ min: 0, max: 0xffffffff }),
    (ranges, sequence) => {
      const stream = new TcpStream(LIMIT);
      stream.push(segment(sequence - 1, "", { isSyn: true }));
      const covered = new Set<number>();
      let text = "";
      for (const [start, size] of ranges) {
        const part = whole.slice(start, start + size);
        for (let i = 0; i < part.length; i++) covered.add(start + i);
        stream.push(segment(sequence + start, part));
        text += read(stream);
        let end = 0;
        while (covered.has(end)) end++;
        assertEquals(text, whole.slice(0, end));
      }
      stream.giveUp();
      text += read(stream);
      const expected = [...covered].toSorted((a, b) => a - b).map((i) => whole[i]).join("");
      assertEquals(text.replaceAll(/<\d+>/g, ""), expected);
      assertEquals(stream.retained, 0);
    },
  ));
});
