import { assert, assertEquals } from "@std/assert";
import { systemClock } from "../../../src/net/clock.ts";
import { MAX_SHORT_SLEEP_MS, ShortSleep } from "../../../src/net/short_sleep.ts";

Deno.test("ShortSleep sleeps at least as long as it should, and lets others run", async () => {
  using short = ShortSleep.open();
  if (short === null) return assertEquals(Deno.build.os, "windows");
  const startMs = systemClock.monotonicMs();
  let hasRun = false;
  await Promise.all([short.sleep(2), Promise.resolve().then(() => hasRun = true)]);
  assert(systemClock.monotonicMs() - startMs >= 2 && hasRun);
});

Deno.test("ShortSleep takes no time for what is past, and none of the long sleeps", async () => {
  using short = ShortSleep.open();
  await short?.sleep(-5);
  const startMs = systemClock.monotonicMs();
  await short?.sleep(1e9);
  if (short !== null) assert(systemClock.monotonicMs() - startMs >= MAX_SHORT_SLEEP_MS);
});

Deno.test("ShortSleep is not there without the permission", {
  permissions: { ffi: false },
}, () => {
  assertEquals(ShortSleep.open(), null);
});
