import { assertEquals } from "@std/assert";
import { recordEvent } from "../../../src/pcap/record_event.ts";
import { lockedRecord } from "../../../src/tls/content.ts";
import { SecureConnection } from "../../../src/tls/handshake.ts";
import { allSecrets, flowContext } from "../../support/secure_records.ts";

Deno.test("recordEvent() says who sent the record, when, and under which layers", () => {
  const fields = { protocol: "tls", type: 23, version: 0x0303, epoch: 0, sequence: 0 } as const;
  const connection = new SecureConnection(allSecrets());
  const body = new Uint8Array(3);
  const record = lockedRecord(connection, { ...fields, body }, "no-handshake");
  assertEquals(recordEvent(flowContext(), { frame: 7, time: 9n, notes: [] }, record), {
    type: "record",
    frame: 7,
    time: 9n,
    transport: "tcp",
    source: "a",
    destination: "b",
    protocol: ["tcp"],
    record,
    notes: [],
  });
});
