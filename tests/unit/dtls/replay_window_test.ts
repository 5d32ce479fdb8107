import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { ReplayWindow } from "../../../src/dtls/replay_window.ts";

Deno.test("ReplayWindow knows what was added, epoch by epoch", () => {
  const window = new ReplayWindow();
  window.add(1, 0);
  window.add(1, 2);
  const seen = [0, 1, 2, 3].map((sequence) => window.has(1, sequence));
  assertEquals(seen, [true, false, true, false]);
  assertEquals([window.has(0, 0), window.has(0, 2), window.has(7, 0)], [false, false, false]);
});

Deno.test("ReplayWindow takes for old what is 64 below the highest", () => {
  const window = new ReplayWindow();
  window.add(1, 100);
  assertEquals([window.has(1, 36), window.has(1, 37), window.has(1, 99)], [true, false, false]);
  window.add(1, 36);
  assertEquals(window.has(1, 100), true);
});

Deno.test("ReplayWindow keeps nothing of epochs that are never reached", () => {
  const window = new ReplayWindow();
  window.add(65_535, 5);
  assertEquals(window.has(65_535, 5), false);
});

Deno.test("ReplayWindow agrees with a set of all numbers", () => {
  const sequences = fc.array(fc.integer({ min: 0, max: 300 }));
  fc.assert(fc.property(sequences, fc.integer({ min: 0, max: 2 ** 48 - 301 }), (offsets, base) => {
    const window = new ReplayWindow();
    const all = new Set<number>();
    for (const sequence of offsets.map((offset) => base + offset)) {
      window.add(1, sequence);
      all.add(sequence);
    }
    const highest = Math.max(-1, ...all);
    for (let sequence = base; sequence <= base + 301; sequence++) {
      assertEquals(window.has(1, sequence), all.has(sequence) || sequence <= highest - 64);
    }
  }));
});
