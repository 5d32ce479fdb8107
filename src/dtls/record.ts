/**
 * DTLS and TLS on the wire, without any cryptography: where records begin and end in a datagram or
 * a stream, what they carry, and the handshake messages inside those that are not encrypted.
 *
 * DTLS 1.2 record (RFC 6347 4.1): type u8, version u16, epoch u16, sequence u48, length u16. TLS
 * record (RFC 8446 5.1): type u8, version u16, length u16. Handshake header (RFC 6347 4.2.2): type
 * u8, length u24, and in DTLS also message sequence u16, fragment offset u24, fragment length u24.
 */

import { formatAlert } from "./alerts.ts";

/** What a record carries. */
export const ContentType = {
  changeCipherSpec: 20,
  alert: 21,
  handshake: 22,
  applicationData: 23,
} as const;

/** The handshake messages that code here asks for. */
export const HandshakeType = { clientHello: 1, serverHello: 2, helloVerifyRequest: 3 } as const;

export const DTLS_HEADER_SIZE = 13;
export const TLS_HEADER_SIZE = 5;
export const DTLS_HANDSHAKE_HEADER_SIZE = 12;
/** Most payload of one record, in bytes; also Godot's limit for a packet over DTLS. */
export const MAX_RECORD_PAYLOAD = 16_384;

/** The header of one record and where its body is. */
export interface RecordHeader {
  readonly type: number;
  /** As on the wire: 0xfefd is DTLS 1.2, 0x0303 TLS 1.2. */
  readonly version: number;
  /** 0 until the keys are in use; always 0 for TLS. */
  readonly epoch: number;
  /** Counts records of an epoch; always 0 for TLS. */
  readonly sequence: number;
  /** Where the header starts. */
  readonly offset: number;
  /** Where the body starts. */
  readonly bodyOffset: number;
  readonly bodyLength: number;
}

/** A handshake message, or a fragment of one, in the clear. */
export interface HandshakeHeader {
  readonly type: number;
  /** Of the whole message, in bytes without headers. */
  readonly length: number;
  /** Counts messages of one side; always 0 for TLS. */
  readonly sequence: number;
  readonly fragmentOffset: number;
  readonly fragmentLength: number;
  /** Where the fragment's bytes start. */
  readonly bodyOffset: number;
}

/** Alert and what else is in the clear: what a record says to a person. */
export interface RecordSummary {
  readonly header: RecordHeader;
  /** As `ClientHello`, `Certificate (fragment 0-1200 of 2100)`, `ApplicationData, 64 bytes`. */
  readonly text: string;
}

const CONTENT_NAMES: Readonly<Record<number, string>> = {
  20: "ChangeCipherSpec",
  21: "Alert",
  22: "Handshake",
  23: "ApplicationData",
  24: "Heartbeat",
  25: "ConnectionIdData",
  26: "Ack",
};

const HANDSHAKE_NAMES: Readonly<Record<number, string>> = {
  0: "HelloRequest",
  1: "ClientHello",
  2: "ServerHello",
  3: "HelloVerifyRequest",
  4: "NewSessionTicket",
  5: "EndOfEarlyData",
  8: "EncryptedExtensions",
  11: "Certificate",
  12: "ServerKeyExchange",
  13: "CertificateRequest",
  14: "ServerHelloDone",
  15: "CertificateVerify",
  16: "ClientKeyExchange",
  20: "Finished",
  22: "CertificateStatus",
  24: "KeyUpdate",
};

const VERSION_NAMES: Readonly<Record<number, string>> = {
  0x0300: "SSL 3.0",
  0x0301: "TLS 1.0",
  0x0302: "TLS 1.1",
  0x0303: "TLS 1.2",
  0x0304: "TLS 1.3",
  0xfeff: "DTLS 1.0",
  0xfefd: "DTLS 1.2",
  0xfefc: "DTLS 1.3",
};

/** The name of a record's content type. */
export function contentName(type: number): string {
  return CONTENT_NAMES[type] ?? `content type ${type}`;
}

/** The name of a handshake message's type. */
export function handshakeName(type: number): string {
  return HANDSHAKE_NAMES[type] ?? `handshake type ${type}`;
}

/** The name of a version number on the wire. */
export function versionName(version: number): string {
  return VERSION_NAMES[version] ?? `version 0x${version.toString(16).padStart(4, "0")}`;
}

/**
 * The DTLS record at an offset of a datagram; null when there is none: other bytes, or a record that
 * is cut off. A record never goes on in another datagram.
 */
export function dtlsRecordAt(datagram: Uint8Array, offset = 0): RecordHeader | null {
  const bodyOffset = offset + DTLS_HEADER_SIZE;
  if (bodyOffset > datagram.length) return null;
  const type = byteAt(datagram, offset);
  if (type < ContentType.changeCipherSpec || type > ContentType.applicationData) return null;
  if (byteAt(datagram, offset + 1) !== 0xfe) return null;
  const bodyLength = u16(datagram, offset + 11);
  if (bodyOffset + bodyLength > datagram.length) return null;
  return {
    type,
    version: u16(datagram, offset + 1),
    epoch: epochOf(datagram, offset),
    sequence: sequenceOf(datagram, offset),
    offset,
    bodyOffset,
    bodyLength,
  };
}

