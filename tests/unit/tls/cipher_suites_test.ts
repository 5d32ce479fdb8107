import { assertEquals } from "@std/assert";
import { aeadSuite, suiteName } from "../../../src/tls/cipher_suites.ts";

Deno.test("suiteName() names suites as IANA does, and others by number", () => {
  assertEquals(suiteName(0x1301), "TLS_AES_128_GCM_SHA256");
  assertEquals(suiteName(0xc02f), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  assertEquals(suiteName(0xcca9), "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");
  assertEquals(suiteName(0x0a0a), "cipher suite 0x0a0a");
});

Deno.test("aeadSuite() knows what AES-GCM and ChaCha20-Poly1305 need", () => {
  assertEquals(aeadSuite(0xc02f), {
    aead: "aes-128-gcm",
    hash: "sha256",
    keySize: 16,
    fixedNonceSize: 4,
  });
  assertEquals(aeadSuite(0x1302), {
    aead: "aes-256-gcm",
    hash: "sha384",
    keySize: 32,
    fixedNonceSize: 4,
  });
  assertEquals(aeadSuite(0xcca8), {
    aead: "chacha20-poly1305",
    hash: "sha256",
    keySize: 32,
    fixedNonceSize: 12,
  });
});

Deno.test("aeadSuite() refuses CBC, CCM, other block ciphers and unknown suites", () => {
  for (const suite of [0xc014, 0xc09c, 0xc0a8, 0xc05c, 0x00ff, 0x0a0a]) {
    assertEquals(aeadSuite(suite), null, suiteName(suite));
  }
});
