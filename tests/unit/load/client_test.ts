import { assertEquals } from "@std/assert";
import { LoadClient, type LoadClientOptions } from "../../../src/load/client.ts";
import { parseMatch, type ReplyMatcher, replyMatcher } from "../../../src/load/match.ts";
import { valueTemplate } from "../../../src/load/template.ts";
import { BenchRecording } from "../../../src/stats/bench_recording.ts";
import { loadHistograms } from "../../../src/stats/histogram.ts";
import { decodeVariant } from "../../../src/variant/decode.ts";
import { variantFromText, variantToText } from "../../../src/variant/text.ts";
import {
  newRecording,
  PING,
  simulate,
  simulatedData,
  START_MICROS,
  START_MS,
} from "../../support/load_simulation.ts";

const histograms = await loadHistograms();

interface TestClient {
  readonly client: LoadClient;
  readonly recording: BenchRecording;
}

function clientOf(
  plan: Partial<LoadClientOptions["plan"]>,
  options: Partial<LoadClientOptions> = {},
): TestClient {
  const recording = newRecording(histograms);
  const client = new LoadClient({
    plan: {
      model: { type: "open", ratePerSecond: 100 },
      startMs: START_MS,
      measureFromMs: START_MS,
      endMs: null,
      count: null,
      timeoutMs: 1000,
      ...plan,
    },
    template: PING,
    matcher: replyMatcher({ type: "key" }, PING),
    recording: recording.addClient(100),
    epochMicros: START_MICROS - START_MS * 1000,
    ...options,
  });
  return { client, recording };
}

function textsOf(client: LoadClient, count: number): string[] {
  return client.packets.slice(0, count).map((packet) => variantToText(decodeVariant(packet)));
}

Deno.test("LoadClient numbers its packets, batch after batch", () => {
  const { client } = clientOf({});
  assertEquals(client.poll(START_MS - 1), 0);
  assertEquals(textsOf(client, client.poll(START_MS)), ['{"cmd": "ping", "$seq": 0}']);
  assertEquals(client.nextWake(START_MS), START_MS + 10);
  assertEquals(textsOf(client, client.poll(START_MS + 25)), [
    '{"cmd": "ping", "$seq": 1}',
    '{"cmd": "ping", "$seq": 2}',
  ]);
});

Deno.test("LoadClient makes smaller batches of large packets", () => {
  for (const [sizeBytes, size] of [[4096, 64], [65_000, 4], [1_000_000, 1]] as const) {
    const template = valueTemplate(variantFromText("{}"), { sizeBytes });
    const matcher = replyMatcher({ type: "key" }, template);
    const { client } = clientOf({}, { template, matcher });
    assertEquals([client.packets.length, client.poll(START_MS + 10_000)], [size, size]);
  }
});

Deno.test("LoadClient ends after its packets, and is done when all are answered", () => {
  const { client, recording } = clientOf({ count: 2 });
  client.poll(START_MS);
  const first = client.packets[0]?.slice() ?? new Uint8Array();
  assertEquals(client.poll(START_MS + 10), 1);
  assertEquals(client.poll(START_MS + 100), 0);
  assertEquals([client.isDone(START_MS + 11), client.nextWake(START_MS + 11)], [
    false,
    START_MS + 1010,
  ]);
  client.handleReply(client.packets[0] ?? first, START_MS + 12);
  client.handleReply(first, START_MS + 13);
  assertEquals([client.isDone(START_MS + 13), client.nextWake(START_MS + 13)], [true, null]);
  const data = recording.toData(START_MS + 13);
  assertEquals([data.packets.reordered, data.seconds], [1, 0.02]);
});

Deno.test("LoadClient waits for the timeout when a packet is lost, and not for warm-up", () => {
  const lossy = simulatedData(
    {
      model: { type: "open", ratePerSecond: 100 },
      count: 10,
      timeoutMs: 500,
      plan: ({ index, nowMs }) => index === 3 ? [] : [nowMs + 2],
    },
    histograms,
  );
  assertEquals(lossy.traffic.doneMs, START_MS + 90 + 500);
  assertEquals([lossy.data.packets.answered, lossy.data.seconds], [9, 0.1]);
  const warm = simulatedData(
    {
      model: { type: "open", ratePerSecond: 100 },
      durationMs: 100,
      warmupMs: 200,
      plan: ({ index, nowMs }) => index < 20 ? [] : [nowMs + 2],
    },
    histograms,
  );
  assertEquals([warm.traffic.sent.length, warm.traffic.doneMs], [30, START_MS + 92]);
  assertEquals([warm.data.packets.sent, warm.data.packets.answered], [10, 10]);
});

