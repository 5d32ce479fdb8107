/**
 * What holds for any traffic: a simulated peer on a fake clock delays, loses, copies and reorders
 * exactly as a seeded plan says, and the figures come out exactly.
 */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LoadClient } from "../../src/load/client.ts";
import { parseMatch, replyMatcher } from "../../src/load/match.ts";
import { valueTemplate } from "../../src/load/template.ts";
import type { BenchData } from "../../src/stats/bench_data.ts";
import { mergeBenchData } from "../../src/stats/bench_merge.ts";
import { benchReport, benchReportToJson } from "../../src/stats/bench_report.ts";
import {
  benchResultToText,
  mergeBenchResults,
  readBenchResult,
} from "../../src/stats/bench_result.ts";
import { loadHistograms } from "../../src/stats/histogram.ts";
import { encodeVariant } from "../../src/variant/encode.ts";
import { variantFromText } from "../../src/variant/text.ts";
import { arbitraryVariant } from "../support/arbitrary_variant.ts";
import {
  newRecording,
  PING,
  simulate,
  type SimulatedClient,
  simulatedData,
  START_MICROS,
  START_MS,
  type Traffic,
} from "../support/load_simulation.ts";

const histograms = await loadHistograms();
const CONTEXT = { endpoint: "udp://127.0.0.1:4242", options: {} };

/** What happens to one packet: the delays of its copies, in milliseconds; none when it is lost. */
const arbitraryFate = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.integer({ min: 1, max: 40 })) },
  { weight: 2, arbitrary: fc.constant<readonly number[]>([]) },
  {
    weight: 1,
    arbitrary: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 2, maxLength: 4 }),
  },
);

const arbitraryFates = fc.array(arbitraryFate, { minLength: 1, maxLength: 200 });

function clientOf(fates: readonly (readonly number[])[]): SimulatedClient {
  return {
    model: { type: "open", ratePerSecond: 125 },
    count: fates.length,
    plan: ({ index, nowMs }) => (fates[index] ?? []).map((delayMs) => nowMs + delayMs),
  };
}

/** The figures by their definitions, from the log of what came when. */
function figuresByHand({ sent, arrived }: Traffic): Pick<BenchData, "packets" | "lossRuns"> & {
  readonly roundTrips: readonly number[];
} {
  const roundTrips: number[] = [];
  const seen: number[] = [];
  let duplicate = 0, reordered = 0;
  for (const { index, nowMs } of arrived) {
    if (seen.includes(index)) {
      duplicate++;
      continue;
    }
    if (seen.some((earlier) => earlier > index)) reordered++;
    seen.push(index);
    roundTrips.push(nowMs - (START_MS + index * 8));
  }
  const marks = sent.map(({ index }) => seen.includes(index) ? " " : "x").join("");
  const lossRuns: Record<string, number> = {};
  for (const run of marks.match(/x+/g) ?? []) {
    lossRuns[run.length] = (lossRuns[run.length] ?? 0) + 1;
  }
  const packets = {
    sent: sent.length,
    received: arrived.length,
    answered: seen.length,
    duplicate,
    reordered,
    unmatched: 0,
    untimed: 0,
  };
  return { packets, lossRuns, roundTrips };
}

