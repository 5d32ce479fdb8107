/**
 * What a capture turns into: packets, TLS and DTLS records that are none, and problems that left no
 * packet behind, in one sequence. A problem never ends the reading; what can still be read follows.
 */

import type { Note } from "../bytes/dissection.ts";
import type { ObservedRecord } from "../tls/observed.ts";

/** What kept bytes of a capture from becoming packets. Stable and machine-readable. */
export type CaptureProblemCode =
  /** The file ends inside a frame or a block. */
  | "truncated-file"
  /** The gzip stream around the capture is damaged or cut off. */
  | "damaged-gzip"
  /** A record (pcap) or block (pcapng) makes no sense; reading goes on at the next that does. */
  | "bad-block"
  /** A frame names an interface that the file does not describe. */
  | "unknown-interface"
  /** Frames of a link type that is not supported are left out; said once for each type. */
  | "unsupported-link"
  /** A link, network or transport header contradicts itself or the frame it is in. */
  | "bad-header"
  /** The capture keeps only the beginning of the frame (snaplen). */
  | "cut-frame"
  /** IP fragments that contradict each other, or cannot belong to a datagram. */
  | "bad-fragment"
  /** Fragments of a datagram whose other fragments never came. */
  | "incomplete-datagram"
  /** Bytes of a TCP stream that the capture does not have. */
  | "gap"
  /** A TCP stream ended, or was given up, inside a packet. */
  | "cut-packet"
  /** A length prefix on a TCP stream that no packet can have. */
  | "bad-packet-length"
  /** Bytes of a framed TCP stream in which no packet was found. */
  | "framing-lost"
  /** A TLS or DTLS record that contradicts itself or its datagram. */
  | "bad-record";

/** A packet that somebody in the capture sent. */
export interface CapturedPacket {
  readonly type: "packet";
  /** 1-based number of the frame that completed the packet. */
  readonly frame: number;
  /** When that frame was captured, in nanoseconds since 1970-01-01 UTC; 0 when the file does not say. */
  readonly time: bigint;
  readonly transport: "udp" | "tcp";
  /** `192.0.2.1:4242`, `[2001:db8::1]:4242`. */
  readonly source: string;
  readonly destination: string;
  /**
   * What was sent, decrypted where it was under TLS or DTLS. UDP: the datagram's payload. TCP: the packet inside one `PacketPeerStream` frame,
   * or, on streams without that framing, the next bytes of the stream.
   * It may be a view of a chunk given to the reader: copy what is stored for long.
   */
  readonly payload: Uint8Array;
  /** The layers it was under, from the link up: `eth`, `vlan`, `ip`, `tcp`, `packet-stream`. */
  readonly protocol: readonly string[];
  /** Unusual things about how it was carried: wrong checksums, fragments, bytes skipped before it. */
  readonly notes: readonly Note[];
}

/** Something in the capture that is not, or not completely, a packet. */
export interface CaptureProblem {
  readonly type: "problem";
  /** 1-based number of the frame where it shows; one above the last for a frame that is not whole. */
  readonly frame: number;
  readonly code: CaptureProblemCode;
  /** `Frame 7: IPv4 length says 1500 bytes, the frame has 60`. */
  readonly message: string;
}

/** A TLS or DTLS record that is no packet: handshake, alert, or application data without its key. */
export interface CapturedRecord {
  readonly type: "record";
  /** 1-based number of the frame that completed the record. */
  readonly frame: number;
  /** As in `CapturedPacket`. */
  readonly time: bigint;
  readonly transport: "udp" | "tcp";
  readonly source: string;
  readonly destination: string;
  /** The layers it was under, and its own: `eth`, `ip`, `udp`, `dtls`. */
  readonly protocol: readonly string[];
  readonly record: ObservedRecord;
  readonly notes: readonly Note[];
}

/**
 * Secrets stand in the capture (Decryption Secrets Block of pcapng). The reader has taken them in;
 * what decrypts with them must be there before the next event is asked for.
 */
export interface CapturedKeys {
  readonly type: "keys";
  /** Number of the last frame in front of them. */
  readonly frame: number;
}

/** What reading a capture yields, in the order of the file. */
export type CaptureEvent = CapturedPacket | CapturedRecord | CapturedKeys | CaptureProblem;

/** A problem; `what` goes on behind the number of the frame. */
export function captureProblem(
  frame: number,
  code: CaptureProblemCode,
  what: string,
): CaptureProblem {
  return { type: "problem", frame, code, message: `Frame ${frame}: ${what}` };
}

/** How a stage of the reader reports a problem. */
export type ReportProblem = (frame: number, code: CaptureProblemCode, what: string) => void;
