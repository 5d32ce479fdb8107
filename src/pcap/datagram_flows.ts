/**
 * The conversations over UDP that have layers above it, which so far are those of DTLS. Their number
 * and what waits in them are bounded: the one that has been quiet for longest is forgotten. Other
 * datagrams need no state, and do not come here.
 */

import type { Secrets } from "../tls/handshake.ts";
import { type AgeLink, AgeList } from "./age_list.ts";
import { DatagramPackets } from "./datagram_packets.ts";
import type { Conversation, Dissector, FlowContext } from "./dissector.ts";
import { DtlsFlow, looksLikeDtls } from "./dtls_flow.ts";
import type { CaptureEvent } from "./events.ts";
import type { Frame } from "./frame.ts";

/** What conversations over UDP may take. */
export interface DatagramLimits {
  /** Number of flows; a conversation is two. */
  readonly streams: number;
  /** Bytes that wait in all of them. */
  readonly totalStreamBytes: number;
}

interface Entry {
  readonly key: string;
  readonly conversation: Conversation;
  readonly dissector: Dissector;
  age: AgeLink<Entry> | null;
  /** Its part of the bytes that wait in all flows. */
  bytes: number;
}

/** All flows that have layers above UDP. */
export class DatagramFlows {
  readonly #limits: DatagramLimits;
  readonly #secrets: Secrets;
  /** By source and destination. */
  readonly #entries = new Map<string, Entry>();
  readonly #ages = new AgeList<Entry>();
  #current: Entry | null = null;
  #bytes = 0;

  constructor(limits: DatagramLimits, secrets: Secrets) {
    this.#limits = limits;
    this.#secrets = secrets;
  }

  /** Bytes that wait in all flows, about. */
  get retained(): number {
    return this.#bytes;
  }

  /** True when the datagram belongs here. Asked for every datagram. */
  static recognises({ bytes, start, end }: Frame): boolean {
    return looksLikeDtls(bytes, start, end);
  }

  /** Takes in the datagram that a frame carries; call `next` until null before anything else. */
  push(frame: Frame, source: string, destination: string): void {
    const key = keyOf(source, destination);
    const entry = this.#entries.get(key) ?? this.#open(key, frame, source, destination);
    if (entry.age !== null) this.#ages.renew(entry.age);
    const { payload: bytes, number, time, notes } = frame;
    entry.dissector.push({ type: "bytes", bytes, frame: number, time, notes });
    this.#current = entry;
  }

  /** The next event; null when that needs more datagrams. */
  next(): CaptureEvent | null {
    const entry = this.#current;
    if (entry === null) return null;
    const event = entry.dissector.next();
    if (event !== null) return event;
    this.#current = null;
    this.#count(entry);
    return null;
  }

  #open(key: string, frame: Frame, source: string, destination: string): Entry {
    const oldest = this.#ages.oldest;
    if (oldest !== null && this.#entries.size >= this.#limits.streams) this.#remove(oldest);
    const opposite = this.#entries.get(keyOf(destination, source));
    const conversation = opposite?.conversation ?? { secure: null };
    const context: FlowContext = {
      transport: "udp",
      source,
      destination,
      path: frame.path,
      conversation,
      secrets: this.#secrets,
      framing: "none",
      maxPacketSize: Infinity,
      hasStart: true,
    };
    const dissector = new DtlsFlow(context, (next) => new DatagramPackets(next));
    const entry: Entry = { key, conversation, dissector, age: null, bytes: 0 };
    entry.age = this.#ages.add(entry);
    this.#entries.set(key, entry);
    return entry;
  }

  #count(entry: Entry): void {
    const { retained } = entry.dissector;
    this.#bytes += retained - entry.bytes;
    entry.bytes = retained;
    while (this.#bytes > this.#limits.totalStreamBytes) {
      const oldest = this.#ages.oldest;
      if (oldest === null) return;
      this.#remove(oldest);
    }
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry.key);
    if (entry.age !== null) this.#ages.remove(entry.age);
    entry.age = null;
    this.#bytes -= entry.bytes;
    entry.bytes = 0;
  }
}

function keyOf(source: string, destination: string): string {
  return `${source} ${destination}`;
}