/** The epoch of the DTLS record at an offset: 0 until the keys are in use. */
export function epochOf(datagram: Uint8Array, offset = 0): number {
  return u16(datagram, offset + 3);
}

/** The number of the DTLS record at an offset: 48 bits, counted in each epoch. */
export function sequenceOf(datagram: Uint8Array, offset = 0): number {
  return u16(datagram, offset + 5) * 0x1_0000_0000 + u32(datagram, offset + 7);
}

/** The TLS record at an offset of a stream's bytes; null when it is not there in full. */
export function tlsRecordAt(bytes: Uint8Array, offset = 0): RecordHeader | null {
  const bodyOffset = offset + TLS_HEADER_SIZE;
  if (bodyOffset > bytes.length) return null;
  const bodyLength = u16(bytes, offset + 3);
  if (bodyOffset + bodyLength > bytes.length) return null;
  const version = u16(bytes, offset + 1);
  const type = byteAt(bytes, offset);
  return { type, version, epoch: 0, sequence: 0, offset, bodyOffset, bodyLength };
}

/** The DTLS records of a datagram, in order, up to its end or the first bytes that are none. */
export function dtlsRecords(datagram: Uint8Array): readonly RecordHeader[] {
  const records: RecordHeader[] = [];
  for (let offset = 0;;) {
    const record = dtlsRecordAt(datagram, offset);
    if (record === null) return records;
    records.push(record);
    offset = record.bodyOffset + record.bodyLength;
  }
}

/**
 * The end of the records that fit in a datagram of `mtu` bytes from `offset` on: at least one, since
 * a record cannot be divided. What is no record is taken as a whole.
 */
export function packRecords(bytes: Uint8Array, offset: number, mtu: number): number {
  let end = recordEnd(bytes, offset);
  while (end < bytes.length) {
    const next = recordEnd(bytes, end);
    if (next - offset > mtu) return end;
    end = next;
  }
  return end;
}

function recordEnd(bytes: Uint8Array, offset: number): number {
  if (offset + DTLS_HEADER_SIZE > bytes.length) return bytes.length;
  return Math.min(bytes.length, offset + DTLS_HEADER_SIZE + u16(bytes, offset + 11));
}

/** The DTLS handshake messages, or fragments, of an unencrypted handshake record. */
export function handshakeHeaders(
  datagram: Uint8Array,
  { bodyOffset, bodyLength }: Pick<RecordHeader, "bodyOffset" | "bodyLength">,
): readonly HandshakeHeader[] {
  const end = bodyOffset + bodyLength;
  const headers: HandshakeHeader[] = [];
  for (let at = bodyOffset; at + DTLS_HANDSHAKE_HEADER_SIZE <= end;) {
    const fragmentLength = u24(datagram, at + 9);
    headers.push({
      type: byteAt(datagram, at),
      length: u24(datagram, at + 1),
      sequence: u16(datagram, at + 4),
      fragmentOffset: u24(datagram, at + 6),
      fragmentLength,
      bodyOffset: at + DTLS_HANDSHAKE_HEADER_SIZE,
    });
    at += DTLS_HANDSHAKE_HEADER_SIZE + fragmentLength;
  }
  return headers;
}

/** What the records of a datagram say; empty when they are no DTLS. */
export function summarizeDatagram(datagram: Uint8Array): readonly RecordSummary[] {
  return dtlsRecords(datagram).map((header) => ({ header, text: recordText(datagram, header) }));
}

function recordText(datagram: Uint8Array, header: RecordHeader): string {
  const { type, epoch, bodyOffset, bodyLength } = header;
  if (epoch > 0 || type === ContentType.applicationData) {
    return `${contentName(type)}, ${bodyLength} bytes encrypted`;
  }
  if (type === ContentType.alert && bodyLength === 2) {
    return `Alert ${formatAlert(byteAt(datagram, bodyOffset + 1))}`;
  }
  if (type !== ContentType.handshake) return contentName(type);
  return handshakeHeaders(datagram, header).map(handshakeText).join(", ") || "empty Handshake";
}

function handshakeText({ type, length, fragmentOffset, fragmentLength }: HandshakeHeader): string {
  if (fragmentLength === length) return handshakeName(type);
  const range = `${fragmentOffset}-${fragmentOffset + fragmentLength}`;
  return `${handshakeName(type)} (fragment ${range} of ${length})`;
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

function u16(bytes: Uint8Array, at: number): number {
  return byteAt(bytes, at) << 8 | byteAt(bytes, at + 1);
}

function u24(bytes: Uint8Array, at: number): number {
  return byteAt(bytes, at) << 16 | u16(bytes, at + 1);
}

function u32(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) * 0x1_0000 + u16(bytes, at + 2);
}
