import { assertEquals } from "@std/assert";
import { framingHint } from "../../../../src/commands/session/framing_hint.ts";
import { DecodeError, type DecodeErrorReason, PeerError } from "../../../../src/errors.ts";

function framingError(reason: DecodeErrorReason): DecodeError {
  return new DecodeError({ code: "ERR_INVALID_DATA", reason, offset: 0, what: "frame", why: "" });
}

Deno.test("framingHint() says how to read longer frames", () => {
  assertEquals(
    framingHint(framingError("frame-too-long")),
    "; is the sender a PacketPeerStream? --max-packet raises the limit",
  );
});

Deno.test("framingHint() has nothing to say about the rest", () => {
  assertEquals(framingHint(framingError("frame-cut-off")), "");
  assertEquals(framingHint(new PeerError("ERR_CONNECTION_ERROR", "it broke")), "");
});
