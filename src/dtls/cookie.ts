/**
 * The stateless part of a DTLS server (RFC 6347 4.2.1): a ClientHello without a good cookie is
 * answered with a HelloVerifyRequest and forgotten, so that nobody can make the server keep state,
 * or send much, for an address that is not theirs. All of it happens before OpenSSL sees a byte.
 *
 * The cookie is an HMAC-SHA-256, with a secret of the server's, over the client's address and port
 * and the current time slot; the previous slot's is good too. A ClientHello must be in one piece, as
 * the standard recommends and all clients do.
 */

import { cString } from "./native.ts";
import type { OpenSsl } from "./openssl.ts";
import {
  ContentType,
  DTLS_HANDSHAKE_HEADER_SIZE,
  DTLS_HEADER_SIZE,
  dtlsRecords,
  HandshakeType,
  type RecordHeader,
} from "./record.ts";

/** What to do with a datagram of an address that has no session. */
export type CookieAnswer =
  /** Send this back and forget the address. `hadCookie`: one that is old, or not for this address. */
  | {
    readonly type: "verify";
    readonly datagram: Uint8Array<ArrayBuffer>;
    readonly hadCookie: boolean;
  }
  /** The cookie is good: open a session with this, the record that has it. */
  | { readonly type: "accept"; readonly hello: Uint8Array<ArrayBuffer> }
  /** No ClientHello: nothing to do. */
  | { readonly type: "drop"; readonly reason: string };

/** The parts of a ClientHello that the exchange is about. */
export interface ClientHello {
  /** All of its record. */
  readonly record: Uint8Array;
  /** The version that the client asks for. */
  readonly version: number;
  readonly cookie: Uint8Array;
}

const COOKIE_SIZE = 32;
const SECRET_SIZE = 32;
const SLOT_MS = 60_000;
const RANDOM_SIZE = 32;
const SEQUENCE_AT = 5;
const SEQUENCE_SIZE = 6;
/** The version that a HelloVerifyRequest has, whatever will be negotiated: DTLS 1.0. */
const VERIFY_VERSION = 0xfeff;
const HELLO_VERIFY_BODY_SIZE = 3 + COOKIE_SIZE;

/** Makes and checks the cookies of one server. */
export class CookieGuard {
  readonly #openssl: OpenSsl;
  readonly #secret: Uint8Array<ArrayBuffer>;

  /** `secret` is 32 random bytes that only this server knows. @default made here */
  constructor(
    openssl: OpenSsl,
    secret: Uint8Array<ArrayBuffer> = openssl.randomBytes(SECRET_SIZE),
  ) {
    this.#openssl = openssl;
    this.#secret = secret;
  }

  /**
   * Looks at a datagram from an address without a session, or at a ClientHello from one that has
   * one. `address` is host and port as text; `now` is in milliseconds, of a clock that never goes
   * back.
   */
  answer(datagram: Uint8Array, address: string, now: number): CookieAnswer {
    const hellos = readClientHellos(datagram);
    if (typeof hellos === "string") return { type: "drop", reason: hellos };
    const slot = Math.floor(now / SLOT_MS);
    const current = this.#cookie(address, slot);
    const previous = this.#cookie(address, slot - 1);
    for (const { cookie, record } of hellos) {
      if (isSame(cookie, current) || isSame(cookie, previous)) {
        return { type: "accept", hello: record.slice() };
      }
    }
    const hadCookie = hellos.some(({ cookie }) => cookie.length > 0);
    return { type: "verify", datagram: helloVerifyRequest(hellos[0].record, current), hadCookie };
  }

  #cookie(address: string, slot: number): Uint8Array<ArrayBuffer> {
    const { crypto } = this.#openssl;
    const subject = cString(`${slot} ${address}`);
    const cookie = new Uint8Array(COOKIE_SIZE);
    const type = crypto.EVP_sha256();
    const size = BigInt(subject.length);
    const made = crypto.HMAC(type, this.#secret, SECRET_SIZE, subject, size, cookie, null);
    this.#openssl.need(made, "make a cookie");
    return cookie;
  }
}

