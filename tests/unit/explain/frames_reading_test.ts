import { assert, assertEquals } from "@std/assert";
import { readFrames } from "../../../src/explain/frames_reading.ts";
import { framed, join, variant } from "./cases.ts";
import { cluesFor, hex } from "./clues.ts";

const MOVE = framed(variant('{"cmd": "move", "id": 7}'));
const SEVEN = framed(variant("7"));

Deno.test("readFrames() reads frames in a row in both orders", () => {
  const [little] = readFrames(cluesFor(join(MOVE, SEVEN)));
  assertEquals(little?.text(), '{"cmd": "move", "id": 7}, 7');
  assertEquals(little?.at, MOVE.length);
  const big = framed("hello", { isBig: true });
  const [reading] = readFrames(cluesFor(join(big, big)));
  assertEquals(reading?.what, "2 packets, each behind a 4-byte big-endian length");
  assertEquals(reading?.text(), '"hello", "hello"');
});

Deno.test("readFrames() is sure only of frames that hold something", () => {
  const scoreOf = (...frames: Uint8Array[]): number =>
    readFrames(cluesFor(join(...frames)))[0]?.score ?? 0;
  assert(scoreOf(MOVE, SEVEN) > 0.95);
  assert(scoreOf(MOVE, framed(hex("fffefdfc"))) < 0.75);
  assert(scoreOf(framed(hex("fffefd")), framed(hex("fffefdfc"))) < 0.5);
});

Deno.test("readFrames() leaves one whole frame to others, and empty ones to nobody", () => {
  assertEquals(readFrames(cluesFor(MOVE)), []);
  assertEquals(readFrames(cluesFor(new Uint8Array(40))), []);
});

Deno.test("readFrames() knows a frame that is cut off, and how much is missing", () => {
  const [value] = readFrames(cluesFor(MOVE.subarray(0, 30)));
  assertEquals(value?.what, "a Godot 4 Variant behind a 4-byte little-endian length, cut off");
  assert(value?.verdict.includes(`cut off at byte 30 (missing: ${MOVE.length - 30} bytes)`));
  const [text] = readFrames(cluesFor(framed("hello world").subarray(0, 12)));
  assertEquals(text?.what, "a text behind a 4-byte little-endian length, cut off");
  assertEquals(readFrames(cluesFor(hex("20000000 ff00ff00ff"))), []);
});

Deno.test("readFrames() blames the buffer for a frame that never fits", () => {
  const [reading] = readFrames(
    cluesFor(framed(variant(`"${"x".repeat(80_000)}"`)).subarray(0, 1000)),
  );
  assertEquals(reading?.at, 0);
  assert(reading?.verdict.includes("input_buffer_max_size"));
});

Deno.test("readFrames() finds where a stream goes wrong, or on", () => {
  const at = MOVE.length;
  const [cut] = readFrames(cluesFor(join(MOVE, SEVEN.subarray(0, 6))));
  assertEquals([cut?.at, cut?.what.endsWith("and a frame cut off")], [at, true]);
  const [other] = readFrames(cluesFor(join(MOVE, "hello world")));
  assertEquals([other?.at, other?.what.endsWith("and other bytes")], [at, true]);
});
