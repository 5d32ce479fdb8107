import { assertEquals } from "@std/assert";
import { nodeCrypto } from "../../../../src/commands/decode/node_crypto.ts";

const hex = (text: string): Uint8Array => Uint8Array.fromHex(text);

Deno.test("nodeCrypto.hmac() makes the codes of RFC 4231, test case 2", () => {
  const [key, message] = ["Jefe", "what do ya want for nothing?"].map((text) =>
    new TextEncoder().encode(text)
  );
  const hmac = (hash: "sha256" | "sha384") =>
    nodeCrypto.hmac(hash, key ?? hex(""), message ?? hex("")).toHex();
  assertEquals(hmac("sha256"), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  assertEquals(
    hmac("sha384"),
    "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e" +
      "8e2240ca5e69e2c78b3239ecfab21649",
  );
});

Deno.test("nodeCrypto.open() opens the vector of RFC 8439 2.8.2, and nothing else", () => {
  const sealed = {
    aead: "chacha20-poly1305",
    tagSize: 16,
    key: hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"),
    nonce: hex("070000004041424344454647"),
    additional: hex("50515253c0c1c2c3c4c5c6c7"),
    bytes: hex(
      "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da" +
        "92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585" +
        "808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691",
    ),
  } as const;
  const text = new TextDecoder().decode(nodeCrypto.open(sealed) ?? hex(""));
  assertEquals(text.slice(0, 38), "Ladies and Gentlemen of the class of '");
  assertEquals(nodeCrypto.open({ ...sealed, additional: hex("00") }), null);
  assertEquals(nodeCrypto.open({ ...sealed, bytes: sealed.bytes.subarray(1) }), null);
  assertEquals(nodeCrypto.open({ ...sealed, bytes: hex("00") }), null);
});

Deno.test("nodeCrypto.open() opens AES-GCM, test cases 1 and 13 of its specification", () => {
  for (
    const [aead, size, tag] of [
      ["aes-128-gcm", 16, "58e2fccefa7e3061367f1d57a4e7455a"],
      ["aes-256-gcm", 32, "530f8afbc74536b9a963b4f1c4cb738b"],
    ] as const
  ) {
    const key = new Uint8Array(size), nonce = new Uint8Array(12);
    const box = { aead, key, nonce, additional: hex(""), tagSize: 16 };
    assertEquals(nodeCrypto.open({ ...box, bytes: hex(tag) })?.length, 0);
    assertEquals(nodeCrypto.open({ ...box, bytes: new Uint8Array(16) }), null);
  }
});
