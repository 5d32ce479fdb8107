import { assertEquals } from "@std/assert";
import { clientStartMs, scheduleOf } from "../../../src/load/schedule.ts";

Deno.test("open loop: packets are due at the rate, whatever the replies do", () => {
  const schedule = scheduleOf({ type: "open", ratePerSecond: 100 }, 1000);
  assertEquals([999, 1000, 1009, 1010, 1099].map((now) => schedule.dueCount(now, 1e6)), [
    0,
    1,
    1,
    2,
    10,
  ]);
  assertEquals([schedule.take(1099), schedule.take(1099), schedule.take(1099)], [1000, 1010, 1020]);
  assertEquals([schedule.dueCount(1099, 0), schedule.nextDueMs(1099, 0)], [7, 1030]);
  schedule.putBack(2);
  assertEquals([schedule.dueCount(1099, 0), schedule.nextDueMs(1099, 0)], [9, 1010]);
});

Deno.test("open loop: rounding loses no packet and adds none", () => {
  for (const ratePerSecond of [3, 7, 59.94, 60, 333, 12_345]) {
    const schedule = scheduleOf({ type: "open", ratePerSecond }, 5000.3);
    for (let index = 0; index < 5000; index++) {
      const dueMs = schedule.nextDueMs(0, 0) ?? NaN;
      assertEquals(schedule.dueCount(dueMs, 0), 1, `${ratePerSecond}/s, packet ${index}`);
      assertEquals(schedule.dueCount(dueMs - 1e-6, 0), 0, `${ratePerSecond}/s, packet ${index}`);
      assertEquals(schedule.take(dueMs), dueMs);
    }
  }
});

Deno.test("closed loop: as many are due as the window has room for", () => {
  const schedule = scheduleOf({ type: "closed", window: 4 }, 1000);
  assertEquals([schedule.dueCount(999, 0), schedule.nextDueMs(999, 0)], [0, 1000]);
  assertEquals([0, 1, 4, 5].map((waiting) => schedule.dueCount(1000, waiting)), [4, 3, 0, 0]);
  assertEquals([0, 4].map((waiting) => schedule.nextDueMs(1234, waiting)), [1234, null]);
  assertEquals(schedule.take(1234), 1234);
});

Deno.test("flood: something is always due, at once", () => {
  const schedule = scheduleOf({ type: "flood" }, 1000);
  assertEquals([schedule.dueCount(999, 0), schedule.dueCount(1000, 1e6)], [0, Infinity]);
  assertEquals([schedule.nextDueMs(999, 0), schedule.nextDueMs(1500, 1e6)], [1000, 1500]);
});

Deno.test("clientStartMs() spreads clients over the ramp, or over one interval", () => {
  const starts = (rampMs: number, type: "open" | "flood"): number[] => {
    const model = type === "open" ? { type, ratePerSecond: 50 } as const : { type } as const;
    return [0, 1, 3].map((index) => clientStartMs(index, 4, { startMs: 1000, rampMs, model }));
  };
  assertEquals(starts(2000, "open"), [1000, 1500, 2500]);
  assertEquals(starts(0, "open"), [1000, 1005, 1015]);
  assertEquals(starts(2000, "flood"), [1000, 1500, 2500]);
  assertEquals(starts(0, "flood"), [1000, 1000, 1000]);
});
