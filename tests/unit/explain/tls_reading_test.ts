import { assert, assertEquals } from "@std/assert";
import { readTls } from "../../../src/explain/tls_reading.ts";
import { join, noise } from "./cases.ts";
import { cluesFor, hex } from "./clues.ts";

const DTLS_ALERT = hex("15fefd0000000000000001000202 28".replace(" ", ""));
const TLS_DATA = join(hex("1703030020"), noise(32));

Deno.test("readTls() tells DTLS handshakes, data and alerts apart", () => {
  const data = join(hex("17fefd00010000000000050028"), noise(40));
  const [alert] = readTls(cluesFor(DTLS_ALERT));
  assertEquals(alert?.what, "a DTLS 1.2 record (Alert handshake_failure (40))");
  const [reading] = readTls(cluesFor(data));
  assertEquals([reading?.what, reading?.score], ["a DTLS 1.2 record (ApplicationData)", 0.99]);
  assert(reading?.verdict.startsWith("an encrypted DTLS 1.2 record"));
});

Deno.test("readTls() trusts records less that other bytes follow", () => {
  const [reading] = readTls(cluesFor(join(DTLS_ALERT, [1, 2, 3])));
  assertEquals(reading?.score, 0.8);
});

Deno.test("readTls() reads TLS records in a row, and one that is cut off", () => {
  const [two] = readTls(cluesFor(join(TLS_DATA, TLS_DATA)));
  assertEquals(two?.text(), "ApplicationData, 32 bytes; ApplicationData, 32 bytes");
  const [cut] = readTls(cluesFor(TLS_DATA.subarray(0, 20)));
  assertEquals(cut?.what, "a TLS 1.2 or 1.3 record (ApplicationData)");
  assertEquals(cut?.score, 0.6);
});

Deno.test("readTls() names handshake messages", () => {
  const hello = join(hex("160301003c01000038"), new Uint8Array(56));
  assertEquals(readTls(cluesFor(hello))[0]?.what, "a TLS 1.0 record (ClientHello)");
});

Deno.test("readTls() makes nothing of other bytes", () => {
  for (
    const bytes of [
      hex("1700000020"),
      hex("17030300"),
      hex("16fe0000000000000000000000"),
      join("hello"),
    ]
  ) {
    assertEquals(readTls(cluesFor(bytes)), []);
  }
});
