import { assertEquals } from "@std/assert";
import { CaptureStats } from "../../../../src/commands/decode/capture_stats.ts";
import { ConversationTable } from "../../../../src/inspect/conversations.ts";
import { BROKEN, capturedFrame, GODOT4, packetFrame } from "../../../support/frames.ts";
import { memoryIo } from "../../../support/memory_io.ts";

Deno.test("CaptureStats counts every kind of frame, and prints at the end alone", async () => {
  const io = memoryIo({ mode: "json" });
  const printer = new CaptureStats(io.output, GODOT4, new ConversationTable());
  assertEquals(printer.print(capturedFrame("0200000007000000")), true);
  assertEquals(printer.print(packetFrame("63000000")), false);
  assertEquals(printer.print(BROKEN), false);
  assertEquals(printer.print({ kind: "blank" }), true);
  await io.output.flush();
  assertEquals(io.stdoutLines(), []);
  await printer.finish();
  await io.output.flush();
  const stats = JSON.parse(io.stdoutText());
  assertEquals([stats.packets, stats.bytes, stats.errors], [3, 12, 2]);
  assertEquals(stats.conversations.length, 1);
});

Deno.test("CaptureStats prints tables for people", async () => {
  const io = memoryIo();
  const printer = new CaptureStats(io.output, GODOT4, new ConversationTable());
  printer.print(capturedFrame("0200000007000000"));
  await printer.finish();
  await io.output.flush();
  assertEquals(io.stdoutLines()[0], "--- 1 packet, 8 B ---");
});
