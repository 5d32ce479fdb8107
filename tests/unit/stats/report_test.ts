import { assertEquals } from "@std/assert";
import { type Report, reportToJson, rounded } from "../../../src/stats/report.ts";

const DURATIONS = {
  count: 3,
  min: 0.123456,
  mean: 0.2,
  p50: 0.19999,
  p90: 0.3,
  p99: 0.3,
  p999: 0.3,
  max: 12.00006,
};

const REPORT: Report = {
  endpoint: "udp://127.0.0.1:4242",
  seconds: 1.23456,
  packets: { sent: 3, received: 3, lost: 0 },
  bytes: { sent: 24, received: 24 },
  errors: { decode: 0, send: 0 },
  rtt_ms: { ...DURATIONS, jitter: 0.000049 },
  peers: { total: 1, peak: 1 },
};

Deno.test("reportToJson() writes the contract's keys in its order", () => {
  assertEquals(
    reportToJson(REPORT),
    '{"event":"summary","endpoint":"udp://127.0.0.1:4242","seconds":1.235,' +
      '"packets":{"sent":3,"received":3,"lost":0},"bytes":{"sent":24,"received":24},' +
      '"errors":{"decode":0,"send":0},' +
      '"rtt_ms":{"count":3,"min":0.1235,"mean":0.2,"p50":0.2,"p90":0.3,"p99":0.3,"p999":0.3,' +
      '"max":12.0001,"jitter":0},"peers":{"total":1,"peak":1}}',
  );
});

Deno.test("reportToJson() has no key for what was not measured", () => {
  const { rtt_ms: _, packets: __, ...rest } = REPORT;
  const json = reportToJson({ ...rest, packets: { sent: 1, received: 0 } });
  for (const key of ["rtt_ms", "handshake_ms", "lost", "jitter"]) {
    assertEquals(json.includes(`"${key}"`), false);
  }
});

Deno.test("rounded() keeps handshakes apart from round trips", () => {
  const { handshake_ms } = rounded({ ...REPORT, handshake_ms: DURATIONS });
  assertEquals([handshake_ms?.min, handshake_ms?.jitter], [0.1235, undefined]);
});
