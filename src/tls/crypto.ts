/**
 * The cryptography that decrypting records takes, as an interface: cryptography is not ours to
 * write, and where it comes from is a matter of the outer folders.
 */

/** Hash functions of key schedules. */
export type HashName = "sha256" | "sha384";

/** Ciphers of records. All have a nonce of 12 bytes. */
export type AeadName =
  | "aes-128-gcm"
  | "aes-256-gcm"
  | "aes-128-ccm"
  | "aes-256-ccm"
  | "chacha20-poly1305";

/** What is sealed, and all that opens it. */
export interface Sealed {
  readonly aead: AeadName;
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  /** The data that is authenticated but not encrypted. */
  readonly additional: Uint8Array;
  /** The ciphertext, and the tag behind it. */
  readonly bytes: Uint8Array;
  /** Size of the tag in bytes. */
  readonly tagSize: number;
}

/** What a library of cryptography has to do; whoever opened it disposes of it. */
export interface RecordCrypto extends Disposable {
  /** False for a cipher that this library lacks. */
  supports(aead: AeadName): boolean;
  /** HMAC of the message. */
  hmac(hash: HashName, key: Uint8Array, message: Uint8Array): Uint8Array;
  /** The plain text; null when key, nonce or additional data are not those it was sealed with. */
  open(sealed: Sealed): Uint8Array | null;
}
