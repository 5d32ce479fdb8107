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
    tagSize: 16,
    fixedNonceSize: 4,
  });
  assertEquals(aeadSuite(0x1302), {
    aead: "aes-256-gcm",
    hash: "sha384",
    keySize: 32,
    tagSize: 16,
    fixedNonceSize: 4,
  });
  assertEquals(aeadSuite(0xcca8), {
    aead: "chacha20-poly1305",
    hash: "sha256",
    keySize: 32,
    tagSize: 16,
    fixedNonceSize: 12,
  });
});

Deno.test("aeadSuite() knows AES-CCM with both sizes of its tag", () => {
  const ccm = (suite: number): unknown[] => {
    const { aead, keySize, tagSize } = aeadSuite(suite) ?? {};
    return [aead, keySize, tagSize];
  };
  assertEquals(ccm(0xc0ac), ["aes-128-ccm", 16, 16]);
  assertEquals(ccm(0xc0af), ["aes-256-ccm", 32, 8]);
  assertEquals(ccm(0x1304), ["aes-128-ccm", 16, 16]);
  assertEquals(ccm(0x1305), ["aes-128-ccm", 16, 8]);
});

Deno.test("aeadSuite() refuses CBC, other block ciphers and unknown suites", () => {
  for (const suite of [0xc014, 0xc05c, 0x00ff, 0x0a0a]) {
    assertEquals(aeadSuite(suite), null, suiteName(suite));
  }
});
