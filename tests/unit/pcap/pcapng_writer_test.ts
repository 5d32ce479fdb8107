import { assertEquals } from "@std/assert";
import { keyLogBlock, packetBlock, pcapngHeader } from "../../../src/pcap/pcapng_writer.ts";
import { concat, packetsOf, readAll, textOf, udp } from "../../support/pcap_builder.ts";

const HEADER = { application: "packetpeer", interfaceName: "udp://127.0.0.1:4242" } as const;
const PACKET = udp("192.0.2.1:1", "192.0.2.2:2", "payload");

/** Type, length and body of each block; fails when the two lengths differ. */
function blocksOf(file: Uint8Array): { type: number; body: Uint8Array }[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const blocks: { type: number; body: Uint8Array }[] = [];
  for (let at = 0; at < file.length;) {
    const size = view.getUint32(at + 4, true);
    assertEquals([size % 4, view.getUint32(at + size - 4, true)], [0, size]);
    blocks.push({ type: view.getUint32(at, true), body: file.subarray(at + 8, at + size - 4) });
    at += size;
  }
  return blocks;
}

Deno.test("pcapngHeader() is a section header and an interface of raw IP packets", () => {
  const [section, description, ...rest] = blocksOf(
    pcapngHeader({ ...HEADER, resolution: "microseconds" }),
  );
  assertEquals(rest, []);
  assertEquals([section?.type, description?.type], [0x0a0d0d0a, 1]);
  assertEquals(section?.body.subarray(0, 16).toHex(), "4d3c2b1a01000000ffffffffffffffff");
  assertEquals(section?.body.subarray(16, 30).toHex(), "04000a00" + hexOf("packetpeer"));
  assertEquals(description?.body.subarray(0, 8).toHex(), "6500000000000400");
  assertEquals(description?.body.subarray(8, 32).toHex(), "02001400" + hexOf(HEADER.interfaceName));
  assertEquals(description?.body.subarray(32).toHex(), "0900010006000000" + "00000000");
});

Deno.test("packetBlock() has time, both lengths, padding and direction", () => {
  for (const [direction, flags] of [["in", 1], ["out", 2]] as const) {
    const time = 1_790_000_000_123_456n;
    const [packet, ...rest] = blocksOf(packetBlock(PACKET, time, direction));
    assertEquals([packet?.type, rest.length], [6, 0]);
    const body = packet?.body ?? new Uint8Array(0);
    const view = new DataView(body.buffer, body.byteOffset, body.length);
    assertEquals(view.getUint32(0, true), 0);
    assertEquals(BigInt(view.getUint32(4, true)) << 32n | BigInt(view.getUint32(8, true)), time);
    assertEquals([view.getUint32(12, true), view.getUint32(16, true)], [35, 35]);
    assertEquals(body.subarray(20, 55), PACKET);
    assertEquals(body.subarray(55).toHex(), `00` + `02000400` + `0${flags}000000` + "00000000");
  }
});

Deno.test("packetBlock() leaves out a direction that is not known", () => {
  assertEquals(packetBlock(PACKET, 0n, "unknown").length, 12 + 20 + 36);
});

for (
  const [resolution, time] of [["microseconds", 1234567n], ["nanoseconds", 1234567000n]] as const
) {
  Deno.test(`a file in ${resolution} is read back`, () => {
    const file = concat(
      pcapngHeader({ ...HEADER, resolution }),
      packetBlock(PACKET, time, "in"),
      keyLogBlock("CLIENT_RANDOM 00 11\n"),
      packetBlock(PACKET, time, "unknown"),
    );
    const packets = packetsOf(readAll(file));
    assertEquals(packets.map(textOf), ["payload", "payload"]);
    assertEquals(packets.map((packet) => packet.time), [1_234_567_000n, 1_234_567_000n]);
    assertEquals(packets.map(({ frame }) => frame), [1, 2]);
  });
}

Deno.test("keyLogBlock() has the lines as secrets of TLS", () => {
  const [secrets] = blocksOf(keyLogBlock("line\n"));
  assertEquals(secrets?.type, 10);
  assertEquals(secrets?.body.toHex(), "4b534c54" + "05000000" + hexOf("line\n") + "000000");
});

function hexOf(text: string): string {
  return new TextEncoder().encode(text).toHex();
}
