/** The doctor's findings as lines for people and objects for machines. Pure. */

import type { ExitCode } from "../../cli/command.ts";
import type { Paint } from "../../cli/paint.ts";
import type { ErrorExplanation } from "../../dtls/error_names.ts";
import { type Check, type CheckVerdict, countVerdicts } from "./check.ts";

const ID_WIDTH = 15;
/** Sign and word: the meaning never hangs on the colour. */
const MARKS: Readonly<Record<CheckVerdict, string>> = {
  ok: "✓ ok  ",
  warn: "! note",
  fail: "✗ fail",
};

/** A check: its verdict and what was found; below it, what to do. */
export function checkLines({ id, verdict, text, advice = null }: Check, paint: Paint): string[] {
  const mark = colorOf(verdict, paint)(MARKS[verdict]);
  const line = `${mark}  ${id.padEnd(ID_WIDTH)} ${text}`;
  if (advice === null) return [line];
  return [line, `${" ".repeat(MARKS.ok.length + ID_WIDTH + 3)}${paint.dim(`-> ${advice}`)}`];
}

/** A check as an event of an NDJSON stream. */
export function checkEvent({ id, verdict, text, advice = null, facts = {} }: Check): string {
  return JSON.stringify({ event: "check", check: id, verdict, text, advice, ...facts });
}

/** The sum of all checks, in one sentence. */
export function summaryLine(checks: readonly Check[], paint: Paint): string {
  const { ok, warn, fail } = countVerdicts(checks);
  const worst = fail > 0 ? "fail" : warn > 0 ? "warn" : "ok";
  const words = `${ok} ok, ${warn} to note, ${fail} failed`;
  return colorOf(worst, paint)(words);
}

/** The event that ends the NDJSON stream. */
export function summaryEvent(
  checks: readonly Check[],
  endpoint: string | null,
  exit: ExitCode,
): string {
  return JSON.stringify({ event: "summary", endpoint, checks: countVerdicts(checks), exit });
}

/** An error number in words. */
export function explanationLines(found: ErrorExplanation, paint: Paint): string[] {
  const { library, number, name, meaning, cure } = found;
  const title = name === null ? "" : ` ${name}`;
  return [
    `${library} ${paint.bold(number)}${title}`,
    `  ${meaning}`,
    ...(cure === null ? [] : [`  ${paint.dim(`-> ${cure}`)}`]),
  ];
}

/** An error number in words, as one object. */
export function explanationEvent(found: ErrorExplanation): string {
  return JSON.stringify({ event: "error_number", ...found });
}

function colorOf(verdict: CheckVerdict, paint: Paint): (text: string) => string {
  return { ok: paint.green, warn: paint.yellow, fail: paint.red }[verdict];
}
