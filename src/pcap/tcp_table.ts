/**
 * The TCP streams of a capture. Their number and the bytes that wait in them are bounded: when there
 * are too many, the one that has been quiet for longest is read to its end and forgotten, and when
 * too many bytes wait, the stream that has been waiting for longest is read with its gaps.
 */

import type { Secrets } from "../tls/handshake.ts";
import { type AgeLink, AgeList } from "./age_list.ts";
import type { Conversation, FlowContext } from "./dissector.ts";
import type { CaptureEvent } from "./events.ts";
import type { Frame } from "./frame.ts";
import type { Framing } from "./packet_stream.ts";
import type { Segment } from "./reassembly.ts";
import { TcpFlow } from "./tcp_flow.ts";
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from "./transport.ts";

/** What TCP streams may take. */
export interface TcpLimits {
  /** Number of streams; a connection is two. */
  readonly streams: number;
  /** Bytes out of order that one stream may keep. */
  readonly streamBytes: number;
  /** Bytes that wait in all streams. */
  readonly totalStreamBytes: number;
}

/** How to read the streams. */
export interface TcpTableOptions {
  readonly framing: Framing;
  readonly maxPacketSize: number;
  readonly limits: TcpLimits;
  /** What encrypted streams are decrypted with. */
  readonly secrets: Secrets;
}

/** A stream under way. */
interface Entry {
  readonly key: string;
  readonly flow: TcpFlow;
  readonly conversation: Conversation;
  /** The other direction of the connection, when the capture has it. */
  opposite: Entry | null;
  /** Its place among all streams, by their last segment. */
  age: AgeLink<Entry> | null;
  /** Its place among the streams in which bytes wait, by when that began; null when none do. */
  waiting: AgeLink<Entry> | null;
  /** Its part of the bytes that wait in all streams. */
  bytes: number;
}

/** All TCP streams under way. */
export class TcpTable {
  readonly #options: TcpTableOptions;
  /** By source and destination. */
  readonly #entries = new Map<string, Entry>();
  readonly #ages = new AgeList<Entry>();
  readonly #waiting = new AgeList<Entry>();
  /** Streams to read from before anything else, in this order. */
  readonly #unread: Entry[] = [];
  #bytes = 0;
  #isFinishing = false;

  constructor(options: TcpTableOptions) {
    this.#options = options;
  }

  /** Bytes that wait in all streams, about. */
  get retained(): number {
    return this.#bytes;
  }

  /** Takes in the segment that a frame carries; call `next` until null before anything else. */
  push(frame: Frame, source: string, destination: string): void {
    const entry = this.#take(frame, source, destination);
    const opposite = entry === null
      ? this.#entries.get(keyOf(destination, source)) ?? null
      : entry.opposite;
    if (opposite !== null) this.#unread.push(opposite);
    if (entry !== null) this.#unread.push(entry);
    if ((frame.flags & TCP_ACK) !== 0) opposite?.flow.acknowledge(frame.acknowledgment);
    const isReset = (frame.flags & TCP_RST) !== 0;
    if (!isReset || entry?.flow.isCurrent(frame.sequence) === false) return;
    entry?.flow.end("was reset");
    opposite?.flow.end("was reset");
  }

  /** All streams end here: no more segments will come. */
  finish(): void {
    this.#isFinishing = true;
  }

  /** The next packet or problem of any stream; null when that needs more segments. */
  next(): CaptureEvent | null {
    for (;;) {
      const entry = this.#unread[0];
      if (entry !== undefined) {
        const event = entry.flow.next();
        if (event !== null) return event;
        this.#unread.shift();
        this.#count(entry);
      } else if (!this.#isFinishing || !this.#finishOne()) {
        return null;
      }
    }
  }

  /** Puts the segment into the stream that it belongs to; null when it needs none. */
  #take(frame: Frame, source: string, destination: string): Entry | null {
    const key = keyOf(source, destination);
    const known = this.#entries.get(key) ?? null;
    if (known !== null && known.age !== null) this.#ages.renew(known.age);
    const isOpening = (frame.flags & TCP_SYN) !== 0 || frame.end > frame.start;
    if (!isOpening && (known === null || (frame.flags & TCP_FIN) === 0)) return known;
    const segment = segmentOf(frame);
    const isUnrelated = known !== null && known.flow.isUnrelated(segment);
    if (isUnrelated && !isOpening) return known;
    if (isUnrelated) this.#remove(known, "was replaced by a new connection");
    const isKnown = known !== null && !isUnrelated;
    const entry = isKnown ? known : this.#open(key, frame, source, destination);
    entry.flow.push(segment);
    return entry;
  }

  #open(key: string, frame: Frame, source: string, destination: string): Entry {
    const oldest = this.#ages.oldest;
    if (oldest !== null && this.#entries.size >= this.#options.limits.streams) {
      this.#remove(oldest, "was given up for newer ones");
    }
    const { limits, ...options } = this.#options;
    const opposite = this.#entries.get(keyOf(destination, source)) ?? null;
    const conversation = opposite?.conversation ?? { secure: null };
    const context: FlowContext = {
      ...options,
      transport: "tcp",
      source,
      destination,
      path: frame.path,
      conversation,
      hasStart: (frame.flags & TCP_SYN) !== 0,
    };
    const flow = new TcpFlow(context, limits.streamBytes);
    const entry: Entry = {
      key,
      flow,
      conversation,
      opposite,
      age: null,
      waiting: null,
      bytes: 0,
    };
    if (opposite !== null) opposite.opposite = entry;
    entry.age = this.#ages.add(entry);
    this.#entries.set(key, entry);
    return entry;
  }

  #remove(entry: Entry, how: string): void {
    this.#entries.delete(entry.key);
    if (entry.age !== null) this.#ages.remove(entry.age);
    entry.age = null;
    if (entry.opposite !== null) entry.opposite.opposite = null;
    entry.opposite = null;
    entry.flow.end(how);
    this.#unread.push(entry);
  }

  /** Adds up what waits, and when it is too much, ends the stream that has waited longest. */
  #count(entry: Entry): void {
    const { retained } = entry.flow;
    this.#bytes += retained - entry.bytes;
    entry.bytes = retained;
    if (retained > 0) {
      entry.waiting ??= this.#waiting.add(entry);
    } else if (entry.waiting !== null) {
      this.#waiting.remove(entry.waiting);
      entry.waiting = null;
    }
    const longest = this.#waiting.oldest;
    if (this.#bytes <= this.#options.limits.totalStreamBytes || longest === null) return;
    longest.flow.end("was given up because too many bytes waited");
    this.#unread.push(longest);
  }

  /** Ends one more stream; false when there are none. */
  #finishOne(): boolean {
    const oldest = this.#ages.oldest;
    if (oldest === null) return false;
    this.#remove(oldest, "was still open at the end of the capture");
    return true;
  }
}

function segmentOf(frame: Frame): Segment {
  return {
    sequence: frame.sequence,
    payload: frame.payload,
    missing: frame.missing,
    isSyn: (frame.flags & TCP_SYN) !== 0,
    isFin: (frame.flags & TCP_FIN) !== 0,
    frame: frame.number,
    time: frame.time,
    notes: frame.notes,
  };
}

function keyOf(source: string, destination: string): string {
  return `${source} ${destination}`;
}
