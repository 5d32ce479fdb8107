import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { MessageReader } from "../../../src/tls/message_reader.ts";
import { concat } from "../../support/pcap_builder.ts";
import { message } from "../../support/secure_records.ts";

const MESSAGES = concat(message(1, "hello"), message(14, ""), message(11, "c".repeat(3000)));

Deno.test("MessageReader cuts messages out of records of any size", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (sizes) => {
    const reader = new MessageReader();
    const found: string[] = [];
    for (let at = 0, i = 0; at < MESSAGES.length; i++) {
      const size = sizes[i % sizes.length] ?? 1;
      for (const { type, length, body } of reader.push(MESSAGES.subarray(at, at += size))) {
        found.push(`${type} ${length} ${body?.length}`);
      }
    }
    assertEquals(found, ["1 5 5", "14 0 0", "11 3000 3000"]);
    assertEquals(reader.retained, 0);
  }));
});

Deno.test("MessageReader tells which message is not complete", () => {
  const reader = new MessageReader();
  assertEquals(reader.pendingType, null);
  reader.push(message(11, "certificate").subarray(0, 6));
  assertEquals(reader.pendingType, 11);
  assert(reader.retained > 0);
  reader.clear();
  assertEquals([reader.pendingType, reader.retained], [null, 0]);
});

Deno.test("MessageReader passes over a message that is too long, and keeps nothing of it", () => {
  const reader = new MessageReader();
  const record = new Uint8Array(16_384);
  const length = 200_000;
  const start = concat([11, length >> 16, length >> 8 & 0xff, length & 0xff], record);
  assertEquals(reader.push(start), [{ type: 11, length, body: null }]);
  let left = length - record.length;
  for (; left > record.length; left -= record.length) {
    assertEquals([reader.push(record).length, reader.retained], [0, 0]);
  }
  const [next] = reader.push(concat(record.subarray(0, left), message(14, "")));
  assertEquals(next?.type, 14);
});

Deno.test("MessageReader grows with the bytes that came, not with the length that is said", () => {
  const reader = new MessageReader();
  reader.push(Uint8Array.of(11, 1, 0xff, 0xff));
  for (let i = 0; i < 1000; i++) reader.push(new Uint8Array(1));
  assert(reader.retained < 4096, `${reader.retained}`);
});
