import { assert, assertEquals } from "@std/assert";
import { addressText, EndpointNames } from "../../../src/pcap/address.ts";
import { ByteQueue } from "../../../src/pcap/byte_queue.ts";
import { Frame } from "../../../src/pcap/frame.ts";

function viewOf(hex: string): DataView {
  return new DataView(Uint8Array.fromHex(hex.replaceAll(":", "")).buffer);
}

function frameOf(hex: string, port: number): Frame {
  const bytes = Uint8Array.fromHex(hex);
  const queue = new ByteQueue();
  queue.push(bytes);
  queue.ensure(bytes.length);
  const frame = new Frame();
  frame.begin(queue, 0, bytes.length, bytes.length);
  frame.family = bytes.length === 8 ? 4 : 6;
  frame.destinationAt = bytes.length / 2;
  frame.sourcePort = port;
  frame.destinationPort = port + 1;
  return frame;
}

Deno.test("addressText() writes IPv4 addresses", () => {
  assertEquals(addressText(viewOf("00000000"), 0, 4), "0.0.0.0");
  assertEquals(addressText(viewOf("aac00002ff"), 1, 4), "192.0.2.255");
});

Deno.test("addressText() writes IPv6 addresses as RFC 5952 says", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["0000:0000:0000:0000:0000:0000:0000:0000", "::"],
    ["0000:0000:0000:0000:0000:0000:0000:0001", "::1"],
    ["fe80:0000:0000:0000:0000:0000:0000:0000", "fe80::"],
    ["2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"],
    ["2001:0db8:0000:0001:0001:0001:0001:0001", "2001:db8:0:1:1:1:1:1"],
    ["2001:0000:0000:0001:0000:0000:0000:0001", "2001:0:0:1::1"],
    ["2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"],
    ["0001:0203:0405:0607:0809:0a0b:0c0d:0e0f", "1:203:405:607:809:a0b:c0d:e0f"],
    ["0000:0000:0000:0000:0000:ffff:c000:0201", "::ffff:192.0.2.1"],
    ["0000:0001:0000:0000:0000:ffff:c000:0201", "0:1::ffff:c000:201"],
  ];
  for (const [hex, text] of cases) assertEquals(addressText(viewOf(hex), 0, 6), text);
});

Deno.test("EndpointNames writes addresses with ports", () => {
  const names = new EndpointNames();
  const frame = frameOf("c00002017f000001", 4242);
  assertEquals(names.source(frame), "192.0.2.1:4242");
  assertEquals(names.destination(frame), "127.0.0.1:4243");
  const frame6 = frameOf("20010db8000000000000000000000001".repeat(2), 65534);
  assertEquals(names.source(frame6), "[2001:db8::1]:65534");
  assertEquals(names.destination(frame6), "[2001:db8::1]:65535");
});

Deno.test("EndpointNames never mixes up endpoints, however many there are", () => {
  const names = new EndpointNames();
  const word = (i: number) => i.toString(16).padStart(8, "0");
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 5000; i++) {
      assertEquals(
        names.source(frameOf(word(i) + word(0), i % 7)),
        `0.0.${i >> 8}.${i & 255}:${i % 7}`,
      );
    }
  }
});

Deno.test("EndpointNames tells IPv4 and IPv6 addresses of the same bits apart", () => {
  const names = new EndpointNames();
  assertEquals(names.source(frameOf("01020304".repeat(2), 9)), "1.2.3.4:9");
  const frame6 = frameOf(("01020304" + "00000000".repeat(3)).repeat(2), 9);
  assertEquals(names.source(frame6), "[102:304::]:9");
  assert(names.destination(frame6).endsWith(":10"));
});
