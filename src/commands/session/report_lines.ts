/** The report for people: what `ping` and `curl` users expect to read at the end. */

import type { Paint } from "../../cli/paint.ts";
import { samplesNeeded } from "../../stats/percentiles.ts";
import { type DurationReport, type Report, rounded } from "../../stats/report.ts";
import { counted, errorTexts, perSecond, sizeText } from "./report_words.ts";

/** How `send` knows which packet a reply answers. */
export const BY_ORDER = "matched in the order of sending";

/** The lines of a report; empty figures are left out. `matching`: how replies found their packets. */
export function reportLines(report: Report, paint: Paint, matching: string): string[] {
  const { endpoint, seconds, packets, bytes, rtt_ms, peers, ...rest } = rounded(report);
  const { handshake_ms, resumed_handshake_ms } = rest;
  const rows: (readonly [label: string, text: string])[] = [
    ["received", traffic(packets.received, bytes.received, seconds)],
    ["sent", traffic(packets.sent, bytes.sent, seconds)],
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

function traffic(packets: number, size: number, seconds: number): string {
  const rate = seconds > 0 && packets > 1 ? `, ${perSecond(packets / seconds)}` : "";
  return `${counted(packets, "packet")}, ${sizeText(size)}${rate}`;
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
    ["", percentilesText(rtt)],
  ];
}

/** Those that there are enough samples for. */
function percentilesText(rtt: DurationReport): string {
  const known = PERCENTILES.filter(([key]) => rtt.count >= samplesNeeded(key));
  return `${known.map(([key, name]) => `${name} ${rtt[key]}`).join(", ")} ms`;
}

const PERCENTILES = [
  ["p50", "p50"],
  ["p90", "p90"],
  ["p99", "p99"],
  ["p999", "p99.9"],
] as const;

function handshakeText({ count, min, mean, max, p50 }: DurationReport): string {
  return count === 1
    ? `${p50} ms`
    : `min ${min}, mean ${mean}, max ${max} ms (${count} handshakes)`;
}
