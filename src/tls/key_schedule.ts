/**
 * From logged secrets to the keys of records: the pseudorandom function of TLS 1.2 (RFC 5246 5 and
 * 6.3) and HKDF-Expand-Label of TLS 1.3 (RFC 8446 7.1 to 7.3, RFC 5869). HMAC comes from outside.
 */

import { type AeadSuite, NONCE_SIZE } from "./cipher_suites.ts";
import type { HashName, RecordCrypto } from "./crypto.ts";

/** What records of one direction are protected with. */
export interface RecordKeys {
  readonly key: Uint8Array;
  /** The nonce that sequence numbers are combined with, or its fixed beginning. */
  readonly nonce: Uint8Array;
}

/** The keys of both directions. */
export interface ConnectionKeys {
  readonly client: RecordKeys;
  readonly server: RecordKeys;
}

const HASH_SIZES: Readonly<Record<HashName, number>> = { sha256: 32, sha384: 48 };
const encoder = new TextEncoder();

/** `PRF(secret, label, seed)` of TLS 1.2, `size` bytes of it. */
export function prf(
  crypto: RecordCrypto,
  hash: HashName,
  { secret, label, seed }: {
    readonly secret: Uint8Array;
    readonly label: string;
    readonly seed: Uint8Array;
  },
  size: number,
): Uint8Array {
  const labeledSeed = join(encoder.encode(label), seed);
  const output = new Uint8Array(size);
  let a = labeledSeed;
  for (let at = 0; at < size;) {
    a = crypto.hmac(hash, secret, a);
    const part = crypto.hmac(hash, secret, join(a, labeledSeed));
    output.set(part.subarray(0, size - at), at);
    at += part.length;
  }
  return output;
}

/** `HKDF-Expand-Label(secret, label, "", size)` of TLS 1.3. */
export function expandLabel(
  crypto: RecordCrypto,
  hash: HashName,
  secret: Uint8Array,
  label: string,
  size: number,
): Uint8Array {
  const name = encoder.encode(`tls13 ${label}`);
  const info = join([size >> 8, size & 0xff, name.length], name, [0]);
  const output = new Uint8Array(size);
  let block: Uint8Array = new Uint8Array(0);
  for (let at = 0, counter = 1; at < size; counter++) {
    block = crypto.hmac(hash, secret, join(block, info, [counter]));
    output.set(block.subarray(0, size - at), at);
    at += block.length;
  }
  return output;
}

/** The keys that TLS and DTLS 1.2 make of a master secret. */
export function keysOfMasterSecret(
  crypto: RecordCrypto,
  suite: AeadSuite,
  secret: Uint8Array,
  randoms: { readonly client: Uint8Array; readonly server: Uint8Array },
): ConnectionKeys {
  const { hash, keySize, fixedNonceSize } = suite;
  const seed = join(randoms.server, randoms.client);
  const size = 2 * (keySize + fixedNonceSize);
  const block = prf(crypto, hash, { secret, label: "key expansion", seed }, size);
  let at = 0;
  const take = (count: number): Uint8Array => block.subarray(at, at += count);
  const keys = [take(keySize), take(keySize)] as const;
  return {
    client: { key: keys[0], nonce: take(fixedNonceSize) },
    server: { key: keys[1], nonce: take(fixedNonceSize) },
  };
}

/** The keys that TLS 1.3 makes of a traffic secret. */
export function keysOfTrafficSecret(
  crypto: RecordCrypto,
  suite: AeadSuite,
  secret: Uint8Array,
): RecordKeys {
  return {
    key: expandLabel(crypto, suite.hash, secret, "key", suite.keySize),
    nonce: expandLabel(crypto, suite.hash, secret, "iv", NONCE_SIZE),
  };
}

/** The traffic secret after a KeyUpdate. */
export function nextTrafficSecret(
  crypto: RecordCrypto,
  { hash }: AeadSuite,
  secret: Uint8Array,
): Uint8Array {
  return expandLabel(crypto, hash, secret, "traffic upd", HASH_SIZES[hash]);
}

/** One array of several. */
function join(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
