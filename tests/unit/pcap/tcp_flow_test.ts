import { assertEquals, assertStringIncludes } from "@std/assert";
import type { CaptureEvent } from "../../../src/pcap/events.ts";
import type { Framing } from "../../../src/pcap/packet_stream.ts";
import type { Segment } from "../../../src/pcap/reassembly.ts";
import { TcpFlow } from "../../../src/pcap/tcp_flow.ts";
import { flowContext } from "../../support/secure_records.ts";
import { type Bytes, codeOf, concat, framed, textOf, toBytes } from "../../support/pcap_builder.ts";

function flowOf(framing: Framing): TcpFlow {
  return new TcpFlow(flowContext({ framing, hasStart: true }), 1 << 20);
}

function segment(sequence: number, payload: Bytes, frame: number, isFin = false): Segment {
  const bytes = toBytes(payload);
  const time = BigInt(frame);
  return { sequence, payload: bytes, missing: 0, isSyn: false, isFin, frame, time, notes: [] };
}

/** `frame text` of packets, `frame code` of problems. */
function read(flow: TcpFlow): string[] {
  const lines: string[] = [];
  for (let event = flow.next(); event !== null; event = flow.next()) lines.push(lineOf(event));
  return lines;
}

function lineOf(event: CaptureEvent): string {
  return `${event.frame} ${event.type === "packet" ? textOf(event) : codeOf(event)}`;
}

Deno.test("TcpFlow finds packets in segments out of order", () => {
  const flow = flowOf("packet-stream");
  const bytes = concat(framed("one"), framed("two"), framed("three"));
  flow.push(segment(0, bytes.subarray(0, 9), 1));
  assertEquals(read(flow), ["1 one"]);
  flow.push(segment(14, bytes.subarray(14), 2));
  assertEquals(read(flow), []);
  flow.push(segment(9, bytes.subarray(9, 14), 3));
  assertEquals(read(flow), ["3 two", "3 three"]);
  assertEquals(flow.retained, 0);
});

Deno.test("TcpFlow reports a gap that the other side has acknowledged", () => {
  const flow = flowOf("none");
  flow.push(segment(0, "ab", 1));
  flow.push(segment(4, "ef", 2));
  assertEquals(read(flow), ["1 ab"]);
  for (let i = 0; i < 4; i++) flow.acknowledge(6);
  assertEquals(read(flow), ["2 gap", "2 ef"]);
});

Deno.test("TcpFlow ends at the FIN, once", () => {
  const flow = flowOf("packet-stream");
  flow.push(segment(0, framed("one").subarray(0, 6), 1, true));
  assertEquals(read(flow), ["1 cut-packet"]);
  flow.push(segment(0, framed("one").subarray(0, 6), 2, true));
  assertEquals(read(flow), []);
  flow.end("was reset");
  assertEquals(read(flow), []);
});

Deno.test("TcpFlow.end() reads what waits, and says how it ended", () => {
  const flow = flowOf("packet-stream");
  flow.push(segment(0, framed("one"), 1));
  flow.push(segment(30, framed("two").subarray(0, 5), 2));
  read(flow);
  flow.end("was reset");
  const events: CaptureEvent[] = [];
  for (let event = flow.next(); event !== null; event = flow.next()) events.push(event);
  assertEquals(events.map(lineOf), ["2 gap", "2 framing-lost"]);
  const last = events.at(-1);
  assertStringIncludes(last?.type === "problem" ? last.message : "", "from a to b was reset;");
  assertEquals(flow.retained, 0);
});

Deno.test("TcpFlow goes on after end()", () => {
  const flow = flowOf("packet-stream");
  flow.push(segment(0, framed("one"), 1));
  flow.end("was given up");
  assertEquals(read(flow), ["1 one"]);
  flow.push(segment(7, framed("two"), 2));
  flow.push(segment(14, framed("three"), 3));
  assertEquals(read(flow), ["2 two", "3 three"]);
});

Deno.test("TcpFlow tells what belongs to it", () => {
  const flow = flowOf("none");
  flow.push(segment(100, "abc", 1));
  read(flow);
  assertEquals(flow.isUnrelated(segment(0x70000000, "x", 2)), true);
  assertEquals(flow.isUnrelated(segment(103, "x", 2)), false);
  assertEquals([102, 103].map((sequence) => flow.isCurrent(sequence)), [false, true]);
});