Deno.test("LoadClient keeps the warm-up out of all figures", () => {
  const { data } = simulatedData(
    {
      model: { type: "open", ratePerSecond: 100 },
      durationMs: 1000,
      warmupMs: 500,
      // Slow at first: the last replies of the warm-up come while measuring.
      plan: ({ index, nowMs }) => [nowMs + (index < 50 ? 300 : 4)],
    },
    histograms,
  );
  const { packets, bytes, roundTrips, sender } = data;
  assertEquals([packets.sent, packets.received, packets.answered, packets.reordered], [
    100,
    100,
    100,
    0,
  ]);
  assertEquals(bytes, { sent: 100 * PING.bytes.length, received: 100 * PING.bytes.length });
  assertEquals([roundTrips?.minMs, roundTrips?.maxMs, sender.achievedRate], [4, 4, 100]);
});

Deno.test("LoadClient in closed loop keeps the window full and no fuller", () => {
  const { data, traffic } = simulatedData(
    {
      model: { type: "closed", window: 4 },
      durationMs: 1000,
      plan: ({ nowMs }) => [nowMs + 10],
    },
    histograms,
  );
  assertEquals([traffic.sent.length, data.packets.answered, data.seconds], [400, 400, 1]);
  assertEquals(data.sender.achievedRate, 400);
  const counted = simulatedData(
    { model: { type: "closed", window: 1 }, count: 100, plan: ({ nowMs }) => [nowMs + 10] },
    histograms,
  );
  assertEquals([counted.data.seconds, counted.data.sender.achievedRate], [1, 100]);
});

Deno.test("LoadClient in closed loop gives lost packets up, and counts replies that come late", () => {
  const { data, traffic } = simulatedData(
    {
      model: { type: "closed", window: 1 },
      count: 10,
      timeoutMs: 100,
      plan: ({ index, nowMs }) => index === 2 ? [] : [nowMs + (index === 5 ? 130 : 10)],
    },
    histograms,
  );
  assertEquals(traffic.sent.map(({ nowMs }) => nowMs - START_MS), [
    0,
    10,
    20,
    120,
    130,
    140,
    240,
    250,
    260,
    270,
  ]);
  const { packets, errors, roundTrips } = data;
  assertEquals([packets.answered, errors["timeout"], roundTrips?.maxMs], [9, 2, 130]);
  assertEquals(packets.reordered, 1); // packet 5 comes after packet 7
});

Deno.test("LoadClient in closed loop counts the last packets that no reply came for, too", () => {
  const plan = { model: { type: "closed", window: 2 }, count: 4, timeoutMs: 100 } as const;
  const { client, recording } = clientOf(plan);
  assertEquals(client.poll(START_MS), 2);
  assertEquals(client.poll(START_MS + 100), 2);
  assertEquals(client.isDone(START_MS + 150), false);
  assertEquals(client.poll(START_MS + 200), 0);
  assertEquals(client.isDone(START_MS + 200), true);
  assertEquals(recording.toData(START_MS + 200).errors["timeout"], 4);
});

Deno.test("LoadClient in a flood remembers a bounded number of packets", () => {
  const recording = newRecording(histograms, "flood");
  const traffic = simulate(
    {
      model: { type: "flood" },
      durationMs: 100,
      plan: ({ index, nowMs }) => index % 10 === 0 ? [] : [nowMs + 50],
      options: { maxInFlight: 1024, batchSize: 64 },
    },
    recording,
  );
  const { packets, roundTrips } = recording.toData(traffic.doneMs);
  assertEquals([packets.sent, packets.answered], [6400, 5760]);
  assertEquals(packets.untimed + (roundTrips?.count ?? 0), 5760);
  // A reply comes 50 batches later, when 16 are remembered: only the last 1024 packets are timed.
  assertEquals(roundTrips?.count, 1024 - 102);
});

