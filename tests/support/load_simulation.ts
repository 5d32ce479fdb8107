/**
 * A peer that answers on a fake clock, exactly as a plan says: virtual clients are driven as a real
 * driver would, without sockets and without waiting.
 */

import { LoadClient, type LoadClientOptions } from "../../src/load/client.ts";
import { replyMatcher } from "../../src/load/match.ts";
import type { LoadModel } from "../../src/load/schedule.ts";
import { type PacketTemplate, valueTemplate } from "../../src/load/template.ts";
import type { BenchData } from "../../src/stats/bench_data.ts";
import { BenchRecording } from "../../src/stats/bench_recording.ts";
import type { HistogramFactory } from "../../src/stats/histogram.ts";
import { variantFromText } from "../../src/variant/text.ts";

/** The fake clock's time when measuring begins, unless a warm-up comes before. */
export const START_MS = 5000;
/** The wall clock's microseconds at the same moment. */
export const START_MICROS = 1_767_225_600_000_000;

/** When replies to a packet arrive: none is lost, two is a duplicate. In milliseconds of the clock. */
export type Plan = (sent: { readonly index: number; readonly nowMs: number }) => readonly number[];

/** A packet that left. */
export interface SentPacket {
  readonly index: number;
  readonly nowMs: number;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** What was sent and what came, in that order. */
export interface Traffic {
  readonly sent: SentPacket[];
  readonly arrived: { readonly index: number; readonly nowMs: number }[];
  /** When the client was done. */
  doneMs: number;
}

/** How a simulated client runs. */
export interface SimulatedClient {
  readonly model: LoadModel;
  readonly plan: Plan;
  readonly count?: number;
  readonly durationMs?: number;
  readonly warmupMs?: number;
  readonly timeoutMs?: number;
  /** How much later than it asks for the client is woken: a machine that cannot keep up. */
  readonly oversleepMs?: number;
  readonly template?: PacketTemplate;
  readonly options?: Partial<LoadClientOptions>;
  /** What the peer answers; the packet itself by default. */
  readonly reply?: (payload: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
}

/** The packet of clients that are given none: `{"cmd": "ping", "$seq": …}`. */
export const PING: PacketTemplate = valueTemplate(variantFromText('{"cmd":"ping"}'));

/** A recording that begins at the start of the fake clock. */
export function newRecording(
  histograms: HistogramFactory,
  model: "open" | "closed" | "flood" = "open",
  startMicros: number = START_MICROS,
): BenchRecording {
  const errorKinds = ["decode"] as const;
  return new BenchRecording({
    model,
    isOneWay: false,
    histograms,
    startMs: START_MS,
    startMicros,
    errorKinds,
  });
}

/** Runs a client to its end, and on until the last reply has come. */
export function simulate(client: SimulatedClient, recording: BenchRecording): Traffic {
  const { model, timeoutMs = 10_000, warmupMs = 0, template = PING, oversleepMs = 0 } = client;
  const askedRate = model.type === "open" ? model.ratePerSecond : 0;
  const load = new LoadClient({
    plan: {
      model,
      startMs: START_MS - warmupMs,
      measureFromMs: START_MS,
      endMs: client.durationMs === undefined ? null : START_MS + client.durationMs,
      count: client.count ?? null,
      timeoutMs,
    },
    template,
    matcher: replyMatcher({ type: "key" }, template),
    recording: recording.addClient(askedRate),
    epochMicros: START_MICROS - START_MS * 1000,
    ...client.options,
  });
  const traffic: Traffic = { sent: [], arrived: [], doneMs: NaN };
  const underWay: { readonly atMs: number; readonly sent: SentPacket }[] = [];
  let nowMs = START_MS - warmupMs;
  let wakeMs: number | null = nowMs;
  for (;;) {
    deliver(nowMs);
    if (oversleepMs === 0) wakeMs = load.nextWake(nowMs);
    if (wakeMs !== null && nowMs >= wakeMs + oversleepMs) {
      for (let count = load.poll(nowMs); count > 0; count = pollAgain(nowMs)) {
        load.packets.slice(0, count).forEach((packet) => send(packet.slice(), nowMs));
      }
    }
    if (Number.isNaN(traffic.doneMs) && load.isDone(nowMs)) traffic.doneMs = nowMs;
    wakeMs = load.nextWake(nowMs);
    const nextArrivalMs = underWay[0]?.atMs ?? Infinity;
    const nextMs = Math.min(wakeMs === null ? Infinity : wakeMs + oversleepMs, nextArrivalMs);
    if (nextMs === Infinity || !Number.isNaN(traffic.doneMs) && underWay.length === 0) break;
    // A flood is due at once for ever: a millisecond passes for each batch.
    nowMs = nextMs > nowMs ? nextMs : nowMs + 1;
  }
  return traffic;

  function pollAgain(atMs: number): number {
    return model.type === "flood" ? 0 : load.poll(atMs);
  }

  function send(payload: Uint8Array<ArrayBuffer>, atMs: number): void {
    const sent = { index: traffic.sent.length, nowMs: atMs, payload };
    traffic.sent.push(sent);
    for (const arrivalMs of client.plan(sent)) underWay.push({ atMs: arrivalMs, sent });
    underWay.sort((a, b) => a.atMs - b.atMs); // stable: in order of sending at the same time
  }

  function deliver(atMs: number): void {
    while (underWay.length > 0 && (underWay[0]?.atMs ?? Infinity) <= atMs) {
      const { sent } = underWay.shift() ?? fail();
      traffic.arrived.push({ index: sent.index, nowMs: atMs });
      load.handleReply(client.reply?.(sent.payload) ?? sent.payload, atMs);
    }
  }
}

function fail(): never {
  throw new Error("Cannot deliver: nothing is under way");
}

/** The data of one simulated client. */
export function simulatedData(
  client: SimulatedClient,
  histograms: HistogramFactory,
): { readonly data: BenchData; readonly traffic: Traffic } {
  const recording = newRecording(histograms, client.model.type);
  const traffic = simulate(client, recording);
  return { data: recording.toData(traffic.doneMs), traffic };
}
