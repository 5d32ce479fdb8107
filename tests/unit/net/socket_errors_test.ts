import { assertEquals, assertThrows } from "@std/assert";
import type { GodotError } from "../../../src/errors.ts";
import { PeerError } from "../../../src/errors.ts";
import { type SocketAction, socketError, systemCode } from "../../../src/net/socket_errors.ts";

function systemError(code: string): Error {
  return Object.assign(new Error(`Some text (${code})`), { code });
}

Deno.test("systemCode() finds the system's name of an error", () => {
  const cases: readonly [unknown, string | null][] = [
    [systemError("ECONNREFUSED"), "ECONNREFUSED"],
    [new Deno.errors.AddrInUse("x"), "EADDRINUSE"],
    [new Deno.errors.ConnectionReset("x"), "ECONNRESET"],
    [new Deno.errors.PermissionDenied("x"), "EACCES"],
    [new Error("failed to lookup address information: Name or service not known"), "ENOTFOUND"],
    [
      new Error("failed to lookup address information: Temporary failure in name resolution"),
      "EAI_AGAIN",
    ],
    [new Error("x"), null],
    ["x", null],
  ];
  for (const [error, code] of cases) assertEquals(systemCode(error), code);
});

Deno.test("socketError() gives the nearest Godot error", () => {
  const cases: readonly [string, SocketAction, GodotError][] = [
    ["EADDRINUSE", "listen", "ERR_ALREADY_IN_USE"],
    ["EADDRNOTAVAIL", "listen", "ERR_CANT_OPEN"],
    ["EACCES", "listen", "ERR_UNAUTHORIZED"],
    ["ECONNREFUSED", "connect", "ERR_CANT_CONNECT"],
    ["ENOTFOUND", "connect", "ERR_CANT_RESOLVE"],
    ["EAI_AGAIN", "resolve", "ERR_CANT_RESOLVE"],
    ["ETIMEDOUT", "connect", "ERR_TIMEOUT"],
    ["ECONNRESET", "receive", "ERR_CONNECTION_ERROR"],
    ["EPIPE", "send", "ERR_CONNECTION_ERROR"],
    ["EMSGSIZE", "send", "ERR_INVALID_PARAMETER"],
    ["EWHATEVER", "listen", "ERR_CANT_OPEN"],
    ["EWHATEVER", "connect", "ERR_CANT_CONNECT"],
    ["EWHATEVER", "send", "ERR_CONNECTION_ERROR"],
    ["EWHATEVER", "receive", "ERR_CONNECTION_ERROR"],
    ["EWHATEVER", "resolve", "ERR_CANT_RESOLVE"],
  ];
  for (const [code, action, godotError] of cases) {
    assertEquals(socketError(systemError(code), action, "cannot", "1.2.3.4:5").code, godotError);
  }
});

Deno.test("socketError() says what happened, why, and what to do", () => {
  const cause = systemError("ECONNREFUSED");
  const error = socketError(cause, "connect", "cannot connect to tcp://h:1", "tcp://h:1");
  assertEquals(
    error.message,
    "cannot connect to tcp://h:1: connection refused, nobody listens there; " +
      "start the server first, or check host and port",
  );
  assertEquals([error.address, error.cause], ["tcp://h:1", cause]);
});

Deno.test("socketError() keeps the system's words where it has none of its own", () => {
  const error = socketError(systemError("EWHATEVER"), "send", "cannot send", "a:1");
  assertEquals(error.message, "cannot send: some text (EWHATEVER); check host and port");
});

Deno.test("socketError() leaves a PeerError alone and does not hide bugs", () => {
  const error = new PeerError("ERR_TIMEOUT", "x");
  assertEquals(socketError(error, "send", "y", "z"), error);
  assertThrows(() => socketError("no error", "send", "y", "z"));
});