Deno.test("LoadClient: the figures are exactly those of the traffic", () => {
  const property = fc.property(arbitraryFates, (fates) => {
    const { data, traffic } = simulatedData(clientOf(fates), histograms);
    const { packets, lossRuns, roundTrips } = figuresByHand(traffic);
    assertEquals(data.packets, packets);
    assertEquals(data.lossRuns, lossRuns);
    assertEquals(data.seconds, fates.length * 8 / 1000);
    assertEquals(data.sender, { askedRate: 125, achievedRate: 125, late: 0, lateMaxMs: 0 });
    const report = benchReport(data, CONTEXT, histograms);
    assertEquals(report.rtt_ms === undefined, roundTrips.length === 0);
    if (report.rtt_ms === undefined) return;
    assertEquals(report.rtt_ms.count, roundTrips.length);
    assertEquals(report.rtt_ms.min, Math.min(...roundTrips));
    assertEquals(report.rtt_ms.max, Math.max(...roundTrips));
    assertEquals(report.rtt_ms.mean, roundTrips.reduce((a, b) => a + b, 0) / roundTrips.length);
    const sorted = roundTrips.toSorted((a, b) => a - b);
    for (const [name, q] of [["p50", 0.5], ["p90", 0.9], ["p99", 0.99]] as const) {
      const isThere = roundTrips.length >= Math.round(1 / (1 - q));
      assertEquals(report.rtt_ms[name] !== undefined, isThere, name);
      const exact = sorted[Math.ceil(q * sorted.length - 1e-9) - 1] ?? NaN;
      if (isThere) assertAlmostEquals(report.rtt_ms[name] ?? NaN, exact, exact / 1000);
    }
    const jitter = roundTrips.slice(1).reduce(
      (smooth, ms, index) => smooth + (Math.abs(ms - (roundTrips[index] ?? NaN)) - smooth) / 16,
      0,
    );
    if (roundTrips.length > 1) assertAlmostEquals(report.rtt_ms.jitter ?? NaN, jitter, 1e-9);
    const sumOf = (name: "sent" | "received" | "answered"): number =>
      data.series.reduce((sum, interval) => sum + interval[name], 0);
    assertEquals(
      [sumOf("sent"), sumOf("received"), sumOf("answered")],
      [packets.sent, packets.received, packets.answered],
    );
  });
  fc.assert(property, { numRuns: 150, seed: 20_260_121 });
});

Deno.test("mergeBenchData(): what two recorded is what one records of both", () => {
  const property = fc.property(arbitraryFates, arbitraryFates, (left, right) => {
    const parts = [left, right].map((fates) => simulatedData(clientOf(fates), histograms).data);
    const both = newRecording(histograms);
    const ends = [left, right].map((fates) => simulate(clientOf(fates), both).doneMs);
    assertEquals(mergeBenchData(parts, histograms), both.toData(Math.max(...ends)));
    assertEquals(
      benchReportToJson(
        benchReport(mergeBenchData(parts.toReversed(), histograms), CONTEXT, histograms),
      )
        .replace(/"clients":.*?"interval_seconds"/, ""),
      benchReportToJson(benchReport(both.toData(Math.max(...ends)), CONTEXT, histograms))
        .replace(/"clients":.*?"interval_seconds"/, ""),
    );
  });
  fc.assert(property, { numRuns: 30, seed: 20_260_122 });
});

Deno.test("a result file gives back all that went into it", () => {
  const property = fc.property(arbitraryFates, (fates) => {
    const { data } = simulatedData(clientOf(fates), histograms);
    const result = { ...CONTEXT, options: { rate: "125/s", clients: 1 }, runs: 1, data };
    const text = benchResultToText(result, histograms);
    assertEquals(readBenchResult(text, "a.json", histograms), result);
    const twice = mergeBenchResults([result, result], histograms);
    assertEquals(twice.data.packets.sent, 2 * data.packets.sent);
    assertEquals(twice.data.roundTrips?.count ?? 0, 2 * (data.roundTrips?.count ?? 0));
  });
  fc.assert(property, { numRuns: 30, seed: 20_260_123 });
});

