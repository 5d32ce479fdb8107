import { assertEquals, assertThrows } from "@std/assert";
import {
  FrameSelection,
  type SelectionWish,
} from "../../../../src/commands/decode/frame_selection.ts";
import { FrameTimes } from "../../../../src/commands/decode/frame_times.ts";
import type { InputFrame } from "../../../../src/commands/decode/input_frame.ts";
import { ParseError, UsageError } from "../../../../src/errors.ts";
import { ConversationTable } from "../../../../src/inspect/conversations.ts";
import { BROKEN, GODOT4, packetFrame, udpOrigin } from "../../../support/frames.ts";

function select(wish: Partial<SelectionWish>): FrameSelection {
  const all = { filter: null, follow: null, ...wish };
  return new FrameSelection(all, new ConversationTable(), GODOT4, new FrameTimes());
}

function from(source: string, destination: string, hex = "0200000007000000"): InputFrame {
  return packetFrame(hex, udpOrigin({ source, destination }));
}

Deno.test("FrameSelection lets through what the filter wants; an empty line is no packet", () => {
  const selection = select({ filter: "value == 7 || !ok" });
  const frames: InputFrame[] = [packetFrame("0200000007000000"), packetFrame("00000000"), BROKEN];
  assertEquals([...frames, { kind: "blank" } as const].map((f, i) => selection.accepts(f, i)), [
    true,
    false,
    true,
    false,
  ]);
});

Deno.test("FrameSelection follows one conversation, both ways, and filters it", () => {
  const frames = [from("a:1", "b:2"), from("c:3", "b:2"), from("b:2", "a:1"), from("b:2", "c:3")];
  const following = select({ follow: 1 });
  assertEquals(frames.map((frame, i) => following.accepts(frame, i)), [true, false, true, false]);
  following.finish();
  const replies = select({ follow: 2, filter: "direction == to_client" });
  assertEquals(frames.map((frame, i) => replies.accepts(frame, i)), [false, false, false, true]);
  replies.finish();
});

Deno.test("FrameSelection says when there was no such conversation", () => {
  const selection = select({ follow: 3 });
  selection.accepts(from("a:1", "b:2"), 0);
  assertThrows(() => selection.finish(), UsageError, "--stats lists the 1 that there are");
  const none = select({ follow: 1 });
  none.accepts(packetFrame("00000000"), 0);
  assertThrows(() => none.finish(), UsageError, "it is no capture");
});

Deno.test("FrameSelection refuses a filter that does not parse", () => {
  assertThrows(() => select({ filter: "port = 1" }), ParseError);
});

Deno.test("FrameSelection says which option does not parse, and where", () => {
  const error = assertThrows(() => select({ filter: "port = 4" }), ParseError, "--filter: ");
  assertEquals([error.line, error.column], [1, 6]);
});
