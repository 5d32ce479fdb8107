import { assertEquals } from "@std/assert";
import type { InputFrame } from "../../../../src/commands/decode/input_frame.ts";
import type { Notation } from "../../../../src/commands/decode/frame_notation.ts";
import { TextFrames } from "../../../../src/commands/decode/text_frames.ts";

function packet(bytes: Uint8Array): InputFrame {
  return { kind: "packet", bytes, offset: 0, origin: null };
}

function textFrames(notation: Notation | null): TextFrames {
  return new TextFrames(notation, (bytes) => [packet(bytes)]);
}

function brief(frames: Iterable<InputFrame>): string[] {
  return [...frames].map((frame) => {
    if (frame.kind === "packet") return frame.bytes.toHex();
    return frame.kind === "broken" ? frame.error.reason : frame.kind;
  });
}

Deno.test("TextFrames reads a frame a line and keeps empty lines", () => {
  const lines = ["0001", "", " \t", "0X FF", "zz", "02"];
  const expected = ["0001", "blank", "blank", "bad-notation", "bad-notation", "02"];
  assertEquals(brief(textFrames("hex").frames(lines)), expected);
});

Deno.test("TextFrames settles on the notation of the first line that has one", () => {
  assertEquals(brief(textFrames(null).frames(["zz!", "00", "AAAA", "AAE="])), [
    "bad-notation",
    "00",
    "aaaa",
    "bad-notation",
  ]);
  assertEquals(brief(textFrames(null).frames(["AAE=", "00", "AAAA"])), [
    "0001",
    "d3",
    "000000",
  ]);
});

Deno.test("TextFrames passes over JSON objects without a packet, and counts them", () => {
  const frames = textFrames(null);
  const lines = [`{"event":"listening"}`, `{"hex":"01"}`, `{"event":"summary"}`];
  assertEquals(brief(frames.frames(lines)), ["01"]);
  assertEquals([frames.skipped, frames.lines], [2, 3]);
});

Deno.test("TextFrames.frame() takes an empty text as a packet of no bytes", () => {
  assertEquals(brief(textFrames("hex").frame("")), [""]);
});

Deno.test("TextFrames leaves it to its splitter what the bytes of a line hold", () => {
  const halves = new TextFrames("hex", (bytes) => [
    packet(bytes.subarray(0, 1)),
    packet(bytes.subarray(1)),
  ]);
  assertEquals(brief(halves.frames(["0001", "zz", "0203"])), [
    "00",
    "01",
    "bad-notation",
    "02",
    "03",
  ]);
});
