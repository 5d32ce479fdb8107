import { assertEquals } from "@std/assert";
import { formatIp, isIpLiteral, readAlternativeNames } from "../../../src/dtls/x509_names.ts";
import { withX509 } from "../../../src/dtls/certificate.ts";
import { identity, opensslTest } from "../../support/dtls_identities.ts";

Deno.test("formatIp() writes addresses as RFC 5952 says", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["7f000001", "127.0.0.1"],
    ["00000000000000000000000000000001", "::1"],
    ["00000000000000000000000000000000", "::"],
    ["20010db8000000000001000000000001", "2001:db8::1:0:0:1"],
    ["20010db8000100010001000100010001", "2001:db8:1:1:1:1:1:1"],
    ["20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1"],
    ["fe800000000000000000000000000000", "fe80::"],
    ["0102", "1 2"],
  ];
  for (const [hex, text] of cases) assertEquals(formatIp(Uint8Array.fromHex(hex)), text);
});

Deno.test("isIpLiteral() tells addresses from host names", () => {
  for (const host of ["127.0.0.1", "::1", "fe80::1%eth0"]) assertEquals(isIpLiteral(host), true);
  for (const host of ["localhost", "1.2.3.example", "1.2.3", "10.example.org"]) {
    assertEquals(isIpLiteral(host), false);
  }
});

opensslTest("readAlternativeNames() reads names and addresses in order", async (openssl) => {
  const names = ["a.example", "127.0.0.1", "::1", "*.b.example"];
  const { certificate } = await identity(openssl, { names });
  assertEquals(withX509(openssl, certificate.der, (x509) => readAlternativeNames(openssl, x509)), [
    { type: "dns", value: "a.example" },
    { type: "ip", value: "127.0.0.1" },
    { type: "ip", value: "::1" },
    { type: "dns", value: "*.b.example" },
  ]);
});

opensslTest("readAlternativeNames() is empty without the extension", async (openssl) => {
  const { certificate } = await identity(openssl);
  const read = withX509(openssl, certificate.der, (x509) => readAlternativeNames(openssl, x509));
  assertEquals(read, []);
});
