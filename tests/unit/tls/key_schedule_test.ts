/** Vectors of the TLS working group for the PRF of TLS 1.2, and of RFC 8448 for TLS 1.3. */

import { assertEquals } from "@std/assert";
import { nodeCrypto } from "../../../src/commands/decode/node_crypto.ts";
import { aeadSuite } from "../../../src/tls/cipher_suites.ts";
import {
  expandLabel,
  keysOfMasterSecret,
  keysOfTrafficSecret,
  nextTrafficSecret,
  prf,
} from "../../../src/tls/key_schedule.ts";

const hex = (text: string): Uint8Array => Uint8Array.fromHex(text);

/** TLS_AES_128_GCM_SHA256, the suite of RFC 8448. */
const AES_128 = suite(0x1301);

function suite(number: number): NonNullable<ReturnType<typeof aeadSuite>> {
  const found = aeadSuite(number);
  if (found === null) throw new Error(`${number} is no AEAD suite`);
  return found;
}

for (
  const [hash, secret, seed, output] of [
    [
      "sha256",
      "9bbe436ba940f017b17652849a71db35",
      "a0ba9f936cda311827a6f796ffd5198c",
      "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14b" +
      "af9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5" +
      "a5110fff70187347b66",
    ],
    [
      "sha384",
      "b80b733d6ceefcdc71566ea48e5567df",
      "cd665cf6a8447dd6ff8b27555edb7465",
      "7b0c18e9ced410ed1804f2cfa34a336a1c14dffb4900bb5fd7942107e81c83cde9ca0faa60be9fe34f82b1233c91" +
      "46a0e534cb400fed2700884f9dc236f80edd8bfa961144c9e8d792eca722a7b32fc3d416d473ebc2c5fd4abfda" +
      "d05d9184259b5bf8cd4d90fa0d31e2dec479e4f1a26066f2eea9a69236a3e52655c9e9aee691c8f3a26854308d" +
      "5eaa3be85e0990703d73e56f",
    ],
  ] as const
) {
  Deno.test(`prf() makes the bytes of the ${hash} test vector`, () => {
    const parts = { secret: hex(secret), label: "test label", seed: hex(seed) };
    for (const size of [output.length / 2, 1, 33]) {
      const made = prf(nodeCrypto, hash, parts, size).toHex();
      assertEquals(made, output.slice(0, size * 2));
    }
  });
}

for (
  const [name, secret, key, nonce] of [
    [
      "server handshake",
      "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38",
      "3fce516009c21727d0f2e4e86ee403bc",
      "5d313eb2671276ee13000b30",
    ],
    [
      "client handshake",
      "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21",
      "dbfaa693d1762c5b666af5d950258d01",
      "5bd3c71b836e0b76bb73265f",
    ],
    [
      "server application",
      "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643",
      "9f02283b6c9c07efc26bb9f2ac92e356",
      "cf782b88dd83549aadf1e984",
    ],
    [
      "client application",
      "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5",
      "17422dda596ed5d9acd890e3c63f5051",
      "5b78923dee08579033e523d9",
    ],
  ] as const
) {
  Deno.test(`keysOfTrafficSecret() makes the ${name} keys of RFC 8448`, () => {
    const keys = keysOfTrafficSecret(nodeCrypto, AES_128, hex(secret));
    assertEquals([keys.key.toHex(), keys.nonce.toHex()], [key, nonce]);
  });
}

Deno.test("nextTrafficSecret() is HKDF-Expand-Label with the hash's own size", () => {
  const secret = new Uint8Array(48).fill(3);
  const next = nextTrafficSecret(nodeCrypto, suite(0x1302), secret);
  assertEquals(next, expandLabel(nodeCrypto, "sha384", secret, "traffic upd", 48));
  // More than one block: the first one is the same.
  const long = expandLabel(nodeCrypto, "sha384", secret, "traffic upd", 100);
  assertEquals([long.length, long.subarray(0, 40).toHex() === next.subarray(0, 40).toHex()], [
    100,
    false, // the size is part of what is hashed
  ]);
});

Deno.test("keysOfMasterSecret() cuts the key block as RFC 5246 6.3 says", () => {
  const randoms = { client: new Uint8Array(32).fill(1), server: new Uint8Array(32).fill(2) };
  const secret = new Uint8Array(48).fill(9);
  const seed = new Uint8Array(64).fill(2, 0, 32).fill(1, 32);
  for (const number of [0xc02b, 0xc02c, 0xcca9]) {
    const { hash, keySize, fixedNonceSize } = suite(number);
    const size = 2 * (keySize + fixedNonceSize);
    const block = prf(nodeCrypto, hash, { secret, label: "key expansion", seed }, size).toHex();
    const { client, server } = keysOfMasterSecret(nodeCrypto, suite(number), secret, randoms);
    const parts = [client.key, server.key, client.nonce, server.nonce];
    assertEquals(parts.map((part) => part.toHex()).join(""), block);
    assertEquals([client.key.length, client.nonce.length], [keySize, fixedNonceSize]);
  }
});
