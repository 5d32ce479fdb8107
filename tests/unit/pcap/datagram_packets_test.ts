import { assertEquals } from "@std/assert";
import { DatagramPackets } from "../../../src/pcap/datagram_packets.ts";
import { flowContext } from "../../support/secure_records.ts";

Deno.test("DatagramPackets makes a packet of each datagram, also of an empty one", () => {
  const packets = new DatagramPackets(flowContext({ transport: "udp" }));
  const notes = [{ severity: "info", code: "x", message: "y" }] as const;
  const bytes = Uint8Array.of(1, 2);
  packets.push({ type: "bytes", bytes, frame: 3, time: 5n, notes });
  packets.push({ type: "bytes", bytes: new Uint8Array(0), frame: 4, time: 6n, notes: [] });
  assertEquals(packets.next(), {
    type: "packet",
    frame: 3,
    time: 5n,
    transport: "udp",
    source: "a",
    destination: "b",
    payload: bytes,
    protocol: ["tcp"],
    notes,
  });
  assertEquals(packets.next()?.payload.length, 0);
  assertEquals(packets.next(), null);
});
