import { assert, assertEquals } from "@std/assert";
import { turn, Waker } from "../../../../src/commands/bench/waker.ts";
import { type Clock, systemClock } from "../../../../src/net/clock.ts";

Deno.test("Waker sleeps until the moment, not less", async () => {
  const dueMs = systemClock.monotonicMs() + 5;
  await new Waker().until(dueMs);
  assert(systemClock.monotonicMs() >= dueMs);
});

Deno.test("Waker uses short sleeps for the last stretch", async () => {
  let nowMs = 100;
  const clock: Clock = { monotonicMs: () => nowMs, wallMicros: () => 0 };
  const slept: number[] = [];
  const sleep = (ms: number): Promise<void> => {
    slept.push(ms);
    nowMs += ms + 0.06;
    return Promise.resolve();
  };
  await new Waker({ sleep }, clock).until(101);
  assertEquals(slept.map((ms) => Number(ms.toFixed(3))), [0.9, 0.05]);
  assert(nowMs >= 101);
});

Deno.test("Waker lets what arrived be read even when it is late, but does not sleep then", async () => {
  let turns = 0;
  const clock: Clock = { monotonicMs: () => 1000, wallMicros: () => 0 };
  const sleep = (ms: number): Promise<void> => {
    assertEquals(ms, 0);
    turns++;
    return Promise.resolve();
  };
  const waker = new Waker({ sleep }, clock);
  await waker.until(500);
  assertEquals(turns, 1);
  await waker.until(500);
  assertEquals(turns, 1, "it has rested just before");
});

Deno.test("Waker sleeps for ever, unless it is woken", async () => {
  const waker = new Waker();
  const sleeping = waker.until(Infinity);
  await turn();
  waker.wake();
  await sleeping;
});

Deno.test("Waker remembers that it was woken while nobody slept, once", async () => {
  const waker = new Waker();
  waker.wake();
  await waker.until(Infinity);
  let hasEnded = false;
  const sleeping = waker.until(Infinity).then(() => hasEnded = true);
  await turn();
  assertEquals(hasEnded, false);
  waker.wake();
  await sleeping;
});
