import { assertEquals } from "@std/assert";
import { addLossRuns, longestLoss, SequenceTracker } from "../../../src/stats/sequence.ts";

function trackerOf(arrivals: Iterable<number>): SequenceTracker {
  const tracker = new SequenceTracker();
  for (const sequence of arrivals) tracker.receive(sequence);
  return tracker;
}

Deno.test("SequenceTracker counts what came late as reordered, by RFC 4737", () => {
  // The example of RFC 4737, 4: 2 and 3 come behind 4 and 5; then one more behind all.
  const cases: readonly [arrivals: readonly number[], reordered: number][] = [
    [[0, 1, 2, 3], 0],
    [[0, 3, 1, 2, 4], 2],
    [[0, 1, 4, 5, 2, 3], 2],
    [[5, 4, 3, 2, 1, 0], 5],
    [[0, 5, 9], 0], // loss alone is no reordering
  ];
  for (const [arrivals, reordered] of cases) {
    assertEquals(trackerOf(arrivals).reordered, reordered, String(arrivals));
  }
});

Deno.test("SequenceTracker counts copies as duplicates, and never as reordered", () => {
  const tracker = new SequenceTracker();
  assertEquals([0, 2, 0, 1, 1, 1, 2].map((sequence) => tracker.receive(sequence)), [
    true,
    true,
    false,
    true,
    false,
    false,
    false,
  ]);
  assertEquals([tracker.received, tracker.duplicate, tracker.reordered], [3, 4, 1]);
});

Deno.test("SequenceTracker gives the runs of loss by their length", () => {
  const cases: readonly [lost: (n: number) => boolean, sent: number, runs: object][] = [
    [() => false, 20_000, {}],
    [() => true, 20_000, { "20000": 1 }],
    [(n) => n % 10 === 0, 100, { "1": 10 }],
    [(n) => n >= 5 && n < 8 || n === 20 || n >= 98, 100, { "1": 1, "2": 1, "3": 1 }],
    // Across words and pages, and at both ends.
    [(n) => n < 40 || n >= 8190 && n < 8195 || n === 29_999, 30_000, { "1": 1, "5": 1, "40": 1 }],
  ];
  for (const [isLost, sent, runs] of cases) {
    const numbers = Array.from({ length: sent }, (_, n) => n);
    const tracker = trackerOf(numbers.filter((n) => !isLost(n)));
    assertEquals(tracker.lossRuns(sent), { ...runs });
    assertEquals(tracker.received, numbers.filter((n) => !isLost(n)).length);
  }
});

Deno.test("SequenceTracker takes duplicates of packets in a page that is full", () => {
  const tracker = trackerOf(Array.from({ length: 8192 }, (_, n) => n));
  assertEquals([tracker.receive(5), tracker.duplicate], [false, 1]);
  assertEquals(tracker.lossRuns(8192), {});
});

Deno.test("addLossRuns() and longestLoss() add up and find the longest", () => {
  const sum = addLossRuns([{ "1": 2, "10": 1 }, {}, { "1": 1, "9": 4 }]);
  assertEquals(sum, { "1": 3, "9": 4, "10": 1 });
  assertEquals([longestLoss(sum), longestLoss({})], [10, 0]);
});
