import { assertEquals } from "@std/assert";
import type { OutputMode } from "../../../src/cli/output.ts";
import { FrameEvents } from "../../../src/commands/frame_events.ts";
import { FrameLines } from "../../../src/commands/frame_lines.ts";
import { createFramePrinter } from "../../../src/commands/frame_printer.ts";
import { FrameTrees } from "../../../src/commands/frame_trees.ts";
import { GODOT4 } from "../../support/frames.ts";
import { memoryIo } from "../../support/memory_io.ts";

Deno.test("createFramePrinter() has a printer for each mode of output", async () => {
  const cases: [OutputMode, { readonly name: string }][] = [
    ["human", FrameLines],
    ["text", FrameLines],
    ["hex", FrameLines],
    ["json", FrameEvents],
    ["native", FrameEvents],
    ["tree", FrameTrees],
  ];
  for (const [mode, expected] of cases) {
    const printer = await createFramePrinter(memoryIo({ mode }).output, GODOT4);
    assertEquals(printer.constructor.name, expected.name, mode);
  }
});
