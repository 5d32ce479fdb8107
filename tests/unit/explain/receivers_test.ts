import { assertEquals } from "@std/assert";
import { asPacket, asStream } from "../../../src/explain/receivers.ts";
import { framed, join, variant } from "./cases.ts";

Deno.test("asStream() says what a stream receiver makes of bytes without a length", () => {
  const cases: [Uint8Array, string][] = [
    [join([1]), "waits for 3 more bytes of a length"],
    [join("hello"), "takes the first 4 bytes for a length of 1819043176 and waits for ever"],
    [variant("7"), 'takes the first 4 bytes for a length of 2 and fails: "len < 4" is true'],
    [variant("[1]"), "takes the first 4 bytes for a length of 28 and waits for 16 more bytes"],
    [variant("null"), "takes the first 4 bytes for a length of 0: an empty packet"],
    [framed(variant("7")), "takes the first 4 bytes for a length of 8 and reads the int 7"],
  ];
  for (const [bytes, expected] of cases) assertEquals(asStream(bytes, 4), expected);
});

Deno.test("asPacket() says what get_var makes of bytes", () => {
  const cases: [Uint8Array, string][] = [
    [join([1]), 'fails: "len < 4" is true'],
    [join("hello"), "takes byte 104 for a type, which does not exist"],
    [framed(variant("7")), "takes byte 8 for a type and fails with ERR_INVALID_DATA"],
    [variant("Object(Node,)"), "fails with ERR_UNAUTHORIZED"],
    [variant('"hi"'), 'reads the String "hi"'],
    [variant(`"${"x".repeat(70_000)}"`), "reads a String"],
  ];
  for (const [bytes, expected] of cases) assertEquals(asPacket(bytes, 4), expected);
});
