import { assert, assertEquals } from "@std/assert";
import { nodeCrypto } from "../../../src/commands/decode/node_crypto.ts";
import { aeadSuite } from "../../../src/tls/cipher_suites.ts";
import { type Secrets, SecureConnection } from "../../../src/tls/handshake.ts";
import { nextTrafficSecret } from "../../../src/tls/key_schedule.ts";
import type { ObservedRecord } from "../../../src/tls/observed.ts";
import { recordWords } from "../../../src/tls/record_words.ts";
import { TlsSide } from "../../../src/tls/tls_side.ts";
import {
  allSecrets,
  clientHello,
  extension,
  keyLogOf,
  message,
  sealedTls12,
  sealedTls13,
  serverHello,
  TLS12,
  TLS13_SUITE,
  tls13ServerHello,
  tlsRecord,
  trafficSecret,
  TYPE,
} from "../../support/secure_records.ts";

const FINISHED = message(20, "twelve bytes");
const CHANGE = tlsRecord(TYPE.changeCipherSpec, [1]);

/** Both sides of a connection behind their hellos. */
class Sides {
  readonly client: TlsSide;
  readonly server: TlsSide;

  constructor(hello: Uint8Array = serverHello(), secrets: Secrets = allSecrets()) {
    const connection = new SecureConnection(secrets);
    this.client = new TlsSide(connection);
    this.server = new TlsSide(connection);
    read(this.client, tlsRecord(TYPE.handshake, message(1, clientHello())));
    read(this.server, tlsRecord(TYPE.handshake, message(2, hello)));
  }
}

function read(side: TlsSide, record: Uint8Array): ObservedRecord {
  const [type = 0] = record;
  return side.read({ type, version: TLS12, body: record.subarray(5) });
}

/** Application data as its text, other records as their words. */
function brief(record: ObservedRecord): string {
  return record.data === null ? recordWords(record) : new TextDecoder().decode(record.data);
}

function sealed(text: string, sequence: number): Uint8Array {
  return sealedTls12(text, { role: "client", sequence });
}

Deno.test("TlsSide decrypts TLS 1.2 from ChangeCipherSpec on", () => {
  const { client, server } = new Sides();
  const records = [
    CHANGE,
    sealedTls12(FINISHED, { role: "client", type: TYPE.handshake, sequence: 0 }),
    sealed("one", 1),
    sealed("two", 2),
    sealedTls12([1, 0], { role: "client", type: TYPE.alert, sequence: 3 }),
  ];
  assertEquals(records.map((record) => brief(read(client, record))), [
    "TLS 1.2 ChangeCipherSpec",
    "TLS 1.2 Finished",
    "one",
    "two",
    "TLS 1.2 Alert warning close_notify (0): the connection ends in order",
  ]);
  read(server, CHANGE);
  const answer = read(server, sealedTls12("answer", { role: "server", sequence: 0 }));
  assertEquals([brief(answer), answer.isDecrypted], ["answer", true]);
});

Deno.test("TlsSide finds the number of a record behind lost ones", () => {
  const { client } = new Sides();
  read(client, CHANGE);
  assertEquals(brief(read(client, sealed("first", 0))), "first");
  client.skip(50);
  assertEquals(brief(read(client, sealed("later", 41))), "later");
  assertEquals(brief(read(client, sealed("next", 42))), "next");
  assertEquals(read(client, sealed("skipped too far", 44)).locked, "wrong-key");
  // One that does not decrypt may be one that is missing.
  assertEquals(brief(read(client, sealed("found again", 44))), "found again");
});

Deno.test("TlsSide counts a damaged record as one of its number", () => {
  const { client } = new Sides();
  read(client, CHANGE);
  const damaged = sealed("damaged", 0);
  damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
  assertEquals(read(client, damaged).locked, "wrong-key");
  assertEquals(brief(read(client, sealed("good", 1))), "good");
});

Deno.test("TlsSide gives a wrong secret up", () => {
  const secrets = { keyLog: keyLogOf(new Uint8Array(48)), crypto: nodeCrypto };
  let tries = 0;
  secrets.crypto = { ...nodeCrypto, open: (box) => (tries++, nodeCrypto.open(box)) };
  const { client } = new Sides(serverHello(), secrets);
  read(client, CHANGE);
  for (let i = 0; i < 1000; i++) assertEquals(read(client, sealed("x", i)).locked, "wrong-key");
  assert(tries < 200, `${tries} tries`);
});

Deno.test("TlsSide knows nothing of a connection that it sees from the middle on", () => {
  const side = new TlsSide(new SecureConnection(allSecrets()));
  const hidden = [sealed("data", 7), tlsRecord(TYPE.handshake, [0, 0, 0, 0]), CHANGE];
  const found = hidden.map((record) => read(side, record).locked);
  assertEquals(found, ["no-handshake", "no-handshake", null]);
});

