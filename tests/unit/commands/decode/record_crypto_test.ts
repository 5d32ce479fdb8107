import { assertEquals } from "@std/assert";
import { MachineCrypto } from "../../../../src/commands/decode/record_crypto.ts";
import { PeerError } from "../../../../src/errors.ts";
import { opensslTest } from "../../../support/dtls_identities.ts";

const hex = (text: string): Uint8Array => Uint8Array.fromHex(text);

/** NIST SP 800-38C, example 3. */
const SEALED = {
  aead: "aes-128-ccm",
  tagSize: 8,
  key: hex("404142434445464748494a4b4c4d4e4f"),
  nonce: hex("101112131415161718191a1b"),
  additional: hex("000102030405060708090a0b0c0d0e0f10111213"),
  bytes: hex("e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951"),
} as const;
const PLAIN = "202122232425262728292a2b2c2d2e2f3031323334353637";

opensslTest("MachineCrypto opens AES-CCM, and nothing that was changed", () => {
  using crypto = new MachineCrypto();
  assertEquals(crypto.supports("aes-128-ccm"), true);
  assertEquals(crypto.open(SEALED)?.toHex(), PLAIN);
  assertEquals(crypto.open({ ...SEALED, additional: hex("00") }), null);
  assertEquals(crypto.open({ ...SEALED, nonce: new Uint8Array(12) }), null);
  assertEquals(crypto.open({ ...SEALED, bytes: SEALED.bytes.subarray(1) }), null);
  assertEquals(crypto.open({ ...SEALED, bytes: hex("00") }), null);
});

Deno.test("MachineCrypto does without AES-CCM where there is no OpenSSL, and looks for it once", () => {
  let tries = 0;
  using crypto = new MachineCrypto(() => {
    tries++;
    throw new PeerError("ERR_UNAVAILABLE", "no OpenSSL here");
  });
  assertEquals(crypto.supports("chacha20-poly1305"), true);
  assertEquals(tries, 0);
  assertEquals(crypto.supports("aes-256-ccm"), false);
  assertEquals(crypto.open(SEALED), null);
  assertEquals(tries, 1);
});
