import { assertEquals, assertThrows } from "@std/assert";
import { SegmentMap } from "../../../src/pcap/segment_map.ts";

function mapOf(...sizes: readonly number[]): SegmentMap {
  const map = new SegmentMap();
  sizes.forEach((size, i) => map.push(size, i + 1, BigInt(i)));
  return map;
}

Deno.test("SegmentMap.completing() finds the segment with the last byte", () => {
  const map = mapOf(10, 10, 10);
  assertEquals(map.endOffset, 30);
  assertEquals(map.completing(1).frame, 1);
  assertEquals(map.completing(10).frame, 1);
  assertEquals(map.completing(11).frame, 2);
  assertEquals(map.completing(30).frame, 3);
  assertEquals(map.completing(99).frame, 3);
  assertEquals(map.completing(30).time, 2n);
});

Deno.test("SegmentMap.completing() refuses when there are no segments", () => {
  assertThrows(() => mapOf().completing(1), Error, "No segment");
});

Deno.test("SegmentMap.isBoundary() knows starts of segments and the end of all", () => {
  const map = mapOf(10, 5);
  assertEquals([0, 1, 9, 10, 14, 15, 16].filter((offset) => map.isBoundary(offset)), [0, 10, 15]);
});

Deno.test("SegmentMap.forgetBefore() keeps segments that reach behind the offset", () => {
  const map = mapOf(10, 10, 10);
  map.forgetBefore(19);
  assertEquals(map.takeFirst()?.start, 10);
  map.forgetBefore(30);
  assertEquals(map.takeFirst(), undefined);
  assertEquals(map.retained, 0);
  map.push(5, 9, 9n);
  assertEquals(map.takeFirst(), { start: 30, end: 35, frame: 9, time: 9n });
});

Deno.test("SegmentMap.clear() forgets segments, but not how many bytes came", () => {
  const map = mapOf(10, 10);
  map.clear();
  assertEquals(map.retained, 0);
  assertEquals(map.endOffset, 20);
});
