/** Two runs of `bench` side by side, for the terminal and the page. */

import type { Paint } from "../../cli/paint.ts";
import type { ComparisonRow } from "../../load/compare.ts";
import { figureTitle, formatFigure } from "../../load/figures.ts";
import type { BenchReport } from "../../stats/bench_report.ts";

/** The head of the table. */
export const COMPARISON_HEAD: readonly string[] = ["", "before", "now", "change", ""];

/** Options that make two runs the same load or not. */
const LOAD_OPTIONS = [
  ...["clients", "rate", "window", "flood", "connect", "resume", "one_way"],
  ...["ramp_ms", "packet_bytes"],
] as const;

/** What makes the two runs different loads, in words; null when they are the same. */
export function loadDifference(old: BenchReport, latest: BenchReport): string | null {
  const differing = LOAD_OPTIONS.filter((name) => old.options[name] !== latest.options[name]);
  if (differing.length === 0) return null;
  const changes = differing.map((name) =>
    `${name} ${old.options[name] ?? "none"} before, ${latest.options[name] ?? "none"} now`
  );
  return `the two runs are different loads: ${changes.join("; ")}`;
}

/** The rows that tell something: what is 0 in both runs does not. */
export function tellingRows(rows: readonly ComparisonRow[]): readonly ComparisonRow[] {
  return rows.filter((row) => row.old !== 0 || row.new !== 0);
}

/** The cells of a row: name, both figures, the change, and whether that is good. */
export function comparisonCells(row: ComparisonRow): readonly string[] {
  const { figure, unit, old, ratio, isBetter } = row;
  const cell = (value: number | null): string => value === null ? "-" : formatFigure(value, unit);
  const verdict = isBetter === null ? "" : isBetter ? "better" : "worse";
  const name = figure === "longest_loss" ? "loss run" : figureTitle(figure);
  return [name, cell(old), cell(row.new), changeText(ratio), verdict];
}

/** The lines of the table. */
export function comparisonLines(all: readonly ComparisonRow[], paint: Paint): string[] {
  const rows = tellingRows(all);
  const table = [COMPARISON_HEAD, ...rows.map(comparisonCells)];
  const widths = COMPARISON_HEAD.map((_, column) =>
    Math.max(...table.map((cells) => cells[column]?.length ?? 0))
  );
  return table.map((cells, i) => {
    const [name = "", ...others] = cells.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 || column === cells.length - 1
        ? cell.padEnd(width)
        : cell.padStart(width);
    });
    const line = `${name}  ${others.join("  ")}`.trimEnd();
    if (i === 0) return paint.dim(line);
    const { isBetter } = rows[i - 1] ?? { isBetter: null };
    return isBetter === null ? line : isBetter ? paint.green(line) : paint.red(line);
  });
}

function changeText(ratio: number | null): string {
  if (ratio === null) return "";
  const percentage = Math.abs(ratio) < 10
    ? Number((ratio * 100).toFixed(1))
    : Math.round(ratio * 100);
  return `${percentage > 0 ? "+" : ""}${percentage} %`;
}
