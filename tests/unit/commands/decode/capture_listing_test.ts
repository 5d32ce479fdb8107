import { assertEquals } from "@std/assert";
import {
  CaptureListing,
  type ListingOptions,
} from "../../../../src/commands/decode/capture_listing.ts";
import { FrameTimes } from "../../../../src/commands/decode/frame_times.ts";
import type { InputFrame } from "../../../../src/commands/decode/input_frame.ts";
import { ConversationTable } from "../../../../src/inspect/conversations.ts";
import { BROKEN, capturedFrame, GODOT4, packetFrame, udpOrigin } from "../../../support/frames.ts";
import { memoryIo } from "../../../support/memory_io.ts";

const SEVEN = "0200000007000000";
const START = 1_767_225_600_000_000_000n;

function from(source: string, destination: string, time: bigint, hex = SEVEN): InputFrame {
  return packetFrame(hex, udpOrigin({ time: START + time * 1_000_000n, source, destination }));
}

async function list(frames: readonly InputFrame[], options: ListingOptions): Promise<string[]> {
  const io = memoryIo();
  const times = new FrameTimes();
  times.note({ time: START });
  const listing = new CaptureListing(io.output, GODOT4, times, options);
  frames.forEach((frame, i) => listing.print(frame, i));
  await io.output.flush();
  assertEquals(io.stderrText(), "");
  return io.stdoutLines();
}

Deno.test("CaptureListing has time, endpoints, size and value in columns", async () => {
  const frames = [from("a:1", "b:22", 0n), from("b:22", "a:1", 5n)];
  assertEquals(await list(frames, { time: "relative", conversations: null }), [
    "   0.000000  a:1  → b:22     8 B  7",
    "   0.005000  b:22 → a:1      8 B  7",
  ]);
});

Deno.test("CaptureListing shows a conversation as a dialogue", async () => {
  const conversations = new ConversationTable();
  conversations.of("udp", "a:1", "b:22"); // who was first, even where the filter hides it
  const frames = [from("b:22", "a:1", 5n), from("a:1", "b:22", 7n)];
  assertEquals(await list(frames, { time: "delta", conversations }), [
    "--- conversation 1: udp, a:1 → b:22 ---",
    "   0.000000  ←     8 B  7",
    "   0.002000  →     8 B  7",
  ]);
});

Deno.test("CaptureListing says what is wrong with a packet, and what it may be", async () => {
  const frames = [from("a:1", "b:2", 0n, "68656c6c6f"), capturedFrame(SEVEN)];
  const lines = await list(frames, { time: "relative", conversations: new ConversationTable() });
  const indent = " ".repeat("   0.000000  →     5 B  ".length);
  assertEquals(
    lines[1],
    "   0.000000  →     5 B  ERR_INVALID_DATA at byte 0: cannot decode Variant: type 104 does not " +
      "exist, the last one is 38",
  );
  assertEquals(lines[2], `${indent}hint: it is plain text: "hello"`);
  assertEquals(lines.at(-1)?.trim(), "! byte 0: The checksum is wrong");
});

Deno.test("CaptureListing numbers packets that come from no capture", async () => {
  const frames: InputFrame[] = [packetFrame(SEVEN), { kind: "blank" }, BROKEN];
  assertEquals(await list(frames, { time: "absolute", conversations: null }), [
    "frame 1  7",
    "frame 3  ERR_INVALID_DATA at byte 0: cannot decode hex: it is none",
  ]);
});