/**
 * True for the start of a new handshake: an unencrypted ClientHello. From an address that has a
 * session it goes to `CookieGuard.answer`: a client may have started again (RFC 6347 4.2.8), and the
 * old session stays until the new one has shown a good cookie.
 */
export function isClientHello(datagram: Uint8Array): boolean {
  return datagram[0] === ContentType.handshake &&
    datagram[DTLS_HEADER_SIZE] === HandshakeType.clientHello &&
    datagram[3] === 0 && datagram[4] === 0;
}

/**
 * Reads the ClientHello that a datagram begins with, and those that follow: a client that sends one
 * again may do so together with the next. Says what the datagram is when it begins otherwise.
 */
export function readClientHellos(
  datagram: Uint8Array,
): readonly [ClientHello, ...ClientHello[]] | string {
  const [first, ...others] = dtlsRecords(datagram);
  if (first === undefined) return "no DTLS record";
  const hello = readClientHello(datagram, first);
  if (typeof hello === "string") return hello;
  const following = others.map((record) => readClientHello(datagram, record));
  return [hello, ...following.filter((one) => typeof one !== "string")];
}

function readClientHello(datagram: Uint8Array, record: RecordHeader): ClientHello | string {
  if (record.type !== ContentType.handshake || record.epoch !== 0) {
    return "not the start of a handshake";
  }
  const { bodyOffset, bodyLength } = record;
  const body = datagram.subarray(bodyOffset, bodyOffset + bodyLength);
  if (body.length < DTLS_HANDSHAKE_HEADER_SIZE || body[0] !== HandshakeType.clientHello) {
    return "not a ClientHello";
  }
  const message = body.subarray(DTLS_HANDSHAKE_HEADER_SIZE);
  if (u24(body, 1) !== message.length || u24(body, 6) !== 0 || u24(body, 9) !== message.length) {
    return "a ClientHello in fragments";
  }
  const sessionAt = 2 + RANDOM_SIZE;
  const cookieAt = sessionAt + 1 + (message[sessionAt] ?? 0);
  const cookieSize = message[cookieAt] ?? 0;
  const end = cookieAt + 1 + cookieSize;
  if (end > message.length) return "a ClientHello that is cut off";
  return {
    record: datagram.subarray(record.offset, bodyOffset + bodyLength),
    version: (message[0] ?? 0) << 8 | (message[1] ?? 0),
    cookie: message.subarray(cookieAt + 1, end),
  };
}

/**
 * A HelloVerifyRequest with this cookie, in answer to the ClientHello of a record, whose sequence
 * number it repeats.
 */
export function helloVerifyRequest(
  helloRecord: Uint8Array,
  cookie: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const bodySize = HELLO_VERIFY_BODY_SIZE - COOKIE_SIZE + cookie.length;
  const bytes = new Uint8Array(DTLS_HEADER_SIZE + DTLS_HANDSHAKE_HEADER_SIZE + bodySize);
  const view = new DataView(bytes.buffer);
  bytes[0] = ContentType.handshake;
  view.setUint16(1, VERIFY_VERSION);
  bytes.set(helloRecord.subarray(SEQUENCE_AT, SEQUENCE_AT + SEQUENCE_SIZE), SEQUENCE_AT);
  view.setUint16(11, DTLS_HANDSHAKE_HEADER_SIZE + bodySize);
  const message = DTLS_HEADER_SIZE;
  bytes[message] = HandshakeType.helloVerifyRequest;
  bytes[message + 3] = bodySize; // Lengths of 24 bits; the cookie has at most 255 bytes.
  bytes[message + 11] = bodySize;
  const body = message + DTLS_HANDSHAKE_HEADER_SIZE;
  view.setUint16(body, VERIFY_VERSION);
  bytes[body + 2] = cookie.length;
  bytes.set(cookie, body + 3);
  return bytes;
}

/** Compares in a time that does not tell where the difference is. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

function u24(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) << 16 | (bytes[at + 1] ?? 0) << 8 | (bytes[at + 2] ?? 0);
}
