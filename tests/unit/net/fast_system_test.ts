import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { turn } from "../../../src/net/clock.ts";
import { FastSystem } from "../../../src/net/fast_system.ts";
import { fastTest } from "../../support/fast_sockets.ts";

fastTest("FastSystem is shared, and loaded anew after the last one gave it back", () => {
  const [first, second] = [FastSystem.acquire(), FastSystem.acquire()];
  assert(first !== null && second !== null);
  assertStrictEquals(first, second);
  first.release();
  const third = FastSystem.acquire();
  assertStrictEquals(third, second);
  second.release();
  third?.release();
  const fresh = FastSystem.acquire();
  assertEquals(fresh === first, false);
  fresh?.release();
});

fastTest("FastSystem calls its sockets, and nobody once they are gone", async () => {
  const system = FastSystem.acquire();
  assert(system !== null);
  const ticked = Promise.withResolvers<void>();
  const socket = { tick: (): void => ticked.resolve() };
  system.add(socket);
  system.add(socket);
  await ticked.promise;
  system.remove(socket);
  system.release();
});

fastTest("FastSystem notices that its timer was not let run, and a turn lets it", async () => {
  const system = FastSystem.acquire();
  assert(system !== null);
  const starves = (): boolean =>
    Array.from({ length: 8 }, () => system.isStarving()).includes(true);
  assertEquals(starves(), false);
  let ticks = 0;
  const socket = { tick: (): void => void ticks++ };
  system.add(socket);
  while (!starves()); // microtasks and timers do not run here
  assertEquals(ticks, 0);
  while (ticks === 0) await turn();
  system.remove(socket);
  assertEquals(starves(), false);
  system.release();
});
