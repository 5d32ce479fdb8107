import { assertEquals } from "@std/assert";
import { MAX_UDP_PAYLOAD } from "../../../src/packet/packet.ts";

Deno.test("MAX_UDP_PAYLOAD is what IPv4 leaves of its 65535 bytes", () => {
  const [ipHeader, udpHeader] = [20, 8];
  assertEquals(MAX_UDP_PAYLOAD, 65535 - ipHeader - udpHeader);
});
