/** AES-CCM (RFC 3610) of libcrypto, to read what others sent: Node's `crypto` has none in Deno. */

import type { OpenSsl } from "./openssl.ts";

/** What was sealed, and all that opens it. */
export interface CcmBox {
  /** 16 bytes for AES-128, 32 for AES-256. */
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  /** The data that is authenticated but not encrypted. */
  readonly additional: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

/** Numbers of `openssl/evp.h`. */
const EVP_CTRL_AEAD_SET_IVLEN = 0x09;
const EVP_CTRL_AEAD_SET_TAG = 0x11;

/**
 * The plain text; null when key, nonce or additional data are not those it was sealed with. Throws
 * `PeerError` when OpenSSL fails.
 */
export function openCcm(openssl: OpenSsl, box: CcmBox): Uint8Array<ArrayBuffer> | null {
  const { crypto } = openssl;
  const cipher = box.key.length === 16 ? crypto.EVP_aes_128_ccm() : crypto.EVP_aes_256_ccm();
  const context = openssl.need(crypto.EVP_CIPHER_CTX_new(), "make a cipher");
  try {
    const isReady = crypto.EVP_DecryptInit_ex(context, cipher, null, null, null) === 1 &&
      crypto.EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, box.nonce.length, null) === 1 &&
      crypto.EVP_CIPHER_CTX_ctrl(
          context,
          EVP_CTRL_AEAD_SET_TAG,
          box.tag.length,
          box.tag.slice(),
        ) === 1 &&
      crypto.EVP_DecryptInit_ex(context, null, null, box.key.slice(), box.nonce.slice()) === 1;
    if (!isReady) throw openssl.failure("decrypt with AES-CCM");
    // CCM wants the length of the text before the additional data, and all of the text at once.
    const { additional, ciphertext } = box;
    const written = new Int32Array(1);
    const size = ciphertext.length;
    const plain = new Uint8Array(size + 1); // no buffer may be empty: to C that would be null
    crypto.EVP_DecryptUpdate(context, null, written, null, size);
    crypto.EVP_DecryptUpdate(context, null, written, withRoom(additional), additional.length);
    const isRight = crypto.EVP_DecryptUpdate(
      context,
      plain,
      written,
      withRoom(ciphertext),
      size,
    ) > 0;
    crypto.ERR_clear_error(); // a wrong tag is no error to whoever comes next
    return isRight ? plain.subarray(0, size) : null;
  } finally {
    crypto.EVP_CIPHER_CTX_free(context);
  }
}

/** A copy with a byte to spare. */
function withRoom(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes.length + 1);
  copy.set(bytes);
  return copy;
}
