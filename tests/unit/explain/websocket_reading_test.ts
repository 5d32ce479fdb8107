import { assert, assertEquals } from "@std/assert";
import { readWebSocket } from "../../../src/explain/websocket_reading.ts";
import { join, masked } from "./cases.ts";
import { cluesFor, hex, insideReading } from "./clues.ts";

Deno.test("readWebSocket() takes off the mask before it asks what is inside", () => {
  const seen: string[] = [];
  const inside = (bytes: Uint8Array): ReturnType<typeof insideReading> => {
    seen.push(new TextDecoder().decode(bytes));
    return insideReading();
  };
  const [reading] = readWebSocket(cluesFor(masked(0x82, join("hello")), { inside }));
  assertEquals(seen, ["hello"]);
  assertEquals(reading?.what, "a WebSocket binary frame that holds a Godot Variant (int)");
  assert(reading !== undefined && reading.score > 0.9);
});

Deno.test("readWebSocket() reads lengths of 7, 16 and 64 bits", () => {
  for (
    const [head, size] of [["8105", 5], ["817e00c8", 200], [
      "817f0000000000011170",
      70_000,
    ]] as const
  ) {
    const [reading] = readWebSocket(cluesFor(join(hex(head), new Uint8Array(size).fill(65))));
    assertEquals(reading?.what, "a WebSocket text frame");
    assert(reading?.why[0]?.includes(`${size} bytes`), reading?.why[0]);
  }
});

Deno.test("readWebSocket() counts frames and what is missing of the last", () => {
  const frame = hex("8103616263");
  const [two] = readWebSocket(cluesFor(join(frame, frame)));
  assertEquals(two?.what, "2 WebSocket frames, the first a text frame");
  const [cut] = readWebSocket(cluesFor(frame.subarray(0, 4)));
  assert(cut?.why.includes("the last frame is 1 byte short"));
});

Deno.test("readWebSocket() names permessage-deflate and buffers that are too small", () => {
  const [deflated] = readWebSocket(cluesFor(hex("c103616263")));
  assert(deflated?.verdict.includes("permessage-deflate"));
  const [large] = readWebSocket(
    cluesFor(join(hex("827f0000000000011170"), new Uint8Array(70_000))),
  );
  assert(large?.verdict.includes("inbound_buffer_size"));
});

Deno.test("readWebSocket() reads why a connection closes", () => {
  const [reading] = readWebSocket(cluesFor(join(hex("880803f1"), "sorry!")));
  assertEquals(reading?.text(), "code 1009 sorry!");
});

Deno.test("readWebSocket() makes nothing of headers that cannot be", () => {
  for (
    const text of [
      "83026162",
      "9105616263",
      "b1026162",
      "0902616263",
      "887e0080",
      "817e0005",
      "81",
      "",
    ]
  ) {
    assertEquals(readWebSocket(cluesFor(hex(text))), []);
  }
});
