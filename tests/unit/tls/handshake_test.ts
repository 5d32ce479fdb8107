import { assert, assertEquals } from "@std/assert";
import { nodeCrypto } from "../../../src/commands/decode/node_crypto.ts";
import { NO_HELLOS, type Secrets, SecureConnection } from "../../../src/tls/handshake.ts";
import { KeyLog } from "../../../src/tls/key_log.ts";
import { RecordCipher } from "../../../src/tls/record_cipher.ts";
import {
  allSecrets,
  clientHello,
  keyLogOf,
  MASTER_SECRET,
  serverHello,
  tls13ServerHello,
} from "../../support/secure_records.ts";

const OTHER_RANDOM = new Uint8Array(32).fill(1);

function connectionOf(secrets: Secrets, server = serverHello()): SecureConnection {
  const connection = new SecureConnection(secrets);
  connection.observe("client side", 1, clientHello(), false);
  connection.observe("server side", 2, server, false);
  return connection;
}

Deno.test("SecureConnection reads hellos, and learns who is who", () => {
  const connection = connectionOf(allSecrets());
  assertEquals(connection.roleOf("client side"), "client");
  assertEquals(connection.roleOf("server side"), "server");
  assertEquals(connection.handshake?.server?.suite, 0xc02b);
  assertEquals(connection.handshake?.isTls13, false);
  assertEquals(connection.observe("server side", 14, new Uint8Array(0), false), NO_HELLOS);
});

Deno.test("SecureConnection begins anew with another client random only", () => {
  const connection = connectionOf(allSecrets());
  const first = connection.handshake;
  connection.observe("client side", 1, clientHello(), false);
  assert(connection.handshake === first);
  connection.observe("client side", 1, clientHello({ random: OTHER_RANDOM }), false);
  assert(connection.handshake !== first && connection.previous === first);
});

Deno.test("Handshake gives ciphers, the same one each time", () => {
  const { handshake } = connectionOf(allSecrets());
  const cipher = handshake?.cipher("client");
  assert(cipher instanceof RecordCipher);
  assert(handshake?.cipher("client") === cipher);
  assert(handshake?.cipher("server") !== cipher);
});

Deno.test("Handshake says why there is no cipher", () => {
  const noServer = new SecureConnection(allSecrets());
  noServer.observe("client side", 1, clientHello(), false);
  assertEquals(noServer.handshake?.cipher("client"), "no-handshake");
  const none = { keyLog: new KeyLog(), crypto: nodeCrypto };
  assertEquals(connectionOf(none).handshake?.cipher("client"), "no-keys");
  const noCrypto = { keyLog: keyLogOf(MASTER_SECRET), crypto: null };
  assertEquals(connectionOf(noCrypto).handshake?.cipher("client"), "no-keys");
  const cbc = connectionOf(allSecrets(), serverHello({ suites: [0xc014] }));
  assertEquals(cbc.handshake?.cipher("client"), "unsupported-cipher");
  const other = new SecureConnection(allSecrets());
  other.observe("client side", 1, clientHello({ random: OTHER_RANDOM }), false);
  other.observe("server side", 2, serverHello(), false);
  assertEquals(other.handshake?.cipher("client"), "no-secret");
});

Deno.test("Handshake finds secrets that come late", () => {
  const secrets: Secrets = { keyLog: new KeyLog(), crypto: null };
  const { handshake } = connectionOf(secrets);
  assertEquals(handshake?.cipher("client"), "no-keys");
  secrets.crypto = nodeCrypto;
  secrets.keyLog.add(`CLIENT_RANDOM ${"c1".repeat(32)} ${MASTER_SECRET.toHex()}`);
  assert(handshake?.cipher("client") instanceof RecordCipher);
});

Deno.test("Handshake gives the traffic keys of TLS 1.3", () => {
  const { handshake } = connectionOf(allSecrets(), tls13ServerHello());
  assertEquals(handshake?.isTls13, true);
  for (const phase of ["handshake", "application"] as const) {
    const traffic = handshake?.traffic("server", phase);
    assert(typeof traffic === "object");
    assert(traffic.next().cipher !== traffic.cipher);
  }
});