Deno.test("LoadClient offers again what did not leave", () => {
  const { client, recording } = clientOf({ count: 3 });
  assertEquals(client.poll(START_MS + 50), 3);
  client.putBack(2);
  assertEquals([client.isDone(START_MS + 50), client.nextWake(START_MS + 50)], [
    false,
    START_MS + 10,
  ]);
  const { packets, bytes, sender, series } = recording.toData(START_MS + 50);
  assertEquals([packets.sent, bytes.sent, sender.late, series[0]?.sent], [
    1,
    PING.bytes.length,
    1,
    1,
  ]);
  assertEquals(textsOf(client, client.poll(START_MS + 60)), [
    '{"cmd": "ping", "$seq": 1}',
    '{"cmd": "ping", "$seq": 2}',
  ]);
  for (const packet of client.packets.slice(0, 2)) client.handleReply(packet, START_MS + 61);
  const after = recording.toData(START_MS + 61);
  assertEquals([after.packets.sent, after.packets.answered, after.sender.late], [3, 2, 3]);
  assertEquals([after.sender.lateMaxMs, after.roundTrips?.minMs], [50, 41]);
});

Deno.test("LoadClient catches up after the end, but not for long", () => {
  const { client } = clientOf({ endMs: START_MS + 1000 }, { batchSize: 8 });
  client.poll(START_MS);
  assertEquals([client.poll(START_MS + 1050), client.nextWake(START_MS + 1050)], [
    8,
    START_MS + 90,
  ]);
  assertEquals(client.poll(START_MS + 1101), 0);
  assertEquals(client.nextWake(START_MS + 1101), START_MS + 2050);
});

Deno.test("LoadClient matches replies by the time that they repeat", () => {
  const template = valueTemplate(variantFromText('{"at": "$time"}'), { addSequenceKey: false });
  const expression = parseMatch("reply.at == sent.$time", template);
  const matcher = replyMatcher({ type: "expression", expression }, template);
  const { client, recording } = clientOf({ count: 3 }, { template, matcher });
  const count = client.poll(START_MS + 20);
  assertEquals(
    textsOf(client, count),
    [20_000, 20_001, 20_002].map((micros) => `{"at": ${START_MICROS + micros}}`),
  );
  client.handleReply(client.packets[1] ?? new Uint8Array(), START_MS + 25);
  client.handleReply(client.packets[0] ?? new Uint8Array(), START_MS + 25);
  const { packets, roundTrips } = recording.toData(START_MS + 25);
  assertEquals([packets.answered, packets.reordered], [2, 1]);
  assertEquals([roundTrips?.minMs, roundTrips?.maxMs], [15, 25]);
});

Deno.test("LoadClient tells the packets of one period of numbers from those of the next", () => {
  // Numbers of three bits: they begin again after 8 packets.
  let wire = 0;
  const matcher: ReplyMatcher = { by: "sequence", period: 8, match: () => wire };
  const { client, recording } = clientOf({}, { matcher });
  assertEquals(client.poll(START_MS + 50), 6);
  const answers: number[] = [];
  for (const number of [6, 7, 5, 5]) answerWith(number);
  assertEquals(client.poll(START_MS + 110), 6);
  for (const number of [3, 4, 8]) answerWith(number);
  // 6 and 7 were not sent yet; then 3 is packet 11, 4 is packet 4; 8 is no number at all.
  assertEquals(answers, [0, 0, 1, 1, 2, 3, 3]);
  assertEquals(recording.toData(START_MS + 110).packets.unmatched, 3);

  function answerWith(number: number): void {
    wire = number;
    client.handleReply(new Uint8Array(1), START_MS + 111);
    answers.push(recording.toData(START_MS + 111).packets.answered);
  }
});

Deno.test("LoadClient without matcher counts what comes and waits for nothing", () => {
  const { client, recording } = clientOf({ count: 1 }, { matcher: null });
  client.poll(START_MS);
  assertEquals(client.isDone(START_MS), true);
  client.handleReply(new Uint8Array(7), START_MS + 1);
  const { packets, bytes } = recording.toData(START_MS + 1);
  assertEquals([packets.received, packets.unmatched, bytes.received], [1, 0, 7]);
});

Deno.test("LoadClient that is stopped sends no more and waits for what is under way", () => {
  const { client, recording } = clientOf({});
  client.poll(START_MS);
  client.stop(START_MS + 5);
  assertEquals([client.poll(START_MS + 50), client.isDone(START_MS + 50)], [0, false]);
  client.handleReply(client.packets[0] ?? new Uint8Array(), START_MS + 51);
  assertEquals(client.isDone(START_MS + 51), true);
  assertEquals(recording.toData(START_MS + 60).seconds, 0.01);
});
