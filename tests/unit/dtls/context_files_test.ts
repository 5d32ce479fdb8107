import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { SecureContext } from "../../../src/dtls/context.ts";
import type { CertificateFiles, PemFile } from "../../../src/dtls/context_options.ts";
import type { OpenSsl } from "../../../src/dtls/openssl.ts";
import { PeerError } from "../../../src/errors.ts";
import { filesOf, identity, opensslTest, pemFile } from "../../support/dtls_identities.ts";

/** An EC key that `openssl pkcs8 -topk8 -v2 aes128 -passout pass:secret` has encrypted. */
const ENCRYPTED_KEY = `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAheTFU618+AVAICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEOXYZVfeNnc7arHNWqJkxFkEgZBN
ugeE44PhIsh+LjGhrLcjmEIcK9RlLgxKum+bXbps1S01S6Vs6yJtJyM+FYb93SUz
fvV4FRikDVHNZV6VOeSKLOu//jhQgmiTOjgDKytwb7ZtWcS4RzYh/aomsoURuz01
W9R7BFpGVpdv4pgmBLJNMEJwbT7KM8sLxwD2fHAzrJ+5JLPsSDhgxv3DSmtam1I=
-----END ENCRYPTED PRIVATE KEY-----
`;

function serverError(openssl: OpenSsl, certificate: CertificateFiles): string {
  const make = (): void => SecureContext.server(openssl, { protocol: "dtls", certificate }).close();
  const error = assertThrows(make, PeerError);
  assertEquals(openssl.crypto.ERR_get_error(), 0);
  return error.message;
}

function caError(openssl: OpenSsl, ca: readonly PemFile[]): string {
  const make = (): void => SecureContext.client(openssl, { protocol: "dtls", ca }).close();
  return assertThrows(make, PeerError).message;
}

opensslTest("useCertificate() says which file is wrong and how", async (openssl) => {
  const self = await identity(openssl);
  const other = await identity(openssl, { commonName: "Other" });
  const rsa = await identity(openssl, { key: "rsa-2048" });
  const { chain, key } = filesOf(self);
  assertMatch(
    serverError(openssl, { chain: key, key }),
    /^cannot read a certificate from key.pem: there is no "-----BEGIN CERTIFICATE-----" in it$/,
  );
  assertMatch(
    serverError(openssl, { chain, key: chain }),
    /^cannot read a private key from cert.pem: /,
  );
  for (const foreign of [other, rsa]) {
    assertMatch(
      serverError(openssl, { chain, key: filesOf(foreign).key }),
      /^cannot use the key of key.pem with the certificate of cert.pem: it belongs to another certificate /,
    );
  }
});

opensslTest(
  "useCertificate() opens an encrypted key with its passphrase, and never asks",
  async (openssl) => {
    const { chain } = filesOf(await identity(openssl));
    const key = pemFile(ENCRYPTED_KEY, "key.pem");
    assertEquals(
      serverError(openssl, { chain, key }),
      "cannot read the key of key.pem: it needs a passphrase",
    );
    assertEquals(
      serverError(openssl, { chain, key, passphrase: "wrong" }),
      "cannot read the key of key.pem: the passphrase is wrong",
    );
    assertMatch(
      serverError(openssl, { chain, key, passphrase: "secret" }),
      /^cannot use the key of key.pem with the certificate of cert.pem/,
    );
  },
);

opensslTest("trustCertificates() says which file is wrong and how", (openssl) => {
  assertMatch(caError(openssl, [pemFile("x", "ca.pem")]), /^cannot read a certificate from ca.pem/);
});

opensslTest("trustCertificates() trusts nobody by an empty list", async (openssl) => {
  const { certificate } = await identity(openssl);
  using context = SecureContext.client(openssl, { protocol: "tls", ca: [] });
  assertEquals(context.examine(certificate.der, [], null).chain.length, 1);
});

opensslTest("announceAuthorities() says which file is wrong", async (openssl) => {
  const make = async (): Promise<void> =>
    SecureContext.server(openssl, {
      protocol: "dtls",
      certificate: filesOf(await identity(openssl)),
      clientCertificate: "required",
      clientCa: [pemFile("x", "clients.pem")],
    }).close();
  let message = "";
  await make().catch((error: unknown) => {
    message = error instanceof PeerError ? error.message : "";
  });
  assertMatch(message, /from clients.pem/);
});
