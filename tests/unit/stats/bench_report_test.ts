import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  benchReport,
  benchReportToJson,
  benchReportToObject,
  MAX_LISTED_CLIENTS,
} from "../../../src/stats/bench_report.ts";
import { loadHistograms } from "../../../src/stats/histogram.ts";
import { benchClient, benchData, reportOf, stateOfDurations } from "../../support/bench_reports.ts";

const histograms = await loadHistograms();

function durations(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

Deno.test("benchReport() gives a percentile only from enough samples", () => {
  const cases: readonly [count: number, names: readonly string[]][] = [
    [1, []],
    [9, ["p50"]],
    [10, ["p50", "p90"]],
    [99, ["p50", "p90"]],
    [100, ["p50", "p90", "p99"]],
    [9999, ["p50", "p90", "p99"]],
    [10_000, ["p50", "p90", "p99", "p999"]],
  ];
  for (const [count, names] of cases) {
    const { rtt_ms } = reportOf({
      roundTrips: stateOfDurations(durations(count), histograms),
      clients: [],
    }, histograms);
    assertEquals(Object.keys(rtt_ms ?? {}), ["count", "min", "mean", ...names, "max"]);
    assertEquals([rtt_ms?.count, rtt_ms?.min, rtt_ms?.max], [count, 1, count]);
  }
});

Deno.test("benchReport() leaves out what was not measured", () => {
  const report = reportOf(
    { isOneWay: true, sender: { ...benchData().sender, askedRate: 0 } },
    histograms,
  );
  assertEquals(report.packets, { sent: 1000, received: 1000 });
  assertEquals(report.sender, { achieved_rate: 100 });
  for (const name of ["rtt_ms", "connect_ms", "handshake_ms", "loss_runs", "connections", "runs"]) {
    assert(!(name in report), name);
  }
  assert(!("lost" in report.clients));
});

Deno.test("benchReport() of connections knows the clients, and has no series of packets", () => {
  const report = benchReport(
    { ...benchData(), model: "connect", clients: [] },
    { endpoint: "tcp://127.0.0.1:1", options: { clients: 3 } },
    histograms,
  );
  assertEquals([report.clients.total, report.peers.total], [3, 3]);
  assertEquals([report.series, report.clients.list], [[], []]);
});

Deno.test("benchReport() counts loss, rates and runs of loss", () => {
  const { packets } = benchData();
  const report = reportOf({
    packets: { ...packets, received: 990, answered: 980, duplicate: 10, untimed: 3 },
    lossRuns: { "1": 5, "15": 1 },
  }, histograms);
  assertEquals(report.packets, {
    sent: 1000,
    received: 990,
    lost: 20,
    duplicate: 10,
    reordered: 0,
    unmatched: 0,
    untimed: 3,
  });
  assertEquals(report.loss_runs, { longest: 15, distribution: { "1": 5, "15": 1 } });
  assertEquals(report.rates, {
    packets_per_second: { sent: 100, received: 99 },
    bytes_per_second: { sent: 5200, received: 5200 },
  });
  assertEquals(report.started, "2026-01-01T00:00:00.000Z");
});

Deno.test("benchReport() has connections a second where they are what is measured", () => {
  const report = reportOf({
    model: "connect",
    connections: { attempted: 50, established: 45 },
    handshakes: stateOfDurations([5, 6], histograms),
  }, histograms);
  assertEquals(report.rates.connections_per_second, 4.5);
  assertEquals([report.connections, report.handshake_ms?.max], [
    { attempted: 50, established: 45 },
    6,
  ]);
});

Deno.test("benchReport() tells when the machine could not hold the rate", () => {
  const sender = { askedRate: 100, achievedRate: 100, late: 0, lateMaxMs: 1 };
  const cases: readonly [sender: Partial<typeof sender>, isLimit: boolean][] = [
    [{}, false],
    [{ achievedRate: 99 }, false],
    [{ achievedRate: 98.9 }, true],
    [{ late: 10 }, false],
    [{ late: 11 }, true],
  ];
  for (const [parts, isLimit] of cases) {
    const report = reportOf({ sender: { ...sender, ...parts } }, histograms);
    assertEquals(report.sender.is_limit, isLimit, JSON.stringify(parts));
  }
});

Deno.test("benchReport() spreads figures over the clients that have them", () => {
  const { clients, rtt_ms } = reportOf({
    roundTrips: stateOfDurations([1], histograms),
    clients: [
      benchClient({ count: 300, p50Ms: 3, p99Ms: 30, maxMs: 31, jitterMs: 1, lost: 4 }),
      benchClient({ count: 100, p50Ms: 1, p99Ms: 10, maxMs: 11, jitterMs: 5 }),
      benchClient({ count: 99, p50Ms: 2, p99Ms: 99, maxMs: 99, jitterMs: 1 }),
      benchClient({ count: 0, lost: 1000, jitterMs: 9 }),
    ],
  }, histograms);
  assertEquals(clients.total, 4);
  assertEquals(clients.p50, { min: 1, median: 2, max: 3 });
  assertEquals(clients.p99, { min: 10, median: 20, max: 30 });
  assertEquals(clients.max, { min: 11, median: 31, max: 99 });
  assertEquals(clients.lost, { min: 0, median: 2, max: 1000 });
  assertEquals(clients.list[3], { sent: 1000, received: 1000, lost: 1000 });
  assertAlmostEquals(rtt_ms?.jitter ?? 0, (300 + 500 + 99) / 499, 1e-12);
});

Deno.test("benchReport() lists only so many clients", () => {
  const many = Array.from({ length: 250 }, () => benchClient());
  const { clients } = reportOf({ clients: many }, histograms);
  assertEquals([clients.total, clients.list.length], [250, MAX_LISTED_CLIENTS]);
});

Deno.test("benchReport() has a point for each interval", () => {
  const report = reportOf({
    intervalMs: 500,
    series: [
      {
        sent: 120,
        received: 110,
        answered: 115,
        roundTrips: stateOfDurations(durations(100), histograms),
      },
      { sent: 0, received: 5, answered: 0, roundTrips: stateOfDurations([7], histograms) },
      { sent: 3, received: 0, answered: 0, roundTrips: null },
    ],
  }, histograms);
  assertEquals(report.interval_seconds, 0.5);
  assertEquals(
    report.series.map(({ p50, p99, ...rest }) => [
      rest,
      p50 === undefined ? null : Math.round(p50),
      p99 === undefined ? null : Math.round(p99),
    ]),
    [
      [{ time: 0, sent: 120, received: 110, lost: 5, max: 100 }, 50, 99],
      [{ time: 0.5, sent: 0, received: 5, lost: 0, max: 7 }, null, null],
      [{ time: 1, sent: 3, received: 0, lost: 3 }, null, null],
    ],
  );
});

Deno.test("benchReportToJson() begins with the event and rounds to four digits", () => {
  const context = { endpoint: "udp://127.0.0.1:4242", options: { rate: "60.123456/s" }, runs: 2 };
  const data = benchData({
    seconds: 10.000049,
    roundTrips: stateOfDurations([1.23456789], histograms),
    clients: [],
  });
  const json = benchReportToJson(benchReport(data, context, histograms));
  assertEquals(
    json,
    '{"event":"summary","endpoint":"udp://127.0.0.1:4242","model":"open",' +
      '"options":{"rate":"60.123456/s"},"runs":2,"started":"2026-01-01T00:00:00.000Z",' +
      '"seconds":10,"packets":{"sent":1000,"received":1000,"lost":0,"duplicate":0,' +
      '"reordered":0,"unmatched":0},"loss_runs":{"longest":0,"distribution":{}},' +
      '"bytes":{"sent":52000,"received":52000},' +
      '"rates":{"packets_per_second":{"sent":99.9995,"received":99.9995},' +
      '"bytes_per_second":{"sent":5199.9745,"received":5199.9745}},"errors":{"decode":0},' +
      '"rtt_ms":{"count":1,"min":1.2346,"mean":1.2346,"max":1.2346},' +
      '"sender":{"asked_rate":100,"achieved_rate":100,"late_max_ms":0.5,"late_share":0,' +
      '"is_limit":false},"clients":{"total":0,"list":[]},"interval_seconds":1,"series":[],' +
      '"peers":{"total":0,"peak":0}}',
  );
  assertEquals(JSON.stringify(benchReportToObject(benchReport(data, context, histograms))), json);
});
