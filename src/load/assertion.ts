/**
 * What a run is held to: `p99<20ms, loss<1%, rate>=59/s, p99<1.1x`.
 *
 *     assertions  assertion ("," assertion)*
 *     assertion   figure operator limit
 *     figure      a name of `figures.ts`: p99, loss, lost, rate, handshake.p50 …
 *     operator    "<" "<=" ">" ">=" "=="
 *     limit       number unit, or 0 alone
 *     unit        "us" "ms" "s" of durations, "%" of loss, "/s" of rates, none of counts;
 *                 "x" of anything: so many times the figure of the run that it is compared with
 */

import { ParseError } from "../errors.ts";
import type { BenchReport } from "../stats/bench_report.ts";
import {
  type Figure,
  figureOf,
  FIGURES,
  figureTitle,
  type FigureUnit,
  formatFigure,
  type MissingFigure,
} from "./figures.ts";

/** How a figure is compared with its limit. */
export type AssertionOperator = "<" | "<=" | ">" | ">=" | "==";

/** One claim about a run. */
export interface Assertion {
  /** As it was written. */
  readonly source: string;
  /** As in `figures.ts`: `p999`, `loss`, `handshake.p50`. */
  readonly figure: string;
  readonly operator: AssertionOperator;
  /** In milliseconds, shares (0.01 for 1 %), packets or packets a second; or how many times. */
  readonly limit: number;
  /** The limit is that many times the figure of the run that this one is compared with. */
  readonly isRelative: boolean;
}

/** What became of a claim. */
export interface AssertionResult {
  readonly assertion: Assertion;
  readonly holds: boolean;
  /** null when it was not measured, or from too few samples. */
  readonly actual: number | null;
  /** In the unit of `actual`; null when there is nothing to compare with. */
  readonly limit: number | null;
  readonly unit: FigureUnit;
  /** One line for people: `p99 is 23.1ms, 3.1ms above the limit of 20ms`. */
  readonly message: string;
}

/**
 * Reads assertions, with commas between them.
 *
 * @throws {ParseError} with a caret under what is wrong.
 */
export function parseAssertions(source: string): Assertion[] {
  let position = 0;
  return source.split(",").map((part) => {
    const start = position;
    position += part.length + 1;
    return parseAssertion(source, part, start);
  });
}

const FORM =
  /^(\s*)([A-Za-z][\w.]*)(\s*)(<=|>=|==|<|>)(\s*)(\d+(?:\.\d+)?|\.\d+)(\s*)([^\s\d]*)\s*$/;

function parseAssertion(source: string, part: string, start: number): Assertion {
  const match = FORM.exec(part);
  if (match === null) throw formError(source, part, start);
  const [, blank = "", name = "", gap1 = "", operator = "", gap2 = "", number = "", gap3 = ""] =
    match;
  const unit = match[8] ?? "";
  const nameStart = start + blank.length;
  const numberStart = nameStart + name.length + gap1.length + operator.length + gap2.length;
  const unitStart = numberStart + number.length + gap3.length;
  // Counts have a rate beside them: `received>=590/s`.
  const figure = figureOf(unit === "/s" && figureOf(`${name}/s`) !== null ? `${name}/s` : name);
  if (figure === null) throw new ParseError(unknownFigure(name), source, nameStart);
  const factor = unit === "x" ? 1 : factorOf(figure.unit, unit, Number(number));
  if (factor === null) {
    throw new ParseError(
      `"${name}" ${unit === "" ? "needs a unit" : `has no "${unit}"`}: ${EXAMPLES[figure.unit]}`,
      source,
      unitStart,
    );
  }
  return {
    source: part.trim(),
    figure: figure.name,
    operator: operator as AssertionOperator, // one of those that the form has
    limit: Number(number) * factor,
    isRelative: unit === "x",
  };
}

/** Where the text leaves the form, and what would have to be there. */
function formError(source: string, part: string, start: number): ParseError {
  const name = /^\s*(?:[A-Za-z][\w.]*)?/.exec(part)?.[0] ?? "";
  if (name.trim() === "") {
    return new ParseError("Expected a figure, such as p99 or loss", source, start + name.length);
  }
  const operator = /^\s*(?:<=|>=|==|<|>)\s*/.exec(part.slice(name.length))?.[0];
  const afterName = start + name.length;
  if (operator === undefined) {
    const why = `Expected <, <=, >, >= or == after "${name.trim()}"`;
    return new ParseError(why, source, afterName);
  }
  const limit = part.slice(name.length + operator.length);
  const number = /^(?:\d+(?:\.\d+)?|\.\d+)\s*[^\s\d]*\s*/.exec(limit)?.[0];
  const at = afterName + operator.length + (number?.length ?? 0);
  const why = number === undefined
    ? "Expected a number from 0 on as the limit"
    : 'Expected "," or the end after the limit';
  return new ParseError(why, source, at);
}

