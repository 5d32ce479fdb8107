/**
 * TLS as a link of the chain: cuts one direction of a TCP stream into records (RFC 8446 5.1), and
 * hands the application data that can be decrypted to the next link; all other records are events.
 * Behind a gap the next record is looked for.
 */

import type { Note } from "../bytes/dissection.ts";
import { ContentType, HandshakeType, TLS_HEADER_SIZE } from "../dtls/record.ts";
import { SecureConnection } from "../tls/handshake.ts";
import type { ObservedRecord } from "../tls/observed.ts";
import { TlsSide } from "../tls/tls_side.ts";
import { ByteQueue } from "./byte_queue.ts";
import { above, type Dissector, type FlowContext, type OpenNext } from "./dissector.ts";
import type { StreamLink } from "./dissector.ts";
import {
  type CaptureEvent,
  type CaptureProblem,
  captureProblem,
  type CaptureProblemCode,
} from "./events.ts";
import { NO_NOTES } from "./frame.ts";
import type { StreamBytes, StreamGap } from "./reassembly.ts";
import { recordEvent } from "./record_event.ts";

/** Longest body of a record, in bytes: 2^14, and 2048 for its protection (RFC 5246 6.2.3). */
const MAX_BODY_SIZE = 16_384 + 2048;
/** A protected record takes at least so many bytes of the stream: header, tag and content type. */
const MIN_PROTECTED_SIZE = TLS_HEADER_SIZE + 17;
/** The bytes that tell whether a stream begins with TLS: a record header and the first of its body. */
const HEAD_SIZE = TLS_HEADER_SIZE + 1;
const ALERT_SIZE = 2;

/** TLS over TCP. */
export const tlsLink: StreamLink = {
  recognises,
  open: (context, openNext) => new TlsStream(context, openNext),
};

/**
 * A connection begins with a hello or is refused with an alert. A stream whose beginning the capture
 * does not have is TLS when its first bytes can be a record, or the other direction is TLS.
 */
function recognises(head: Uint8Array, context: FlowContext): boolean | null {
  if (!context.hasStart && context.conversation.secure !== null) return true;
  if (!beginsLikeRecord(head)) return false;
  if (head.length < HEAD_SIZE) return null;
  const type = head[0];
  const size = bodySize(head, 0);
  if (size === 0 || size > MAX_BODY_SIZE) return false;
  if (!context.hasStart) return true;
  if (type === ContentType.alert) return size === ALERT_SIZE;
  const message = head[TLS_HEADER_SIZE];
  return type === ContentType.handshake &&
    (message === HandshakeType.clientHello || message === HandshakeType.serverHello);
}

/** False when the first bytes, as many as there are, cannot be those of a record header. */
function beginsLikeRecord(bytes: Uint8Array, at = 0): boolean {
  const [type = ContentType.handshake, major = 3, minor = 0] = bytes.subarray(at, at + 3);
  return type >= ContentType.changeCipherSpec && type <= ContentType.applicationData &&
    major === 3 && minor <= 4;
}

function bodySize(bytes: Uint8Array, at: number): number {
  return (bytes[at + 3] ?? 0) << 8 | (bytes[at + 4] ?? 0);
}

type Interruption = StreamGap | { readonly type: "end"; readonly how: string };

/** One direction. Call `next` until null after each `push`. */
class TlsStream implements Dissector {
  readonly #context: FlowContext;
  readonly #openNext: OpenNext;
  readonly #side: TlsSide;
  readonly #queue = new ByteQueue();
  /** The link above; null until there is something for it. */
  #next: Dissector | null = null;
  /** True while the beginning of the next record has to be looked for. */
  #isSearching = false;
  #interruption: Interruption | null = null;
  /** The latest piece: what completes a record comes with it. */
  #frame = 0;
  #time = 0n;
  #notes: readonly Note[] = NO_NOTES;
  /** True as long as nothing is missing. */
  #isWhole: boolean;

  constructor(context: FlowContext, openNext: OpenNext) {
    this.#context = above(context, "tls");
    this.#openNext = openNext;
    this.#isWhole = context.hasStart;
    this.#isSearching = !context.hasStart;
    const { conversation, secrets } = context;
    conversation.secure ??= new SecureConnection(secrets);
    this.#side = new TlsSide(conversation.secure);
  }

  get retained(): number {
    return this.#queue.storeSize + this.#side.retained + (this.#next?.retained ?? 0);
  }

  push(piece: StreamBytes): void {
    this.#frame = piece.frame;
    this.#time = piece.time;
    if (piece.notes.length > 0) this.#notes = piece.notes;
    this.#queue.push(piece.bytes);
  }

  interrupt(gap: StreamGap): void {
    this.#interruption = gap;
  }

  end(how: string): void {
    this.#interruption = { type: "end", how };
  }

