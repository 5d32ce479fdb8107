import { assert, assertEquals } from "@std/assert";
import { FrameTrees } from "../../../../src/commands/decode/frame_trees.ts";
import { BROKEN, capturedFrame, GODOT4, packetFrame } from "../../../support/frames.ts";
import { memoryIo } from "../../../support/memory_io.ts";

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

Deno.test("FrameTrees shows the length in front of a packet of a stream, captured or not", async () => {
  const captured = capturedFrame("0200000007000000");
  if (captured.origin === null) throw new TypeError("It was captured");
  const origin = { ...captured.origin, protocol: ["eth", "ip", "tcp", "packet-stream"] };
  const framed = { ...packetFrame("0200000007000000"), framing: "packet-stream" } as const;
  for (const frame of [{ ...captured, origin }, framed]) {
    const io = memoryIo({ mode: "hexdump" });
    assertEquals(new FrameTrees(io.output, GODOT4).print(frame, 0), true);
    await io.output.flush();
    const rows = io.stdoutLines();
    assert(/^0000 {2}08 00 00 00 .* frame length +u32 +8$/.test(rows[1] ?? ""), rows[1]);
    assert(rows[2]?.startsWith("0004  02 00 00 00"), rows[2]);
  }
});

Deno.test("FrameTrees says that an error's position counts behind the length", async () => {
  const io = memoryIo({ mode: "tree" });
  const framed = { ...packetFrame("0200000007"), framing: "packet-stream" } as const;
  assertEquals(new FrameTrees(io.output, GODOT4).print(framed, 0), false);
  await io.output.flush();
  assert(io.stderrText().startsWith("packetpeer: frame 1, packet behind its length: Cannot"));
});

Deno.test("FrameTrees leaves an empty line for what is no packet", async () => {
  const io = memoryIo({ mode: "tree" });
  const printer = new FrameTrees(io.output, GODOT4);
  assertEquals(printer.print(BROKEN, 0), false);
  assertEquals(printer.print({ kind: "blank" }, 1), true);
  await io.output.flush();
  assertEquals(io.stdoutText(), "\n\n");
});
