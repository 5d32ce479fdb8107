import { assert, assertEquals } from "@std/assert";
import { PLAIN } from "../../../../src/cli/paint.ts";
import { statsLines } from "../../../../src/commands/decode/capture_stats_lines.ts";
import { ConversationTable } from "../../../../src/inspect/conversations.ts";
import { TrafficStats } from "../../../../src/inspect/traffic_stats.ts";
import { intVariant } from "../../../support/pcap_builder.ts";

Deno.test("statsLines() has tables of conversations and messages, in columns", () => {
  const stats = new TrafficStats(new ConversationTable(), {});
  const conversation = stats.conversations.of("udp", "127.0.0.1:5000", "127.0.0.1:4242");
  stats.count(intVariant(1), { conversation, direction: "to_server", time: 100 });
  stats.count(intVariant(2), { conversation, direction: "to_client", time: 104 });
  stats.count(Uint8Array.of(99, 0), { conversation, direction: "to_client", time: 102 });
  assertEquals(statsLines(stats, PLAIN), [
    "--- 3 packets, 18 B, 4 s, 1 did not decode ---",
    "",
    "#  protocol  client          server          →  size  ←  size  errors  begins  seconds",
    "1  udp       127.0.0.1:5000  127.0.0.1:4242  1   8 B  2  10 B       1   0.000    4.000",
    "",
    "packets  size   share  min  mean  max  packets/s  size/s  message",
    "      2  16 B  88.9 %    8     8    8        0.5     4 B  int",
    "      1   2 B  11.1 %    2     2    2        0.3     1 B  does not decode: ERR_INVALID_DATA",
  ]);
});

Deno.test("statsLines() is for people: the costly rows, and how many more there are", () => {
  const stats = new TrafficStats(new ConversationTable(100), {});
  for (let i = 0; i < 150; i++) {
    const conversation = stats.conversations.of("udp", `10.0.0.1:${i}`, "10.0.0.2:1");
    stats.count(intVariant(1), { conversation, direction: "to_server", time: 0 });
  }
  const lines = statsLines(stats, PLAIN);
  assert(lines.includes("  … and 60 more; -o json has them all"));
  assert(lines.includes("  other: 50 conversations that had fallen silent, 50 packets, 400 B"));
});

Deno.test("statsLines() of packets that come from no capture are the messages alone", () => {
  const stats = new TrafficStats(new ConversationTable(), {});
  stats.count(intVariant(1), null);
  const lines = statsLines(stats, PLAIN);
  assertEquals(lines.map((line) => line.split("  ")[0]?.trim()), [
    "--- 1 packet, 8 B ---",
    "",
    "packets",
    "",
  ]);
});
