/**
 * One direction of a DTLS connection (RFC 6347), record by record: each says its number, so that it
 * does not matter which are missing, come twice or in another order.
 */

import { ContentType, handshakeHeaders } from "../dtls/record.ts";
import type { HandshakeHeader, RecordHeader } from "../dtls/record.ts";
import { ReplayWindow } from "../dtls/replay_window.ts";
import {
  alertIn,
  isClear,
  lockedRecord,
  type RecordFields,
  type SeenContent,
  seenRecord,
} from "./content.ts";
import { type Handshake, NO_HELLOS, type SecureConnection } from "./handshake.ts";
import { MessageAssembler } from "./message_assembler.ts";
import type { LockReason, ObservedMessage, ObservedRecord } from "./observed.ts";
import type { OpenedRecord } from "./record_cipher.ts";

/** Reads the records of one direction. */
export class DtlsSide {
  readonly #connection: SecureConnection;
  readonly #messages = new MessageAssembler();
  /** Made when the first record is decrypted. */
  #window: ReplayWindow | null = null;
  /** True once a record of the handshake was read as it is. */
  #isKnown = false;

  constructor(connection: SecureConnection) {
    this.#connection = connection;
  }

  /** Memory that waiting bytes take, about. */
  get retained(): number {
    return this.#messages.retained;
  }

  /** Reads a record of a datagram. */
  read(datagram: Uint8Array, header: RecordHeader): ObservedRecord {
    const { type, version, epoch, sequence, bodyOffset, bodyLength } = header;
    const body = datagram.subarray(bodyOffset, bodyOffset + bodyLength);
    const fields: RecordFields = { protocol: "dtls", type, version, epoch, sequence, body };
    const opened = this.#open(fields);
    if (typeof opened === "string") return lockedRecord(this.#connection, fields, opened);
    const content = opened === null
      ? this.#contentOf(type, body, false)
      : this.#contentOf(opened.type, opened.content, true);
    const isReplayed = opened !== null && this.#isReplay(epoch, sequence);
    return seenRecord(this.#connection, fields, { ...content, isReplayed });
  }

  /** True when a record of this number was decrypted before. */
  #isReplay(epoch: number, sequence: number): boolean {
    this.#window ??= new ReplayWindow();
    const isReplay = this.#window.has(epoch, sequence);
    this.#window.add(epoch, sequence);
    return isReplay;
  }

  /** Null when the record is not protected: it is of epoch 0. */
  #open(record: RecordFields): OpenedRecord | LockReason | null {
    if (record.epoch === 0) {
      this.#isKnown ||= isClear(record.type, record.body) ||
        record.type === ContentType.changeCipherSpec;
      return this.#isKnown && record.type !== ContentType.applicationData ? null : "no-handshake";
    }
    const { handshake, previous } = this.#connection;
    if (handshake === null) return "no-handshake";
    const opened = this.#openWith(handshake, record);
    if (typeof opened !== "string" || previous === null) return opened;
    const earlier = this.#openWith(previous, record);
    return typeof earlier === "string" ? opened : earlier;
  }

  #openWith(handshake: Handshake, record: RecordFields): OpenedRecord | LockReason {
    const cipher = handshake.cipher(this.#connection.roleOf(this));
    return typeof cipher === "string" ? cipher : cipher.open(record) ?? "wrong-key";
  }

  #contentOf(contentType: number, content: Uint8Array, isDecrypted: boolean): SeenContent {
    const seen = { isDecrypted, contentType };
    switch (contentType) {
      case ContentType.handshake:
        return { ...seen, messages: this.#readMessages(content) };
      case ContentType.alert:
        return { ...seen, alert: alertIn(content) };
      case ContentType.applicationData:
        return { ...seen, data: content };
      default:
        return seen;
    }
  }

  #readMessages(content: Uint8Array): readonly ObservedMessage[] {
    const place = { bodyOffset: 0, bodyLength: content.length };
    return handshakeHeaders(content, place).map((header) => this.#observe(content, header));
  }

  #observe(content: Uint8Array, header: HandshakeHeader): ObservedMessage {
    const { type, length, sequence, fragmentOffset, fragmentLength, bodyOffset } = header;
    const bytes = content.subarray(bodyOffset, bodyOffset + fragmentLength);
    const body = bytes.length < fragmentLength
      ? null
      : this.#messages.add({ type, length, sequence, offset: fragmentOffset, bytes });
    const hellos = body === null ? NO_HELLOS : this.#connection.observe(this, type, body, true);
    return { type, length, sequence, fragmentOffset, fragmentLength, ...hellos };
  }
}
