/**
 * A page that stands alone: one file, no script, nothing fetched; light or dark as the reader's
 * system is. Charts come as SVG from `svg_chart.ts`; every other text is escaped here.
 */

import { escapeHtml } from "./html_text.ts";
import { type Chart, chartLegend, svgChart } from "./svg_chart.ts";

/** A table: the first row is its head; the first cell of each row names the row. */
export interface HtmlTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What stands under one heading. */
export interface HtmlSection {
  readonly title: string;
  /** A sentence on how to read it; empty for none. */
  readonly note: string;
  readonly chart?: Chart;
  readonly table?: HtmlTable;
}

/** A large figure at the top. */
export interface HtmlFigure {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
  /** How it is to be taken: colours it. */
  readonly mood: "plain" | "good" | "bad";
}

/** Everything that is on a page. */
export interface HtmlPage {
  readonly title: string;
  readonly subtitle: string;
  /** What the reader must know before the figures; empty for nothing. */
  readonly warnings: readonly string[];
  readonly figures: readonly HtmlFigure[];
  readonly sections: readonly HtmlSection[];
  readonly footer: string;
}

/** The whole file. */
export function htmlPage(page: HtmlPage): string {
  return [
    "<!DOCTYPE html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeHtml(page.title)}</title>`,
    `<style>${STYLE}</style>`,
    "</head>",
    "<body>",
    "<main>",
    `<header><h1>${escapeHtml(page.title)}</h1><p>${escapeHtml(page.subtitle)}</p></header>`,
    ...page.warnings.map((text) => `<p class="warning">${escapeHtml(text)}</p>`),
    ...figureList(page.figures),
    ...page.sections.flatMap(sectionLines),
    `<footer>${escapeHtml(page.footer)}</footer>`,
    "</main>",
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

function figureList(figures: readonly HtmlFigure[]): string[] {
  const items = figures.map(({ name, value, unit, mood }) =>
    `<div class="${mood}"><dt>${escapeHtml(name)}</dt>` +
    `<dd>${escapeHtml(value)}<small>${escapeHtml(unit)}</small></dd></div>`
  );
  return items.length === 0 ? [] : ['<dl class="figures">', ...items, "</dl>"];
}

function sectionLines({ title, note, chart, table }: HtmlSection): string[] {
  return [
    `<section><h2>${escapeHtml(title)}</h2>`,
    ...(note === "" ? [] : [`<p class="note">${escapeHtml(note)}</p>`]),
    ...(chart === undefined ? [] : [chartLegend(chart.series), svgChart(chart)]),
    ...(table === undefined ? [] : tableLines(table)),
    "</section>",
  ];
}

function tableLines({ head, rows }: HtmlTable): string[] {
  const headRow = head.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join("");
  return [
    '<div class="scroll"><table>',
    ...(head.length === 0 ? [] : [`<thead><tr>${headRow}</tr></thead>`]),
    "<tbody>",
    ...rows.map(([name = "", ...cells]) =>
      `<tr><th scope="row">${escapeHtml(name)}</th>` +
      cells.map((text) => `<td>${escapeHtml(text)}</td>`).join("") + "</tr>"
    ),
    "</tbody>",
    "</table></div>",
  ];
}

const STYLE = `
:root {
  --page: #f6f7f9; --card: #ffffff; --ink: #1b2130; --soft: #5c667a; --rule: #e3e7ee;
  --good: #14804a; --bad: #c0262d; --warn-page: #fff4d6; --warn-ink: #6b4e00;
  --a: #2463d1; --b: #c2570c; --c: #7b4fc9; --d: #14804a; --lost: #c0262d; --old: #8d97a8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12151b; --card: #1a1f28; --ink: #e7ebf2; --soft: #98a3b6; --rule: #2b3240;
    --good: #4ccb86; --bad: #ff7a7f; --warn-page: #3a2f10; --warn-ink: #ffdf8f;
    --a: #6ea8ff; --b: #ff9d52; --c: #b79bff; --d: #4ccb86; --lost: #ff7a7f; --old: #78839a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
main { max-width: 960px; margin: 0 auto; padding: 32px 20px 48px; }
h1 { margin: 0; font-size: 25px; letter-spacing: -0.01em; overflow-wrap: anywhere; }
header p { margin: 4px 0 20px; color: var(--soft); }
h2 { margin: 0; font-size: 17px; }
.warning {
  margin: 0 0 14px; padding: 10px 14px; border-radius: 8px;
  background: var(--warn-page); color: var(--warn-ink);
}
.figures {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(128px, 1fr)); gap: 12px;
  margin: 0 0 16px;
}
.figures div, section {
  background: var(--card); border: 1px solid var(--rule); border-radius: 10px;
}
.figures div { padding: 12px 14px; }
dt { color: var(--soft); font-size: 13px; }
dd { margin: 2px 0 0; font-size: 24px; font-weight: 600; font-variant-numeric: tabular-nums; }
dd small { margin-left: 4px; font-size: 13px; font-weight: 400; color: var(--soft); }
.good dd { color: var(--good); }
.bad dd { color: var(--bad); }
section { margin: 0 0 16px; padding: 16px 18px; }
.note { margin: 2px 0 8px; color: var(--soft); font-size: 13.5px; }
svg { display: block; width: 100%; height: auto; margin-top: 6px; }
svg text { fill: var(--soft); font-size: 12px; font-variant-numeric: tabular-nums; }
.grid { stroke: var(--rule); stroke-width: 1; fill: none; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.a { --own: var(--a); } .b { --own: var(--b); } .c { --own: var(--c); } .d { --own: var(--d); }
.lost { --own: var(--lost); } .old { --own: var(--old); }
.line { stroke: var(--own); }
.line.old { stroke-dasharray: 5 4; }
.dot, .bars, .legend i { fill: var(--own); background: var(--own); }
.legend {
  display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0; padding: 0; list-style: none;
  color: var(--soft); font-size: 13px;
}
.legend i {
  display: inline-block; width: 12px; height: 4px; margin-right: 6px; border-radius: 2px;
  vertical-align: middle;
}
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 12px 5px 0; border-top: 1px solid var(--rule); text-align: right; }
thead th { border-top: 0; color: var(--soft); font-weight: 500; font-size: 13px; }
th:first-child { text-align: left; font-weight: 500; }
td { overflow-wrap: anywhere; }
thead + tbody :is(th, td) { white-space: nowrap; overflow-wrap: normal; }
thead + tbody tr:first-child > * { border-top: 1px solid var(--rule); }
tbody:first-child tr:first-child > * { border-top: 0; }
footer { color: var(--soft); font-size: 13px; }
@media print { body { background: none; } section, .figures div { break-inside: avoid; } }
`;
