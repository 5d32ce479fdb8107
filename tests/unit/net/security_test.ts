import { assertEquals, assertMatch, assertStrictEquals, assertThrows } from "@std/assert";
import { PeerError } from "../../../src/errors.ts";
import { SecureEndpoint, summaryOf } from "../../../src/net/security.ts";
import { secureTest } from "../../support/secure_pair.ts";

Deno.test("SecureEndpoint says what to install where OpenSSL is missing", () => {
  const library = "/nowhere/at/all/";
  const error = assertThrows(() => SecureEndpoint.client("dtls", { library }), PeerError);
  assertEquals(error.code, "ERR_UNAVAILABLE");
  assertMatch(error.message, /need OpenSSL 3.*install OpenSSL 3/);
});

secureTest("SecureEndpoint gives the library back when a file is not usable", () => {
  const ca = [{ name: "ca.pem", content: new TextEncoder().encode("nothing") }];
  const error = assertThrows(() => SecureEndpoint.client("tls", { ca }), PeerError);
  assertMatch(error.message, /ca\.pem/);
  return Promise.resolve();
});

secureTest(
  "SecureEndpoint is shared by clients with the same security, until the last closes",
  () => {
    const security = { isInsecure: true };
    const [first, second] = [1, 2].map(() => SecureEndpoint.client("dtls", security));
    assertStrictEquals(first, second);
    const [tls, other] = [
      SecureEndpoint.client("tls", security),
      SecureEndpoint.client("dtls", { isInsecure: true }),
    ];
    for (const endpoint of [tls, other]) assertEquals(endpoint === first, false);
    first?.close();
    first?.context.retain(); // throws once it is closed
    first?.context.release();
    second?.close();
    assertThrows(() => first?.context.retain(), PeerError, "closed");
    const again = SecureEndpoint.client("dtls", security);
    assertEquals(again === first, false);
    for (const endpoint of [tls, other, again]) endpoint.close();
    return Promise.resolve();
  },
);

Deno.test("summaryOf() names the rule that accepted a certificate", () => {
  const handshake = { version: "DTLSv1.2", cipher: "X", isResumed: true, durationMs: 2 };
  const verdict = { isAccepted: true, rule: "pin", reason: "", problems: [] } as const;
  assertEquals(summaryOf({ ...handshake, verdict }), { ...handshake, trust: "pin" });
  assertEquals(summaryOf({ ...handshake, verdict: null }), { ...handshake, trust: null });
});
