import { assertEquals } from "@std/assert";
import { statsJson } from "../../../../src/commands/decode/capture_stats_json.ts";
import { ConversationTable } from "../../../../src/inspect/conversations.ts";
import { TrafficStats } from "../../../../src/inspect/traffic_stats.ts";
import { intVariant } from "../../../support/pcap_builder.ts";

Deno.test("statsJson() has all figures, and leaves out what was not measured", () => {
  const stats = new TrafficStats(new ConversationTable(), {});
  assertEquals(JSON.parse(statsJson(stats)), {
    event: "stats",
    packets: 0,
    bytes: 0,
    errors: 0,
    conversations: [],
    shapes: [],
  });
  const conversation = stats.conversations.of("udp", "a:1", "b:2");
  stats.count(intVariant(1), { conversation, direction: "to_server", time: 100 });
  stats.count(intVariant(2), { conversation, direction: "to_client", time: 104 });
  stats.count(Uint8Array.of(99), { conversation, direction: "to_client", time: 102 });
  assertEquals(JSON.parse(statsJson(stats)), {
    event: "stats",
    packets: 3,
    bytes: 17,
    errors: 1,
    seconds: 4,
    conversations: [{
      conversation: 1,
      protocol: "udp",
      client: "a:1",
      server: "b:2",
      packets: 3,
      bytes: 17,
      errors: 1,
      to_server: { packets: 1, bytes: 8, errors: 0 },
      to_client: { packets: 2, bytes: 9, errors: 1 },
      first: 0,
      seconds: 4,
    }],
    shapes: [
      {
        shape: "int",
        packets: 2,
        bytes: 16,
        share: 0.941176,
        size: { min: 8, mean: 8, max: 8 },
        per_second: 0.5,
        bytes_per_second: 4,
      },
      {
        error: "ERR_INVALID_DATA",
        packets: 1,
        bytes: 1,
        share: 0.058824,
        size: { min: 1, mean: 1, max: 1 },
        per_second: 0.25,
        bytes_per_second: 0.25,
      },
    ],
  });
});

Deno.test("statsJson() says what was folded together", () => {
  const stats = new TrafficStats(new ConversationTable(1), {});
  for (const source of ["a:1", "b:1", "c:1"]) {
    const conversation = stats.conversations.of("udp", source, "s:2");
    stats.count(intVariant(1), { conversation, direction: "to_server", time: 0 });
  }
  const { conversations, other_conversations: other } = JSON.parse(statsJson(stats));
  assertEquals(conversations.map((c: { conversation: number }) => c.conversation), [3]);
  assertEquals(other, { count: 2, packets: 2, bytes: 16, errors: 0 });
});
