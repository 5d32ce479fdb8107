/**
 * OpenSSL 3 by foreign function interface: finds and loads `libssl` and `libcrypto`, checks their
 * version, and holds what all users of one loaded library share. The calls themselves are the
 * functions of `openssl_symbols.ts`; contexts and connections are in `context.ts` and
 * `ssl_object.ts`. Nothing is loaded before `loadOpenSsl` is called.
 *
 * All calls are made from one thread and none of them waits, but for key generation, which Deno
 * runs elsewhere.
 */

import { PeerError } from "../errors.ts";
import { BytePool } from "./byte_pool.ts";
import {
  type LazyLibrary,
  type NativeCallback,
  nativeCallback,
  openLazily,
  type Pointer,
} from "./native.ts";
import { takeErrors } from "./openssl_errors.ts";
import { installHint, libraryCandidates, type LibraryPair } from "./openssl_find.ts";
import { CRYPTO_SYMBOLS, SSL_SYMBOLS, VERSION_SYMBOLS } from "./openssl_symbols.ts";

/** The functions of libcrypto. */
export type CryptoFunctions = Deno.DynamicLibrary<typeof CRYPTO_SYMBOLS>["symbols"];
/** The functions of libssl. */
export type SslFunctions = Deno.DynamicLibrary<typeof SSL_SYMBOLS>["symbols"];

/** How to load the library. */
export interface LoadOptions {
  /** The file of libssl or the folder with both files: `PACKETPEER_LIBSSL`. Empty: usual places. */
  readonly location?: string;
}

const SUPPORTED_MAJOR = 3;
const NEWEST_TESTED_MINOR = 6;
const BUFFER_SIZE = 64 * 1024;
const BIO_CTRL_RESET = 1;
const BIO_C_SET_BUF_MEM_EOF_RETURN = 130;

/** Libraries in use by location: they are loaded once, however many endpoints there are. */
const inUse = new Map<string, { readonly openssl: OpenSsl; users: number }>();

/**
 * Loads OpenSSL 3, or hands out the one that is already loaded. Each caller closes what it got
 * (`using openssl = loadOpenSsl()`); the last one unloads it. Throws `PeerError`:
 * `ERR_UNAVAILABLE` when there is no usable library (the message says what to install),
 * `ERR_UNAUTHORIZED` when Deno may not load native code.
 */
export function loadOpenSsl({ location = "" }: LoadOptions = {}): OpenSsl {
  const shared = inUse.get(location) ?? { openssl: openFirst(location), users: 0 };
  inUse.set(location, shared);
  shared.users++;
  return shared.openssl;
}

/** One loaded OpenSSL. */
export class OpenSsl implements Disposable {
  readonly crypto: CryptoFunctions;
  readonly ssl: SslFunctions;
  /** The file of libssl, or its name where the system's loader found it. */
  readonly path: string;
  /** As `3.0.17`. */
  readonly version: string;
  /** False for a release of OpenSSL 3 that is newer than those packetpeer was made for. */
  readonly isTested: boolean;
  /** Bytes for the wire, as `SslObject.takeOutput` hands them out. */
  readonly wireBuffer: Uint8Array<ArrayBuffer> = new Uint8Array(BUFFER_SIZE);
  /** Decrypted bytes on their way out of OpenSSL: more than a record's worth. */
  readonly plainBuffer: Uint8Array<ArrayBuffer> = new Uint8Array(BUFFER_SIZE);
  /** Bytes on their way to the wire. */
  readonly pool: BytePool = new BytePool();
  readonly timeval: Timeval = new Timeval(Deno.build.os === "windows");
  readonly #location: string;
  readonly #libraries: readonly [LazyLibrary<CryptoFunctions>, LazyLibrary<SslFunctions>];
  readonly #memoryMethod: Pointer | null;
  readonly #scratch: Pointer;
  #noAddress: Pointer | null = null;
  #acceptCookie: NativeCallback | null = null;
  readonly #buffer = new Uint8Array(BUFFER_SIZE);

