/** DTLS and TLS records: what they say without their keys. */

import {
  contentName,
  ContentType,
  dtlsRecords,
  handshakeName,
  type RecordHeader,
  summarizeDatagram,
  TLS_HEADER_SIZE,
  tlsRecordAt,
  versionName,
} from "../dtls/record.ts";
import { formatAlert } from "../dtls/alerts.ts";
import type { Clues, Reading } from "./reading.ts";
import { plural, score, u16be } from "./words.ts";

const MAX_RECORDS = 1000;
const MAX_TLS_RECORD = 16_384 + 2048;

/** As DTLS records of a datagram, or TLS records of a stream. */
export function readTls({ bytes }: Clues): Reading[] {
  const reading = asDtls(bytes) ?? asTls(bytes);
  return reading === null ? [] : [reading];
}

function asDtls(bytes: Uint8Array): Reading | null {
  const records = dtlsRecords(bytes);
  const [first] = records;
  const last = records.at(-1);
  if (first === undefined || last === undefined) return null;
  if (![0xfeff, 0xfefd, 0xfefc].includes(first.version)) return null;
  const texts = summarizeDatagram(bytes).map(({ text }) => text);
  const end = last.bodyOffset + last.bodyLength;
  return {
    kind: "protocol",
    what: `a ${versionName(first.version)} record (${title(texts)})`,
    score: score(end === bytes.length ? 0.985 : 0.8),
    why: [
      `${
        plural(records.length, "DTLS record")
      }, epoch ${first.epoch}, up to byte ${end} of ${bytes.length}`,
    ],
    at: 0,
    verdict: dtlsVerdict(first, texts),
    text: () => texts.join("; "),
  };
}

function dtlsVerdict(first: RecordHeader, texts: readonly string[]): string {
  const version = versionName(first.version);
  if (first.type === ContentType.applicationData || first.epoch > 0) {
    return `an encrypted ${version} record (${
      texts.join("; ")
    }): the sender is in a DTLS session, and the ` +
      "receiver, if it reads these bytes with get_var from byte 0 on, reads the UDP socket under " +
      "its PacketPeerDTLS or has lost the session: read with the PacketPeerDTLS that DTLSServer gave";
  }
  if (first.type === ContentType.alert) {
    return `a ${version} alert, ${
      texts.join("; ")
    }: the sender ended the handshake or the session ` +
      "and says why at byte 14; packetpeer doctor dtls://host:port tells what to change";
  }
  return `a ${version} handshake (${texts.join("; ")}): the sender uses PacketPeerDTLS and the ` +
    "receiver plain UDP, wrong at byte 0, the record's type: take the connection with " +
    "DTLSServer.take_connection of the UDP peer, or let the sender use PacketPeerUDP";
}

function asTls(bytes: Uint8Array): Reading | null {
  if (!isTlsHeader(bytes, 0)) return null;
  const records: RecordHeader[] = [];
  let at = 0;
  while (records.length < MAX_RECORDS) {
    const record = isTlsHeader(bytes, at) ? tlsRecordAt(bytes, at) : null;
    if (record === null) break;
    records.push(record);
    at = record.bodyOffset + record.bodyLength;
  }
  const announced = u16be(bytes, 3);
  const texts = records.length > 0
    ? records.slice(0, 20).map((record) => tlsText(bytes, record))
    : [`${contentName(bytes[0] ?? 0)}, cut off`];
  return {
    kind: "protocol",
    what: `a ${tlsName(bytes)} record (${title(texts)})`,
    score: score(at === bytes.length ? 0.985 : at > 0 ? 0.85 : 0.6),
    why: [
      records.length > 0
        ? `${plural(records.length, "TLS record")} up to byte ${at} of ${bytes.length}`
        : `a TLS record that announces ${announced} bytes; ${
          bytes.length - TLS_HEADER_SIZE
        } are here`,
    ],
    at: 0,
    verdict: tlsVerdict(bytes, texts),
    text: () => texts.join("; "),
  };
}

/** The first record's name, without what it says. */
function title(texts: readonly string[]): string {
  return texts[0]?.split(/[,:]/)[0] ?? "";
}

function isTlsHeader(bytes: Uint8Array, at: number): boolean {
  if (bytes.length - at < TLS_HEADER_SIZE) return false;
  const type = bytes[at] ?? 0;
  return type >= 20 && type <= 24 && bytes[at + 1] === 3 && (bytes[at + 2] ?? 9) <= 4 &&
    u16be(bytes, at + 3) <= MAX_TLS_RECORD && u16be(bytes, at + 3) > 0;
}

/** TLS 1.3 says 1.2 on the wire. */
function tlsName(bytes: Uint8Array): string {
  const version = versionName(u16be(bytes, 1));
  return version === "TLS 1.2" ? "TLS 1.2 or 1.3" : version;
}

function tlsText(bytes: Uint8Array, { type, bodyOffset, bodyLength }: RecordHeader): string {
  if (type === ContentType.alert && bodyLength === 2) {
    return `Alert ${formatAlert(bytes[bodyOffset + 1] ?? 0)}`;
  }
  if (type !== ContentType.handshake) return `${contentName(type)}, ${bodyLength} bytes`;
  const message = bytes[bodyOffset] ?? 255;
  return message <= 24 ? handshakeName(message) : "Handshake, encrypted";
}

function tlsVerdict(bytes: Uint8Array, texts: readonly string[]): string {
  const version = tlsName(bytes);
  if (bytes[0] === ContentType.alert) {
    return `a ${version} alert (${
      texts.join("; ")
    }): the sender ended the connection and says why at ` +
      "byte 6; packetpeer doctor tls://host:port tells what to change";
  }
  if (bytes[0] === ContentType.handshake) {
    return `a ${version} handshake (${
      texts.join("; ")
    }): the sender speaks TLS (StreamPeerTLS, wss:// ` +
      "or https://) and the receiver plain TCP, wrong at byte 0, the record's type: accept it with " +
      "StreamPeerTLS.accept_stream, or let the sender connect without TLS (ws://, StreamPeerTCP)";
  }
  return `an encrypted ${version} record (${
    texts.join("; ")
  }): the sender is in a TLS session, and the ` +
    "receiver reads the TCP stream under it from byte 0 on: read from the StreamPeerTLS instead";
}
