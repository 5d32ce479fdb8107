import { assertEquals } from "@std/assert";
import { PLAIN } from "../../../../src/cli/paint.ts";
import {
  comparisonCells,
  comparisonLines,
  loadDifference,
  tellingRows,
} from "../../../../src/commands/bench/comparison.ts";
import { compareReports } from "../../../../src/load/compare.ts";
import { sampleView } from "../../../support/bench.ts";

const ROWS = compareReports(
  sampleView({ roundTrip: () => 2 }).report,
  sampleView({ roundTrip: () => 3 }).report,
);

Deno.test("comparisonCells() shows both figures, the change and whether it is good", () => {
  const row = ROWS.find(({ figure }) => figure === "mean");
  assertEquals(row && comparisonCells(row), ["mean", "2ms", "3ms", "+50 %", "worse"]);
  const lost = {
    figure: "loss",
    unit: "share",
    old: 0.02,
    new: null,
    change: null,
    ratio: null,
  } as const;
  assertEquals(comparisonCells({ ...lost, isBetter: null }), ["loss", "2%", "-", "", ""]);
});

Deno.test("comparisonLines() aligns the columns", () => {
  const lines = comparisonLines(ROWS, PLAIN);
  assertEquals(lines[0]?.trim().split(/ +/), ["before", "now", "change"]);
  const ends = lines.slice(0, 3).map((line) => line.search(/now|3ms/) + 3);
  assertEquals(new Set(ends).size, 1, lines.join("\n"));
});

Deno.test("tellingRows() leaves out what is 0 in both runs", () => {
  const names = tellingRows(ROWS).map(({ figure }) => figure);
  assertEquals([names.includes("mean"), names.includes("duplicate")], [true, false]);
});

Deno.test("loadDifference() says what makes two runs different loads", () => {
  const [old, latest] = [sampleView().report, sampleView({ clients: 2 }).report];
  assertEquals(loadDifference(old, old), null);
  assertEquals(
    loadDifference(old, latest),
    "the two runs are different loads: clients 1 before, 2 now",
  );
});
