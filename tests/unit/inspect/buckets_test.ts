import { assert, assertEquals } from "@std/assert";
import { logRanges } from "../../../src/inspect/buckets.ts";

function boundsOf(min: number, max: number): number[] {
  const ranges = logRanges([{ value: min, count: 1 }, { value: max, count: 1 }]);
  return [...ranges.map(({ from }) => from), ranges.at(-1)?.to ?? 0];
}

Deno.test("logRanges() takes coarse steps for samples that are far apart", () => {
  assertEquals(boundsOf(0.05, 90), [0.03, 0.1, 0.3, 1, 3, 10, 30, 100]);
  assertEquals(boundsOf(0.05, 3), [0.05, 0.1, 0.2, 0.5, 1, 2, 5]);
});

Deno.test("logRanges() takes fine steps for samples that are close", () => {
  assertEquals(boundsOf(1, 2), [1, 1.2, 1.5, 1.8, 2.2]);
  assertEquals(boundsOf(5, 5), [4.7, 5.6]);
});

Deno.test("logRanges() never makes many ranges", () => {
  assert(boundsOf(0.00001, 100_000).length <= 15);
});

Deno.test("logRanges() counts every sample once, on a bound in the range above", () => {
  const values = [1, 1.1, 1.2, 2, 2, 2, 2.7];
  const ranges = logRanges(values.map((value) => ({ value, count: 2 })));
  assertEquals(ranges, [
    { from: 1, to: 1.2, count: 4 },
    { from: 1.2, to: 1.5, count: 2 },
    { from: 1.5, to: 1.8, count: 0 },
    { from: 1.8, to: 2.2, count: 6 },
    { from: 2.2, to: 2.7, count: 0 },
    { from: 2.7, to: 3.3, count: 2 },
  ]);
});
