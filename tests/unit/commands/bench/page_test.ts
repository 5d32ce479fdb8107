import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { benchPage, type BenchPageOptions } from "../../../../src/commands/bench/page.ts";
import { htmlPage } from "../../../../src/inspect/html_page.ts";
import { evaluateAssertions, parseAssertions } from "../../../../src/load/assertion.ts";
import { compareReports } from "../../../../src/load/compare.ts";
import { sampleView } from "../../../support/bench.ts";

const ALONE: BenchPageOptions = { old: null, comparison: [], assertions: [] };

function titles(view: ReturnType<typeof sampleView>, options = ALONE): string[] {
  return benchPage(view, options).sections.map(({ title }) => title);
}

Deno.test("benchPage() has plots, tables and the options", () => {
  const view = sampleView({ clients: 2, roundTrip: (n) => n === 5 ? null : 1 });
  assertEquals(titles(view), [
    "Latency over time",
    "Percentiles",
    "Loss over time",
    "Durations",
    "Counts",
    "Clients",
    "Options",
  ]);
  const page = benchPage(view, ALONE);
  assertEquals(page.figures.map(({ name }) => name), ["p50", "p99", "jitter", "lost", "sent"]);
  const [latency, percentiles, loss] = page.sections;
  // 40 packets in each interval: too few for a p99.
  assertEquals(latency?.chart?.series.map(({ name }) => name), ["max", "p50"]);
  assertEquals(percentiles?.chart?.series[0]?.points.at(-1), {
    x: 1,
    y: 1,
    title: "all within 1 ms",
  });
  assertEquals(loss?.chart?.series[0]?.points[0]?.y, 5);
});

Deno.test("benchPage() takes a logarithmic axis where a stall would flatten the rest", () => {
  const note = (roundTrip: (n: number) => number): string =>
    benchPage(sampleView({ roundTrip }), ALONE).sections[0]?.note ?? "";
  assert(note((n) => n === 50 ? 500 : 1).includes("logarithmic"));
  assert(!note(() => 1).includes("logarithmic"));
});

Deno.test("benchPage() shows the run before, and colours figures by their limits", () => {
  const [view, old] = [sampleView({ roundTrip: () => 3 }), sampleView({ roundTrip: () => 2 })];
  const assertions = evaluateAssertions(
    parseAssertions("p50<1ms, p99<1s"),
    view.report,
    old.report,
  );
  const comparison = compareReports(old.report, view.report);
  const page = benchPage(view, { old, comparison, assertions });
  const moods = page.figures.map(({ name, mood }) => `${name} ${mood}`);
  assertEquals(moods.slice(0, 3), ["p50 bad", "p99 good", "jitter plain"]);
  const curves = page.sections.find(({ title }) => title === "Percentiles")?.chart?.series;
  assertEquals(curves?.map(({ name }) => name), ["before", "now"]);
  assert(titles(view, { old, comparison, assertions }).includes("Compared with before"));
});

Deno.test("benchPage() does without what was not measured", () => {
  assertEquals(titles(sampleView({ roundTrip: () => null })), [
    "Loss over time",
    "Counts",
    "Options",
  ]);
  const connecting = sampleView({ model: "connect", roundTrip: () => null });
  assertEquals(titles(connecting)[0], "Percentiles");
});

Deno.test("benchPage() makes a page in which the value of the user is text", () => {
  const html = htmlPage(benchPage(sampleView(), ALONE));
  assertStringIncludes(html, "{&quot;a&quot;: &quot;&lt;b&gt;&quot;}");
  assert(!html.includes("<b>"));
});
