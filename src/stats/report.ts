/**
 * The report that ends `listen`, `send` and `bench`: plain data, as the command line's contract has
 * it. A figure that was not measured is absent, never 0. How people see it is not known here.
 */

/** Percentiles and the like of some durations, in milliseconds. */
export interface DurationReport {
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  /** Of round trips: the smoothed difference between neighbours, as RFC 3550 has it. */
  readonly jitter?: number;
}

/** Everything that was measured. */
export interface Report {
  readonly endpoint: string;
  readonly seconds: number;
  readonly packets: {
    readonly sent: number;
    readonly received: number;
    readonly lost?: number;
    readonly duplicate?: number;
    readonly reordered?: number;
  };
  readonly bytes: { readonly sent: number; readonly received: number };
  readonly errors: ErrorCounts;
  readonly rtt_ms?: DurationReport;
  /** Full handshakes. */
  readonly handshake_ms?: DurationReport;
  /** Handshakes that resumed an earlier session. */
  readonly resumed_handshake_ms?: DurationReport;
  readonly peers: { readonly total: number; readonly peak: number };
}

/** What can go wrong with a packet or a connection, and how often it did. */
export interface ErrorCounts {
  /** Packets, or frames of a stream, that do not decode. */
  readonly decode?: number;
  /** Packets that could not be sent. */
  readonly send?: number;
  /** Attempts to connect that failed. */
  readonly connect?: number;
  /** Connections that were lost. */
  readonly connection?: number;
  /** Replies that did not come in time. */
  readonly timeout?: number;
  /** Packets that were held back or refused because of a rate limit. */
  readonly rate_limited?: number;
  /** Packets that came while too many others were waiting. */
  readonly dropped?: number;
  /** DTLS: records that had come before. */
  readonly replayed?: number;
  /** DTLS: encrypted records that did not decrypt: forged, or damaged on the way. */
  readonly forged?: number;
  /** DTLS: datagrams that were no DTLS, or of no session. */
  readonly stray?: number;
  /** DTLS: hellos to a server with a cookie that is old, or that was made for another address. */
  readonly bad_cookie?: number;
  /** Handshakes that a server refused because of its limits; one may be refused several times. */
  readonly refused?: number;
}

const MS_DIGITS = 4;
const SECONDS_DIGITS = 3;

/** The report as one JSON object with `"event":"summary"`, numbers rounded to what they are worth. */
export function reportToJson(report: Report): string {
  return JSON.stringify({ event: "summary", ...rounded(report) });
}

/** The report with durations in at most four digits after the point. */
export function rounded(report: Report): Report {
  const { rtt_ms, handshake_ms, resumed_handshake_ms, peers, ...rest } = report;
  return {
    ...rest,
    seconds: round(report.seconds, SECONDS_DIGITS),
    ...(rtt_ms === undefined ? {} : { rtt_ms: roundedDurations(rtt_ms) }),
    ...(handshake_ms === undefined ? {} : { handshake_ms: roundedDurations(handshake_ms) }),
    ...(resumed_handshake_ms === undefined
      ? {}
      : { resumed_handshake_ms: roundedDurations(resumed_handshake_ms) }),
    peers,
  };
}

function roundedDurations(durations: DurationReport): DurationReport {
  const { jitter } = durations;
  return {
    count: durations.count,
    min: round(durations.min, MS_DIGITS),
    mean: round(durations.mean, MS_DIGITS),
    p50: round(durations.p50, MS_DIGITS),
    p90: round(durations.p90, MS_DIGITS),
    p99: round(durations.p99, MS_DIGITS),
    p999: round(durations.p999, MS_DIGITS),
    max: round(durations.max, MS_DIGITS),
    ...(jitter === undefined ? {} : { jitter: round(jitter, MS_DIGITS) }),
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
