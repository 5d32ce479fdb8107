import { assertEquals } from "@std/assert";
import { ConversationTable } from "../../../src/inspect/conversations.ts";
import { TrafficStats } from "../../../src/inspect/traffic_stats.ts";
import { CaptureReader } from "../../../src/pcap/capture.ts";
import { ethernet, intVariant, pcap, udp } from "../../support/pcap_builder.ts";

const A = "10.0.0.1:5000", B = "10.0.0.2:4242";

function capture(): Uint8Array {
  const packets: [string, string, Uint8Array][] = [
    [A, B, intVariant(1)],
    [B, A, intVariant(2)],
    [A, B, Uint8Array.of(99, 0, 0, 0)],
    [A, "10.0.0.3:1", intVariant(3)],
  ];
  return pcap(packets.map(([from, to, payload], i) => ({
    bytes: ethernet(udp(from, to, payload)),
    seconds: 100 + i,
    fraction: 250_000,
  })));
}

function figures(stats: TrafficStats): unknown {
  const { packets, bytes, errors, start, seconds, conversations, shapes } = stats;
  return {
    all: [packets, bytes, errors, start, seconds],
    conversations: conversations.list().map((c) => [
      c.client,
      c.server,
      [c.toServer.packets, c.toServer.bytes, c.toServer.errors],
      [c.toClient.packets, c.toClient.bytes, c.toClient.errors],
      c.firstTime,
      c.seconds,
    ]),
    shapes: shapes.list().map(({ shape, packets }) => [shape, packets]),
  };
}

const EXPECTED = {
  all: [4, 28, 1, 100.25, 3],
  conversations: [
    [A, B, [2, 12, 1], [1, 8, 0], 100.25, 2],
    [A, "10.0.0.3:1", [1, 8, 0], [0, 0, 0], 103.25, 0],
  ],
  shapes: [["int", 3], ["ERR_INVALID_DATA", 1]],
};

Deno.test("TrafficStats counts packets", () => {
  const stats = new TrafficStats(new ConversationTable(), {});
  const reader = new CaptureReader();
  reader.push(capture());
  reader.finish();
  for (let event = reader.next(); event !== null; event = reader.next()) {
    if (event.type !== "packet") continue;
    const conversation = stats.conversations.of("udp", event.source, event.destination);
    const direction = conversation.directionFrom(event.source);
    const isGood = stats.count(event.payload, {
      conversation,
      direction,
      time: Number(event.time) / 1e9,
    });
    assertEquals(isGood, event.frame !== 3);
  }
  assertEquals(figures(stats), EXPECTED);
});

Deno.test("TrafficStats counts datagrams in their frames to the same figures", () => {
  const stats = new TrafficStats(new ConversationTable(), {});
  const reader = new CaptureReader();
  reader.push(capture());
  for (let frame = reader.nextDatagram(); frame !== null; frame = reader.nextDatagram()) {
    assertEquals(stats.countDatagram(frame, reader), frame.number !== 3);
  }
  assertEquals(figures(stats), EXPECTED);
});

Deno.test("TrafficStats counts packets that come from no capture, and what is none", () => {
  const stats = new TrafficStats(new ConversationTable(), {});
  stats.count(intVariant(1), null);
  stats.countBroken(3);
  assertEquals([stats.packets, stats.bytes, stats.errors, stats.seconds], [2, 11, 1, NaN]);
  assertEquals(stats.conversations.list(), []);
});
