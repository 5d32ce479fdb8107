import { assertEquals, assertThrows } from "@std/assert";
import { ParseError } from "../../../src/errors.ts";
import { evaluateAssertions, parseAssertions } from "../../../src/load/assertion.ts";
import type { BenchData } from "../../../src/stats/bench_data.ts";
import type { BenchReport } from "../../../src/stats/bench_report.ts";
import { loadHistograms } from "../../../src/stats/histogram.ts";
import { benchData, reportOf, stateOfDurations } from "../../support/bench_reports.ts";

const histograms = await loadHistograms();

/** A run whose round trips all took so long; percentiles are exact then. */
function runOf(count: number, durationMs: number, parts: Partial<BenchData> = {}): BenchReport {
  const durations = Array.from({ length: count }, () => durationMs);
  return reportOf({ roundTrips: stateOfDurations(durations, histograms), ...parts }, histograms);
}

Deno.test("parseAssertions() reads figures, operators, limits and units", () => {
  const parsed = parseAssertions("p99<20ms, loss <= 1% ,rate>=59/s,p99.9<1.1x,lost==0");
  assertEquals(
    parsed.map(({ figure, operator, limit, isRelative }) => [
      figure,
      operator,
      limit,
      isRelative,
    ]),
    [
      ["p99", "<", 20, false],
      ["loss", "<=", 0.01, false],
      ["rate", ">=", 59, false],
      ["p999", "<", 1.1, true],
      ["lost", "==", 0, false],
    ],
  );
  assertEquals(parsed.map(({ source }) => source), [
    "p99<20ms",
    "loss <= 1%",
    "rate>=59/s",
    "p99.9<1.1x",
    "lost==0",
  ]);
  const limits =
    "max<2s,p50<250us,received>100,received>=100/s,handshake.p50<.5s,loss<0,mean>1.5ms";
  assertEquals(parseAssertions(limits).map(({ figure, limit }) => [figure, limit]), [
    ["max", 2000],
    ["p50", 0.25],
    ["received", 100],
    ["received/s", 100],
    ["handshake.p50", 500],
    ["loss", 0],
    ["mean", 1.5],
  ]);
});

Deno.test("parseAssertions() says what is wrong and where", () => {
  const cases: readonly [source: string, column: number, why: string][] = [
    ["", 1, "Expected a figure, such as p99 or loss"],
    ["p99<20ms,", 10, "Expected a figure, such as p99 or loss"],
    ["p99<20ms, <5", 11, "Expected a figure, such as p99 or loss"],
    ["p99", 4, 'Expected <, <=, >, >= or == after "p99"'],
    ["p99=20ms", 4, 'Expected <, <=, >, >= or == after "p99"'],
    ["p99<fast", 5, "Expected a number from 0 on as the limit"],
    ["p99<-1ms", 5, "Expected a number from 0 on as the limit"],
    ["p99<20ms loss<1%", 10, 'Expected "," or the end after the limit'],
    [
      "loss<1%, p99<20",
      16,
      '"p99" needs a unit: write a duration in us, ms or s, or "1.1x" ' +
      "against an old run",
    ],
    [
      "p99<20%",
      7,
      '"p99" has no "%": write a duration in us, ms or s, or "1.1x" against an old run',
    ],
    ["loss<1", 7, '"loss" needs a unit: write a share in %, or "1.1x" against an old run'],
    ["rate>60", 8, '"rate" needs a unit: write a rate such as 60/s, or "1.1x" against an old run'],
    [
      "lost<1%",
      7,
      '"lost" has no "%": write a number of packets, or "1.1x" against an old run; ' +
      'the share of lost ones is "loss"',
    ],
  ];
  for (const [source, column, why] of cases) {
    const error = assertThrows(() => parseAssertions(source), ParseError);
    assertEquals([error.why, error.column], [why, column], source);
  }
  const unknown = assertThrows(() => parseAssertions("loss<1%,p98<1ms"), ParseError);
  assertEquals(unknown.column, 9);
  assertEquals(unknown.why.startsWith('There is no figure "p98"; there are min, mean, p50,'), true);
});

Deno.test("evaluateAssertions() says what holds, and what fails by how much", () => {
  const { packets } = benchData();
  const report = runOf(1000, 23, { packets: { ...packets, answered: 985 } });
  const cases: readonly [source: string, holds: boolean, message: string][] = [
    ["p99<30ms", true, "p99 is 23ms: < 30ms"],
    ["p99<20ms", false, "p99 is 23ms, 3ms above the limit of 20ms"],
    ["max<23ms", false, "max is 23ms, and has to be below 23ms"],
    ["max<=23ms", true, "max is 23ms: <= 23ms"],
    ["max>23ms", false, "max is 23ms, and has to be above 23ms"],
    ["max>=23ms", true, "max is 23ms: >= 23ms"],
    ["loss<1%", false, "loss is 1.5%, 0.5% above the limit of 1%"],
    ["lost==15", true, "lost is 15: == 15"],
    ["lost==0", false, "lost is 15, 15 above the limit of 0"],
    ["rate>=110/s", false, "rate is 100/s, 10/s below the limit of 110/s"],
    ["handshake<1s", false, "handshake was not measured"],
    ["p99.99<1s", false, "p99.99 was not measured: 99000 more samples are needed for it"],
  ];
  for (const [source, holds, message] of cases) {
    const [result] = evaluateAssertions(parseAssertions(source), report);
    assertEquals([result?.holds, result?.message], [holds, message], source);
    assertEquals(result?.actual === null, message.includes("not measured"));
  }
});

Deno.test("evaluateAssertions() compares with an old run", () => {
  const assertions = parseAssertions("p99<1.1x, p99<=2x, p9999<1x, connect<1x");
  const results = evaluateAssertions(assertions, runOf(1000, 23), runOf(1000, 20));
  assertEquals(results.map(({ holds, message }) => [holds, message]), [
    [false, "p99 is 23ms, 1ms above the limit of 22ms (1.1x of 20ms)"],
    [true, "p99 is 23ms: <= 40ms (2x of 20ms)"],
    [false, "p99.99 was not measured: 99000 more samples are needed for it"],
    [false, "connect was not measured"],
  ]);
  const [fewBefore] = evaluateAssertions(assertions, runOf(100, 23), runOf(90, 20));
  assertEquals(
    fewBefore?.message,
    "p99 was not measured: 10 more samples are needed for it, in the old run",
  );
  const [alone] = evaluateAssertions(assertions, runOf(1000, 23));
  assertEquals([alone?.holds, alone?.actual, alone?.message], [
    false,
    23,
    "p99 has no old run to be compared with",
  ]);
});
