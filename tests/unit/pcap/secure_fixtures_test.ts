/** The TLS and DTLS captures in `fixtures/pcap`, whose README says what they hold. */

import { assertEquals } from "@std/assert";
import { nodeCrypto } from "../../../src/commands/decode/node_crypto.ts";
import { MachineCrypto } from "../../../src/commands/decode/record_crypto.ts";
import type { CaptureEvent, CaptureOptions } from "../../../src/pcap/capture.ts";
import { KeyLog } from "../../../src/tls/key_log.ts";
import { recordWords } from "../../../src/tls/record_words.ts";
import { decodeVariant } from "../../../src/variant/decode.ts";
import { variantToText } from "../../../src/variant/text.ts";
import { opensslTest } from "../../support/dtls_identities.ts";
import { codesOf, packetsOf, readAll } from "../../support/pcap_builder.ts";

const FOLDER = new URL("../../../fixtures/pcap/", import.meta.url);

function capture(name: string): Uint8Array {
  return Deno.readFileSync(new URL(`${name}.pcap`, FOLDER));
}

function decrypting(name: string): CaptureOptions {
  const keyLog = new KeyLog();
  const text = Deno.readTextFileSync(new URL(`${name}.keylog`, FOLDER));
  assertEquals(keyLog.add(text).badLines, 0);
  return { keyLog, crypto: nodeCrypto };
}

function words(events: readonly CaptureEvent[]): string[] {
  return events.flatMap((event) => event.type === "record" ? [recordWords(event.record)] : []);
}

/** The values of the packets, after a check that nothing is wrong and nothing stays hidden. */
function values(name: string, path: string): string[] {
  const events = readAll(capture(name), decrypting(name));
  assertEquals(codesOf(events), []);
  assertEquals(words(events).filter((text) => text.includes("encrypted")), []);
  const packets = packetsOf(events);
  assertEquals(new Set(packets.map(({ protocol }) => protocol.join(":"))), new Set([path]));
  return packets.map(({ payload }) => variantToText(decodeVariant(payload)));
}

const GODOT = [0, 1, 2].flatMap((n) => {
  const value = `{"client": 0, "n": ${n}, "at": Vector2(1.5, -2)}`;
  return [value, value];
});
const OPENSSL = ["1", "2", "3", "100", "101", "102", "4", "5", "6"];

Deno.test("the values in the TLS and DTLS captures", () => {
  assertEquals(values("godot_dtls_client", "eth:ip:udp:dtls"), GODOT);
  assertEquals(values("godot_tls_client", "eth:ip:tcp:tls:packet-stream"), GODOT);
  assertEquals(values("openssl_tls12", "eth:ip:tcp:tls:packet-stream"), OPENSSL);
  assertEquals(values("openssl_tls13", "eth:ip:tcp:tls:packet-stream"), OPENSSL);
});

opensslTest("the values in the captures with AES-CCM, with OpenSSL and without", () => {
  for (
    const [name, suite] of [
      ["openssl_tls12_ccm", "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8"],
      ["openssl_tls13_ccm", "TLS_AES_128_CCM_SHA256"],
    ] as const
  ) {
    using crypto = new MachineCrypto();
    const events = readAll(capture(name), { ...decrypting(name), crypto });
    assertEquals(codesOf(events), []);
    const texts = packetsOf(events).map(({ payload }) => variantToText(decodeVariant(payload)));
    assertEquals(texts, ["1", "2", "100"]);
    const hidden = words(readAll(capture(name), decrypting(name)));
    const why = `encrypted with ${suite}; AES-CCM takes OpenSSL 3 and --allow-ffi to decrypt`;
    assertEquals(hidden.some((text) => text.endsWith(why)), true, hidden.join("\n"));
  }
});

Deno.test("the handshake in godot_dtls_client.pcap, with and without its key log", () => {
  const name = "godot_dtls_client";
  const handshake = [
    "DTLS 1.2 ClientHello (SNI localhost, 104 cipher suites)",
    "DTLS 1.0 HelloVerifyRequest",
    "DTLS 1.2 ClientHello (SNI localhost, 104 cipher suites, with cookie)",
    "DTLS 1.2 ServerHello TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "DTLS 1.2 Certificate",
    "DTLS 1.2 ServerKeyExchange",
    "DTLS 1.2 ServerHelloDone",
    "DTLS 1.2 ClientKeyExchange",
    "DTLS 1.2 ChangeCipherSpec",
  ];
  const close = "DTLS 1.2 Alert warning close_notify (0): the connection ends in order";
  assertEquals(words(readAll(capture(name), decrypting(name))), [
    ...handshake,
    "DTLS 1.2 Finished",
    "DTLS 1.2 NewSessionTicket",
    "DTLS 1.2 ChangeCipherSpec",
    "DTLS 1.2 Finished",
    close,
    close,
  ]);
  const hidden = words(readAll(capture(name)));
  assertEquals(hidden.slice(0, handshake.length), handshake);
  const data = "DTLS 1.2 ApplicationData, 92 bytes, encrypted";
  assertEquals(hidden.filter((text) => text === data).length, 6);
  const other = words(readAll(capture(name), decrypting("openssl_tls12")));
  const why = "; the key log has no secret for this connection";
  assertEquals(other.filter((text) => text === data + why).length, 6);
});

Deno.test("the key updates in openssl_tls13.pcap", () => {
  const texts = words(readAll(capture("openssl_tls13"), decrypting("openssl_tls13")));
  assertEquals(
    texts[0],
    "TLS 1.3 ClientHello (SNI game.example, 2 cipher suites, " +
      "ALPN game/1 game/2)",
  );
  assertEquals(texts.filter((text) => text === "TLS 1.3 KeyUpdate").length, 2);
  assertEquals(texts.filter((text) => text === "TLS 1.3 NewSessionTicket").length, 2);
});

Deno.test("the TLS and DTLS captures are read in chunks of any size", () => {
  for (const name of ["godot_dtls_client", "openssl_tls12", "openssl_tls13"]) {
    const whole = readAll(capture(name), decrypting(name));
    for (const size of [1, 13, 1000]) {
      assertEquals(readAll(capture(name), decrypting(name), size), whole);
    }
  }
});
