import { assertEquals } from "@std/assert";
import {
  contentName,
  dtlsRecordAt,
  dtlsRecords,
  handshakeHeaders,
  handshakeName,
  packRecords,
  summarizeDatagram,
  tlsRecordAt,
  versionName,
} from "../../../src/dtls/record.ts";

/** A record with this content type, epoch, sequence number and body. */
function record(type: number, epoch: number, sequence: number, body: readonly number[]): number[] {
  return [type, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0, sequence, 0, body.length, ...body];
}

const ALERT = record(21, 0, 1, [2, 40]);
const DATA = record(23, 1, 2, [1, 2, 3]);
const DONE = record(22, 0, 3, [14, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0]);

Deno.test("dtlsRecordAt() reads the header", () => {
  const bytes = new Uint8Array([9, ...DATA]);
  assertEquals(dtlsRecordAt(bytes, 1), {
    type: 23,
    version: 0xfefd,
    epoch: 1,
    sequence: 2,
    offset: 1,
    bodyOffset: 14,
    bodyLength: 3,
  });
});

Deno.test("dtlsRecordAt() reads a sequence number of 48 bits", () => {
  const bytes = new Uint8Array(DATA);
  bytes.set([0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 5);
  assertEquals(dtlsRecordAt(bytes)?.sequence, 2 ** 48 - 1);
});

Deno.test("dtlsRecordAt() is null for a record cut off at any place", () => {
  for (let length = 0; length < DATA.length; length++) {
    assertEquals(dtlsRecordAt(new Uint8Array(DATA.slice(0, length))), null);
  }
});

Deno.test("dtlsRecordAt() is null for other protocols", () => {
  const tls = new Uint8Array([22, 3, 1, 0, 8, 1, 0, 0, 4, 0, 0, 0, 0, 0, 0]);
  assertEquals(dtlsRecordAt(tls), null);
  assertEquals(dtlsRecordAt(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n")), null);
  assertEquals(dtlsRecordAt(new Uint8Array(20)), null);
});

Deno.test("dtlsRecords() stops at the first bytes that are no record", () => {
  const types = (bytes: number[]): number[] =>
    dtlsRecords(new Uint8Array(bytes)).map(({ type }) => type);
  assertEquals(types([...ALERT, ...DATA, ...DONE]), [21, 23, 22]);
  assertEquals(types([...ALERT, 0, ...DATA]), [21]);
  assertEquals(types([...ALERT, ...DATA.slice(0, -1)]), [21]);
  assertEquals(types([]), []);
});

Deno.test("tlsRecordAt() reads the header of a whole record", () => {
  const bytes = new Uint8Array([21, 3, 3, 0, 2, 2, 40, 23]);
  assertEquals(tlsRecordAt(bytes), {
    type: 21,
    version: 0x0303,
    epoch: 0,
    sequence: 0,
    offset: 0,
    bodyOffset: 5,
    bodyLength: 2,
  });
  assertEquals(tlsRecordAt(bytes.subarray(0, 6)), null);
  assertEquals(tlsRecordAt(bytes, 7), null);
});

Deno.test("packRecords() packs what fits and never divides a record", () => {
  const bytes = new Uint8Array([...ALERT, ...DATA, ...DONE]);
  const [first, second] = [ALERT.length, ALERT.length + DATA.length];
  assertEquals(packRecords(bytes, 0, bytes.length), bytes.length);
  assertEquals(packRecords(bytes, 0, bytes.length - 1), second);
  assertEquals(packRecords(bytes, 0, second), second);
  assertEquals(packRecords(bytes, 0, 1), first);
  assertEquals(packRecords(bytes, second, 1), bytes.length);
});

Deno.test("packRecords() ends with the bytes whatever a broken header says", () => {
  assertEquals(packRecords(new Uint8Array(5), 0, 100), 5);
  const broken = new Uint8Array(DATA);
  broken[11] = 0xff;
  assertEquals(packRecords(broken, 0, 100), broken.length);
});

Deno.test("handshakeHeaders() reads fragments", () => {
  const body = [11, 0, 8, 52, 0, 2, 0, 0, 100, 0, 0, 3, 1, 2, 3];
  const bytes = new Uint8Array(record(22, 0, 1, body));
  const [header] = dtlsRecords(bytes);
  assertEquals(header === undefined ? [] : handshakeHeaders(bytes, header), [{
    type: 11,
    length: 2100,
    sequence: 2,
    fragmentOffset: 100,
    fragmentLength: 3,
    bodyOffset: 25,
  }]);
});

Deno.test("summarizeDatagram() says what is on the wire", () => {
  const fragment = record(22, 0, 1, [11, 0, 8, 52, 0, 2, 0, 0, 100, 0, 0, 3, 1, 2, 3]);
  const finished = record(22, 1, 0, [1, 2, 3, 4]);
  const datagram = new Uint8Array([...ALERT, ...DONE, ...fragment, ...finished, ...DATA]);
  assertEquals(summarizeDatagram(datagram).map(({ text }) => text), [
    "Alert handshake_failure (40): no cipher, curve or signature that both sides accept, or no " +
    "client certificate",
    "ServerHelloDone",
    "Certificate (fragment 100-103 of 2100)",
    "Handshake, 4 bytes encrypted",
    "ApplicationData, 3 bytes encrypted",
  ]);
});

Deno.test("the names of types and versions give the number of unknown ones", () => {
  assertEquals([contentName(22), contentName(99)], ["Handshake", "content type 99"]);
  assertEquals([handshakeName(1), handshakeName(99)], ["ClientHello", "handshake type 99"]);
  assertEquals([versionName(0xfefd), versionName(0x0a0a)], ["DTLS 1.2", "version 0x0a0a"]);
});