const SERVER_KEYS = trafficSecret("SERVER_TRAFFIC_SECRET_0");
const SERVER_HANDSHAKE = trafficSecret("SERVER_HANDSHAKE_TRAFFIC_SECRET");

Deno.test("TlsSide changes the keys of TLS 1.3 after Finished and after KeyUpdate", () => {
  const { server } = new Sides(tls13ServerHello());
  const suite = aeadSuite(TLS13_SUITE);
  assert(suite !== null);
  const updated = nextTrafficSecret(nodeCrypto, suite, SERVER_KEYS);
  const handshake = { type: TYPE.handshake };
  const records = [
    CHANGE,
    sealedTls13(message(8, "\0\0"), SERVER_HANDSHAKE, 0, handshake),
    sealedTls13(FINISHED, SERVER_HANDSHAKE, 1, { ...handshake, padding: 20 }),
    sealedTls13("one", SERVER_KEYS, 0),
    sealedTls13(message(24, [0]), SERVER_KEYS, 1, handshake),
    sealedTls13("two", updated, 0),
    sealedTls13("three", updated, 1),
  ];
  assertEquals(records.map((record) => brief(read(server, record))), [
    "TLS 1.3 ChangeCipherSpec",
    "TLS 1.3 EncryptedExtensions",
    "TLS 1.3 Finished",
    "one",
    "TLS 1.3 KeyUpdate",
    "two",
    "three",
  ]);
});

Deno.test("TlsSide finds the first application data of TLS 1.3 without handshake secrets", () => {
  const secrets = allSecrets();
  const { server } = new Sides(tls13ServerHello(), secrets);
  const unknown = sealedTls13(FINISHED, new Uint8Array(32).fill(99), 0, { type: TYPE.handshake });
  assertEquals(read(server, unknown).locked, "wrong-key");
  assertEquals(brief(read(server, sealedTls13("one", SERVER_KEYS, 0))), "one");
  assertEquals(brief(read(server, sealedTls13("two", SERVER_KEYS, 1))), "two");
});

Deno.test("TlsSide reads on behind a HelloRetryRequest", async () => {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("HelloRetryRequest"));
  const versions = extension(43, [3, 4]);
  const retry = serverHello({
    random: new Uint8Array(hash),
    suites: [TLS13_SUITE],
    extensions: [versions],
  });
  const { client, server } = new Sides(retry);
  const hello = tlsRecord(
    TYPE.handshake,
    message(1, clientHello({ extensions: [extension(43, [2, 3, 4])] })),
  );
  const answer = tlsRecord(TYPE.handshake, message(2, tls13ServerHello()));
  assertEquals([CHANGE, hello].map((record) => brief(read(client, record))), [
    "TLS 1.3 ChangeCipherSpec",
    "TLS 1.3 ClientHello (1 cipher suite)",
  ]);
  const finished = sealedTls13(FINISHED, SERVER_HANDSHAKE, 0, { type: TYPE.handshake });
  assertEquals([CHANGE, answer, finished].map((record) => brief(read(server, record))), [
    "TLS 1.3 ChangeCipherSpec",
    "TLS 1.3 ServerHello TLS_AES_128_GCM_SHA256",
    "TLS 1.3 Finished",
  ]);
});

Deno.test("TlsSide leaves early data alone, and decrypts what follows it", () => {
  const connection = new SecureConnection(allSecrets());
  const [client, server] = [new TlsSide(connection), new TlsSide(connection)];
  read(client, tlsRecord(TYPE.handshake, message(1, clientHello())));
  const early = sealedTls13("early", new Uint8Array(32).fill(77), 0);
  assertEquals([CHANGE, early].map((record) => read(client, record).locked), [null, "early-data"]);
  read(server, tlsRecord(TYPE.handshake, message(2, tls13ServerHello())));
  for (let i = 0; i < 50; i++) assertEquals(read(client, early).locked, "early-data");
  const keys = trafficSecret("CLIENT_HANDSHAKE_TRAFFIC_SECRET");
  const finished = sealedTls13(FINISHED, keys, 0, { type: TYPE.handshake });
  const data = sealedTls13("data", trafficSecret("CLIENT_TRAFFIC_SECRET_0"), 0);
  assertEquals([finished, data].map((record) => brief(read(client, record))), [
    "TLS 1.3 Finished",
    "data",
  ]);
});

Deno.test("TlsSide puts messages together that lie in several records", () => {
  const side = new TlsSide(new SecureConnection(allSecrets()));
  const bytes = message(1, clientHello());
  const half = bytes.length >> 1;
  const first = read(side, tlsRecord(TYPE.handshake, bytes.subarray(0, half)));
  assertEquals(brief(first), "TLS 1.2 Handshake, part of a message");
  assert(side.retained > 0);
  const second = read(side, tlsRecord(TYPE.handshake, bytes.subarray(half)));
  assertEquals(brief(second), "TLS 1.2 ClientHello (1 cipher suite)");
  assertEquals(side.retained, 0);
});
