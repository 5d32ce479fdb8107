import { assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { SecureContext } from "../../../src/dtls/context.ts";
import { makeCertificate, type NewCertificateOptions } from "../../../src/dtls/new_certificate.ts";
import { UsageError } from "../../../src/errors.ts";
import {
  filesOf,
  identity,
  NOT_AFTER,
  NOT_BEFORE,
  opensslTest,
} from "../../support/dtls_identities.ts";

const PLAIN: NewCertificateOptions = {
  commonName: "localhost",
  names: [],
  key: "ec-p256",
  notBefore: NOT_BEFORE,
  notAfter: NOT_AFTER,
};

for (
  const [key, type, bits] of [
    ["rsa-2048", "RSA", 2048],
    ["rsa-3072", "RSA", 3072],
    ["ec-p256", "EC", 256],
  ] as const
) {
  opensslTest(`makeCertificate() makes a usable ${key} pair`, async (openssl) => {
    const made = await identity(openssl, { key });
    assertEquals([made.certificate.key.type, made.certificate.key.bits], [type, bits]);
    assertStringIncludes(made.keyPem, "-----BEGIN PRIVATE KEY-----");
    using context = SecureContext.server(openssl, {
      protocol: "dtls",
      certificate: filesOf(made),
    });
    assertEquals(context.role, "server");
  });
}

opensslTest("makeCertificate() makes what Godot makes when told nothing else", async (openssl) => {
  const { certificate } = await makeCertificate(openssl, {
    ...PLAIN,
    subject: { O: "A", C: "DE" },
  });
  assertEquals(certificate.subject, "O=A, C=DE, CN=localhost");
  assertEquals(certificate.names, []);
  assertEquals([certificate.isCa, certificate.isSelfSigned], [true, true]);
  assertEquals([certificate.notBefore, certificate.notAfter], [NOT_BEFORE, NOT_AFTER]);
});

opensslTest(
  "makeCertificate() gives each certificate its own key and serial number",
  async (openssl) => {
    const [a, b] = [await makeCertificate(openssl, PLAIN), await makeCertificate(openssl, PLAIN)];
    assertNotEquals(a.certificate.serial, b.certificate.serial);
    assertNotEquals(a.certificate.publicKeySha256, b.certificate.publicKeySha256);
  },
);

opensslTest("makeCertificate() has another certificate sign", async (openssl) => {
  const root = await identity(openssl, { commonName: "Root" });
  const leaf = await makeCertificate(openssl, { ...PLAIN, isCa: false, issuer: root });
  assertEquals(leaf.certificate.issuer, "CN=Root");
  assertEquals([leaf.certificate.isCa, leaf.certificate.isSelfSigned], [false, false]);
  using context = SecureContext.client(openssl, {
    protocol: "tls",
    ca: [filesOf(root).chain],
  });
  assertEquals(context.examine(leaf.certificate.der, [], "localhost").chain, []);
});

opensslTest("makeCertificate() refuses names that cannot be in a certificate", async (openssl) => {
  const bad = ["", "a b", "a,DNS:evil.example", "-a", "a..b", "ü.example", "1.2.3.4,IP:5", "a\0b"];
  for (const name of bad) {
    await assertRejects(
      () => makeCertificate(openssl, { ...PLAIN, names: [name] }),
      UsageError,
      "is neither a host name nor an IP address",
    );
  }
  for (const commonName of ["", "x".repeat(65)]) {
    await assertRejects(() => makeCertificate(openssl, { ...PLAIN, commonName }), UsageError);
  }
  await assertRejects(
    () => makeCertificate(openssl, { ...PLAIN, notAfter: NOT_BEFORE }),
    UsageError,
    "the certificate ends before it begins",
  );
});

opensslTest("makeCertificate() takes names of all kinds", async (openssl) => {
  const names = ["localhost", "*.example.org", "xn--bcher-kva.example", "_a.b", "::1", "10.0.0.1"];
  const { certificate } = await makeCertificate(openssl, { ...PLAIN, names });
  assertEquals(certificate.names.map(({ value }) => value), names);
});
