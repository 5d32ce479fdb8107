import { assertEquals } from "@std/assert";
import { SecureConnection } from "../../../src/tls/handshake.ts";
import { lockWords, recordWords } from "../../../src/tls/record_words.ts";
import { TlsSide } from "../../../src/tls/tls_side.ts";
import {
  allSecrets,
  clientHello,
  extension,
  message,
  serverHello,
  serverName,
  TYPE,
} from "../../support/secure_records.ts";
import { concat } from "../../support/pcap_builder.ts";

function words(type: number, body: Uint8Array): string {
  const side = new TlsSide(new SecureConnection(allSecrets()));
  const record = side.read({ type, version: 0x0303, body });
  return recordWords(record);
}

Deno.test("recordWords() tells what a client offers", () => {
  const extensions = [serverName("game.example"), extension(16, [0, 3, 2, 0x68, 0x32])];
  const versions = extension(43, [2, 3, 4]);
  const hello = clientHello({ suites: [1, 2], extensions: [...extensions, versions] });
  assertEquals(
    words(TYPE.handshake, message(1, hello)),
    "TLS 1.3 ClientHello (SNI game.example, 2 cipher suites, ALPN h2)",
  );
});

Deno.test("recordWords() names several messages, and a HelloRetryRequest", async () => {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("HelloRetryRequest"));
  const retry = serverHello({ random: new Uint8Array(hash), suites: [0x1301] });
  const body = concat(message(2, retry), message(99, ""));
  assertEquals(
    words(TYPE.handshake, body),
    "TLS 1.2 HelloRetryRequest TLS_AES_128_GCM_SHA256, handshake type 99",
  );
});

Deno.test("recordWords() tells alerts in words", () => {
  assertEquals(
    words(TYPE.alert, Uint8Array.of(2, 70)),
    "TLS 1.2 Alert fatal protocol_version (70): no protocol version that both sides accept",
  );
});

Deno.test("recordWords() tells what is hidden, and why", () => {
  assertEquals(
    words(TYPE.data, new Uint8Array(61)),
    "TLS 1.2 ApplicationData, 61 bytes, encrypted; the capture does not have its handshake",
  );
  assertEquals(lockWords("no-keys", null), "");
  assertEquals(lockWords("no-secret", null), "; the key log has no secret for this connection");
  assertEquals(lockWords("wrong-key", null), "; it does not decrypt with the key in the key log");
  assertEquals(
    lockWords("unsupported-cipher", 0xc014),
    " with TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA; " +
      "AES-GCM, AES-CCM and ChaCha20-Poly1305 can be decrypted",
  );
  assertEquals(
    lockWords("unsupported-cipher", 0xc0ae),
    " with TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8; " +
      "AES-CCM takes OpenSSL 3 and --allow-ffi to decrypt",
  );
});