  constructor(
    crypto: LazyLibrary<CryptoFunctions>,
    ssl: LazyLibrary<SslFunctions>,
    found: FoundLibrary,
  ) {
    this.#libraries = [crypto, ssl];
    this.crypto = crypto.functions;
    this.ssl = ssl.functions;
    this.path = found.pair.ssl;
    this.version = found.version.join(".");
    this.isTested = found.version[1] <= NEWEST_TESTED_MINOR;
    this.#location = found.location;
    this.#memoryMethod = this.crypto.BIO_s_mem();
    this.#scratch = this.makeBuffer();
  }

  /** Gives the library back; it is unloaded when nobody else uses it. */
  close(): void {
    const shared = inUse.get(this.#location);
    if (shared === undefined || shared.openssl !== this || --shared.users > 0) return;
    inUse.delete(this.#location);
    if (this.#noAddress !== null) this.crypto.BIO_ADDR_free(this.#noAddress);
    this.#acceptCookie?.close();
    this.crypto.BIO_free(this.#scratch);
    for (const library of this.#libraries) library.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** A cookie callback that accepts: cookies are checked before OpenSSL sees a datagram. */
  get acceptCookie(): NativeCallback {
    this.#acceptCookie ??= nativeCallback(
      { parameters: ["pointer", "pointer", "u32"], result: "i32" },
      () => 1,
    );
    return this.#acceptCookie;
  }

  /** Where `DTLSv1_listen` puts the address that memory BIOs do not know. */
  get noAddress(): Pointer {
    this.#noAddress ??= this.need(this.crypto.BIO_ADDR_new(), "make an address");
    return this.#noAddress;
  }

  /** A new BIO in memory. */
  makeBuffer(): Pointer {
    return this.need(this.crypto.BIO_new(this.#memoryMethod), "make a buffer");
  }

  /** The pointer, or a `PeerError` with OpenSSL's own words for why there is none. */
  need(pointer: Pointer | null, what: string): Pointer {
    if (pointer === null) throw this.failure(what);
    return pointer;
  }

  /** Throws a `PeerError` unless the result is 1, as of most functions of OpenSSL. */
  check(result: number, what: string): void {
    if (result !== 1) throw this.failure(what);
  }

  /** The error of a call that failed, from OpenSSL's queue of reasons. */
  failure(what: string): PeerError {
    const reasons = takeErrors(this.crypto).map(({ reason }) => reason);
    const why = reasons.length === 0 ? "OpenSSL gives no reason" : reasons.join("; ");
    return new PeerError("ERR_INVALID_DATA", `cannot ${what}: ${why}`);
  }

  /** What `write` puts into a memory BIO, as bytes of its own. */
  collect(write: (bio: Pointer) => number, what: string): Uint8Array<ArrayBuffer> {
    const bio = this.#scratch;
    try {
      if (write(bio) < 0) throw this.failure(what);
      return this.#drain(bio);
    } finally {
      this.crypto.BIO_ctrl(bio, BIO_CTRL_RESET, 0n, null);
    }
  }

  /** What `write` prints into a memory BIO, as text. */
  collectText(write: (bio: Pointer) => number, what: string): string {
    return new TextDecoder().decode(this.collect(write, what));
  }

  /** Calls `read` with a memory BIO that holds the bytes. */
  withBytes<T>(bytes: Uint8Array<ArrayBuffer>, read: (bio: Pointer) => T): T {
    const bio = this.makeBuffer();
    try {
      // Memory at the end of the BIO ends what is read, instead of "try again".
      this.crypto.BIO_ctrl(bio, BIO_C_SET_BUF_MEM_EOF_RETURN, 0n, null);
      if (bytes.length > 0) this.crypto.BIO_write(bio, bytes, bytes.length);
      return read(bio);
    } finally {
      this.crypto.BIO_free(bio);
    }
  }

  /** SHA-256 of the bytes. */
  sha256(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const digest = new Uint8Array(32);
    const type = this.crypto.EVP_sha256();
    const done = this.crypto.EVP_Digest(bytes, BigInt(bytes.length), digest, null, type, null);
    this.check(done, "compute SHA-256");
    return digest;
  }

  /** Bytes that nobody can guess. */
  randomBytes(length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    this.check(this.crypto.RAND_bytes(bytes, length), "get random bytes");
    return bytes;
  }

  #drain(bio: Pointer): Uint8Array<ArrayBuffer> {
    let collected = new Uint8Array(0);
    for (;;) {
      const count = this.crypto.BIO_read(bio, this.#buffer, this.#buffer.length);
      if (count <= 0) return collected;
      const joined = new Uint8Array(collected.length + count);
      joined.set(collected);
      joined.set(this.#buffer.subarray(0, count), collected.length);
      collected = joined;
    }
  }
}

/** A C `struct timeval`: two 64-bit fields, or two of 32 bits on Windows; macOS uses half of one. */
export class Timeval {
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(16);
  readonly #view = new DataView(this.bytes.buffer);
  readonly #isShort: boolean;

  constructor(isShort: boolean) {
    this.#isShort = isShort;
  }

  /** The time that was written into it. */
  milliseconds(): number {
    const seconds = this.#isShort
      ? this.#view.getInt32(0, true)
      : Number(this.#view.getBigInt64(0, true));
    return seconds * 1000 + this.#view.getInt32(this.#isShort ? 4 : 8, true) / 1000;
  }
}

interface FoundLibrary {
  readonly location: string;
  readonly pair: LibraryPair;
  readonly version: readonly [major: number, minor: number, patch: number];
}

function openFirst(location: string): OpenSsl {
  const failures: string[] = [];
  for (const pair of libraryCandidates(Deno.build, location)) {
    const opened = tryOpen(pair, location);
    if (opened instanceof OpenSsl) return opened;
    failures.push(opened);
  }
  const where = location === "" ? "" : ` in ${JSON.stringify(location)}`;
  const why = [...new Set(failures)].join("; ");
  throw new PeerError(
    "ERR_UNAVAILABLE",
    `DTLS and TLS need OpenSSL 3, and it is not usable${where}: ${why}; ${installHint(Deno.build)}`,
  );
}

/** The library, or why it cannot be used. */
function tryOpen(pair: LibraryPair, location: string): OpenSsl | string {
  try {
    const version = readVersion(pair.crypto);
    if (typeof version === "string") return version;
    // libcrypto first: then libssl binds to this one, not to another that the loader would find.
    const crypto = openLazily<CryptoFunctions>(pair.crypto, CRYPTO_SYMBOLS);
    const ssl = openLazily<SslFunctions>(pair.ssl, SSL_SYMBOLS);
    return new OpenSsl(crypto, ssl, { location, pair, version });
  } catch (error) {
    if (error instanceof PeerError) throw error;
    if (error instanceof Deno.errors.NotCapable) {
      const why = "Deno may not load OpenSSL; run with --allow-ffi";
      throw new PeerError("ERR_UNAUTHORIZED", why, null, { cause: error });
    }
    return error instanceof Error ? error.message : String(error);
  }
}

function readVersion(path: string): FoundLibrary["version"] | string {
  const library = Deno.dlopen(path, VERSION_SYMBOLS);
  try {
    // From the top: 4 bits major, 8 minor, 8 none, 8 patch, 4 none.
    const number = library.symbols.OpenSSL_version_num?.() ?? 0;
    const major = number >>> 28;
    if (major === SUPPORTED_MAJOR) return [major, (number >>> 20) & 0xff, (number >>> 4) & 0xff];
    return `${path} is ${major === 0 ? "not OpenSSL" : `OpenSSL ${major}`}`;
  } finally {
    library.close();
  }
}
