import { assertEquals } from "@std/assert";
import { ADDRESS_SIZE, readSocketAddress, socketAddress } from "../../../src/net/socket_address.ts";

Deno.test("socketAddress() is what C has", () => {
  const hexOf = (hostname: string): string | undefined =>
    socketAddress({ hostname, port: 0x1234 })?.toHex();
  assertEquals(hexOf("127.0.0.1"), "020012347f0000010000000000000000");
  assertEquals(hexOf("2001:db8::5"), "0a0012340000000020010db800000000000000000000000500000000");
  assertEquals(hexOf("::1"), "0a001234000000000000000000000000000000000000000100000000");
  assertEquals(
    hexOf("::ffff:127.0.0.1"),
    "0a0012340000000000000000000000000000ffff7f00000100000000",
  );
  assertEquals(hexOf("fe80::1%eth0"), undefined);
});

Deno.test("readSocketAddress() reads what socketAddress() wrote, at any offset", () => {
  const hosts = ["127.0.0.1", "192.0.2.255", "::1", "::", "2001:db8::5:0:7", "::ffff:127.0.0.1"];
  for (const hostname of hosts) {
    const address = { hostname, port: 65_535 };
    const bytes = new Uint8Array(7 + ADDRESS_SIZE);
    bytes.set(socketAddress(address) ?? [], 7);
    assertEquals(readSocketAddress(bytes, 7), address);
  }
});
