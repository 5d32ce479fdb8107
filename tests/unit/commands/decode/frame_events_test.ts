import { assertEquals } from "@std/assert";
import { FrameEvents } from "../../../../src/commands/decode/frame_events.ts";
import { FrameTimes } from "../../../../src/commands/decode/frame_times.ts";
import type { InputFrame } from "../../../../src/commands/decode/input_frame.ts";
import { BROKEN, capturedFrame, GODOT4, packetFrame } from "../../../support/frames.ts";
import { memoryIo } from "../../../support/memory_io.ts";

async function lines(
  frames: readonly InputFrame[],
  mode: "json" | "native" = "json",
): Promise<string[]> {
  const io = memoryIo({ mode });
  const printer = new FrameEvents(io.output, mode, GODOT4, new FrameTimes());
  for (const [i, frame] of frames.entries()) printer.print(frame, i);
  await io.output.flush();
  assertEquals(io.stderrText(), "");
  return io.stdoutLines();
}

Deno.test("FrameEvents prints the line of the contract for a packet that decodes", async () => {
  const login = "1b0000000100000004000000020000006964000002000000" + "07000000";
  assertEquals(await lines([packetFrame(login)]), [
    String.raw`{"index":0,"offset":0,"size":28,"ok":true,"type":"Dictionary","value":{"id":7},` +
    String.raw`"text":"{\"id\": 7}","notes":[]}`,
  ]);
});

Deno.test("FrameEvents prints the line of the contract for one that does not", async () => {
  assertEquals(await lines([packetFrame("020000")]), [
    `{"index":0,"offset":0,"size":3,"ok":false,"error":{"code":"ERR_INVALID_DATA","message":` +
    `"Cannot decode Variant header at byte 0: needs 4 bytes, 3 left","offset":0,"path":"$"}}`,
  ]);
});

Deno.test("FrameEvents counts empty lines without printing them", async () => {
  const found = await lines([{ kind: "blank" }, packetFrame("00000000"), BROKEN]);
  assertEquals(found.map((line) => JSON.parse(line).index), [1, 2]);
  assertEquals(found.map((line) => JSON.parse(line).ok), [true, false]);
});

Deno.test("FrameEvents has notes with offset, code and message", async () => {
  const [line = ""] = await lines([packetFrame("0000000000")]);
  assertEquals(JSON.parse(line).notes, [
    { offset: 4, code: "trailing-bytes", message: "1 byte left over; Godot ignores it" },
  ]);
});

Deno.test("FrameEvents says where a captured packet comes from", async () => {
  const [line = ""] = await lines([capturedFrame("00000000")]);
  const { frame, time, source, destination, protocol } = JSON.parse(line);
  assertEquals([frame, time, source, destination, protocol], [
    17,
    "2023-11-14T22:13:20.000000000Z",
    "127.0.0.1:5000",
    "127.0.0.1:4242",
    "udp",
  ]);
});

Deno.test("FrameEvents has the value in the form of JSON.from_native in native mode", async () => {
  const [line = ""] = await lines([packetFrame("0200000007000000")], "native");
  assertEquals(JSON.parse(line).value, "i:7");
  assertEquals(JSON.parse(line).text, "7");
});
