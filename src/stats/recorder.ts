/**
 * Counts what passes: packets, bytes, errors, peers, round trips. Recording only bumps numbers; the
 * figures are made when a report is asked for. Time is passed in, in milliseconds of one clock.
 */

import { type Histogram, loadHistogram } from "./histogram.ts";
import type { DurationReport, ErrorCounts, Report } from "./report.ts";

/** The kinds of error that are counted. */
export type ErrorKind = keyof ErrorCounts;

/** Durations that are kept as they are before the histogram is loaded. */
const MAX_PENDING = 65_536;

/** What a report says besides the counts. */
export interface ReportContext {
  readonly endpoint: string;
  readonly nowMs: number;
  /** Packets that a reply was expected for and did not come for; absent when none was expected. */
  readonly lost?: number;
}

/** Counters of one run. */
export class Recorder {
  readonly #startMs: number;
  readonly #errors: Map<ErrorKind, number>;
  readonly #roundTrips = new Durations();
  readonly #handshakes = new Durations();
  readonly #resumedHandshakes = new Durations();
  #sent = 0;
  #received = 0;
  #bytesSent = 0;
  #bytesReceived = 0;
  #peers = 0;
  #totalPeers = 0;
  #peakPeers = 0;

  /** `measured`: the kinds of error that are reported even when there is none. */
  constructor(startMs: number, measured: readonly ErrorKind[]) {
    this.#startMs = startMs;
    this.#errors = new Map(measured.map((kind) => [kind, 0]));
  }

  /** Packets received so far. */
  get received(): number {
    return this.#received;
  }

  /** Packets sent so far. */
  get sent(): number {
    return this.#sent;
  }

  /** How often that went wrong so far. */
  errorCount(kind: ErrorKind): number {
    return this.#errors.get(kind) ?? 0;
  }

  /** Counts a packet that was sent, by the size of its payload. */
  recordSent(sizeBytes: number): void {
    this.#sent++;
    this.#bytesSent += sizeBytes;
  }

  /** Counts a packet that was received, by the size of its payload. */
  recordReceived(sizeBytes: number): void {
    this.#received++;
    this.#bytesReceived += sizeBytes;
  }

  /** Counts errors of a kind. */
  recordError(kind: ErrorKind, count = 1): void {
    if (count > 0) this.#errors.set(kind, this.errorCount(kind) + count);
  }

  /** Counts a peer that is there now. */
  recordPeer(): void {
    this.#totalPeers++;
    this.#peers++;
    this.#peakPeers = Math.max(this.#peakPeers, this.#peers);
  }

  /** Says that a counted peer has gone. */
  recordPeerEnd(): void {
    this.#peers--;
  }

  /** Counts the time from a packet to its reply. */
  recordRoundTrip(durationMs: number): void {
    this.#roundTrips.record(durationMs);
  }

  /** Counts the time of a handshake; full ones and resumed ones are kept apart. */
  recordHandshake(durationMs: number, isResumed: boolean): void {
    (isResumed ? this.#resumedHandshakes : this.#handshakes).record(durationMs);
  }

  /** All figures so far. Loads the histogram when there were durations. */
  async report({ endpoint, nowMs, lost }: ReportContext): Promise<Report> {
    const rtt_ms = await this.#roundTrips.report();
    const handshake_ms = withoutJitter(await this.#handshakes.report());
    const resumed_handshake_ms = withoutJitter(await this.#resumedHandshakes.report());
    return {
      endpoint,
      seconds: (nowMs - this.#startMs) / 1000,
      packets: {
        sent: this.#sent,
        received: this.#received,
        ...(lost === undefined ? {} : { lost }),
      },
      bytes: { sent: this.#bytesSent, received: this.#bytesReceived },
      errors: Object.fromEntries(this.#errors),
      ...(rtt_ms === null ? {} : { rtt_ms }),
      ...(handshake_ms === null ? {} : { handshake_ms }),
      ...(resumed_handshake_ms === null ? {} : { resumed_handshake_ms }),
      peers: { total: this.#totalPeers, peak: this.#peakPeers },
    };
  }
}

/**
 * Durations and their jitter. They are kept as a list at first: loading the library in the middle
 * of a measurement would be part of it.
 */
class Durations {
  #pending: number[] = [];
  #histogram: Promise<Histogram> | null = null;
  #flushing: Promise<unknown> = Promise.resolve();
  #count = 0;
  #last = 0;
  #jitter = 0;

  record(durationMs: number): void {
    // RFC 3550, 6.4.1, with round trips in place of one-way transit times.
    if (this.#count > 0) this.#jitter += (Math.abs(durationMs - this.#last) - this.#jitter) / 16;
    this.#last = durationMs;
    this.#count++;
    this.#pending.push(durationMs);
    if (this.#pending.length === MAX_PENDING) this.#flushing = this.#flush();
  }

  async report(): Promise<DurationReport | null> {
    if (this.#count === 0) return null;
    await this.#flushing;
    const histogram = await this.#flush();
    return {
      ...durationsOf(histogram),
      ...(this.#count > 1 ? { jitter: this.#jitter } : {}),
    };
  }

  async #flush(): Promise<Histogram> {
    const histogram = await (this.#histogram ??= loadHistogram());
    for (const durationMs of this.#pending.splice(0)) histogram.record(durationMs);
    return histogram;
  }
}

/** Jitter is about packets on their way. */
function withoutJitter(report: DurationReport | null): DurationReport | null {
  if (report === null) return null;
  const { jitter: _, ...rest } = report;
  return rest;
}

function durationsOf(histogram: Histogram): DurationReport {
  return {
    count: histogram.count,
    min: histogram.min,
    mean: histogram.mean,
    p50: histogram.quantile(0.5),
    p90: histogram.quantile(0.9),
    p99: histogram.quantile(0.99),
    p999: histogram.quantile(0.999),
    max: histogram.max,
  };
}