Deno.test("LoadClient takes any bytes as a reply", () => {
  const template = valueTemplate(variantFromText('{"id":"$seq","at":"$time"}'), {
    hasHeader: true,
  });
  const expression = parseMatch("reply.id == sent.id", template);
  const byTime = parseMatch("reply.at == sent.$time", template);
  const rules = [
    { type: "key" },
    { type: "header" },
    { type: "expression", expression },
    { type: "expression", expression: byTime },
  ] as const;
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    arbitraryVariant({ godot: 4, objects: true }).map((value) =>
      encodeVariant(value, { fullObjects: true })
    ),
  );
  const property = fc.property(fc.constantFrom(...rules), fc.array(bytes), (rule, replies) => {
    const recording = newRecording(histograms);
    const client = new LoadClient({
      plan: {
        model: { type: "open", ratePerSecond: 1000 },
        startMs: START_MS,
        measureFromMs: START_MS,
        endMs: null,
        count: 5,
        timeoutMs: 100,
      },
      template,
      matcher: replyMatcher(rule, template),
      recording: recording.addClient(1000),
      epochMicros: START_MICROS,
    });
    const count = client.poll(START_MS + 10);
    for (const reply of replies) client.handleReply(reply, START_MS + 11);
    for (const packet of client.packets.slice(0, count)) client.handleReply(packet, START_MS + 12);
    const { packets, errors } = recording.toData(START_MS + 12);
    assertEquals([packets.sent, packets.answered, client.isDone(START_MS + 12)], [5, 5, true]);
    const { received, answered, duplicate, unmatched } = packets;
    assertEquals(received, replies.length + 5);
    assertEquals(received, answered + duplicate + unmatched + (errors["decode"] ?? 0));
  });
  fc.assert(property, { numRuns: 300, seed: 20_260_124 });
});

Deno.test("readBenchResult() refuses broken files and never breaks itself", () => {
  const { data } = simulatedData(clientOf([[3], [], [5, 9]]), histograms);
  const text = benchResultToText({ ...CONTEXT, data }, histograms);
  const property = fc.property(fc.nat(text.length - 2), fc.nat(9), (at, digit) => {
    for (const broken of [text.slice(0, at), text.slice(0, at) + digit + text.slice(at + 1)]) {
      try {
        readBenchResult(broken, "a.json", histograms);
      } catch (error) {
        assert(error instanceof Error && error.name === "UsageError", String(error));
        assert(error.message.startsWith("a.json is no result file: "), error.message);
      }
    }
  });
  fc.assert(property, { numRuns: 400, seed: 20_260_125 });
});

/** A server that stands still for a second, from 1 s on, and then answers everything at once. */
const stalled: SimulatedClient["plan"] = ({ nowMs }) => {
  const sinceMs = nowMs - START_MS;
  return [sinceMs >= 1000 && sinceMs < 2000 ? START_MS + 2001 : nowMs + 1];
};

Deno.test("a stalled server shows in open loop, and hides in closed loop", () => {
  const durationMs = 4000;
  const open = simulatedData(
    { model: { type: "open", ratePerSecond: 100 }, durationMs, plan: stalled },
    histograms,
  );
  const closed = simulatedData(
    { model: { type: "closed", window: 1 }, durationMs, plan: stalled },
    histograms,
  );
  const openRtt = benchReport(open.data, CONTEXT, histograms).rtt_ms;
  const closedRtt = benchReport(closed.data, CONTEXT, histograms).rtt_ms;
  // A quarter of the packets was due in the stall: they wait for up to a second, evenly spread.
  assertEquals([openRtt?.count, openRtt?.max], [400, 1001]);
  assertAlmostEquals(openRtt?.p50 ?? 0, 1, 0.01);
  assertAlmostEquals(openRtt?.p90 ?? 0, 601, 10);
  assertAlmostEquals(openRtt?.p99 ?? 0, 961, 10);
  // The one packet that was under way waits; the others were not sent, and nobody counts them.
  assertEquals([closedRtt?.count, closedRtt?.max], [3000, 1001]);
  assertAlmostEquals(closedRtt?.p99 ?? 0, 1, 0.01);
});

Deno.test("a sender that oversleeps does not hide it, and says that it is the limit", () => {
  const client: SimulatedClient = {
    model: { type: "open", ratePerSecond: 100 },
    durationMs: 2000,
    plan: ({ nowMs }) => [nowMs + 1],
    oversleepMs: 7,
  };
  const { data, traffic } = simulatedData(client, histograms);
  const { sender, rtt_ms } = benchReport(data, CONTEXT, histograms);
  assertEquals(traffic.sent.length, 200);
  assertEquals(sender, {
    asked_rate: 100,
    achieved_rate: 100,
    late_max_ms: 7,
    late_share: 1,
    is_limit: true,
  });
  assertEquals([rtt_ms?.min, rtt_ms?.max], [8, 8]);
  assertEquals(PING.sequenceOffsets.length, 1);
});
