/** Two runs side by side. */

import type { BenchReport } from "../stats/bench_report.ts";
import { type Figure, FIGURES, type FigureUnit } from "./figures.ts";

/** A figure of two runs. */
export interface ComparisonRow {
  /** By its name in assertions: `p99`, `loss`, `handshake.p50`. */
  readonly figure: string;
  readonly unit: FigureUnit;
  /** null when it was not measured, or from too few samples. */
  readonly old: number | null;
  readonly new: number | null;
  /** `new` - `old`, in the same unit; null when one of them is. */
  readonly change: number | null;
  /** The change as a share of `old`: 0.1 for 10 % more; null when it cannot be said. */
  readonly ratio: number | null;
  /** Whether the change is for the better; null when there is none, or it is neither. */
  readonly isBetter: boolean | null;
}

/** Less than a thousandth is what the buckets of a histogram do not tell apart: no change. */
const LEAST_RATIO = 0.001;

/** The figures of both runs; those that neither has are left out. */
export function compareReports(old: BenchReport, latest: BenchReport): ComparisonRow[] {
  return FIGURES
    .map((figure) => rowOf(figure, valueIn(old, figure), valueIn(latest, figure)))
    .filter((row) => row.old !== null || row.new !== null);
}

function valueIn(report: BenchReport, figure: Figure): number | null {
  const value = figure.of(report);
  return typeof value === "number" ? value : null;
}

function rowOf(
  { name, unit, better }: Figure,
  old: number | null,
  latest: number | null,
): ComparisonRow {
  const change = old === null || latest === null ? null : latest - old;
  const ratio = change === null || old === null || old === 0 ? null : change / old;
  const isNoticeable = ratio === null ? change !== 0 : Math.abs(ratio) >= LEAST_RATIO;
  const isJudged = better !== null && change !== null && isNoticeable;
  return {
    figure: name,
    unit,
    old,
    new: latest,
    change,
    ratio,
    isBetter: isJudged ? (change < 0) === (better === "less") : null,
  };
}
