import { assertEquals } from "@std/assert";
import { failureOf } from "../../../src/dtls/failure_words.ts";

const SSL = 20;

Deno.test("failureOf() tells the alert that the peer sent, wherever it is in the queue", () => {
  const errors = [
    { number: 1, library: SSL, reasonNumber: 1, reason: "something" },
    { number: 2, library: SSL, reasonNumber: 1048, reason: "tlsv1 alert unknown ca" },
  ];
  assertEquals(failureOf(errors), {
    why: "the peer sent the alert unknown_ca (48): the certificate's issuer is not trusted",
    alert: 48,
  });
});

Deno.test("failureOf() says common reasons in its own words", () => {
  const errors = [{ number: 1, library: SSL, reasonNumber: 193, reason: "no shared cipher" }];
  const { why, alert } = failureOf(errors);
  assertEquals(why.startsWith("no cipher that both sides accept"), true);
  assertEquals(alert, null);
});

Deno.test("failureOf() quotes OpenSSL for other reasons", () => {
  const [ssl, other] = [
    { number: 1, library: SSL, reasonNumber: 999, reason: "odd thing" },
    { number: 1, library: 4, reasonNumber: 193, reason: "rsa thing" },
  ];
  assertEquals(failureOf([ssl]).why, 'OpenSSL says "odd thing"');
  assertEquals(failureOf([other]).why, 'OpenSSL says "rsa thing"');
  assertEquals(failureOf([]).why, "OpenSSL gives no reason");
});
