/**
 * One direction of a TLS connection, record by record: which keys are in use, and what is in a
 * record (RFC 5246, RFC 8446). Records are numbered by counting them; where some are missing, the
 * number of the next one is found by trying.
 */

import { ContentType } from "../dtls/record.ts";
import { alertIn, isClear, lockedRecord, type SeenContent, seenRecord } from "./content.ts";
import {
  type Handshake,
  NO_HELLOS,
  type Phase,
  type SecureConnection,
  type TrafficKeys,
} from "./handshake.ts";
import { MessageReader, type StreamMessage } from "./message_reader.ts";
import type { LockReason, ObservedMessage, ObservedRecord } from "./observed.ts";
import type { OpenedRecord, RecordCipher } from "./record_cipher.ts";

/** Records that may be missing at one place. */
const MAX_LOST = 1024;
/** After so many records in a row that do not decrypt, keys are not tried any more. */
const MAX_FAILURES = 16;
const FINISHED = 20;
const KEY_UPDATE = 24;

/** A record in the stream. */
export interface TlsRecord {
  readonly type: number;
  readonly version: number;
  readonly body: Uint8Array;
}

/** Reads the records of one direction, in order. */
export class TlsSide {
  readonly #connection: SecureConnection;
  readonly #messages = new MessageReader();
  /** True once a record of the handshake was read as it is. */
  #isKnown = false;
  /** Up to version 1.2, behind ChangeCipherSpec: the handshake whose keys are in use. */
  #handshake: Handshake | null = null;
  #isProtected = false;
  /** True once a client sent data before the server's hello: what it sends has early keys. */
  #isEarly = false;
  /** Version 1.3: which keys are in use, and these, once they are known. */
  #phase: Phase = "handshake";
  #traffic: TrafficKeys | null = null;
  /** Number of the next record under the keys in use. */
  #sequence = 0;
  /** Records that may be missing in front of it. */
  #lost = 0;
  #failures = 0;

  constructor(connection: SecureConnection) {
    this.#connection = connection;
  }

  /** Memory that waiting bytes take, about. */
  get retained(): number {
    return this.#messages.retained;
  }

  /** Says that up to so many records are missing here; 0 when the stream ends. */
  skip(records: number): void {
    this.#lost = Math.min(MAX_LOST, this.#lost + records);
    this.#messages.clear();
  }

  /** Reads the next record. */
  read(record: TlsRecord): ObservedRecord {
    const isTls13 = this.#connection.handshake?.isTls13 === true;
    const opened = isTls13 ? this.#openTls13(record) : this.#openTls12(record);
    const fields = { protocol: "tls", epoch: 0, sequence: 0, ...record } as const;
    if (typeof opened === "string") return lockedRecord(this.#connection, fields, opened);
    const content = opened === null
      ? this.#contentOf(record.type, record.body, false)
      : this.#contentOf(opened.type, opened.content, true);
    return seenRecord(this.#connection, fields, content);
  }

  /** Null when the record is not protected. */
  #openTls12(record: TlsRecord): OpenedRecord | LockReason | null {
    const { type, body } = record;
    if (type === ContentType.changeCipherSpec) {
      this.#protect();
      return null;
    }
    if (!this.#isProtected) {
      this.#isKnown ||= isClear(type, body);
      if (type !== ContentType.applicationData) return this.#isKnown ? null : "no-handshake";
      this.#protect();
    }
    if (this.#handshake === null) return "no-handshake";
    if (this.#handshake.version === null && this.#connection.roleOf(this) === "client") {
      this.#isEarly = true;
      return "early-data";
    }
    const cipher = this.#handshake.cipher(this.#connection.roleOf(this));
    return typeof cipher === "string" ? cipher : this.#open(cipher, record);
  }

  /** From here on the keys of the latest handshake are in use. */
  #protect(): void {
    this.#isProtected = true;
    this.#handshake = this.#connection.handshake;
    this.#renumber();
  }

  #renumber(): void {
    this.#sequence = 0;
    this.#failures = 0;
  }

  /** Null when the record is not protected: only application data ever is, whatever is inside. */
  #openTls13(record: TlsRecord): OpenedRecord | LockReason | null {
    if (record.type !== ContentType.applicationData) return null;
    const traffic = this.#traffic ?? this.#trafficOf(this.#phase);
    const opened = typeof traffic === "string" ? traffic : this.#open(traffic.cipher, record);
    if (typeof traffic !== "string") this.#traffic = traffic;
    if (typeof opened !== "string" || this.#phase === "application") return opened;
    return this.#openPastHandshake(record) ?? (this.#isEarly ? "early-data" : opened);
  }

  /** Where the end of the handshake was missed, the record has the keys of application data. */
  #openPastHandshake(record: TlsRecord): OpenedRecord | null {
    if (this.#failures >= MAX_FAILURES) return null;
    const traffic = this.#trafficOf("application");
    if (typeof traffic === "string") return null;
    for (let sequence = 0; sequence <= this.#lost; sequence++) {
      const opened = traffic.cipher.open({ ...record, epoch: 0, sequence });
      if (opened === null) continue;
      this.#use("application", traffic);
      this.#sequence = sequence + 1;
      return opened;
    }
    return null;
  }

  #trafficOf(phase: Phase): TrafficKeys | LockReason {
    const { handshake } = this.#connection;
    return handshake?.traffic(this.#connection.roleOf(this), phase) ?? "no-handshake";
  }

  #use(phase: Phase, traffic: TrafficKeys | null): void {
    this.#phase = phase;
    this.#traffic = traffic;
    this.#lost = 0;
    this.#renumber();
  }

  /** Tries the numbers that the record may have. */
  #open(cipher: RecordCipher, record: TlsRecord): OpenedRecord | LockReason {
    if (this.#failures >= MAX_FAILURES) return "wrong-key";
    for (let i = 0; i <= this.#lost; i++) {
      const sequence = this.#sequence + i;
      const opened = cipher.open({ ...record, epoch: 0, sequence });
      if (opened === null) continue;
      this.#sequence = sequence + 1;
      this.#lost = 0;
      this.#failures = 0;
      return opened;
    }
    if (this.#isEarly && this.#phase === "handshake") return "wrong-key";
    this.#failures++;
    this.#lost = Math.min(MAX_LOST, this.#lost + 1);
    return "wrong-key";
  }

  #contentOf(contentType: number, content: Uint8Array, isDecrypted: boolean): SeenContent {
    const seen = { isDecrypted, contentType };
    switch (contentType) {
      case ContentType.handshake: {
        const messages = this.#messages.push(content).map((message) => this.#observe(message));
        return { ...seen, messages };
      }
      case ContentType.alert:
        return { ...seen, alert: alertIn(content) };
      case ContentType.applicationData:
        return { ...seen, data: content };
      default:
        return seen;
    }
  }

  #observe({ type, length, body }: StreamMessage): ObservedMessage {
    const hellos = body === null ? NO_HELLOS : this.#connection.observe(this, type, body, false);
    if (this.#connection.handshake?.isTls13 === true) {
      if (type === FINISHED && this.#phase === "handshake") this.#use("application", null);
      if (type === KEY_UPDATE) this.#use("application", this.#traffic?.next() ?? null);
    }
    return { type, length, sequence: 0, fragmentOffset: 0, fragmentLength: length, ...hellos };
  }
}
