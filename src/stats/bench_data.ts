/**
 * What a load run measured, as plain data that adds up: counters are summed, histograms added,
 * intervals laid over each other by the wall clock. It crosses from workers, lies in result files,
 * and is what reports are made of. Nothing in it is rounded.
 */

import type { HistogramState } from "./histogram.ts";

/** Which load was put on the peer. `connect` measures handshakes alone. */
export type BenchModel = "open" | "closed" | "flood" | "connect";

/** Counts of packets, of the measured part of a run. */
export interface BenchPackets {
  /** Packets given to the system. */
  readonly sent: number;
  /** Everything that arrived: replies, their duplicates, and what answers nothing. */
  readonly received: number;
  /** Packets that a reply came for, however late. What is not answered in the end is lost. */
  readonly answered: number;
  /** Replies to a packet that already had one. */
  readonly duplicate: number;
  /** First replies whose number is smaller than one that came before (RFC 4737). */
  readonly reordered: number;
  /** Packets that decode and answer nothing that was sent. */
  readonly unmatched: number;
  /** First replies without a round trip: too many packets were in flight to remember them all. */
  readonly untimed: number;
}

/** How the sending went: the machine's part, not the server's. */
export interface BenchSender {
  /** Packets a second that were asked for, over all clients; 0 where there is no such rate. */
  readonly askedRate: number;
  /** Packets a second that were sent, over all clients, while they were sending. */
  readonly achievedRate: number;
  /** Packets that were sent more than 2 ms after they were due. */
  readonly late: number;
  /** The longest time from when a packet was due to when it was sent. */
  readonly lateMaxMs: number;
}

/** An interval of a run. */
export interface BenchInterval {
  readonly sent: number;
  readonly received: number;
  /** Packets sent in this interval that were answered, whenever that was; but no `untimed` ones. */
  readonly answered: number;
  /** Round trips that ended in this interval; null when none did. */
  readonly roundTrips: HistogramState | null;
}

/** One client's figures. */
export interface BenchClient {
  readonly sent: number;
  readonly received: number;
  readonly lost: number;
  readonly duplicate: number;
  readonly reordered: number;
  readonly longestLoss: number;
  /** The number of round trips; the figures below are 0 when there is none. */
  readonly count: number;
  readonly minMs: number;
  readonly meanMs: number;
  readonly maxMs: number;
  /** To two digits. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** RFC 3550, 6.4.1. */
  readonly jitterMs: number;
}

/** Everything that was measured. */
export interface BenchData {
  readonly model: BenchModel;
  /** No replies were expected: nothing is lost, there are no round trips. */
  readonly isOneWay: boolean;
  /** When measuring began, in microseconds since 1970-01-01 UTC. */
  readonly startMicros: number;
  /** How long packets were sent (or connections made) while measuring. */
  readonly seconds: number;
  readonly packets: BenchPackets;
  readonly bytes: { readonly sent: number; readonly received: number };
  readonly errors: Readonly<Record<string, number>>;
  /** How often packets were lost that many in a row: `{"1": 10, "3": 1}`. */
  readonly lossRuns: Readonly<Record<string, number>>;
  readonly sender: BenchSender;
  readonly connections: { readonly attempted: number; readonly established: number };
  readonly clients: readonly BenchClient[];
  readonly intervalMs: number;
  /** From `startMicros` on, without a gap. */
  readonly series: readonly BenchInterval[];
  readonly roundTrips: HistogramState | null;
  readonly connects: HistogramState | null;
  readonly handshakes: HistogramState | null;
  readonly resumedHandshakes: HistogramState | null;
}