function unknownFigure(name: string): string {
  const names = FIGURES.map((figure) => figure.name).filter((known) => !/[./]/.test(known));
  return `There is no figure "${name}"; there are ${names.map(figureTitle).join(", ")}`;
}

const FACTORS: Readonly<Record<FigureUnit, Readonly<Record<string, number>>>> = {
  ms: { us: 0.001, ms: 1, s: 1000 },
  share: { "%": 0.01 },
  count: { "": 1 },
  per_second: { "/s": 1 },
};

const EXAMPLES: Readonly<Record<FigureUnit, string>> = {
  ms: 'write a duration in us, ms or s, or "1.1x" against an old run',
  share: 'write a share in %, or "1.1x" against an old run',
  count:
    'write a number of packets, or "1.1x" against an old run; the share of lost ones is "loss"',
  per_second: 'write a rate such as 60/s, or "1.1x" against an old run',
};

/** What a unit makes of a number; null when the figure has no such unit. Nothing is 0 in any unit. */
function factorOf(figureUnit: FigureUnit, unit: string, limit: number): number | null {
  if (unit === "" && limit === 0) return 1;
  const factors = FACTORS[figureUnit];
  return Object.hasOwn(factors, unit) ? factors[unit] ?? null : null;
}

/** Holds a run to its assertions. `old`: the run that it is compared with. */
export function evaluateAssertions(
  assertions: readonly Assertion[],
  report: BenchReport,
  old: BenchReport | null = null,
): AssertionResult[] {
  return assertions.map((assertion) => evaluate(assertion, report, old));
}

function evaluate(
  assertion: Assertion,
  report: BenchReport,
  old: BenchReport | null,
): AssertionResult {
  const figure = figureOf(assertion.figure);
  if (figure === null) throw new RangeError(`Cannot find the figure: ${assertion.figure}`);
  const { unit } = figure;
  const fails = (actual: number | null, message: string): AssertionResult => {
    return { assertion, holds: false, actual, limit: null, unit, message };
  };
  const actual = figure.of(report);
  if (typeof actual !== "number") return fails(null, missingMessage(figure, actual));
  if (!assertion.isRelative) return judge(assertion, figure, actual, assertion.limit, "");
  if (old === null) {
    return fails(actual, `${figureTitle(figure.name)} has no old run to be compared with`);
  }
  const before = figure.of(old);
  if (typeof before !== "number") {
    return fails(actual, `${missingMessage(figure, before)}, in the old run`);
  }
  const origin = ` (${assertion.limit}x of ${formatFigure(before, unit)})`;
  return judge(assertion, figure, actual, assertion.limit * before, origin);
}

function missingMessage({ name }: Figure, { missingSamples }: MissingFigure): string {
  const why = missingSamples === null ? "" : `: ${missingSamples} more samples are needed for it`;
  return `${figureTitle(name)} was not measured${why}`;
}

function judge(
  assertion: Assertion,
  { name, unit }: Figure,
  actual: number,
  limit: number,
  origin: string,
): AssertionResult {
  const holds = HOLDS[assertion.operator](actual, limit);
  const bound = `${formatFigure(limit, unit)}${origin}`;
  const verdict = holds
    ? `: ${assertion.operator} ${bound}`
    : `, ${failureOf(assertion.operator, actual - limit, unit)} ${bound}`;
  const message = `${figureTitle(name)} is ${formatFigure(actual, unit)}${verdict}`;
  return { assertion, holds, actual, limit, unit, message };
}

/** By how much a figure misses its limit, which follows. */
function failureOf(operator: AssertionOperator, excess: number, unit: FigureUnit): string {
  if (excess === 0) return `and has to be ${operator === "<" ? "below" : "above"}`;
  return `${formatFigure(Math.abs(excess), unit)} ${excess > 0 ? "above" : "below"} the limit of`;
}

const HOLDS: Readonly<Record<AssertionOperator, (actual: number, limit: number) => boolean>> = {
  "<": (actual, limit) => actual < limit,
  "<=": (actual, limit) => actual <= limit,
  ">": (actual, limit) => actual > limit,
  ">=": (actual, limit) => actual >= limit,
  "==": (actual, limit) => actual === limit,
};
