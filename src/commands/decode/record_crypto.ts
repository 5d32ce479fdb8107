/**
 * What decrypts TLS and DTLS records: Node's `crypto`, and OpenSSL for the ciphers that it lacks,
 * loaded when the first record needs one of them.
 */

import { PeerError } from "../../errors.ts";
import { openCcm } from "../../dtls/ccm.ts";
import type { OpenSsl } from "../../dtls/openssl.ts";
import type { AeadName, HashName, RecordCrypto, Sealed } from "../../tls/crypto.ts";
import { nodeCrypto } from "./node_crypto.ts";
import { openLibrary } from "../security/openssl_library.ts";

/** All ciphers of records that this machine has. */
export class MachineCrypto implements RecordCrypto {
  /** Undefined before it was looked for, null where there is none. */
  #openssl: OpenSsl | null | undefined;
  readonly #open: () => OpenSsl;

  /** `open` loads OpenSSL; it throws `PeerError` where that does not work. */
  constructor(open: () => OpenSsl = openLibrary) {
    this.#open = open;
  }

  /** AES-CCM takes OpenSSL 3 and the permission to use it. */
  supports(aead: AeadName): boolean {
    return nodeCrypto.supports(aead) || this.#library() !== null;
  }

  hmac(hash: HashName, key: Uint8Array, message: Uint8Array): Uint8Array {
    return nodeCrypto.hmac(hash, key, message);
  }

  open(sealed: Sealed): Uint8Array | null {
    if (nodeCrypto.supports(sealed.aead)) return nodeCrypto.open(sealed);
    const openssl = this.#library();
    const end = sealed.bytes.length - sealed.tagSize;
    if (openssl === null || end < 0) return null;
    const ciphertext = sealed.bytes.subarray(0, end);
    return openCcm(openssl, { ...sealed, ciphertext, tag: sealed.bytes.subarray(end) });
  }

  /** Gives the library back. */
  [Symbol.dispose](): void {
    this.#openssl?.close();
    this.#openssl = undefined;
  }

  #library(): OpenSsl | null {
    if (this.#openssl === undefined) this.#openssl = this.#tryOpen();
    return this.#openssl;
  }

  #tryOpen(): OpenSsl | null {
    try {
      return this.#open();
    } catch (error) {
      if (error instanceof PeerError) return null;
      throw error;
    }
  }
}
