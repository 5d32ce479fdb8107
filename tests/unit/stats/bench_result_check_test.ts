import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../src/errors.ts";
import type { BenchData } from "../../../src/stats/bench_data.ts";
import { namedForFile } from "../../../src/stats/bench_result_names.ts";
import { checkBenchData, checkOptions, fieldOf } from "../../../src/stats/bench_result_check.ts";
import { benchData } from "../../support/bench_reports.ts";

Deno.test("fieldOf() gives the field, or says what is wrong with it", () => {
  assertEquals(fieldOf({ a: 1.5 }, "a", "number"), 1.5);
  assertEquals(fieldOf({ a: [] }, "a", "list"), []);
  const cases: readonly [value: unknown, kind: "number" | "object" | "list", message: string][] = [
    [{}, "number", '"a" is missing'],
    [null, "number", '"a" is missing'],
    ["a", "object", '"a" is missing'],
    [{ a: "1" }, "number", '"a" is not a number from 0 on'],
    [{ a: -1 }, "number", '"a" is not a number from 0 on'],
    [{ a: NaN }, "number", '"a" is not a number from 0 on'],
    [{ a: null }, "object", '"a" is not an object'],
    [{ a: [] }, "object", '"a" is not an object'],
    [{ a: {} }, "list", '"a" is not an array'],
  ];
  for (const [value, kind, message] of cases) {
    assertThrows(() => fieldOf(value, "a", kind), UsageError, message);
  }
  assertThrows(() => fieldOf({}, "toString", "object"), UsageError, '"toString" is missing');
});

Deno.test("checkOptions() takes plain options only", () => {
  const options = { rate: "60/s", clients: 2, quiet: true, size: null };
  assertEquals(checkOptions(options), options);
  assertThrows(() => checkOptions({ a: [1] }), UsageError, 'the option "a" is neither text');
});

Deno.test("checkBenchData() takes data as it is, and drops what it does not know", () => {
  const data = benchData({ series: [{ sent: 1, received: 0, answered: 0, roundTrips: null }] });
  assertEquals(checkBenchData({ ...fileOf(data), extra: 1 }), data);
});

Deno.test("checkBenchData() misses every field that is not there", () => {
  const data = fileOf(benchData());
  for (const name of Object.keys(data)) {
    const { [name]: _, ...rest } = data;
    assertThrows(() => checkBenchData(rest), UsageError, `"${name}" is missing`);
  }
});

Deno.test("checkBenchData() refuses what cannot be", () => {
  const state = { count: 1, min_ms: 1, max_ms: 1, sum_ms: 1 };
  const cases: readonly [parts: object, message: string][] = [
    [{ model: "other" }, '"model" is "other", which is no load model'],
    [{ interval_ms: 0 }, '"interval_ms" is 0'],
    [{ start_micros: 1e19 }, '"start_micros" is beyond all calendars'],
    [{ loss_runs: { "0": 1 } }, '"loss_runs" has "0", which is no length'],
    [{ loss_runs: { "1": -1 } }, '"1" is not a number from 0 on'],
    [{ clients: [null] }, '"sent" is missing'],
    [{ series: [5] }, '"sent" is missing'],
    [{ series: Array.from({ length: 100_001 }) }, "it has too many intervals"],
    [{ round_trips: state }, '"hdr" is missing'],
    [{ round_trips: 5 }, '"round_trips" is not an object'],
  ];
  for (const [parts, message] of cases) {
    assertThrows(() => checkBenchData({ ...fileOf(benchData()), ...parts }), UsageError, message);
  }
});

/** The same data as a file has it. */
function fileOf(data: BenchData): Readonly<Record<string, unknown>> {
  return namedForFile(data) as Readonly<Record<string, unknown>>; // of an object, an object
}
