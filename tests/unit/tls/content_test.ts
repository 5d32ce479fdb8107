import { assertEquals } from "@std/assert";
import { alertIn, isClear, lockedRecord, seenRecord } from "../../../src/tls/content.ts";
import { SecureConnection } from "../../../src/tls/handshake.ts";
import { allSecrets, clientHello, serverHello, TLS12, TYPE } from "../../support/secure_records.ts";

const FIELDS = {
  protocol: "tls",
  type: TYPE.data,
  version: 0x0301,
  epoch: 0,
  sequence: 0,
  body: new Uint8Array(30),
} as const;

Deno.test("seenRecord() and lockedRecord() say what the connection is, once that is known", () => {
  const connection = new SecureConnection(allSecrets());
  const early = lockedRecord(connection, FIELDS, "no-handshake");
  assertEquals([early.connectionVersion, early.suite, early.length], [0x0301, null, 30]);
  assertEquals([early.locked, early.contentType, early.data], ["no-handshake", TYPE.data, null]);
  connection.observe("client", 1, clientHello(), false);
  connection.observe("server", 2, serverHello(), false);
  const seen = seenRecord(connection, FIELDS, { isDecrypted: true, contentType: TYPE.alert });
  assertEquals([seen.connectionVersion, seen.suite, seen.version], [TLS12, 0xc02b, 0x0301]);
  assertEquals([seen.locked, seen.isDecrypted, seen.contentType], [null, true, TYPE.alert]);
});

Deno.test("isClear() believes hellos and alerts of two bytes", () => {
  const clear = [[TYPE.handshake, [1]], [TYPE.handshake, [2]], [TYPE.alert, [2, 40]]] as const;
  for (const [type, bytes] of clear) assertEquals(isClear(type, Uint8Array.from(bytes)), true);
  const hidden = [[TYPE.handshake, [0]], [TYPE.alert, [1, 2, 3]], [TYPE.data, [1, 2]]] as const;
  for (const [type, bytes] of hidden) assertEquals(isClear(type, Uint8Array.from(bytes)), false);
});

Deno.test("alertIn() reads level and description", () => {
  assertEquals(alertIn(Uint8Array.of(2, 40)), { level: 2, description: 40 });
  assertEquals(alertIn(Uint8Array.of(2)), null);
});
