/** TLS and DTLS records of a capture, as `decode` tells them: a line for people, or a JSON line. */

import type { Output } from "../../cli/output.ts";
import { alertWords } from "../../dtls/alerts.ts";
import { contentName, versionName } from "../../dtls/record.ts";
import type { CapturedRecord } from "../../pcap/capture.ts";
import { suiteName } from "../../tls/cipher_suites.ts";
import type { ObservedAlert, ObservedMessage, ObservedRecord } from "../../tls/observed.ts";
import { messageName, recordWords } from "../../tls/record_words.ts";
import { originName } from "./frame_place.ts";
import { FrameTimes } from "./frame_times.ts";

/**
 * Says what a record is: with `-o json` and `-o native` an event on stdout, otherwise on stderr,
 * since stdout is for the packets alone.
 */
export function printRecord(output: Output, event: CapturedRecord): void {
  const message = wordsOf(event.record);
  if (output.mode === "json" || output.mode === "native") output.data(recordJson(event, message));
  else output.status(`packetpeer: ${originName(event)}: ${message}`);
}

function wordsOf(record: ObservedRecord): string {
  const hint = record.locked === "no-keys" ? "; --keylog FILE decrypts it" : "";
  return recordWords(record) + hint;
}

function recordJson(event: CapturedRecord, message: string): string {
  const { frame, time, source, destination, transport, protocol } = event;
  return JSON.stringify({
    event: "record",
    frame,
    time: time === 0n ? undefined : new FrameTimes().iso(time),
    source,
    destination,
    protocol: transport,
    path: protocol.join(":"),
    ok: true,
    record: recordFields(event.record),
    message,
  });
}

/** Fields that say nothing about this record are left out, as `JSON.stringify` does. */
function recordFields(record: ObservedRecord): Readonly<Record<string, unknown>> {
  const { protocol, type, contentType, version, connectionVersion, locked, messages } = record;
  const isDtls = protocol === "dtls";
  const isTold = record.suite !== null;
  return {
    layer: protocol,
    type: contentName(type),
    content: contentType === type ? undefined : contentName(contentType),
    version: versionName(version),
    connection_version: isTold ? versionName(connectionVersion) : undefined,
    cipher_suite: record.suite === null ? undefined : suiteName(record.suite),
    epoch: isDtls ? record.epoch : undefined,
    sequence: isDtls ? record.sequence : undefined,
    length: record.length,
    encrypted: locked !== null || record.isDecrypted,
    locked: locked ?? undefined,
    messages: messages.length === 0 ? undefined : messages.map((one) => messageFields(one, isDtls)),
    alert: record.alert === null ? undefined : alertFields(record.alert),
  };
}

function messageFields(
  message: ObservedMessage,
  isDtls: boolean,
): Readonly<Record<string, unknown>> {
  const { length, sequence, fragmentOffset, fragmentLength, clientHello, serverHello } = message;
  const place = isDtls
    ? { sequence, fragment_offset: fragmentOffset, fragment_length: fragmentLength }
    : {};
  return {
    type: messageName(message),
    length,
    ...place,
    version: clientHello === null ? undefined : versionName(clientHello.version),
    server_name: clientHello?.serverName ?? undefined,
    protocols: clientHello?.protocols.length ? clientHello.protocols : undefined,
    cipher_suites: clientHello?.suites.map(suiteName),
    cipher_suite: serverHello === null ? undefined : suiteName(serverHello.suite),
  };
}

function alertFields({ level, description }: ObservedAlert): Readonly<Record<string, unknown>> {
  return { level, description, ...alertWords(description) };
}
