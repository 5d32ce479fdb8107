/** HMAC and most AEAD ciphers of TLS by Node's `crypto` module, loaded only when there are keys. */

import { createDecipheriv, createHmac } from "node:crypto";
import type { AeadName, HashName, RecordCrypto, Sealed } from "../../tls/crypto.ts";

/** HMAC, AES-GCM and ChaCha20-Poly1305 of Node's `crypto`. */
export const nodeCrypto: RecordCrypto = { supports, hmac, open, [Symbol.dispose]: () => {} };

/** Deno's `node:crypto` has no AES-CCM. */
function supports(aead: AeadName): boolean {
  return !aead.endsWith("-ccm");
}

function hmac(hash: HashName, key: Uint8Array, message: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac(hash, key).update(message).digest());
}

function open({ aead, key, nonce, additional, bytes, tagSize }: Sealed): Uint8Array | null {
  const end = bytes.length - tagSize;
  if (end < 0) return null;
  // The cast names the one cipher that the types know with this form of options.
  const cipher = createDecipheriv(aead as "chacha20-poly1305", key, nonce, {
    authTagLength: tagSize,
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
