import { assertEquals } from "@std/assert";
import { formatAddress } from "../../../src/packet/peer.ts";

Deno.test("formatAddress() puts IPv6 in brackets", () => {
  assertEquals(formatAddress({ hostname: "127.0.0.1", port: 4242 }), "127.0.0.1:4242");
  assertEquals(formatAddress({ hostname: "::1", port: 4242 }), "[::1]:4242");
  assertEquals(formatAddress({ hostname: "localhost", port: 0 }), "localhost:0");
});
