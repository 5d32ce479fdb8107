/**
 * Opens the protected records of one direction: AES-GCM, AES-CCM and ChaCha20-Poly1305 records of
 * TLS and DTLS 1.2 (RFC 5246 6.2.3.3, RFC 5288, RFC 6655, RFC 6347 4.1.2.1, RFC 7905) and of TLS 1.3
 * (RFC 8446 5.2).
 */

import { type AeadSuite, NONCE_SIZE } from "./cipher_suites.ts";
import type { RecordCrypto } from "./crypto.ts";
import type { RecordKeys } from "./key_schedule.ts";

/** One protected record. */
export interface ProtectedRecord {
  readonly type: number;
  /** As in its header. */
  readonly version: number;
  /** DTLS only; 0 for TLS. */
  readonly epoch: number;
  /** TLS: counted from 0 since the keys came into use. */
  readonly sequence: number;
  readonly body: Uint8Array;
}

/** What was in a record. */
export interface OpenedRecord {
  /** The content type: in TLS 1.3 it stands inside. */
  readonly type: number;
  readonly content: Uint8Array;
}

/** Opens records with the keys of one direction. */
export class RecordCipher {
  readonly #crypto: RecordCrypto;
  readonly #suite: AeadSuite;
  readonly #keys: RecordKeys;
  readonly #isTls13: boolean;

  constructor(crypto: RecordCrypto, suite: AeadSuite, keys: RecordKeys, isTls13: boolean) {
    this.#crypto = crypto;
    this.#suite = suite;
    this.#keys = keys;
    this.#isTls13 = isTls13;
  }

  /** What is in a record; null when it was not made with these keys, or is damaged. */
  open(record: ProtectedRecord): OpenedRecord | null {
    return this.#isTls13 ? this.#openTls13(record) : this.#openTls12(record);
  }

  #openTls12(record: ProtectedRecord): OpenedRecord | null {
    const { type, version, body } = record;
    // What the keys do not have of the nonce stands in front of the ciphertext.
    const explicitSize = NONCE_SIZE - this.#keys.nonce.length;
    const size = body.length - explicitSize - this.#suite.tagSize;
    if (size < 0) return null;
    const number = sequenceBytes(record);
    const additional = new Uint8Array(13);
    additional.set(number);
    additional.set([type, version >> 8, version & 0xff, size >> 8, size & 0xff], 8);
    const nonce = explicitSize === 0
      ? this.#combinedNonce(number)
      : this.#explicitNonce(body.subarray(0, explicitSize));
    const content = this.#open(nonce, additional, body.subarray(explicitSize));
    return content === null ? null : { type, content };
  }

  /** The content type is the last byte of the plain text that is not zero; zeros behind it pad. */
  #openTls13(record: ProtectedRecord): OpenedRecord | null {
    const { type, version, body } = record;
    if (body.length < this.#suite.tagSize) return null;
    const { length } = body;
    const additional = [type, version >> 8, version & 0xff, length >> 8, length & 0xff];
    const nonce = this.#combinedNonce(sequenceBytes(record));
    const inner = this.#open(nonce, Uint8Array.from(additional), body);
    if (inner === null) return null;
    let end = inner.length - 1;
    while (end > 0 && inner[end] === 0) end--;
    return { type: inner[end] ?? 0, content: inner.subarray(0, Math.max(0, end)) };
  }

  #open(nonce: Uint8Array, additional: Uint8Array, bytes: Uint8Array): Uint8Array | null {
    const { aead, tagSize } = this.#suite;
    return this.#crypto.open({ aead, tagSize, key: this.#keys.key, nonce, additional, bytes });
  }

  #explicitNonce(explicit: Uint8Array): Uint8Array {
    const nonce = new Uint8Array(NONCE_SIZE);
    nonce.set(this.#keys.nonce);
    nonce.set(explicit, this.#keys.nonce.length);
    return nonce;
  }

  #combinedNonce(number: Uint8Array): Uint8Array {
    const nonce = this.#keys.nonce.slice();
    number.forEach((byte, i) => {
      const at = NONCE_SIZE - number.length + i;
      nonce[at] = (nonce[at] ?? 0) ^ byte;
    });
    return nonce;
  }
}

/** The 64-bit number that tells a record from all others under its keys. */
function sequenceBytes({ epoch, sequence }: ProtectedRecord): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  const high = Math.floor(sequence / 0x1_0000_0000);
  view.setUint16(0, epoch + (high >>> 16));
  view.setUint16(2, high & 0xffff);
  view.setUint32(4, sequence >>> 0);
  return bytes;
}
