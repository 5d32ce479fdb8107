import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { linearScale, timeScale } from "../../../src/inspect/scale.ts";
import {
  type Chart,
  chartLegend,
  type ChartSeries,
  svgChart,
} from "../../../src/inspect/svg_chart.ts";

function lineOf(values: readonly (number | null)[]): ChartSeries {
  const points = values.map((y, x) => ({ x, y, title: `at ${x}` }));
  return { name: "p50", className: "a", form: "line", points };
}

function chartOf(series: readonly ChartSeries[]): Chart {
  const [x, y] = [timeScale(10, String), linearScale(10, String)];
  return { title: "latency", x, y, xName: "time", yName: "ms", series };
}

Deno.test("svgChart() draws a line through the points, with a gap where nothing is", () => {
  const svg = svgChart(chartOf([lineOf([0, 10, null, 5, 5])]));
  const [, path = ""] = /class="line a" d="([^"]*)"/.exec(svg) ?? [];
  assertEquals(path, "M74 254L150.8 16M304.4 135L381.2 135");
  assertStringIncludes(svg, "<title>at 3</title>");
});

Deno.test("svgChart() leaves out the dots of long lines", () => {
  const short = svgChart(chartOf([lineOf(Array.from({ length: 100 }, () => 1))]));
  const long = svgChart(chartOf([lineOf(Array.from({ length: 1000 }, () => 1))]));
  assert(short.includes("<circle") && !long.includes("<circle"));
});

Deno.test("svgChart() draws bars from the bottom, none for 0", () => {
  const points = [0, 5, null, 10].map((y, x) => ({ x, y, title: `${y}` }));
  const bars: ChartSeries = { name: "lost", className: "b", form: "bars", points };
  const svg = svgChart(chartOf([bars]));
  assertEquals(svg.match(/<rect /g)?.length, 2);
  assertMatch(svg, /<rect x="304.4" y="16" width="75.8" height="238"><title>10</);
});

Deno.test("svgChart() escapes every text", () => {
  const series = { ...lineOf([1]), name: "<b>" };
  const chart = { ...chartOf([series]), title: `"<i>`, xName: "<x>", yName: "<y>" };
  const page = svgChart(chart) + chartLegend([series]);
  for (const bad of ["<b>", "<i>", "<x>", "<y>", `""`]) assert(!page.includes(bad), bad);
});

Deno.test("chartLegend() names each series beside its colour", () => {
  assertEquals(
    chartLegend([lineOf([])]),
    '<ul class="legend"><li><i class="a"></i>p50</li></ul>',
  );
});
