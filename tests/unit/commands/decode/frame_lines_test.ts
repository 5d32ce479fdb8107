import { assert, assertEquals } from "@std/assert";
import { FrameLines } from "../../../../src/commands/decode/frame_lines.ts";
import type { InputFrame } from "../../../../src/commands/decode/input_frame.ts";
import { BROKEN, capturedFrame, GODOT4, packetFrame } from "../../../support/frames.ts";
import { type MemoryIo, memoryIo, type MemorySettings } from "../../../support/memory_io.ts";

const SEVEN = "0200000007000000";

async function print(
  frames: readonly InputFrame[],
  settings: MemorySettings = {},
): Promise<MemoryIo & { readonly verdicts: boolean[] }> {
  const io = memoryIo({ mode: "text", ...settings });
  const printer = new FrameLines(io.output, GODOT4);
  const verdicts: boolean[] = [];
  for (const [i, frame] of frames.entries()) verdicts.push(await printer.print(frame, i));
  await io.output.flush();
  return { ...io, verdicts };
}

Deno.test("FrameLines keeps line N frame N, whatever the frames are", async () => {
  const frames = [
    packetFrame(SEVEN),
    BROKEN,
    { kind: "blank" },
    packetFrame("02"),
    packetFrame(SEVEN),
  ] as const;
  const result = await print(frames);
  assertEquals(result.stdoutLines(), ["7", "", "", "", "7"]);
  assertEquals(result.verdicts, [true, false, true, false, true]);
  const errors = result.stderrText().trimEnd().split("\n");
  assertEquals(errors.length, 2);
  assert(errors[0]?.startsWith("packetpeer: frame 2: Cannot decode hex"), errors[0]);
  assert(errors[1]?.includes("needs 4 bytes, 1 left (ERR_INVALID_DATA)"), errors[1]);
});

Deno.test("FrameLines prints bytes in hex mode, whether they decode or not", async () => {
  const result = await print([packetFrame(SEVEN), packetFrame("02"), BROKEN], { mode: "hex" });
  assertEquals(result.stdoutLines(), [SEVEN, "02", ""]);
  assertEquals(result.verdicts, [true, false, false]);
});

Deno.test("FrameLines answers at once when there is nothing to remark", () => {
  const io = memoryIo();
  const printer = new FrameLines(io.output, GODOT4);
  assertEquals(printer.print(packetFrame(SEVEN), 0), true);
  assertEquals(printer.print({ kind: "blank" }, 1), true);
  return io.output.flush();
});

Deno.test("FrameLines warns of what Godot reads differently, and how a packet was carried", async () => {
  const result = await print([packetFrame(`${SEVEN}00`), capturedFrame(SEVEN)]);
  assertEquals(result.stderrText().trimEnd().split("\n"), [
    "packetpeer: frame 1, byte 8: warning: 1 byte left over; Godot ignores it (trailing-bytes)",
    "packetpeer: capture frame 17 (127.0.0.1:5000 > 127.0.0.1:4242), byte 0: warning: " +
    "The checksum is wrong (bad-checksum)",
  ]);
  assertEquals(result.verdicts, [true, true]);
  assertEquals((await print([packetFrame(`${SEVEN}00`)], { isQuiet: true })).stderrText(), "");
});

Deno.test("FrameLines tells what is unusual and harmless with --verbose only", async () => {
  const wide = packetFrame("020001000700000000000000");
  assertEquals((await print([wide])).stderrText(), "");
  const verbose = (await print([wide], { isVerbose: true })).stderrText();
  assert(verbose.startsWith("packetpeer: frame 1, byte 4: "), verbose);
  assert(verbose.endsWith("(non-canonical-width)\n"), verbose);
});
