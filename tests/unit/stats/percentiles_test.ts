import { assertEquals } from "@std/assert";
import { samplesNeeded } from "../../../src/stats/percentiles.ts";

Deno.test("samplesNeeded() wants one sample beyond a percentile, ten beyond those of the far tail", () => {
  const names = ["p50", "p90", "p99", "p999", "p9999"] as const;
  assertEquals(names.map(samplesNeeded), [2, 10, 100, 10_000, 100_000]);
});
