/**
 * Charts as inline SVG: lines and bars over two axes. Colours are left to the page's style sheet, by
 * class, so that light and dark are its business. No script, no outside reference; what a mark
 * stands for is its `<title>`, which browsers show when the mouse is over it.
 */

import { escapeHtml } from "./html_text.ts";
import type { Scale } from "./scale.ts";

/** A point, in the units of the scales. */
export interface ChartPoint {
  readonly x: number;
  /** Null: nothing was measured there, and a line has a gap. */
  readonly y: number | null;
  /** What to show of it under the mouse. */
  readonly title: string;
}

/** What belongs together in one colour. */
export interface ChartSeries {
  /** For the legend. */
  readonly name: string;
  /** The class that colours it. */
  readonly className: string;
  readonly form: "line" | "bars";
  readonly points: readonly ChartPoint[];
}

/** What to draw. */
export interface Chart {
  /** Read to those who do not see it. */
  readonly title: string;
  readonly x: Scale;
  readonly y: Scale;
  readonly xName: string;
  readonly yName: string;
  readonly series: readonly ChartSeries[];
  /** Width of a bar in the unit of x. */
  readonly barWidth?: number;
}

const WIDTH = 860;
const HEIGHT = 300;
const LEFT = 74;
const RIGHT = 18;
const TOP = 16;
const BOTTOM = 46;
const PLOT_WIDTH = WIDTH - LEFT - RIGHT;
const PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;
/** More dots than this would hide the line. */
const MAX_DOTS = 150;
/** A label from here on would reach beyond the chart if it were centred. */
const END_OF_AXIS = 0.97;
/** Labels nearer than this to the one before would touch it. */
const MIN_LABEL_GAP = 44;

/** The chart as one `<svg>` element. */
export function svgChart(chart: Chart): string {
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(chart.title)}">`,
    ...yTicks(chart),
    ...xTicks(chart),
    `<text class="name" x="${LEFT + PLOT_WIDTH / 2}" y="${HEIGHT - 6}" text-anchor="middle">` +
    `${escapeHtml(chart.xName)}</text>`,
    `<text class="name" transform="translate(14 ${TOP + PLOT_HEIGHT / 2}) rotate(-90)" ` +
    `text-anchor="middle">${escapeHtml(chart.yName)}</text>`,
    ...chart.series.flatMap((series) => seriesMarks(series, chart)),
    "</svg>",
  ].join("\n");
}

/** The names of the series with their colours, for beside the chart. */
export function chartLegend(series: readonly ChartSeries[]): string {
  const items = series.map(({ name, className }) =>
    `<li><i class="${className}"></i>${escapeHtml(name)}</li>`
  );
  return `<ul class="legend">${items.join("")}</ul>`;
}

function yTicks({ y }: Chart): string[] {
  return y.ticks.map(({ at, label }) => {
    const top = pixel(TOP + (1 - at) * PLOT_HEIGHT);
    return `<path class="grid" d="M${LEFT} ${top}H${LEFT + PLOT_WIDTH}"/>` +
      `<text x="${LEFT - 8}" y="${top}" dy=".32em" text-anchor="end">${escapeHtml(label)}</text>`;
  });
}

function xTicks({ x }: Chart): string[] {
  let lastLeft = -Infinity;
  return x.ticks.flatMap(({ at, label }) => {
    const left = pixel(LEFT + at * PLOT_WIDTH);
    if (left - lastLeft < MIN_LABEL_GAP) return [];
    lastLeft = left;
    const bottom = TOP + PLOT_HEIGHT;
    return [
      `<path class="grid" d="M${left} ${TOP}V${bottom + 4}"/>` +
      `<text x="${left}" y="${bottom + 18}" text-anchor="${at > END_OF_AXIS ? "end" : "middle"}">` +
      `${escapeHtml(label)}</text>`,
    ];
  });
}

function seriesMarks(series: ChartSeries, chart: Chart): string[] {
  return series.form === "line" ? lineMarks(series, chart) : barMarks(series, chart);
}

function lineMarks({ className, points }: ChartSeries, { x, y }: Chart): string[] {
  let path = "";
  let isPenDown = false;
  const dots: string[] = [];
  for (const point of points) {
    if (point.y === null) {
      isPenDown = false;
      continue;
    }
    const left = pixel(LEFT + x.place(point.x) * PLOT_WIDTH);
    const top = pixel(TOP + (1 - y.place(point.y)) * PLOT_HEIGHT);
    path += `${isPenDown ? "L" : "M"}${left} ${top}`;
    isPenDown = true;
    dots.push(`<circle cx="${left}" cy="${top}" r="2.5">${titleOf(point)}</circle>`);
  }
  const marks = dots.length <= MAX_DOTS ? [`<g class="dot ${className}">`, ...dots, "</g>"] : [];
  return [`<path class="line ${className}" d="${path}"/>`, ...marks];
}

function barMarks(
  { className, points }: ChartSeries,
  { x, y, barWidth = 1 }: Chart,
): string[] {
  const bars = points.flatMap((point) => {
    if (point.y === null || point.y <= 0) return [];
    const left = LEFT + x.place(point.x) * PLOT_WIDTH;
    const right = LEFT + x.place(point.x + barWidth) * PLOT_WIDTH;
    const gap = right - left > 4 ? 1 : 0;
    const height = Math.max(y.place(point.y) * PLOT_HEIGHT, 1);
    const box = `x="${pixel(left)}" y="${pixel(TOP + PLOT_HEIGHT - height)}" ` +
      `width="${pixel(Math.max(right - left - gap, 0.5))}" height="${pixel(height)}"`;
    return [`<rect ${box}>${titleOf(point)}</rect>`];
  });
  return [`<g class="bars ${className}">`, ...bars, "</g>"];
}

function titleOf({ title }: ChartPoint): string {
  return `<title>${escapeHtml(title)}</title>`;
}

/** A tenth of a pixel is fine enough, and keeps the page small. */
function pixel(value: number): number {
  return Math.round(value * 10) / 10;
}