  next(): CaptureEvent | null {
    for (;;) {
      const event = this.#next?.next() ?? null;
      if (event !== null) return event;
      const record = this.#readRecord();
      if (record !== null) {
        if (record.type === "problem") return record;
        if (record.data === null) return this.#recordEvent(record);
        this.#feed(record.data);
      } else {
        const interruption = this.#interruption;
        if (interruption === null) return null;
        this.#interruption = null;
        const problem = this.#cross(interruption);
        if (problem !== null) return problem;
      }
    }
  }

  /** The next record; null when that needs more bytes. */
  #readRecord(): ObservedRecord | CaptureProblem | null {
    const queue = this.#queue;
    if (this.#isSearching && !this.#findRecord()) return null;
    if (!queue.ensure(TLS_HEADER_SIZE)) return null;
    if (!this.#isRecordNext()) {
      this.#lose(0);
      return this.#problem("bad-record", "has bytes that are no TLS record");
    }
    const { bytes, position } = queue;
    const size = bodySize(bytes, position);
    const type = queue.view.getUint8(position);
    const version = queue.view.getUint16(position + 1);
    if (!queue.ensure(TLS_HEADER_SIZE + size)) return null;
    queue.position += TLS_HEADER_SIZE;
    return this.#side.read({ type, version, body: queue.take(size) });
  }

  #isRecordNext(): boolean {
    const { bytes, position } = this.#queue;
    const size = bodySize(bytes, position);
    return beginsLikeRecord(bytes, position) && size > 0 && size <= MAX_BODY_SIZE;
  }

  #findRecord(): boolean {
    const isFound = this.#queue.seek(TLS_HEADER_SIZE, () => this.#isRecordNext());
    this.#isSearching = !isFound;
    return isFound;
  }

  /** The beginning of the next record is not known any more; so many bytes of the stream are gone. */
  #lose(size: number): void {
    this.#isSearching = true;
    this.#isWhole = false;
    this.#side.skip(1 + Math.floor(size / MIN_PROTECTED_SIZE));
  }

  /** Application data goes one link up. */
  #feed(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#next ??= this.#openNext({ ...this.#context, hasStart: this.#isWhole });
    const [frame, time, notes] = [this.#frame, this.#time, this.#takeNotes()];
    this.#next.push({ type: "bytes", bytes, frame, time, notes });
  }

  /** Application data that stays hidden is a hole for the links above. */
  #recordEvent(record: ObservedRecord): CaptureEvent {
    if (record.locked !== null && record.type === ContentType.applicationData) {
      this.#isWhole = false;
      const unknown = "has a TLS record that does not decrypt";
      this.#next?.interrupt({ type: "gap", size: record.length, frame: this.#frame, unknown });
    }
    const place = { frame: this.#frame, time: this.#time, notes: this.#takeNotes() };
    return recordEvent(this.#context, place, record);
  }

  #takeNotes(): readonly Note[] {
    const notes = this.#notes;
    this.#notes = NO_NOTES;
    return notes;
  }

  /** Goes over a gap or the end; everything before it that could be read has been read. */
  #cross(interruption: Interruption): CaptureProblem | null {
    const unread = this.#unreadOfRecord();
    const came = this.#queue.available;
    this.#queue.clear();
    return interruption.type === "gap"
      ? this.#crossGap(interruption, unread)
      : this.#crossEnd(interruption.how, came, unread);
  }

  /** The links above report the gap, if there are any. */
  #crossGap(gap: StreamGap, unread: number): CaptureProblem | null {
    if (gap.size <= unread) {
      this.#queue.skip(unread - gap.size);
      this.#side.skip(1);
      this.#isWhole = false;
    } else {
      this.#lose(gap.size);
    }
    const unknown = `misses ${gap.size} bytes in the capture`;
    this.#next?.interrupt({ ...gap, unknown });
    return this.#next === null ? this.#problem("gap", unknown, gap.frame) : null;
  }

  #crossEnd(how: string, came: number, unread: number): CaptureProblem | null {
    const isCut = came > 0 && !this.#isSearching;
    this.#lose(0);
    this.#next?.end(how);
    const whole = unread === 0 ? "" : ` of ${came + unread}`;
    return isCut
      ? this.#problem("cut-packet", `${how}, inside a TLS record: ${came}${whole} bytes came`)
      : null;
  }

  /** Bytes that the record at the front still lacks; 0 when there is none, or no header yet. */
  #unreadOfRecord(): number {
    const queue = this.#queue;
    if (queue.owed > 0) return queue.owed;
    if (this.#isSearching || !queue.ensure(TLS_HEADER_SIZE)) return 0;
    return TLS_HEADER_SIZE + bodySize(queue.bytes, queue.position) - queue.available;
  }

  #problem(code: CaptureProblemCode, what: string, frame: number = this.#frame): CaptureProblem {
    const { source, destination } = this.#context;
    return captureProblem(frame, code, `the TCP stream from ${source} to ${destination} ${what}`);
  }
}
