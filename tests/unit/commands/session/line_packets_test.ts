import { assertEquals } from "@std/assert";
import { LinePackets } from "../../../../src/commands/session/line_packets.ts";
import { PacketMaker } from "../../../../src/commands/session/value_packets.ts";
import { memoryIo } from "../../../support/memory_io.ts";

const RULES = { godot: 4, fullObjects: false, scheme: "udp", maxPacketSize: 100 } as const;

Deno.test("LinePackets makes a packet of every value, which may go over several lines", async () => {
  const io = memoryIo({ stdin: ["1\n\n; nothing\n{\n", '"a": 2\n}\n', "true"] });
  const lines = new LinePackets(new PacketMaker(RULES, io.output), io);
  const packets: unknown[] = [];
  for await (const { name, value } of lines) packets.push([name, typeof value]);
  assertEquals(packets, [["line 1", "bigint"], ["line 4", "object"], ["line 7", "boolean"]]);
  assertEquals([lines.badLines, io.stderrText()], [0, ""]);
});

Deno.test("LinePackets tells what is no value, or cannot be sent, and goes on", async () => {
  const io = memoryIo({ stdin: `nonsense\n1\n"${"x".repeat(200)}"\nObject(Node)\n2\n` });
  const lines = new LinePackets(new PacketMaker(RULES, io.output), io);
  const values: unknown[] = [];
  for await (const { value } of lines) values.push(value);
  assertEquals(values, [1n, 2n]);
  assertEquals(lines.badLines, 3);
  const told = io.stderrText().split("\n");
  assertEquals(told[0]?.startsWith("packetpeer: line 1, column 1: "), true);
  assertEquals(told[1]?.trim(), "nonsense");
  assertEquals(told[2]?.trim(), "^");
  assertEquals(told[3]?.startsWith("packetpeer: line 3 is 208 bytes"), true);
  assertEquals(told[4]?.startsWith("packetpeer: line 4: Cannot encode"), true);
});
