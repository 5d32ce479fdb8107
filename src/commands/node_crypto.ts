/** What decrypts TLS and DTLS records: Node's `crypto` module, loaded only when there are keys. */

import { createDecipheriv, createHmac } from "node:crypto";
import { TAG_SIZE } from "../tls/cipher_suites.ts";
import type { HashName, RecordCrypto, Sealed } from "../tls/crypto.ts";

/** HMAC and AEAD of Node's `crypto`. */
export const nodeCrypto: RecordCrypto = { hmac, open };

function hmac(hash: HashName, key: Uint8Array, message: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac(hash, key).update(message).digest());
}

function open({ aead, key, nonce, additional, bytes }: Sealed): Uint8Array | null {
  const end = bytes.length - TAG_SIZE;
  if (end < 0) return null;
  // The cast names the one cipher that the types know with this form of options.
  const cipher = createDecipheriv(aead as "chacha20-poly1305", key, nonce, {
    authTagLength: TAG_SIZE,
  });
  cipher.setAuthTag(bytes.subarray(end));
  cipher.setAAD(additional, { plaintextLength: end });
  const content = cipher.update(bytes.subarray(0, end));
  try {
    cipher.final();
  } catch (error) {
    // Node has no class of its own for a tag that does not fit.
    if (error instanceof Error) return null;
    throw error;
  }
  return new Uint8Array(content.buffer, content.byteOffset, content.length);
}
