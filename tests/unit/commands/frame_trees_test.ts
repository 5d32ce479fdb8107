import { assert, assertEquals } from "@std/assert";
import { FrameTrees } from "../../../src/commands/frame_trees.ts";
import { BROKEN, GODOT4, packetFrame } from "../../support/frames.ts";
import { memoryIo } from "../../support/memory_io.ts";

Deno.test("FrameTrees prints a tree for each packet, under its number", async () => {
  const io = memoryIo({ mode: "tree" });
  const printer = new FrameTrees(io.output, GODOT4);
  assertEquals(printer.print(packetFrame("0200000007000000"), 0), true);
  assertEquals(printer.print(packetFrame("00000000"), 1), true);
  await io.output.flush();
  const lines = io.stdoutLines();
  assert(lines[0]?.startsWith("0000..0008  frame 1"), lines[0]);
  assert(lines[4]?.startsWith("0000..0004  frame 2"), lines[4]);
  assertEquals(io.stderrText(), "");
});

Deno.test("FrameTrees shows what could be read of a packet that does not decode", async () => {
  const io = memoryIo({ mode: "tree" });
  const printer = new FrameTrees(io.output, GODOT4);
  assertEquals(printer.print(packetFrame("020000000700"), 0), false);
  await io.output.flush();
  assert(io.stdoutText().includes("unparsed"), io.stdoutText());
  assert(io.stdoutText().includes("[ERR_INVALID_DATA]"), io.stdoutText());
  assert(io.stderrText().startsWith("packetpeer: frame 1: Cannot decode int at byte 4"));
});

Deno.test("FrameTrees leaves an empty line for what is no packet", async () => {
  const io = memoryIo({ mode: "tree" });
  const printer = new FrameTrees(io.output, GODOT4);
  assertEquals(printer.print(BROKEN, 0), false);
  assertEquals(printer.print({ kind: "blank" }, 1), true);
  await io.output.flush();
  assertEquals(io.stdoutText(), "\n\n");
});
