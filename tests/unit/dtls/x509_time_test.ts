import { assertEquals } from "@std/assert";
import { calendarTimeOf, formatUtc, secondsOf } from "../../../src/dtls/x509_time.ts";

Deno.test("secondsOf() and calendarTimeOf() agree with Date over four centuries", () => {
  for (let seconds = -2_208_988_800; seconds < 10_413_792_000; seconds += 1_234_567) {
    const date = new Date(seconds * 1000);
    const expected = {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
      second: date.getUTCSeconds(),
    };
    assertEquals(calendarTimeOf(seconds), expected);
    assertEquals(secondsOf(expected), seconds);
  }
});

Deno.test("formatUtc() writes date and time", () => {
  assertEquals(formatUtc(0), "1970-01-01 00:00:00 UTC");
  assertEquals(formatUtc(1_709_251_199), "2024-02-29 23:59:59 UTC");
  assertEquals(formatUtc(-1), "1969-12-31 23:59:59 UTC");
  assertEquals(formatUtc(NaN), "an unreadable date");
});
