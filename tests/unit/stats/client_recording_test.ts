import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ClientRecording } from "../../../src/stats/client_recording.ts";
import { loadHistograms } from "../../../src/stats/histogram.ts";
import { IntervalSeries } from "../../../src/stats/interval_series.ts";

const histograms = await loadHistograms();

function newClient(isOneWay = false): { client: ClientRecording; errors: string[] } {
  const series = new IntervalSeries(histograms, 0, 1000);
  const errors: string[] = [];
  const client = new ClientRecording({
    series,
    histograms,
    isOneWay,
    askedRate: 0,
    recordError: (kind) => void errors.push(kind),
  });
  return { client, errors };
}

Deno.test("ClientRecording counts packets, answers and their bytes", () => {
  const { client, errors } = newClient();
  for (let index = 0; index < 5; index++) client.recordSent(52, index * 10, index * 10 + 0.5);
  for (const sequence of [0, 3, 1, 3]) {
    client.recordReceived(60, 100);
    if (client.recordAnswer(sequence)) client.recordRoundTrip(20, 0, 100);
  }
  client.recordUnmatched();
  client.recordUntimed();
  client.recordError("decode");
  const { packets, bytes, lossRuns } = client.totals(100);
  assertEquals([packets.unmatched, packets.untimed, errors], [1, 1, ["decode"]]);
  assertEquals([bytes, lossRuns], [{ sent: 260, received: 240 }, { "1": 2 }]);
  const { sent, received, lost, duplicate, reordered, longestLoss, count } = client.toData();
  assertEquals([sent, received, lost, duplicate, reordered, longestLoss, count], [
    5,
    4,
    2,
    1,
    1,
    1,
    3,
  ]);
});

Deno.test("ClientRecording has the jitter of RFC 3550 and percentiles to two digits", () => {
  const { client } = newClient();
  for (const ms of [10, 26, 10]) client.recordRoundTrip(ms, 0, 100);
  const data = client.toData();
  // 16/16 = 1, then 1 + (16 - 1) / 16.
  assertAlmostEquals(data.jitterMs, 1.9375, 1e-12);
  assertEquals([data.minMs, data.maxMs], [10, 26]);
  assertAlmostEquals(data.meanMs, 46 / 3, 1e-12);
  assertAlmostEquals(data.p50Ms, 10, 0.1);
});

Deno.test("ClientRecording says how late packets left, and takes back those that did not", () => {
  const { client } = newClient();
  client.recordSent(10, 0, 2);
  client.recordSent(10, 10, 12.5);
  client.recordSent(10, 20, 27);
  const { late, lateMaxMs } = client.totals(30).sender;
  assertEquals([late, lateMaxMs], [2, 7]);
  client.takeBackSent(10, 20, 27, 0);
  const { bytes, sender } = client.totals(30);
  assertEquals([client.sent, bytes.sent, sender.late], [2, 20, 1]);
});

Deno.test("ClientRecording gives each packet its share of the time", () => {
  const { client } = newClient();
  assertEquals(client.totals(1000).sender.achievedRate, 0);
  for (const dueMs of [100, 200, 300]) client.recordSent(10, dueMs, dueMs);
  assertEquals(client.totals(1100).sender.achievedRate, 3);
  client.endSending(350, 400);
  assertEquals([client.totals(9000).sender.achievedRate, client.sendingEndMs], [10, 350]);
});

Deno.test("ClientRecording loses nothing where no replies are expected", () => {
  const { client } = newClient(true);
  client.recordSent(10, 0, 0);
  assertEquals([client.toData().lost, client.totals(0).lossRuns], [0, {}]);
});
