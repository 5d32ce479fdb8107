import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { dtlsRecords } from "../../../src/dtls/record.ts";
import { DtlsSide } from "../../../src/tls/dtls_side.ts";
import { SecureConnection } from "../../../src/tls/handshake.ts";
import type { ObservedRecord } from "../../../src/tls/observed.ts";
import { recordWords } from "../../../src/tls/record_words.ts";
import { concat } from "../../support/pcap_builder.ts";
import {
  allSecrets,
  clientHello,
  DTLS12,
  dtlsMessage,
  dtlsRecord,
  sealedDtls,
  serverHello,
  serverName,
  TYPE,
} from "../../support/secure_records.ts";

function read(side: DtlsSide, ...records: readonly Uint8Array[]): ObservedRecord[] {
  const datagram = concat(...records);
  return dtlsRecords(datagram).map((header) => side.read(datagram, header));
}

function brief(records: readonly ObservedRecord[]): string[] {
  return records.map((record) =>
    record.data === null ? recordWords(record) : new TextDecoder().decode(record.data)
  );
}

const HELLO = clientHello({ version: DTLS12, cookie: "", extensions: [serverName("a.example")] });
const SERVER_HELLO = serverHello({ version: DTLS12 });

function sides(): { client: DtlsSide; server: DtlsSide; connection: SecureConnection } {
  const connection = new SecureConnection(allSecrets());
  const [client, server] = [new DtlsSide(connection), new DtlsSide(connection)];
  read(client, dtlsRecord(TYPE.handshake, dtlsMessage(1, 0, HELLO)));
  read(server, dtlsRecord(TYPE.handshake, dtlsMessage(2, 0, SERVER_HELLO)));
  return { client, server, connection };
}

const sealed = (text: string, sequence: number) => sealedDtls(text, { role: "client", sequence });

Deno.test("DtlsSide reads handshake messages, several in a record", () => {
  const side = new DtlsSide(new SecureConnection(allSecrets()));
  const flight = concat(dtlsMessage(2, 0, SERVER_HELLO), dtlsMessage(14, 1, ""));
  const [record] = read(side, dtlsRecord(TYPE.handshake, flight, 0, 7));
  assert(record !== undefined);
  assertEquals(
    recordWords(record),
    [
      "DTLS 1.2 ServerHello TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
      "ServerHelloDone",
    ].join(", "),
  );
  assertEquals([record.epoch, record.sequence, record.length], [0, 7, flight.length]);
  assertEquals(record.messages.map(({ sequence }) => sequence), [0, 1]);
});

Deno.test("DtlsSide reads a hello in fragments", () => {
  const side = new DtlsSide(new SecureConnection(allSecrets()));
  const half = HELLO.length >> 1;
  const parts = [[half, HELLO.length], [0, half]] as const;
  const records = parts.map((part) => dtlsRecord(TYPE.handshake, dtlsMessage(1, 0, HELLO, part)));
  assertEquals(brief(read(side, ...records)), [
    `DTLS 1.2 ClientHello (fragment ${half}-${HELLO.length} of ${HELLO.length})`,
    "DTLS 1.2 ClientHello (SNI a.example, 1 cipher suite)",
  ]);
});

Deno.test("DtlsSide decrypts records in any order", () => {
  const { client, server } = sides();
  const records = [sealed("b", 2), sealed("a", 1), sealed("z", 900), sealed("c", 3)];
  assertEquals(brief(read(client, ...records)), ["b", "a", "z", "c"]);
  const answer = sealedDtls("answer", { role: "server", sequence: 1 });
  assertEquals(brief(read(server, answer)), ["answer"]);
});

Deno.test("DtlsSide marks records that come again", () => {
  const { client } = sides();
  const records = read(client, sealed("a", 1), sealed("b", 2), sealed("a", 1), sealed("b", 2));
  assertEquals(records.map(({ isReplayed }) => isReplayed), [false, false, true, true]);
});

Deno.test("DtlsSide does not take a forged record for one that came", () => {
  const { client } = sides();
  const forged = sealed("forged", 5);
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
  const records = read(client, forged, sealed("real", 5));
  assertEquals(records.map(({ locked, isReplayed }) => [locked, isReplayed]), [
    ["wrong-key", false],
    [null, false],
  ]);
});

Deno.test("DtlsSide still has the keys of the handshake before the latest", () => {
  const { client } = sides();
  const random = new Uint8Array(32).fill(3);
  const other = clientHello({ version: DTLS12, cookie: "", random });
  read(client, dtlsRecord(TYPE.handshake, dtlsMessage(1, 0, other)));
  assertEquals(brief(read(client, sealed("late", 9))), ["late"]);
});

Deno.test("DtlsSide knows nothing of a connection that it sees from the middle on", () => {
  const side = new DtlsSide(new SecureConnection(allSecrets()));
  const records = read(side, sealed("data", 7), dtlsRecord(TYPE.data, "clear?"));
  assertEquals(records.map(({ locked }) => locked), ["no-handshake", "no-handshake"]);
});

Deno.test("DtlsSide takes whatever lengths handshake messages say", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
    const { client } = sides();
    const lying = dtlsMessage(11, 3, "0123456789").fill(0xff, 1, 12);
    for (const body of [bytes, concat(lying, bytes), concat(dtlsMessage(14, 2, ""), bytes)]) {
      const [record] = read(client, dtlsRecord(TYPE.handshake, body));
      assert(record !== undefined && recordWords(record) !== "");
    }
    assert(client.retained <= 1 << 16);
  }));
});
