import { assertEquals, assertThrows } from "@std/assert";
import { packetLimit, requireFit } from "../../../../src/commands/session/packet_limits.ts";
import { UsageError } from "../../../../src/errors.ts";

Deno.test("packetLimit() is the transport's, and of streams the user's", () => {
  const limits = (["udp", "dtls", "tcp", "tls"] as const).map((scheme) => packetLimit(scheme, 100));
  assertEquals(limits, [65_507, 16_384, 100, 100]);
});

Deno.test("requireFit() takes the largest packet, and says what to do about a larger one", () => {
  const rows = [
    ["udp", "a datagram holds at most 10; split it, or send it over tcp://"],
    ["dtls", "a DTLS record holds at most 10; split it, or send it over tls://"],
    ["tcp", "the limit is 10; --max-packet raises it, on both sides"],
    ["tls", "the limit is 10; --max-packet raises it, on both sides"],
  ] as const;
  for (const [scheme, advice] of rows) {
    requireFit(10, "value 1", scheme, 10);
    const message = `value 1 is 11 bytes, ${advice}`;
    assertThrows(() => requireFit(11, "value 1", scheme, 10), UsageError, message);
  }
});
