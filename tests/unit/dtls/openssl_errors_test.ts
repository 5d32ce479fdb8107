import { assertEquals } from "@std/assert";
import { receivedAlert, splitErrorNumber, takeErrors } from "../../../src/dtls/openssl_errors.ts";
import { opensslTest } from "../../support/dtls_identities.ts";

opensslTest("takeErrors() empties the queue", (openssl) => {
  const { crypto } = openssl;
  openssl.withBytes(new Uint8Array(3), (bio) => crypto.d2i_X509_bio(bio, null));
  const errors = takeErrors(crypto);
  assertEquals(errors.length > 0, true);
  assertEquals(errors.every(({ reason }) => reason.length > 0), true);
  assertEquals(takeErrors(crypto), []);
});

Deno.test("takeErrors() gives the number where there are no words", () => {
  const numbers = [0x0a000086, 0];
  const queue = {
    ERR_get_error: () => numbers.shift() ?? 0,
    ERR_reason_error_string: () => null,
  };
  assertEquals(takeErrors(queue), [
    { number: 0x0a000086, library: 20, reasonNumber: 134, reason: "error 0A000086" },
  ]);
});

Deno.test("splitErrorNumber() takes library and reason apart, and system errors whole", () => {
  assertEquals(splitErrorNumber(0x0a000418), {
    number: 0x0a000418,
    library: 20,
    reasonNumber: 1048,
  });
  assertEquals(splitErrorNumber(0x80000002), { number: 0x80000002, library: 0, reasonNumber: 2 });
});

Deno.test("receivedAlert() tells alerts of the peer from other reasons", () => {
  assertEquals(receivedAlert({ number: 0, library: 20, reasonNumber: 1048 }), 48);
  assertEquals(receivedAlert({ number: 0, library: 20, reasonNumber: 134 }), null);
  assertEquals(receivedAlert({ number: 0, library: 9, reasonNumber: 1048 }), null);
  assertEquals(receivedAlert({ number: 0, library: 20, reasonNumber: 1300 }), null);
});
