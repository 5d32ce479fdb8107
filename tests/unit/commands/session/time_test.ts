import { assertEquals, assertMatch } from "@std/assert";
import { clockTime, isoTime } from "../../../../src/commands/session/time.ts";

Deno.test("isoTime() has microseconds", () => {
  assertEquals(isoTime(0), "1970-01-01T00:00:00.000000Z");
  assertEquals(isoTime(1_769_860_800_123_456), "2026-01-31T12:00:00.123456Z");
  assertEquals(isoTime(1_769_860_800_120_003), "2026-01-31T12:00:00.120003Z");
});

Deno.test("clockTime() is the time of day here", () => {
  const midnight = new Date(2026, 0, 31, 0, 0, 0, 7).getTime() * 1000;
  assertEquals(clockTime(midnight + 999), "00:00:00.007");
  assertEquals(clockTime(midnight + 86_399_000_000), "23:59:59.007");
  assertMatch(clockTime(1_769_860_800_123_456), /^\d\d:\d\d:\d\d\.123$/);
});
