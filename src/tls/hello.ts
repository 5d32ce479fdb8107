/**
 * ClientHello and ServerHello (RFC 5246 7.4.1, RFC 6347 4.2.1, RFC 8446 4.1): what a handshake
 * offers and settles. Reading never throws: a message that is cut or lies about a length is null.
 */

/** What a client offers. */
export interface ClientHello {
  /** Highest version that is offered; a version of DTLS where the message is. */
  readonly version: number;
  /** 32 bytes; key logs know the connection by them. */
  readonly random: Uint8Array;
  readonly suites: readonly number[];
  /** Host name that is asked for (SNI); null when none is. */
  readonly serverName: string | null;
  /** Application protocols (ALPN). */
  readonly protocols: readonly string[];
  /** True when it answers a HelloVerifyRequest. DTLS only. */
  readonly hasCookie: boolean;
}

/** What a server has chosen. */
export interface ServerHello {
  readonly version: number;
  readonly random: Uint8Array;
  readonly suite: number;
  /** True when it only asks for another ClientHello: a HelloRetryRequest. */
  readonly isRetry: boolean;
}

const RANDOM_SIZE = 32;
const EXTENSION_SERVER_NAME = 0;
const EXTENSION_ALPN = 16;
const EXTENSION_SUPPORTED_VERSIONS = 43;
/** The random of a HelloRetryRequest: SHA-256 of "HelloRetryRequest" (RFC 8446 4.1.3). */
const RETRY_RANDOM = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";

/** Reads the body of a ClientHello; null when it is not one. */
export function readClientHello(body: Uint8Array, isDtls: boolean): ClientHello | null {
  const cursor = new Cursor(body);
  const legacyVersion = cursor.number(2);
  const random = cursor.bytes(RANDOM_SIZE);
  cursor.vector(1); // session id
  const cookie = isDtls ? cursor.vector(1).length : 0;
  const suites = new Cursor(cursor.vector(2)).numbers(2);
  cursor.vector(1); // compression methods
  const extensions = readExtensions(cursor);
  if (cursor.isCut) return null;
  return {
    version: offeredVersion(legacyVersion, extensions, isDtls),
    random,
    suites,
    serverName: readServerName(extensions),
    protocols: readProtocols(extensions),
    hasCookie: cookie > 0,
  };
}

/** Reads the body of a ServerHello; null when it is not one. */
export function readServerHello(body: Uint8Array): ServerHello | null {
  const cursor = new Cursor(body);
  const legacyVersion = cursor.number(2);
  const random = cursor.bytes(RANDOM_SIZE);
  cursor.vector(1); // session id
  const suite = cursor.number(2);
  cursor.bytes(1); // compression method
  const extensions = readExtensions(cursor);
  if (cursor.isCut) return null;
  const chosen = extensions.get(EXTENSION_SUPPORTED_VERSIONS);
  const version = chosen?.length === 2 ? new Cursor(chosen).number(2) : legacyVersion;
  return { version, random, suite, isRetry: random.toHex() === RETRY_RANDOM };
}

/** Extensions by type, the first of each; none where the message ends before them. */
function readExtensions(cursor: Cursor): ReadonlyMap<number, Uint8Array> {
  const extensions = new Map<number, Uint8Array>();
  if (cursor.isAtEnd) return extensions;
  const list = new Cursor(cursor.vector(2));
  while (!list.isAtEnd && !list.isCut) {
    const type = list.number(2);
    const content = list.vector(2);
    if (!list.isCut && !extensions.has(type)) extensions.set(type, content);
  }
  return extensions;
}

/** GREASE values (RFC 8701) are offered, too, but are no versions. DTLS counts downwards. */
function offeredVersion(
  legacyVersion: number,
  extensions: ReadonlyMap<number, Uint8Array>,
  isDtls: boolean,
): number {
  const content = extensions.get(EXTENSION_SUPPORTED_VERSIONS);
  if (content === undefined) return legacyVersion;
  const all = new Cursor(new Cursor(content).vector(1)).numbers(2);
  const versions = all.filter((version) => version >> 8 === (isDtls ? 0xfe : 0x03));
  if (versions.length === 0) return legacyVersion;
  return isDtls ? Math.min(...versions) : Math.max(...versions);
}

/** RFC 6066 3: a list of names, each with a type, of which only 0 (host name) is in use. */
function readServerName(extensions: ReadonlyMap<number, Uint8Array>): string | null {
  const content = extensions.get(EXTENSION_SERVER_NAME);
  if (content === undefined || content.length === 0) return null;
  const list = new Cursor(new Cursor(content).vector(2));
  const type = list.number(1);
  const name = list.vector(2);
  return list.isCut || type !== 0 ? null : printable(name);
}

/** RFC 7301 3.1: a list of names. */
function readProtocols(extensions: ReadonlyMap<number, Uint8Array>): readonly string[] {
  const list = new Cursor(new Cursor(extensions.get(EXTENSION_ALPN) ?? NO_BYTES).vector(2));
  const names: string[] = [];
  while (!list.isAtEnd) {
    const name = list.vector(1);
    if (list.isCut) break;
    names.push(printable(name));
  }
  return names;
}

/** Names are printable ASCII; what is not must not reach a terminal. */
function printable(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => {
    if (byte > 0x20 && byte < 0x7f) return String.fromCharCode(byte);
    return `\\x${byte.toString(16).padStart(2, "0")}`;
  }).join("");
}

const NO_BYTES = new Uint8Array(0);

/** Reads big-endian fields from the front; what is not there reads as nothing and is remembered. */
class Cursor {
  isCut = false;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  bytes(count: number): Uint8Array {
    if (count > this.#bytes.length - this.#at) {
      this.isCut = true;
      this.#at = this.#bytes.length;
      return NO_BYTES;
    }
    return this.#bytes.subarray(this.#at, this.#at += count);
  }

  number(size: number): number {
    return this.bytes(size).reduce((value, byte) => value * 256 + byte, 0);
  }

  /** Bytes behind their length, a number of `lengthSize` bytes. */
  vector(lengthSize: number): Uint8Array {
    return this.bytes(this.number(lengthSize));
  }

  /** All that is left as numbers of `size` bytes. */
  numbers(size: number): number[] {
    const numbers: number[] = [];
    while (!this.isAtEnd) {
      const number = this.number(size);
      if (!this.isCut) numbers.push(number);
    }
    return numbers;
  }
}
