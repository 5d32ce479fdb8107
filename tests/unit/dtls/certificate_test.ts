import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import {
  forEachPemX509,
  isPem,
  pemOf,
  readCertificates,
  readDer,
} from "../../../src/dtls/certificate.ts";
import { PeerError } from "../../../src/errors.ts";
import { identity, NOT_AFTER, NOT_BEFORE, opensslTest } from "../../support/dtls_identities.ts";

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

opensslTest("readDer() reads what the certificate says", async (openssl) => {
  const { certificate } = await identity(openssl, {
    commonName: "Grüße, Welt",
    subject: { O: "Example", C: "DE" },
    names: ["localhost", "::1"],
    key: "rsa-2048",
  });
  const read = readDer(openssl, certificate.der);
  assertEquals(read, certificate);
  assertEquals(read.subject, "O=Example, C=DE, CN=Grüße\\, Welt");
  assertEquals(read.issuer, read.subject);
  assertEquals(read.commonName, "Grüße, Welt");
  assertEquals(read.names, [{ type: "dns", value: "localhost" }, { type: "ip", value: "::1" }]);
  assertEquals([read.notBefore, read.notAfter], [NOT_BEFORE, NOT_AFTER]);
  assertEquals(read.key, { type: "RSA", bits: 2048, curve: null });
  assertEquals(read.signature, "sha256WithRSAEncryption");
  assertEquals([read.isCa, read.isSelfSigned], [true, true]);
  assertMatch(read.serial, /^[0-9A-F]{2,16}$/);
  assertEquals(read.sha256, openssl.sha256(read.der).toHex());
  assertMatch(read.publicKeySha256, /^[0-9a-f]{64}$/);
});

opensslTest("readDer() reads an elliptic key and an issuer", async (openssl) => {
  const root = await identity(openssl, { commonName: "Root" });
  const { certificate } = await identity(openssl, { isCa: false, issuer: root });
  assertEquals(certificate.key, { type: "EC", bits: 256, curve: "prime256v1" });
  assertEquals([certificate.subject, certificate.issuer], ["CN=localhost", "CN=Root"]);
  assertEquals([certificate.isCa, certificate.isSelfSigned], [false, false]);
});

opensslTest("readDer() throws for other bytes", (openssl) => {
  for (const bytes of [new Uint8Array(0), new Uint8Array(50), bytesOf("no certificate")]) {
    const error = assertThrows(() => readDer(openssl, bytes), PeerError);
    assertEquals(error.code, "ERR_INVALID_DATA");
  }
});

opensslTest(
  "readCertificates() reads every certificate of a PEM file, and DER",
  async (openssl) => {
    const [a, b] = [await identity(openssl), await identity(openssl, { commonName: "B" })];
    const pem = `first\n${a.certificatePem}${a.keyPem}\nsecond\n${b.certificatePem}`;
    const subjects = readCertificates(openssl, bytesOf(pem), "x.pem").map(({ subject }) => subject);
    assertEquals(subjects, ["CN=localhost", "CN=B"]);
    assertEquals(readCertificates(openssl, a.certificate.der, "x.der"), [a.certificate]);
  },
);

opensslTest("readCertificates() says what is wrong with a file, by its name", async (openssl) => {
  const { certificatePem, keyPem } = await identity(openssl);
  const damaged = certificatePem + certificatePem.replace("MII", "!!!");
  const cases: readonly (readonly [string, RegExp])[] = [
    ["", /from x: it is neither PEM nor a certificate in DER$/],
    ["hello", /from x: it is neither PEM nor a certificate in DER$/],
    [keyPem, /from x: there is no "-----BEGIN CERTIFICATE-----" in it$/],
    [certificatePem.slice(0, 200), /^cannot read certificate 1 of x: /],
    [damaged, /^cannot read certificate 2 of x: /],
  ];
  for (const [text, message] of cases) {
    const error = assertThrows(() => readCertificates(openssl, bytesOf(text), "x"), PeerError);
    assertMatch(error.message, message);
    assertEquals(openssl.crypto.ERR_get_error(), 0);
  }
});

opensslTest("forEachPemX509() passes on what its function throws", async (openssl) => {
  const { certificatePem } = await identity(openssl);
  const error = new RangeError("stop");
  const thrown = assertThrows(() =>
    forEachPemX509(openssl, bytesOf(certificatePem), "x", () => {
      throw error;
    }), RangeError);
  assertEquals(thrown, error);
});

opensslTest("pemOf() writes what readCertificates() reads", async (openssl) => {
  const { certificate, certificatePem } = await identity(openssl);
  assertEquals(pemOf(openssl, certificate.der), certificatePem);
  assertStringIncludes(certificatePem, "-----END CERTIFICATE-----\n");
});

opensslTest("isPem() tells PEM from DER", async (openssl) => {
  const { certificate, certificatePem } = await identity(openssl);
  assertEquals(isPem(bytesOf(certificatePem)), true);
  assertEquals(isPem(certificate.der), false);
});
