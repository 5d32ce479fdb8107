/** What is in a record in the clear, and the fields that all observations of a record share. */

import { ContentType, HandshakeType } from "../dtls/record.ts";
import type { LockReason, ObservedAlert, ObservedMessage, ObservedRecord } from "./observed.ts";
import type { SecureConnection } from "./handshake.ts";

/** The header of a record, and how many bytes follow. */
export interface RecordFields {
  readonly protocol: "tls" | "dtls";
  readonly type: number;
  readonly version: number;
  /** DTLS only, else 0. */
  readonly epoch: number;
  readonly sequence: number;
  readonly body: Uint8Array;
}

/** What is seen of a record's content. */
export interface SeenContent {
  readonly isDecrypted: boolean;
  readonly isReplayed?: boolean;
  readonly contentType: number;
  readonly messages?: readonly ObservedMessage[];
  readonly alert?: ObservedAlert | null;
  readonly data?: Uint8Array;
}

/** An observation of a record whose content is hidden. */
export function lockedRecord(
  connection: SecureConnection,
  fields: RecordFields,
  locked: LockReason,
): ObservedRecord {
  const content = { isDecrypted: false, contentType: fields.type };
  return { ...seenRecord(connection, fields, content), locked };
}

/** An observation of a record whose content is in the clear. */
export function seenRecord(
  connection: SecureConnection,
  { protocol, type, version, epoch, sequence, body }: RecordFields,
  { isDecrypted, isReplayed = false, contentType, messages = [], alert = null, data }: SeenContent,
): ObservedRecord {
  const handshake = connection.handshake;
  return {
    protocol,
    type,
    version,
    connectionVersion: handshake?.version ?? version,
    epoch,
    sequence,
    length: body.length,
    isDecrypted,
    isReplayed,
    locked: null,
    suite: handshake?.server?.suite ?? null,
    contentType,
    messages,
    alert,
    data: data ?? null,
  };
}

/**
 * True for a record that can be read as it is although nothing of its connection has been seen:
 * an alert in the clear has two bytes, and a handshake begins with a hello.
 */
export function isClear(type: number, body: Uint8Array): boolean {
  if (type === ContentType.alert) return body.length === ALERT_SIZE;
  return type === ContentType.handshake && HELLOS.has(body[0] ?? 0);
}

const HELLOS: ReadonlySet<number> = new Set<number>(Object.values(HandshakeType));
const ALERT_SIZE = 2;

/** The alert that a record holds; null when it is none. */
export function alertIn(content: Uint8Array): ObservedAlert | null {
  if (content.length !== ALERT_SIZE) return null;
  return { level: content[0] ?? 0, description: content[1] ?? 0 };
}
