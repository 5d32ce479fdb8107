import { assert, assertEquals } from "@std/assert";
import { frameNotes, sayError, sayNotes } from "../../../../src/commands/decode/frame_remarks.ts";
import type { PacketFrame } from "../../../../src/commands/decode/input_frame.ts";
import { DecodeError } from "../../../../src/errors.ts";
import { decodeVariant } from "../../../../src/variant/decode.ts";
import { BROKEN, capturedFrame, GODOT4, packetFrame } from "../../../support/frames.ts";
import { memoryIo } from "../../../support/memory_io.ts";

function errorOf({ bytes }: PacketFrame): DecodeError {
  try {
    decodeVariant(bytes);
  } catch (error) {
    if (error instanceof DecodeError) return error;
  }
  throw new TypeError("These bytes decode");
}

function errorLine(hex: string): string {
  const io = memoryIo();
  const frame = packetFrame(hex);
  sayError(io.output, frame, 2, errorOf(frame), GODOT4);
  return io.stderrText();
}

Deno.test("sayError() names frame, Godot's error, byte and path", () => {
  const line = errorLine("1c00000001000000" + "05000000" + "00000000");
  assertEquals(
    line,
    "packetpeer: frame 3: Cannot decode Vector2 at byte 12 ($[0]): needs 8 bytes, 4 left " +
      "(ERR_INVALID_DATA)\n",
  );
});

Deno.test("sayError() sends people to explain where it has no guess and knows no path", () => {
  const line = errorLine("0200000007");
  assert(line.endsWith("; packetpeer explain 0200000007 tells what it may be\n"), line);
  const long = errorLine("ff".repeat(40));
  assert(
    long.endsWith("packetpeer explain tells what it may be (-o hex prints its bytes)\n"),
    long,
  );
});

Deno.test("sayError() says what positions count from", () => {
  const io = memoryIo();
  const frame = packetFrame("0200000007");
  sayError(io.output, frame, 2, errorOf(frame), GODOT4, ", behind its length");
  const line = io.stderrText();
  assert(line.startsWith("packetpeer: frame 3, behind its length: Cannot decode int"), line);
});

Deno.test("sayError() hints at the length of a packet stream, and at objects", () => {
  const framed = errorLine("080000000200000007000000");
  assert(framed.endsWith("; it begins with its length: try --framing packet-stream\n"), framed);
  const object = errorLine("18000000040000004e6f646500000000");
  assert(object.includes("--allow-objects"), object);
});

Deno.test("sayError() has no hint for what is no packet", () => {
  const io = memoryIo();
  sayError(io.output, BROKEN, 0, BROKEN.error, GODOT4);
  assert(io.stderrText().endsWith("it is none (ERR_INVALID_DATA)\n"), io.stderrText());
});

Deno.test("sayError() is heard in quiet, sayNotes() is not", () => {
  const io = memoryIo({ isQuiet: true });
  sayNotes(io.output, packetFrame("0000000000"), 0, GODOT4);
  assertEquals(io.stderrText(), "");
  sayError(io.output, BROKEN, 0, BROKEN.error, GODOT4);
  assert(io.stderrText() !== "");
});

Deno.test("frameNotes() begins with how the packet was carried", () => {
  const codes = frameNotes(capturedFrame("0000000000"), GODOT4).map(({ code }) => code);
  assertEquals(codes, ["bad-checksum", "trailing-bytes"]);
});
