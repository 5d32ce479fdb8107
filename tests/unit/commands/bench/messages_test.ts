import { assertEquals, assertInstanceOf } from "@std/assert";
import { copyError, restoreError } from "../../../../src/commands/bench/messages.ts";
import {
  DecodeError,
  EncodeError,
  ParseError,
  PeerError,
  UsageError,
} from "../../../../src/errors.ts";

Deno.test("restoreError() gives an error that ends the program as the copied one would", () => {
  const peer = restoreError(structuredClone(copyError(new PeerError("ERR_CANT_CONNECT", "no"))));
  assertInstanceOf(peer, PeerError);
  assertEquals([peer.code, peer.message], ["ERR_CANT_CONNECT", "no"]);
  const usage = restoreError(copyError(new UsageError("bad", "ERR_FILE_NOT_FOUND")));
  assertInstanceOf(usage, UsageError);
  assertEquals([usage.code, usage.message], ["ERR_FILE_NOT_FOUND", "bad"]);
});

Deno.test("copyError() knows the errors of values and packets", () => {
  const details = {
    code: "ERR_FILE_EOF",
    reason: "truncated",
    offset: 0,
    what: "x",
    why: "y",
  } as const;
  const errors = [new ParseError("bad", "[", 1), new EncodeError("bad"), new DecodeError(details)];
  assertEquals(errors.map((error) => copyError(error).kind), ["usage", "usage", "usage"]);
});

Deno.test("restoreError() says of anything else that it happened in a worker", () => {
  const error = restoreError(copyError(new TypeError("x is not a function")));
  assertEquals(error.message, "in a worker: TypeError: x is not a function");
});
