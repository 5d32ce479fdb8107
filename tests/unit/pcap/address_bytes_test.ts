import { assertEquals } from "@std/assert";
import { addressText } from "../../../src/pcap/address.ts";
import { addressBytes, parseIpEndpoint } from "../../../src/pcap/address_bytes.ts";

Deno.test("addressBytes() reads what addressText() writes", () => {
  const addresses = [
    "0.0.0.0",
    "192.0.2.255",
    "::",
    "::1",
    "fe80::",
    "2001:db8::1",
    "2001:db8:0:1:1:1:1:1",
    "2001:0:0:1::1",
    "2001:db8::1:0:0:1",
    "1:203:405:607:809:a0b:c0d:e0f",
    "::ffff:192.0.2.1",
  ];
  for (const text of addresses) {
    const bytes = addressBytes(text) ?? new Uint8Array(0);
    assertEquals(bytes.length, text.includes(":") ? 16 : 4, text);
    const view = new DataView(bytes.buffer);
    assertEquals(addressText(view, 0, text.includes(":") ? 6 : 4), text);
  }
});

Deno.test("addressBytes() leaves a zone out and takes capital letters", () => {
  assertEquals(addressBytes("FE80::A%eth0"), addressBytes("fe80::a"));
});

Deno.test("addressBytes() has nothing for what is no address", () => {
  const others = ["", "localhost", "1.2.3", "1.2.3.256", "1.2.3.4.5", ":", ":::", "1:2", "1::2::3"];
  const more = ["1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "12345::", "g::", "::1.2.3", "1.2.3.4::"];
  for (const text of [...others, ...more]) assertEquals(addressBytes(text), null, text);
});

Deno.test("parseIpEndpoint() reads addresses with ports", () => {
  assertEquals(parseIpEndpoint("192.0.2.1:4242"), {
    address: Uint8Array.of(192, 0, 2, 1),
    port: 4242,
  });
  const v6 = parseIpEndpoint("[2001:db8::1]:65535");
  assertEquals([v6?.address.toHex(), v6?.port], ["20010db8000000000000000000000001", 65535]);
});

Deno.test("parseIpEndpoint() has nothing for what is no endpoint", () => {
  const others = ["", "192.0.2.1", "192.0.2.1:", "192.0.2.1:65536", "[192.0.2.1]:1", "::1:80"];
  for (const text of [...others, "host:1", "[::1]", "[::1:1"]) {
    assertEquals(parseIpEndpoint(text), null, text);
  }
});
