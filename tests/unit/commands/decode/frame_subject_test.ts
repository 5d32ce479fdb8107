import { assertEquals, assertThrows } from "@std/assert";
import { FrameSubject } from "../../../../src/commands/decode/frame_subject.ts";
import { FrameTimes } from "../../../../src/commands/decode/frame_times.ts";
import { ConversationTable } from "../../../../src/inspect/conversations.ts";
import { BROKEN, capturedFrame, GODOT4, packetFrame } from "../../../support/frames.ts";

const SEVEN = "0200000007000000";

function subject(): FrameSubject {
  return new FrameSubject(GODOT4, new FrameTimes());
}

Deno.test("FrameSubject tells what a captured packet is", () => {
  const conversation = new ConversationTable().of("udp", "127.0.0.1:4242", "127.0.0.1:5000");
  const s = subject().look(capturedFrame(SEVEN), 0, conversation);
  assertEquals([s.protocols, s.source, s.destination], [
    ["eth", "ip", "udp"],
    "127.0.0.1:5000",
    "127.0.0.1:4242",
  ]);
  assertEquals([s.frame, s.size, s.conversation, s.direction], [17, 8, 1, "to_client"]);
  assertEquals([s.type, s.error, s.value, s.notes], ["int", null, 7n, ["bad-checksum"]]);
  assertEquals(typeof s.time, "number");
});

Deno.test("FrameSubject knows no addresses of other packets", () => {
  const s = subject().look(packetFrame("0200000007000000ff"), 4, null);
  assertEquals([s.protocols, s.source, s.time, s.direction, s.conversation], [
    [],
    null,
    null,
    null,
    null,
  ]);
  assertEquals([s.frame, s.size, s.notes], [5, 9, ["trailing-bytes"]]);
});

Deno.test("FrameSubject tells why there is no value", () => {
  const s = subject().look(packetFrame("63000000"), 0, null);
  assertEquals([s.type, s.error, s.value, s.notes], [null, "ERR_INVALID_DATA", undefined, []]);
  s.look(BROKEN, 1, null);
  assertEquals([s.type, s.error, s.value, s.size], [null, "ERR_INVALID_DATA", undefined, 0]);
  s.look(packetFrame(SEVEN), 2, null);
  assertEquals([s.type, s.error], ["int", null]);
});

Deno.test("FrameSubject needs a frame", () => {
  assertThrows(() => subject().type, TypeError);
});
