/** The report for people: what `ping` and `curl` users expect to read at the end. */

import type { Paint } from "../cli/paint.ts";
import { type DurationReport, type ErrorCounts, type Report, rounded } from "../stats/report.ts";

/** What the errors are called. */
const ERROR_NAMES: readonly (readonly [keyof ErrorCounts, one: string, many: string])[] = [
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

/** How `send` knows which packet a reply answers. */
export const BY_ORDER = "matched in the order of sending";

/** The lines of a report; empty figures are left out. `matching`: how replies found their packets. */
export async function reportLines(
  report: Report,
  paint: Paint,
  matching: string,
): Promise<string[]> {
  const { endpoint, seconds, packets, bytes, rtt_ms, peers, ...rest } = rounded(report);
  const { handshake_ms, resumed_handshake_ms } = rest;
  const rows: (readonly [label: string, text: string])[] = [
    ["received", await traffic(packets.received, bytes.received, seconds)],
    ["sent", await traffic(packets.sent, bytes.sent, seconds)],
  ];
  if (packets.lost !== undefined) rows.push(["lost", share(packets.lost, packets.sent)]);
  if (peers.total > 1) rows.push(["peers", peersText(peers)]);
  if (rtt_ms !== undefined) rows.push(...roundTripRows(rtt_ms, matching));
  if (handshake_ms !== undefined) rows.push(["handshake", handshakeText(handshake_ms)]);
  if (resumed_handshake_ms !== undefined) {
    rows.push(["resumed", handshakeText(resumed_handshake_ms)]);
  }
  const problems = errorTexts(report.errors);
  if (problems.length > 0) rows.push(["errors", paint.red(problems.join(", "))]);
  return [
    paint.dim(`--- ${endpoint}, ${seconds} s ---`),
    ...rows.map(([label, text]) => `${paint.bold(label.padEnd(LABEL_WIDTH))}  ${text}`),
  ];
}

const LABEL_WIDTH = 10;

/** Writes a size for people: `500 B`, `1.2 KiB`. Loads the library for what is not plain bytes. */
export async function formatBytes(sizeBytes: number): Promise<string> {
  if (sizeBytes < 1000) return `${sizeBytes} B`;
  const { format } = await import("@std/fmt/bytes");
  return format(sizeBytes, { binary: true }).replace("k", "K");
}

async function traffic(packets: number, bytes: number, seconds: number): Promise<string> {
  const rate = seconds > 0 && packets > 1 ? `, ${perSecond(packets / seconds)}` : "";
  return `${counted(packets, "packet", "packets")}, ${await formatBytes(bytes)}${rate}`;
}

function perSecond(rate: number): string {
  return `${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s`;
}

function share(part: number, whole: number): string {
  const percent = whole > 0 ? ` of ${whole} (${Number((part / whole * 100).toFixed(1))} %)` : "";
  return `${part}${percent}`;
}

function peersText({ total, peak }: Report["peers"]): string {
  return total === peak ? `${total}` : `${total}, at most ${peak} at once`;
}

function roundTripRows(rtt: DurationReport, matching: string): (readonly [string, string])[] {
  const what = `${counted(rtt.count, "reply", "replies")}, ${matching}`;
  const jitter = rtt.jitter === undefined ? "" : `, jitter ${rtt.jitter}`;
  if (rtt.count === 1) return [["round trip", `${rtt.p50} ms (${what})`]];
  return [
    ["round trip", `min ${rtt.min}, mean ${rtt.mean}, max ${rtt.max}${jitter} ms (${what})`],
    ["", `p50 ${rtt.p50}, p90 ${rtt.p90}, p99 ${rtt.p99}, p99.9 ${rtt.p999} ms`],
  ];
}

function handshakeText({ count, min, mean, max, p50 }: DurationReport): string {
  return count === 1
    ? `${p50} ms`
    : `min ${min}, mean ${mean}, max ${max} ms (${count} handshakes)`;
}

function errorTexts(errors: ErrorCounts): string[] {
  return ERROR_NAMES.flatMap(([kind, one, many]) => {
    const count = errors[kind] ?? 0;
    return count === 0 ? [] : [counted(count, one, many)];
  });
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
