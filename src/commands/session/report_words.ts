/** Counts, sizes, rates and errors in words, as all reports for people have them. */

import { format } from "@std/fmt/bytes";
import type { ErrorCounts } from "../../stats/report.ts";

/** `1 packet`, `2 packets`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** How often something happens: `60/s`, `0.5/s`. */
export function perSecond(rate: number): string {
  return `${rate < 10 ? Number(rate.toFixed(2)) : Math.round(rate)}/s`;
}

/** Bytes in binary units: `500 B`, `1.2 MiB`. */
export function sizeText(count: number): string {
  if (count < 1000) return `${Math.round(count)} B`;
  return format(Math.max(count, 1024), { binary: true }).replace("kiB", "KiB"); // as IEC 80000-13 has it
}

const ERROR_WORDS: readonly (readonly [keyof ErrorCounts, one: string, many: string])[] = [
  ["decode", "packet did not decode", "packets did not decode"],
  ["send", "packet could not be sent", "packets could not be sent"],
  ["connect", "attempt to connect failed", "attempts to connect failed"],
  ["connection", "connection was lost", "connections were lost"],
  ["timeout", "reply did not come in time", "replies did not come in time"],
  ["rate_limited", "packet was over a rate limit", "packets were over a rate limit"],
  ["dropped", "packet came too fast and was dropped", "packets came too fast and were dropped"],
  ["replayed", "replayed record was dropped", "replayed records were dropped"],
  ["forged", "forged or damaged record was dropped", "forged or damaged records were dropped"],
  ["stray", "stray datagram was dropped", "stray datagrams were dropped"],
  ["bad_cookie", "hello had a bad cookie", "hellos had bad cookies"],
  ["refused", "handshake was refused by a limit", "handshakes were refused by a limit"],
];

/** What went wrong and how often, for each kind that did. */
export function errorTexts(errors: ErrorCounts): string[] {
  return ERROR_WORDS.flatMap(([kind, one, many]) => {
    const count = errors[kind] ?? 0;
    return count === 0 ? [] : [counted(count, one, many)];
  });
}
