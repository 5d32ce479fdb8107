import { assertEquals } from "@std/assert";
import { BenchRecording, intervalFigures } from "../../../src/stats/bench_recording.ts";
import { loadHistograms } from "../../../src/stats/histogram.ts";

const histograms = await loadHistograms();

function newRecording(): BenchRecording {
  return new BenchRecording({
    model: "open",
    isOneWay: false,
    histograms,
    startMs: 1000,
    startMicros: 5_000_000,
    errorKinds: ["decode", "send"],
  });
}

Deno.test("BenchRecording adds up its clients", () => {
  const recording = newRecording();
  for (const rate of [10, 20]) {
    const client = recording.addClient(rate);
    for (let index = 0; index < rate; index++) {
      const dueMs = 1000 + index * 1000 / rate;
      const interval = client.recordSent(50, dueMs, dueMs);
      if (index === 3 || index === 4) continue;
      client.recordReceived(60, dueMs + rate);
      client.recordAnswer(index);
      client.recordRoundTrip(rate, interval, dueMs + rate);
    }
    client.endSending(2000);
  }
  recording.recordError("send", 2);
  recording.recordError("timeout", 0);
  const data = recording.toData(9999);
  assertEquals([data.packets.sent, data.packets.answered, data.bytes.sent], [30, 26, 1500]);
  assertEquals([data.seconds, data.startMicros, data.lossRuns], [1, 5_000_000, { "2": 2 }]);
  assertEquals(data.errors, { decode: 0, send: 2 });
  assertEquals(data.sender, { askedRate: 30, achievedRate: 30, late: 0, lateMaxMs: 0 });
  assertEquals(data.clients.map(({ sent, minMs }) => [sent, minMs]), [[10, 10], [20, 20]]);
  assertEquals([data.roundTrips?.count, data.roundTrips?.sumMs], [26, 8 * 10 + 18 * 20]);
  assertEquals(data.series.map(({ sent, answered }) => [sent, answered]), [[30, 26]]);
  assertEquals([data.connects, data.handshakes, data.resumedHandshakes], [null, null, null]);
});

Deno.test("BenchRecording keeps connecting, full and resumed handshakes apart", () => {
  const recording = newRecording();
  for (let i = 0; i < 3; i++) recording.recordConnectAttempt();
  for (const ms of [1, 2]) {
    recording.recordConnect(ms);
    recording.recordHandshake(ms * 10, ms === 2);
    recording.recordEstablished();
  }
  const data = recording.toData(3000);
  assertEquals(data.connections, { attempted: 3, established: 2 });
  assertEquals([data.connects?.count, data.handshakes?.maxMs, data.resumedHandshakes?.maxMs], [
    2,
    10,
    20,
  ]);
  assertEquals(data.seconds, 2); // without clients: all the time
});

Deno.test("BenchRecording tells of each interval once, when it has ended", () => {
  const recording = newRecording();
  const client = recording.addClient();
  const interval = client.recordSent(10, 1500, 1500);
  client.recordSent(10, 1600, 1600);
  client.recordReceived(10, 1700);
  client.recordAnswer(0);
  client.recordRoundTrip(200, interval, 1700);
  assertEquals(recording.endIntervals(1999), []);
  const [ended, ...others] = recording.endIntervals(2000);
  assertEquals(others, []);
  assertEquals(
    [ended?.index, ended?.startSeconds, ended?.seconds, ended?.sent, ended?.waiting],
    [0, 0, 1, 2, 1],
  );
  assertEquals(ended?.roundTrips?.maxMs, 200);
  assertEquals(recording.endIntervals(2500), []);
  assertEquals(
    recording.endIntervals(4000).map(({ index, startSeconds }) => [index, startSeconds]),
    [
      [1, 1],
      [2, 2],
    ],
  );
});

Deno.test("BenchRecording tells of the last interval, as long as it was", () => {
  for (const [endMs, seconds] of [[2250, 0.25], [2990, 0.99], [3000, 1], [3500, 1]] as const) {
    const recording = newRecording();
    const client = recording.addClient();
    client.recordSent(10, 1500, 1500);
    recording.endIntervals(2000);
    assertEquals(recording.endLastInterval(endMs), null, "nothing was sent in it");
    client.recordSent(10, 2100, 2100);
    const { index, startSeconds, seconds: length, sent } = recording.endLastInterval(endMs) ??
      fail();
    assertEquals([index, startSeconds, length, sent], [1, 1, seconds, 1]);
    assertEquals(recording.endLastInterval(endMs), null, "it has been told");
  }
});

Deno.test("intervalFigures() adds up what threads saw of an interval", () => {
  const parts = [[10, 20], [30, 40], []].map((durations) => {
    const recording = newRecording();
    const client = recording.addClient();
    durations.forEach((ms, index) => {
      const interval = client.recordSent(10, 1100, 1100);
      client.recordReceived(10, 1200);
      client.recordAnswer(index);
      client.recordRoundTrip(ms, interval, 1200);
    });
    return recording.endIntervals(2000)[0] ?? fail();
  });
  const [first = fail(), ...others] = parts;
  const figures = intervalFigures(first, others, histograms);
  assertEquals([figures.sent, figures.received, figures.waiting, figures.count], [4, 4, 0, 4]);
  assertEquals([Math.round(figures.p50 ?? 0), figures.p99, figures.max], [20, null, 40]);
  const empty = intervalFigures(parts[2] ?? fail(), [], histograms);
  assertEquals([empty.count, empty.p50, empty.p99, empty.max], [0, null, null, null]);
});

function fail(): never {
  throw new Error("Cannot go on: no interval has ended");
}
