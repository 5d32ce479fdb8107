import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Recorder } from "../../../src/stats/recorder.ts";

const AT_ONE_SECOND = { endpoint: "udp://127.0.0.1:1", nowMs: 2000 };

Deno.test("Recorder counts packets, bytes, peers and errors", async () => {
  const recorder = new Recorder(1000, ["decode", "send"]);
  recorder.recordSent(10);
  recorder.recordReceived(3);
  recorder.recordReceived(4);
  recorder.recordError("decode");
  recorder.recordError("decode", 2);
  recorder.recordPeer();
  recorder.recordPeer();
  recorder.recordPeerEnd();
  recorder.recordPeer();
  assertEquals([recorder.sent, recorder.received, recorder.errorCount("decode")], [1, 2, 3]);
  assertEquals(await recorder.report(AT_ONE_SECOND), {
    endpoint: "udp://127.0.0.1:1",
    seconds: 1,
    packets: { sent: 1, received: 2 },
    bytes: { sent: 10, received: 7 },
    errors: { decode: 3, send: 0 },
    peers: { total: 3, peak: 2 },
  });
});

Deno.test("Recorder leaves out what was not measured", async () => {
  const recorder = new Recorder(1000, []);
  recorder.recordError("dropped", 0);
  const report = await recorder.report({ ...AT_ONE_SECOND, lost: 5 });
  assertEquals(report.errors, {});
  assertEquals(report.packets, { sent: 0, received: 0, lost: 5 });
  assertEquals("rtt_ms" in report, false);
});

Deno.test("Recorder reports an error that happened although nobody looked for it", async () => {
  const recorder = new Recorder(1000, ["decode"]);
  recorder.recordError("dropped", 2);
  assertEquals((await recorder.report(AT_ONE_SECOND)).errors, { decode: 0, dropped: 2 });
});

Deno.test("Recorder gives the percentiles of round trips and their jitter", async () => {
  const recorder = new Recorder(1000, []);
  for (const ms of [10, 26, 10]) recorder.recordRoundTrip(ms);
  const rtt = (await recorder.report(AT_ONE_SECOND)).rtt_ms;
  assertEquals([rtt?.count, rtt?.min, rtt?.max], [3, 10, 26]);
  assertAlmostEquals(rtt?.p50 ?? 0, 10, 0.01);
  assertAlmostEquals(rtt?.mean ?? 0, 46 / 3, 1e-9);
  // RFC 3550: 16/16 = 1, then 1 + (16 - 1) / 16.
  assertAlmostEquals(rtt?.jitter ?? 0, 1.9375, 1e-12);
});

Deno.test("Recorder has no jitter of a single round trip", async () => {
  const recorder = new Recorder(1000, []);
  recorder.recordRoundTrip(5);
  const rtt = (await recorder.report(AT_ONE_SECOND)).rtt_ms;
  assertEquals([rtt?.count, rtt !== undefined && "jitter" in rtt], [1, false]);
});

Deno.test("Recorder counts every one of very many round trips, report after report", async () => {
  const recorder = new Recorder(1000, []);
  for (let i = 0; i < 70_000; i++) recorder.recordRoundTrip(1);
  assertEquals((await recorder.report(AT_ONE_SECOND)).rtt_ms?.count, 70_000);
  recorder.recordRoundTrip(1);
  assertEquals((await recorder.report(AT_ONE_SECOND)).rtt_ms?.count, 70_001);
});

Deno.test("Recorder keeps full and resumed handshakes apart, without jitter", async () => {
  const recorder = new Recorder(0, []);
  const before = await recorder.report({ endpoint: "", nowMs: 0 });
  assertEquals([before.handshake_ms, before.resumed_handshake_ms], [undefined, undefined]);
  recorder.recordHandshake(20, false);
  recorder.recordHandshake(30, false);
  recorder.recordHandshake(2, true);
  const { handshake_ms, resumed_handshake_ms } = await recorder.report({ endpoint: "", nowMs: 0 });
  assertEquals([handshake_ms?.count, resumed_handshake_ms?.count], [2, 1]);
  assertEquals([handshake_ms?.jitter, Math.round(resumed_handshake_ms?.max ?? 0)], [undefined, 2]);
});
