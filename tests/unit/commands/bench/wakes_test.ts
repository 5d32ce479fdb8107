import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { WakeQueue } from "../../../../src/commands/bench/wakes.ts";

function takeAll(queue: WakeQueue<string>, nowMs: number): string[] {
  const taken: string[] = [];
  for (let next = queue.take(nowMs); next !== null; next = queue.take(nowMs)) taken.push(next);
  return taken;
}

Deno.test("WakeQueue wakes in the order of the moments, and nobody too early", () => {
  const queue = new WakeQueue<string>();
  queue.set("c", 30);
  queue.set("a", 10);
  queue.set("b", 20);
  assertEquals(queue.nextMs, 10);
  assertEquals(takeAll(queue, 25), ["a", "b"]);
  assertEquals([queue.nextMs, queue.take(29)], [30, null]);
});

Deno.test("WakeQueue knows one moment of each, the last", () => {
  const queue = new WakeQueue<string>();
  queue.set("a", 10);
  queue.set("b", 20);
  queue.set("a", 30);
  assertEquals(takeAll(queue, 100), ["b", "a"]);
  queue.set("a", 10);
  queue.set("a", Infinity);
  assertEquals([queue.nextMs, queue.take(1e9)], [Infinity, null]);
});

Deno.test("WakeQueue is in order whatever was said before", () => {
  const change = fc.tuple(fc.nat(20), fc.oneof(fc.nat(1000), fc.constant(Infinity)));
  fc.assert(fc.property(fc.array(change), (changes) => {
    const queue = new WakeQueue<number>();
    const expected = new Map<number, number>();
    for (const [sleeper, atMs] of changes) {
      queue.set(sleeper, atMs);
      expected.set(sleeper, atMs);
    }
    const moments: number[] = [];
    for (let next = queue.nextMs; next < Infinity; next = queue.nextMs) {
      const sleeper = queue.take(next);
      assertEquals(expected.get(sleeper ?? -1), next);
      expected.delete(sleeper ?? -1);
      moments.push(next);
    }
    assertEquals(moments, moments.toSorted((a, b) => a - b));
    assertEquals([...expected.values()].filter((atMs) => atMs < Infinity), []);
  }));
});
