import { assert, assertEquals, assertRejects } from "@std/assert";
import { formatMs, sleep, systemClock, turn, watchLimits, within } from "../../../src/net/clock.ts";

const timedOut = (timeoutMs: number): Error => new Error(`nothing for ${timeoutMs}`);

Deno.test("systemClock reads microseconds since 1970 and milliseconds that never go back", () => {
  const wall = systemClock.wallMicros();
  assert(Number.isInteger(wall));
  assert(Math.abs(wall / 1000 - Date.now()) < 5000);
  const first = systemClock.monotonicMs();
  assert(systemClock.monotonicMs() >= first);
});

Deno.test("sleep() ends by itself, or with the signal's reason", async () => {
  await sleep(1);
  const reason = new Error("woken");
  const controller = new AbortController();
  const sleeping = sleep(60_000, controller.signal);
  controller.abort(reason);
  assertEquals(await assertRejects(() => sleeping), reason);
  assertEquals(await assertRejects(() => sleep(60_000, controller.signal)), reason);
  await sleep(1, new AbortController().signal);
});

Deno.test("turn() lets timers fire", async () => {
  let hasFired = false;
  setTimeout(() => hasFired = true, 1);
  while (!hasFired) await turn();
});

Deno.test("watchLimits() gives up once, in the moment of the abort", () => {
  const controller = new AbortController();
  const reasons: unknown[] = [];
  watchLimits({ signal: controller.signal }, timedOut, (reason) => reasons.push(reason));
  controller.abort("enough");
  assertEquals(reasons, ["enough"]);
});

Deno.test("watchLimits() is silent after it was stopped", async () => {
  const controller = new AbortController();
  const reasons: unknown[] = [];
  const limits = { signal: controller.signal, timeoutMs: 1 };
  watchLimits(limits, timedOut, (reason) => reasons.push(reason))();
  controller.abort();
  await sleep(3);
  assertEquals(reasons, []);
});

Deno.test("within() answers what it waits for", async () => {
  assertEquals(await within({}, timedOut, () => Promise.resolve(1)), 1);
  assertEquals(await within({ timeoutMs: 60_000 }, timedOut, () => Promise.resolve(2)), 2);
  const failure = new Error("no");
  const failing = (): Promise<never> => Promise.reject(failure);
  assertEquals(
    await assertRejects(() => within({ timeoutMs: 60_000 }, timedOut, failing)),
    failure,
  );
});

Deno.test("within() gives up after its time while the work goes on", async () => {
  const work = Promise.withResolvers<string>();
  const error = await assertRejects(() => within({ timeoutMs: 1 }, timedOut, () => work.promise));
  assertEquals(error.message, "nothing for 1");
  work.resolve("done");
  assertEquals(await work.promise, "done");
});

Deno.test("within() starts nothing when the signal is aborted already", async () => {
  let isStarted = false;
  const reason = new Error("too late");
  const start = (): Promise<void> => {
    isStarted = true;
    return Promise.resolve();
  };
  const signal = AbortSignal.abort(reason);
  assertEquals(await assertRejects(() => within({ signal }, timedOut, start)), reason);
  assertEquals(isStarted, false);
});

Deno.test("formatMs() writes durations for people", () => {
  const cases: readonly [number, string][] = [
    [0, "0 ms"],
    [250, "250 ms"],
    [1000, "1 s"],
    [1500, "1.5 s"],
    [60_000, "60 s"],
  ];
  for (const [ms, text] of cases) assertEquals(formatMs(ms), text);
});
