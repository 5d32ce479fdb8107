import { assertEquals } from "@std/assert";
import type { OutputMode } from "../../../../src/cli/output.ts";
import { CaptureListing } from "../../../../src/commands/decode/capture_listing.ts";
import { CaptureStats } from "../../../../src/commands/decode/capture_stats.ts";
import { FrameEvents } from "../../../../src/commands/decode/frame_events.ts";
import { FrameLines } from "../../../../src/commands/decode/frame_lines.ts";
import {
  createFramePrinter,
  type FrameView,
} from "../../../../src/commands/decode/frame_printer.ts";
import { FrameTimes } from "../../../../src/commands/decode/frame_times.ts";
import { FrameTrees } from "../../../../src/commands/decode/frame_trees.ts";
import { ConversationTable } from "../../../../src/inspect/conversations.ts";
import { GODOT4 } from "../../../support/frames.ts";
import { memoryIo } from "../../../support/memory_io.ts";

const VIEW: FrameView = {
  decoding: GODOT4,
  times: new FrameTimes(),
  conversations: () => Promise.resolve(new ConversationTable()),
  isStats: false,
  isCapture: false,
  isDialogue: false,
  time: null,
};

Deno.test("createFramePrinter() has a printer for each mode of output", async () => {
  const cases: [OutputMode, { readonly name: string }][] = [
    ["human", FrameLines],
    ["text", FrameLines],
    ["hex", FrameLines],
    ["json", FrameEvents],
    ["native", FrameEvents],
    ["tree", FrameTrees],
    ["hexdump", FrameTrees],
  ];
  for (const [mode, expected] of cases) {
    const printer = await createFramePrinter(memoryIo({ mode }).output, VIEW);
    assertEquals(printer.constructor.name, expected.name, mode);
  }
});

Deno.test("createFramePrinter() lists for people only without -o", async () => {
  for (const wish of [{ isDialogue: true }, { time: "delta" }] as const) {
    for (const [mode, expected] of [["human", CaptureListing], ["text", FrameLines]] as const) {
      const printer = await createFramePrinter(memoryIo({ mode }).output, { ...VIEW, ...wish });
      assertEquals(printer.constructor.name, expected.name);
    }
  }
});

Deno.test("createFramePrinter() counts when figures are asked for, whatever the mode", async () => {
  for (const mode of ["human", "json", "text"] as const) {
    const printer = await createFramePrinter(memoryIo({ mode }).output, { ...VIEW, isStats: true });
    assertEquals(printer.constructor.name, CaptureStats.name);
  }
});
