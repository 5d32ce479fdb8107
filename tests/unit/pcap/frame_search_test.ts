import { assert, assertEquals } from "@std/assert";
import {
  canBeginFrame,
  CERTAIN,
  LIKELY,
  NO_FRAME,
  scoreFrames,
} from "../../../src/pcap/frame_search.ts";
import {
  type Bytes,
  bytesVariant,
  concat,
  framed,
  intVariant,
  toBytes,
  u32,
} from "../../support/pcap_builder.ts";

interface PlaceSpec {
  readonly start?: number;
  readonly isStreamStart?: boolean;
  readonly maxPacketSize?: number;
  readonly isWhole?: boolean;
  /** Where segments begin; their last end is the end of the bytes. */
  readonly segments?: readonly number[];
}

function score(bytes: Bytes, spec: PlaceSpec = {}): number {
  const { start = 0, isStreamStart = false, maxPacketSize = 1 << 23, segments = [] } = spec;
  const array = toBytes(bytes);
  return scoreFrames({
    bytes: array,
    view: new DataView(array.buffer, array.byteOffset, array.byteLength),
    start,
    end: array.length,
    isStreamStart,
    maxPacketSize,
    isWhole: spec.isWhole ?? false,
    isSegmentBoundary: (index) => index === array.length || segments.includes(index),
  });
}

const VARIANT_FRAME = framed(intVariant(7));
const PLAIN_FRAME = framed("hello");

Deno.test("canBeginFrame() refuses lengths of 0 and above the limit", () => {
  const view = (size: number) => new DataView(u32(size, true).buffer);
  assertEquals([0, 1, 1000, 1001].map((size) => canBeginFrame(view(size), 0, 4, 1000)), [
    false,
    true,
    true,
    false,
  ]);
  assert(canBeginFrame(view(0), 1, 4, 1000), "too little is here to refuse");
});

Deno.test("scoreFrames() is certain of one Variant frame in the first segment of a stream", () => {
  assert(score(VARIANT_FRAME, { isStreamStart: true }) >= CERTAIN);
});

Deno.test("scoreFrames() wants a second frame that is no Variant, or holds one likely", () => {
  const one = score(PLAIN_FRAME, { isStreamStart: true });
  assert(one >= LIKELY && one < CERTAIN);
  const two = concat(PLAIN_FRAME, PLAIN_FRAME);
  assert(score(two, { isStreamStart: true, segments: [0, PLAIN_FRAME.length] }) >= CERTAIN);
});

Deno.test("scoreFrames() wants more in the middle of a stream", () => {
  const one = score(VARIANT_FRAME, { segments: [0] });
  assert(one >= LIKELY && one < CERTAIN);
  const two = concat(VARIANT_FRAME, VARIANT_FRAME);
  assert(score(two, { segments: [0] }) >= CERTAIN);
  assert(score(PLAIN_FRAME, { segments: [0] }) < LIKELY);
});

Deno.test("scoreFrames() believes only Variants where no segment begins", () => {
  const three = concat("x", VARIANT_FRAME, VARIANT_FRAME, VARIANT_FRAME, "x");
  assert(score(three, { start: 1 }) >= CERTAIN);
  assertEquals(score(concat("x", PLAIN_FRAME, PLAIN_FRAME, PLAIN_FRAME), { start: 1 }), NO_FRAME);
});

Deno.test("scoreFrames() wants other packets to end with their segments in the middle of a stream", () => {
  const two = concat(PLAIN_FRAME, PLAIN_FRAME);
  assert(score(two, { segments: [0, PLAIN_FRAME.length] }) >= CERTAIN);
  assertEquals(score(two, { segments: [0] }), NO_FRAME);
  assert(score(two, { isStreamStart: true, segments: [0] }) >= LIKELY);
});

Deno.test("scoreFrames() refuses other protocols", () => {
  const others: readonly Bytes[] = [
    "GET / HTTP/1.1\r\n\r\n",
    "SSH-2.0-OpenSSH_9.6\r\n",
    [0x16, 3, 1, 0, 0xc8, 1, 0, 0, 0xc4, 3, 3],
    [0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f],
    new Uint8Array(64),
  ];
  for (const bytes of others) {
    assertEquals(score(bytes, { isStreamStart: true, segments: [0] }), NO_FRAME);
  }
});

Deno.test("scoreFrames() waits for what is not here yet", () => {
  for (let size = 0; size < VARIANT_FRAME.length; size++) {
    const points = score(VARIANT_FRAME.subarray(0, size), { isStreamStart: true });
    assert(points >= 0 && points < CERTAIN, `${size} bytes`);
  }
});

Deno.test("scoreFrames() believes large frames only of Variants where a segment begins", () => {
  const large = framed(bytesVariant(100_000)).subarray(0, 64);
  assert(score(large, { isStreamStart: true }) >= LIKELY);
  assertEquals(score(concat("x", large), { start: 1 }), NO_FRAME);
  const plain = concat(u32(100_000, true), new Uint8Array(60).fill(0x55));
  assertEquals(score(plain, { isStreamStart: true }), NO_FRAME);
  assertEquals(score(large, { isStreamStart: true, maxPacketSize: 50_000 }), NO_FRAME);
});

Deno.test("scoreFrames() finds one packet likely whose length is right to the last byte of all", () => {
  const spec = { segments: [0], isWhole: true };
  assert(score(PLAIN_FRAME, spec) >= LIKELY);
  assert(score(PLAIN_FRAME, { segments: [0] }) < LIKELY, "more may come");
  assert(score(concat(PLAIN_FRAME, "rest"), spec) < LIKELY, "the length does not fit");
  assert(score(PLAIN_FRAME, { isWhole: true }) < LIKELY, "it begins inside a segment");
});
