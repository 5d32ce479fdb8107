import { assertEquals } from "@std/assert";
import { nodeCrypto } from "../../../src/commands/decode/node_crypto.ts";
import { aeadSuite } from "../../../src/tls/cipher_suites.ts";
import { keysOfTrafficSecret, type RecordKeys } from "../../../src/tls/key_schedule.ts";
import { RecordCipher } from "../../../src/tls/record_cipher.ts";
import {
  CHACHA_SUITE,
  DTLS12,
  GCM_SUITE,
  keys12,
  seal12,
  sealedTls13,
  TLS12,
  TLS13_SUITE,
  TYPE,
} from "../../support/secure_records.ts";

function cipherOf(suite: number, keys: RecordKeys, isTls13 = false): RecordCipher {
  const aead = aeadSuite(suite);
  if (aead === null) throw new Error(`${suite} is no AEAD suite`);
  return new RecordCipher(nodeCrypto, aead, keys, isTls13);
}

function tls13Cipher(secret: Uint8Array): RecordCipher {
  const aead = aeadSuite(TLS13_SUITE);
  if (aead === null) throw new Error("no AEAD suite");
  return cipherOf(TLS13_SUITE, keysOfTrafficSecret(nodeCrypto, aead, secret), true);
}

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

Deno.test("RecordCipher opens the client's application data of RFC 8448 3", () => {
  const secret = "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5";
  const body =
    "a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a20441" +
    "e2b62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4";
  const opened = tls13Cipher(Uint8Array.fromHex(secret)).open({
    type: TYPE.data,
    version: TLS12,
    epoch: 0,
    sequence: 0,
    body: Uint8Array.fromHex(body),
  });
  assertEquals(opened?.type, TYPE.data);
  assertEquals([...opened?.content ?? []], Array.from({ length: 50 }, (_, i) => i));
});

for (const suite of [GCM_SUITE, CHACHA_SUITE]) {
  Deno.test(`RecordCipher opens records of TLS and DTLS 1.2, suite ${suite.toString(16)}`, () => {
    const cipher = cipherOf(suite, keys12("client", suite));
    for (const [version, epoch] of [[TLS12, 0], [DTLS12, 1], [DTLS12, 65535]] as const) {
      for (const sequence of [0, 1, 0x1_0000_0005, 2 ** 47]) {
        const body = seal12("hello", { role: "client", suite, version, epoch, sequence });
        const record = { type: TYPE.data, version, epoch, sequence, body };
        assertEquals(text(cipher.open(record)?.content), "hello");
        assertEquals(cipher.open({ ...record, sequence: sequence + 1 }), null);
        assertEquals(cipher.open({ ...record, type: TYPE.handshake }), null);
        assertEquals(cipher.open({ ...record, version: version - 1 }), null);
        assertEquals(cipherOf(suite, keys12("server", suite)).open(record), null);
      }
    }
  });

  Deno.test(`RecordCipher refuses what is too short or damaged, suite ${suite.toString(16)}`, () => {
    const cipher = cipherOf(suite, keys12("client", suite));
    const body = seal12("hello", { role: "client", suite, sequence: 0 });
    for (let size = 0; size < body.length; size++) {
      const record = { type: TYPE.data, version: TLS12, epoch: 0, sequence: 0 };
      assertEquals(cipher.open({ ...record, body: body.subarray(0, size) }), null);
      const damaged = body.slice();
      damaged[size] = (damaged[size] ?? 0) ^ 1;
      assertEquals(cipher.open({ ...record, body: damaged }), null);
    }
  });
}

Deno.test("RecordCipher takes the content type and the padding of TLS 1.3 off", () => {
  const secret = new Uint8Array(32).fill(8);
  const cipher = tls13Cipher(secret);
  const open = (sealed: Uint8Array) =>
    cipher.open({
      type: TYPE.data,
      version: TLS12,
      epoch: 0,
      sequence: 3,
      body: sealed.subarray(5),
    });
  for (const padding of [0, 1, 500]) {
    const opened = open(sealedTls13("hi\0", secret, 3, { type: TYPE.handshake, padding }));
    assertEquals([opened?.type, text(opened?.content)], [TYPE.handshake, "hi\0"]);
  }
  // All zeros: there is no content type.
  const empty = open(sealedTls13("", secret, 3, { type: 0, padding: 9 }));
  assertEquals([empty?.type, empty?.content.length], [0, 0]);
  assertEquals(open(new Uint8Array(5 + 15)), null);
});
