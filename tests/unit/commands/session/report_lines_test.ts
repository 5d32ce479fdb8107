import { assertEquals } from "@std/assert";
import { PLAIN } from "../../../../src/cli/paint.ts";
import { reportLines } from "../../../../src/commands/session/report_lines.ts";
import type { Report } from "../../../../src/stats/report.ts";

const QUIET_RUN: Report = {
  endpoint: "udp://127.0.0.1:4242",
  seconds: 2,
  packets: { sent: 0, received: 1 },
  bytes: { sent: 0, received: 20 },
  errors: { decode: 0 },
  peers: { total: 1, peak: 1 },
};

const FULL_RUN: Report = {
  ...QUIET_RUN,
  packets: { sent: 200, received: 150, lost: 50 },
  bytes: { sent: 4096, received: 3000 },
  errors: { decode: 1, send: 2, timeout: 50, dropped: 1, connect: 0 },
  rtt_ms: {
    count: 150,
    min: 0.05,
    mean: 0.08,
    p50: 0.07,
    p90: 0.1,
    p99: 0.2,
    p999: 0.4,
    max: 0.5,
    jitter: 0.01,
  },
  peers: { total: 3, peak: 2 },
};

Deno.test("reportLines() of a quiet run is short", () => {
  assertEquals(reportLines(QUIET_RUN, PLAIN, "guessed"), [
    "--- udp://127.0.0.1:4242, 2 s ---",
    "received    1 packet, 20 B",
    "sent        0 packets, 0 B",
  ]);
});

Deno.test("reportLines() shows every figure that was measured", () => {
  assertEquals(reportLines(FULL_RUN, PLAIN, "guessed"), [
    "--- udp://127.0.0.1:4242, 2 s ---",
    "received    150 packets, 2.93 KiB, 75/s",
    "sent        200 packets, 4 KiB, 100/s",
    "lost        50 of 200 (25 %)",
    "peers       3, at most 2 at once",
    "round trip  min 0.05, mean 0.08, max 0.5, jitter 0.01 ms (150 replies, guessed)",
    "            p50 0.07, p90 0.1, p99 0.2 ms",
    "errors      1 packet did not decode, 2 packets could not be sent, " +
    "50 replies did not come in time, 1 packet came too fast and was dropped",
  ]);
});

Deno.test("reportLines() says what DTLS threw away", () => {
  const errors = { replayed: 1, forged: 2, stray: 3, bad_cookie: 1, refused: 4 };
  const lines = reportLines({ ...QUIET_RUN, errors }, PLAIN, "guessed");
  assertEquals(
    lines.at(-1),
    "errors      1 replayed record was dropped, 2 forged or damaged records were dropped, " +
      "3 stray datagrams were dropped, 1 hello had a bad cookie, " +
      "4 handshakes were refused by a limit",
  );
});

Deno.test("reportLines() shows the percentiles that there are enough round trips for", () => {
  const shown = (count: number): string | undefined => {
    const { rtt_ms } = FULL_RUN;
    if (rtt_ms === undefined) throw new TypeError("the full run has round trips");
    return reportLines({ ...QUIET_RUN, rtt_ms: { ...rtt_ms, count } }, PLAIN, "guessed").at(-1);
  };
  assertEquals([2, 10, 100, 10_000].map(shown), [
    "            p50 0.07 ms",
    "            p50 0.07, p90 0.1 ms",
    "            p50 0.07, p90 0.1, p99 0.2 ms",
    "            p50 0.07, p90 0.1, p99 0.2, p99.9 0.4 ms",
  ]);
});

Deno.test("reportLines() shows a single round trip as what it is", () => {
  const { jitter: _, ...durations } = { ...FULL_RUN.rtt_ms };
  const rtt_ms = {
    ...durations,
    count: 1,
    min: 2,
    mean: 2,
    p50: 2,
    p90: 2,
    p99: 2,
    p999: 2,
    max: 2,
  };
  const lines = reportLines({ ...QUIET_RUN, rtt_ms }, PLAIN, "guessed");
  assertEquals(lines.at(-1), "round trip  2 ms (1 reply, guessed)");
});

Deno.test("reportLines() shows slow rates with a digit after the point", () => {
  const report = { ...QUIET_RUN, packets: { sent: 0, received: 3 } };
  const lines = reportLines(report, PLAIN, "guessed");
  assertEquals(lines[1], "received    3 packets, 20 B, 1.5/s");
});
