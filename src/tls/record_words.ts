/** What a record says to a person, in one line. */

import { formatAlert } from "../dtls/alerts.ts";
import { contentName, ContentType, handshakeName, versionName } from "../dtls/record.ts";
import { suiteName } from "./cipher_suites.ts";
import type { ClientHello } from "./hello.ts";
import type { LockReason, ObservedAlert, ObservedMessage, ObservedRecord } from "./observed.ts";

/**
 * As `DTLS 1.2 ClientHello (SNI game.example, 14 cipher suites)`, `TLS 1.3 ServerHello
 * TLS_AES_128_GCM_SHA256`, `DTLS 1.2 ApplicationData, 61 bytes, encrypted`.
 */
export function recordWords(record: ObservedRecord): string {
  return `${versionName(versionOf(record))} ${contentWords(record)}`;
}

/** `HelloRetryRequest` is a ServerHello on the wire. */
export function messageName({ type, serverHello }: ObservedMessage): string {
  return serverHello?.isRetry === true ? "HelloRetryRequest" : handshakeName(type);
}

/** What hides a record, to go on behind "encrypted"; empty when there is nothing to add. */
export function lockWords(reason: LockReason, suite: number | null): string {
  switch (reason) {
    case "no-keys":
      return "";
    case "no-secret":
      return "; the key log has no secret for this connection";
    case "no-handshake":
      return "; the capture does not have its handshake";
    case "early-data":
      return "; early data (0-RTT) is not decrypted";
    case "unsupported-cipher": {
      const name = suite === null ? "a cipher suite" : suiteName(suite);
      const isCcm = name.includes("_CCM");
      return ` with ${name}; ` +
        (isCcm
          ? "AES-CCM takes OpenSSL 3 and --allow-ffi to decrypt"
          : "AES-GCM, AES-CCM and ChaCha20-Poly1305 can be decrypted");
    }
    case "wrong-key":
      return "; it does not decrypt with the key in the key log";
  }
}

/** The version that the connection has or that is offered, rather than the one in the header. */
function versionOf({ messages, connectionVersion }: ObservedRecord): number {
  return messages[0]?.clientHello?.version ?? connectionVersion;
}

function contentWords(record: ObservedRecord): string {
  const { contentType, length, locked, suite, messages, alert } = record;
  if (locked !== null) {
    return `${contentName(contentType)}, ${length} bytes, encrypted${lockWords(locked, suite)}`;
  }
  if (contentType === ContentType.handshake) {
    return messages.map(messageWords).join(", ") || "Handshake, part of a message";
  }
  if (contentType === ContentType.alert && alert !== null) return `Alert ${alertWords(alert)}`;
  return contentName(contentType);
}

function alertWords({ level, description }: ObservedAlert): string {
  const levelName = level === 2 ? "fatal" : level === 1 ? "warning" : `level ${level}`;
  return `${levelName} ${formatAlert(description)}`;
}

function messageWords(message: ObservedMessage): string {
  const { length, fragmentOffset, fragmentLength, clientHello, serverHello } = message;
  const name = messageName(message);
  if (clientHello !== null) return `${name} (${offerWords(clientHello)})`;
  if (serverHello !== null) return `${name} ${suiteName(serverHello.suite)}`;
  if (fragmentLength === length) return name;
  const range = `${fragmentOffset}-${fragmentOffset + fragmentLength}`;
  return `${name} (fragment ${range} of ${length})`;
}

function offerWords({ serverName, suites, protocols, hasCookie }: ClientHello): string {
  return [
    ...(serverName === null ? [] : [`SNI ${serverName}`]),
    `${suites.length} cipher ${suites.length === 1 ? "suite" : "suites"}`,
    ...(protocols.length === 0 ? [] : [`ALPN ${protocols.join(" ")}`]),
    ...(hasCookie ? ["with cookie"] : []),
  ].join(", ");
}
