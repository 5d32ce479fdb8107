/**
 * Records one virtual client of a load run. Recording a packet only bumps numbers and allocates
 * nothing. Time is passed in, in milliseconds of one monotonic clock; what happens before measuring
 * begins must not be recorded.
 */

import type { BenchClient, BenchData } from "./bench_data.ts";
import type { Histogram, HistogramFactory } from "./histogram.ts";
import type { IntervalSeries } from "./interval_series.ts";
import { longestLoss, type LossRuns, SequenceTracker } from "./sequence.ts";

/** A packet that leaves so much after it was due, in milliseconds, counts as late. */
export const LATE_MS = 2;

/** What a client's recording is made of. */
export interface ClientRecordingOptions {
  readonly series: IntervalSeries;
  readonly histograms: HistogramFactory;
  readonly isOneWay: boolean;
  /** Its packets a second, as asked for; 0 when there is no rate. */
  readonly askedRate: number;
  /** Counts an error that the client met. */
  readonly recordError: (kind: ClientErrorKind) => void;
}

/** What can go wrong with a client's packets. */
export type ClientErrorKind = "decode" | "send" | "timeout";

/** The part of a run's data that one client has a share in. */
export type ClientTotals = Pick<BenchData, "packets" | "bytes" | "sender" | "lossRuns">;

/** The record of one client. Its packets are numbered from 0 on, in the order of sending. */
export class ClientRecording {
  readonly #askedRate: number;
  readonly #series: IntervalSeries;
  readonly #recordError: (kind: ClientErrorKind) => void;
  readonly #isOneWay: boolean;
  readonly #sequence = new SequenceTracker();
  /** Two digits: there may be hundreds of clients. */
  readonly #roundTrips: Histogram;
  #slotEndMs: number | null = null;
  #jitter = 0;
  #lastRoundTrip = 0;

  #sent = 0;
  #received = 0;
  #bytesSent = 0;
  #bytesReceived = 0;
  #unmatched = 0;
  #untimed = 0;
  #late = 0;
  #lateMaxMs = 0;
  /** When its first packet was due. */
  #firstDueMs = 0;
  #sendingEndMs: number | null = null;

  constructor(options: ClientRecordingOptions) {
    this.#series = options.series;
    this.#roundTrips = options.histograms.create(2);
    this.#recordError = options.recordError;
    this.#isOneWay = options.isOneWay;
    this.#askedRate = options.askedRate;
  }

  /** Packets that were sent. */
  get sent(): number {
    return this.#sent;
  }

  /** Packets that a reply came for. */
  get answered(): number {
    return this.#sequence.received;
  }

  /** When it ended sending; null while it goes on. */
  get sendingEndMs(): number | null {
    return this.#sendingEndMs;
  }

  /** Counts a packet; returns the interval that it is sent in, for `recordAnswer`. */
  recordSent(sizeBytes: number, dueMs: number, nowMs: number): number {
    if (this.#sent === 0) this.#firstDueMs = dueMs;
    this.#sent++;
    this.#bytesSent += sizeBytes;
    const lateMs = nowMs - dueMs;
    if (lateMs > LATE_MS) this.#late++;
    if (lateMs > this.#lateMaxMs) this.#lateMaxMs = lateMs;
    return this.#series.recordSent(nowMs);
  }

  /** Takes back the packet that was counted last: it did not leave after all. */
  takeBackSent(sizeBytes: number, dueMs: number, nowMs: number, interval: number): void {
    this.#sent--;
    this.#bytesSent -= sizeBytes;
    if (nowMs - dueMs > LATE_MS) this.#late--;
    this.#series.takeBackSent(interval);
  }

  /** Counts anything that arrived. */
  recordReceived(sizeBytes: number, nowMs: number): void {
    this.#received++;
    this.#bytesReceived += sizeBytes;
    this.#series.recordReceived(nowMs);
  }

  /** Counts an answer to packet `sequence`; false when it is not the first. */
  recordAnswer(sequence: number): boolean {
    return this.#sequence.receive(sequence);
  }

  /** Counts the round trip of a first answer to a packet that was sent in that interval. */
  recordRoundTrip(durationMs: number, interval: number, nowMs: number): void {
    if (this.#roundTrips.count > 0) {
      // RFC 3550, 6.4.1, with round trips in place of one-way transit times.
      this.#jitter += (Math.abs(durationMs - this.#lastRoundTrip) - this.#jitter) / 16;
    }
    this.#lastRoundTrip = durationMs;
    this.#roundTrips.record(durationMs);
    this.#series.recordRoundTrip(durationMs, nowMs);
    this.#series.recordAnswered(interval);
  }

  /** Counts a first answer to a packet that is not remembered any more. */
  recordUntimed(): void {
    this.#untimed++;
  }

  /** Counts a packet that answers nothing. */
  recordUnmatched(): void {
    this.#unmatched++;
  }

  /** Counts something that went wrong. */
  recordError(kind: ClientErrorKind): void {
    this.#recordError(kind);
  }

  /**
   * Says that the client sends no more. `slotEndMs`: until when its last packet's share of the time
   * goes, in open loop.
   */
  endSending(nowMs: number, slotEndMs: number = nowMs): void {
    this.#sendingEndMs = nowMs;
    this.#slotEndMs = slotEndMs;
  }

  /** The runs of packets that were lost, or have no answer yet. */
  #lossRuns(): LossRuns {
    return this.#isOneWay ? {} : this.#sequence.lossRuns(this.#sent);
  }

  /**
   * Packets a second while it was sending: each packet has its share of the time, the last one too.
   */
  #achievedRate(nowMs: number): number {
    const spanMs = (this.#slotEndMs ?? nowMs) - this.#firstDueMs;
    return this.#sent === 0 || spanMs <= 0 ? 0 : this.#sent * 1000 / spanMs;
  }

  /** What adds up over clients. */
  totals(nowMs: number): ClientTotals {
    return {
      packets: {
        sent: this.#sent,
        received: this.#received,
        answered: this.#sequence.received,
        duplicate: this.#sequence.duplicate,
        reordered: this.#sequence.reordered,
        unmatched: this.#unmatched,
        untimed: this.#untimed,
      },
      bytes: { sent: this.#bytesSent, received: this.#bytesReceived },
      sender: {
        askedRate: this.#askedRate,
        achievedRate: this.#achievedRate(nowMs),
        late: this.#late,
        lateMaxMs: this.#lateMaxMs,
      },
      lossRuns: this.#lossRuns(),
    };
  }

  /** Its figures, as data. */
  toData(): BenchClient {
    const roundTrips = this.#roundTrips;
    return {
      sent: this.#sent,
      received: this.#received,
      lost: this.#isOneWay ? 0 : this.#sent - this.#sequence.received,
      duplicate: this.#sequence.duplicate,
      reordered: this.#sequence.reordered,
      longestLoss: longestLoss(this.#lossRuns()),
      count: roundTrips.count,
      minMs: roundTrips.min,
      meanMs: roundTrips.mean,
      maxMs: roundTrips.max,
      p50Ms: roundTrips.quantile(0.5),
      p99Ms: roundTrips.quantile(0.99),
      jitterMs: this.#jitter,
    };
  }
}
