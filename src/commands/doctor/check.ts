/** What the doctor finds: one verdict a check. Types, and what follows from all of them. */

import { EXIT, type ExitCode } from "../../cli/command.ts";

/** Good, worth knowing, or broken. */
export type CheckVerdict = "ok" | "warn" | "fail";

/** One finding. */
export interface Check {
  /** What was looked at; stable, in kebab-case. */
  readonly id: string;
  readonly verdict: CheckVerdict;
  /** What was found, without a full stop. */
  readonly text: string;
  /** What to do about it. @default nothing */
  readonly advice?: string | null;
  /** Figures for machines, by names in snake_case. @default none */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** The check that says whether an endpoint answers at all. */
export const ANSWER = "answer";

/** How many checks there are of each verdict. */
export function countVerdicts(checks: readonly Check[]): Readonly<Record<CheckVerdict, number>> {
  const count = (verdict: CheckVerdict): number =>
    checks.filter((check) => check.verdict === verdict).length;
  return { ok: count("ok"), warn: count("warn"), fail: count("fail") };
}

/** 3 when the endpoint does not answer, 1 when another check failed, else 0. */
export function exitOf(checks: readonly Check[]): ExitCode {
  const failed = checks.filter(({ verdict }) => verdict === "fail");
  if (failed.some(({ id }) => id === ANSWER)) return EXIT.network;
  return failed.length > 0 ? EXIT.failed : EXIT.ok;
}
