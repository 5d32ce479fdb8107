/**
 * What an input comes to: who talked with whom, and what each kind of message costs on the wire.
 * Memory is bounded, whatever comes: see `ConversationTable` and `MessageShapes`.
 */

import type { CaptureReader } from "../pcap/capture.ts";
import type { Frame } from "../pcap/frame.ts";
import type { DecodeOptions } from "../variant/decoding.ts";
import type { Conversation, ConversationTable } from "./conversations.ts";
import type { Direction } from "./filter.ts";
import { FlowCache } from "./flow_cache.ts";
import { MessageShapes } from "./message_shapes.ts";

/** Where a packet belongs; without it, its shape alone is counted. */
export interface PacketPlace {
  readonly conversation: Conversation;
  readonly direction: Direction;
  /** Seconds since 1970; 0 when not known. */
  readonly time: number;
}

/** Counts packets. */
export class TrafficStats {
  readonly conversations: ConversationTable;
  readonly shapes: MessageShapes;
  readonly #flows = new FlowCache();
  #packets = 0;
  #bytes = 0;
  #errors = 0;
  #first = NaN;
  #last = NaN;

  constructor(conversations: ConversationTable, options: DecodeOptions) {
    this.conversations = conversations;
    this.shapes = new MessageShapes(options);
  }

  get packets(): number {
    return this.#packets;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Packets that do not decode. */
  get errors(): number {
    return this.#errors;
  }

  /** Seconds since 1970 at the first packet; NaN when not known. */
  get start(): number {
    return this.#first;
  }

  /** Between the first packet and the last; NaN when not known. */
  get seconds(): number {
    return this.#last - this.#first;
  }

  /** Counts a packet; false when it does not decode. */
  count(payload: Uint8Array, place: PacketPlace | null): boolean {
    const { buffer, byteOffset, byteLength: size } = payload;
    const isGood = this.shapes.count(payload, new DataView(buffer, byteOffset, size), 0, size);
    this.#add(size, isGood, place?.time ?? 0);
    place?.conversation.count(place.direction, size, isGood, place.time === 0 ? NaN : place.time);
    return isGood;
  }

  /** Counts a plain datagram that is still in its frame; false when it does not decode. */
  countDatagram(frame: Frame, reader: CaptureReader): boolean {
    const { bytes, view, start, end } = frame;
    const isGood = this.shapes.count(bytes, view, start, end);
    const time = frame.seconds;
    this.#add(end - start, isGood, time);
    const conversation = this.#conversationOf(frame, reader);
    conversation.count(this.#flows.direction, end - start, isGood, time === 0 ? NaN : time);
    return isGood;
  }

  /** Counts something in place of a packet that has not even bytes to decode. */
  countBroken(size: number): void {
    this.#add(size, false, 0);
  }

  #conversationOf(frame: Frame, reader: CaptureReader): Conversation {
    const source = frame.view.getInt32(frame.sourceAt);
    const destination = frame.view.getInt32(frame.destinationAt);
    const ports = frame.sourcePort << 16 | frame.destinationPort;
    const known = this.#flows.find(source, destination, ports);
    if (known !== null) {
      known.isActive = true;
      return known;
    }
    const [from, to] = reader.endpointsOf(frame);
    const conversation = this.conversations.of("udp", from, to);
    const direction = conversation.directionFrom(from);
    this.#flows.put([source, destination, ports], conversation, direction);
    return conversation;
  }

  #add(size: number, isGood: boolean, time: number): void {
    this.#packets++;
    this.#bytes += size;
    if (!isGood) this.#errors++;
    if (time === 0) return;
    if (!(this.#first <= time)) this.#first = time;
    if (!(this.#last >= time)) this.#last = time;
  }
}
