import { assert, assertEquals } from "@std/assert";
import { ByteQueue } from "../../../src/pcap/byte_queue.ts";
import { Frame, ProtocolPath } from "../../../src/pcap/frame.ts";

function frameOf(captured: number, original = captured): Frame {
  const queue = new ByteQueue();
  queue.push(Uint8Array.from({ length: captured }, (_, i) => i));
  queue.ensure(captured);
  const frame = new Frame();
  frame.begin(queue, 0, captured, original);
  return frame;
}

Deno.test("ProtocolPath.then() gives one object for equal paths", () => {
  const root = new ProtocolPath([]);
  assertEquals(root.then("eth").then("ip").names, ["eth", "ip"]);
  assert(root.then("eth").then("ip") === root.then("eth").then("ip"));
  assert(root.then("eth") !== root.then("raw"));
});

Deno.test("Frame.begin() counts frames and forgets the last one", () => {
  const frame = frameOf(4);
  frame.enter("eth");
  frame.refuse("bad-header", "why");
  frame.note("info", "code", "message");
  const queue = new ByteQueue();
  queue.push(new Uint8Array(9));
  queue.ensure(9);
  frame.begin(queue, 2, 5, 6);
  assertEquals([frame.number, frame.start, frame.end, frame.missing], [2, 2, 7, 1]);
  assertEquals([frame.problem, frame.notes.length, frame.path.names.length], [null, 0, 0]);
});

Deno.test("Frame.need() tells cut frames from short ones", () => {
  const whole = frameOf(4);
  assert(whole.need(4, "Header"));
  assertEquals(whole.need(5, "Header"), false);
  assertEquals(whole.problem, { code: "bad-header", message: "Header needs 5 bytes, 4 left" });
  const cut = frameOf(4, 10);
  assertEquals(cut.need(10, "Header"), false);
  assertEquals(cut.problem?.code, "cut-frame");
  assertEquals(cut.need(11, "Header"), false);
  assertEquals(cut.problem?.code, "bad-header");
});

Deno.test("Frame.limit() drops what follows, or says what is missing", () => {
  const padded = frameOf(10, 12);
  assert(padded.limit(6, "Length"));
  assertEquals([padded.end, padded.missing], [6, 0]);
  const cut = frameOf(10, 20);
  assert(cut.limit(18, "Length"));
  assertEquals([cut.end, cut.missing], [10, 8]);
  const lying = frameOf(10, 20);
  assertEquals(lying.limit(21, "Length"), false);
  assertEquals(lying.problem?.message, "Length says 21 bytes, the frame has 20");
});

Deno.test("Frame.payload is a view of stable bytes and a copy of others", () => {
  const stable = frameOf(4);
  assert(stable.payload.buffer === stable.bytes.buffer);
  stable.isStable = false;
  assert(stable.payload.buffer !== stable.bytes.buffer);
  assertEquals(stable.payload, Uint8Array.of(0, 1, 2, 3));
});

Deno.test("Frame.time comes from the clock", () => {
  const frame = frameOf(1);
  assertEquals(frame.time, 0n);
  frame.clock = {
    nanoseconds: (high, low) => BigInt(high) * 10n + BigInt(low),
    seconds: (high, low) => (high * 10 + low) / 1e9,
  };
  frame.timeHigh = 3;
  frame.timeLow = 4;
  assertEquals(frame.time, 34n);
});
