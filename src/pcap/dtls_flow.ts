/**
 * DTLS as a link of the chain: cuts datagrams into records (RFC 6347 4.1), and hands each record of
 * application data that can be decrypted to the next link; all other records are events.
 */

import type { Note } from "../bytes/dissection.ts";
import { ContentType, DTLS_HEADER_SIZE, dtlsRecordAt } from "../dtls/record.ts";
import { DtlsSide } from "../tls/dtls_side.ts";
import { SecureConnection } from "../tls/handshake.ts";
import type { ObservedRecord } from "../tls/observed.ts";
import { above, type Dissector, type FlowContext, type OpenNext } from "./dissector.ts";
import { type CaptureEvent, type CaptureProblem, captureProblem } from "./events.ts";
import type { StreamBytes } from "./reassembly.ts";
import { recordEvent } from "./record_event.ts";

/** First byte of the versions of DTLS, which count downwards; no Variant has it in that place. */
const MAJOR_VERSION = 0xfe;
const OLDEST_MINOR_VERSION = 0xff;
const NEWEST_MINOR_VERSION = 0xfc;

/** True when a datagram begins like a DTLS record. */
export function looksLikeDtls(bytes: Uint8Array, start: number, end: number): boolean {
  const type = bytes[start] ?? 0;
  if (type < ContentType.changeCipherSpec || type > ContentType.applicationData) return false;
  const minor = bytes[start + 2] ?? 0;
  return bytes[start + 1] === MAJOR_VERSION && minor >= NEWEST_MINOR_VERSION &&
    minor <= OLDEST_MINOR_VERSION && end - start >= DTLS_HEADER_SIZE;
}

/** One direction. Call `next` until null after each `push`. */
export class DtlsFlow implements Dissector {
  readonly #context: FlowContext;
  readonly #side: DtlsSide;
  readonly #next: Dissector;
  /** The datagram at hand, and where its next record begins. */
  #datagram: StreamBytes | null = null;
  #offset = 0;

  constructor(context: FlowContext, openNext: OpenNext) {
    this.#context = above(context, "dtls");
    this.#next = openNext(this.#context);
    const { conversation, secrets } = context;
    conversation.secure ??= new SecureConnection(secrets);
    this.#side = new DtlsSide(conversation.secure);
  }

  get retained(): number {
    return this.#side.retained + this.#next.retained;
  }

  push(piece: StreamBytes): void {
    this.#datagram = piece;
    this.#offset = 0;
  }

  /** A datagram that is missing does not matter to the others. */
  interrupt(): void {}

  end(how: string): void {
    this.#next.end(how);
  }

  next(): CaptureEvent | null {
    for (;;) {
      const event = this.#next.next();
      if (event !== null) return event;
      const datagram = this.#datagram;
      if (datagram === null || this.#offset >= datagram.bytes.length) return null;
      const header = dtlsRecordAt(datagram.bytes, this.#offset);
      if (header === null) return this.#refuseRest(datagram);
      this.#offset = header.bodyOffset + header.bodyLength;
      const record = this.#side.read(datagram.bytes, header);
      const place = { ...datagram, notes: notesOf(datagram, record) };
      if (record.data === null) return recordEvent(this.#context, place, record);
      this.#next.push({ ...place, bytes: record.data });
    }
  }

  #refuseRest({ bytes, frame }: StreamBytes): CaptureProblem {
    const { source, destination } = this.#context;
    const rest = bytes.length - this.#offset;
    this.#datagram = null;
    const where = `the datagram from ${source} to ${destination}`;
    const what = `${where} has ${rest} bytes at byte ${this.#offset} that are no DTLS record`;
    return captureProblem(frame, "bad-record", what);
  }
}

function notesOf({ notes }: StreamBytes, record: ObservedRecord): readonly Note[] {
  if (!record.isReplayed) return notes;
  const message = `DTLS record ${record.sequence} came before; a receiver drops it`;
  return [...notes, { severity: "warning", code: "replayed-record", message }];
}
