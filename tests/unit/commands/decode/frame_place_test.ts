import { assertEquals } from "@std/assert";
import { frameName, placeFields } from "../../../../src/commands/decode/frame_place.ts";
import { FrameTimes } from "../../../../src/commands/decode/frame_times.ts";
import type { PacketFrame, PacketOrigin } from "../../../../src/commands/decode/input_frame.ts";
import { DecodeError } from "../../../../src/errors.ts";

const ORIGIN: PacketOrigin = {
  frame: 17,
  time: 1_700_000_000_012_345_678n,
  source: "127.0.0.1:5000",
  destination: "[::1]:4242",
  transport: "udp",
  protocol: ["eth", "ip", "udp"],
  notes: [],
};

const TIMES = new FrameTimes();
TIMES.note({ time: ORIGIN.time - 1_500_000_000n });

function packet(origin: PacketOrigin | null): PacketFrame {
  return { kind: "packet", bytes: new Uint8Array(3), offset: 4, origin };
}

Deno.test("frameName() counts from 1, and names the frame of a capture", () => {
  assertEquals(frameName(packet(null), 0), "frame 1");
  const name = frameName(packet(ORIGIN), 0);
  assertEquals(name, "capture frame 17 (127.0.0.1:5000 > [::1]:4242)");
});

Deno.test("placeFields() has index, offset and size", () => {
  assertEquals(placeFields(packet(null), 2, TIMES), `"index":2,"offset":4,"size":3`);
  const error = new DecodeError({
    code: "ERR_FILE_EOF",
    reason: "frame-cut-off",
    offset: 8,
    what: "frame",
    why: "cut off",
  });
  const fields = placeFields({ kind: "broken", error, offset: 8, size: 2 }, 0, TIMES);
  assertEquals(fields, `"index":0,"offset":8,"size":2`);
});

Deno.test("placeFields() says where a captured packet comes from, to the nanosecond", () => {
  assertEquals(JSON.parse(`{${placeFields(packet(ORIGIN), 0, TIMES)}}`), {
    index: 0,
    offset: 4,
    size: 3,
    frame: 17,
    time: "2023-11-14T22:13:20.012345678Z",
    elapsed: 1.5,
    source: "127.0.0.1:5000",
    destination: "[::1]:4242",
    protocol: "udp",
    path: "eth:ip:udp",
  });
});

Deno.test("placeFields() leaves out a time that the capture does not tell", () => {
  const fields = JSON.parse(`{${placeFields(packet({ ...ORIGIN, time: 0n }), 0, TIMES)}}`);
  assertEquals("time" in fields, false);
});
