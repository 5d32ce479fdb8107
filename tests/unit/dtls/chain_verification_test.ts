import { assertEquals } from "@std/assert";
import { withX509 } from "../../../src/dtls/certificate.ts";
import { isForHost } from "../../../src/dtls/chain_verification.ts";
import { SecureContext } from "../../../src/dtls/context.ts";
import type { OpenSsl } from "../../../src/dtls/openssl.ts";
import { caOf, identity, NOT_BEFORE, opensslTest } from "../../support/dtls_identities.ts";

type Der = Uint8Array<ArrayBuffer>;

function matches(openssl: OpenSsl, der: Der, host: string): boolean {
  return withX509(openssl, der, (x509) => isForHost(openssl, x509, host));
}

opensslTest(
  "isForHost() compares names without regard to case and a final dot",
  async (openssl) => {
    const { certificate: { der } } = await identity(openssl, { names: ["a.example"] });
    for (const host of ["a.example", "A.Example", "a.example."]) {
      assertEquals(matches(openssl, der, host), true, host);
    }
    for (const host of ["example", "b.a.example", "", ".", ".example", ".a.example"]) {
      assertEquals(matches(openssl, der, host), false, host);
    }
  },
);

opensslTest(
  "isForHost() leaves the common name out where there are other names",
  async (openssl) => {
    const { certificate: { der } } = await identity(openssl, { names: ["a.example"] });
    assertEquals(matches(openssl, der, "localhost"), false);
    const { certificate: { der: bare } } = await identity(openssl, {});
    assertEquals(matches(openssl, bare, "localhost"), true);
  },
);

opensslTest("isForHost() compares addresses by their bytes, without a zone", async (openssl) => {
  const { certificate: { der } } = await identity(openssl, { names: ["fe80::1", "127.0.0.1"] });
  for (const host of ["fe80::1", "fe80:0:0::1", "fe80::1%eth0", "127.0.0.1"]) {
    assertEquals(matches(openssl, der, host), true, host);
  }
  for (const host of ["fe80::2", "127.0.0.2"]) assertEquals(matches(openssl, der, host), false);
});

opensslTest("isForHost() does not take a name for an address", async (openssl) => {
  const { certificate: { der } } = await identity(openssl, { names: ["localhost"] });
  assertEquals(matches(openssl, der, "127.0.0.1"), false);
});

opensslTest("isForHost() takes a wildcard for one whole label", async (openssl) => {
  const { certificate: { der } } = await identity(openssl, { names: ["*.example.org"] });
  assertEquals(matches(openssl, der, "a.example.org"), true);
  for (const host of ["example.org", "a.b.example.org"]) {
    assertEquals(matches(openssl, der, host), false);
  }
});

opensslTest(
  "ChainVerifier.examine() finds all that is wrong, in a handshake or not",
  async (openssl) => {
    const root = await identity(openssl, { commonName: "Root" });
    const leaf = await identity(openssl, {
      isCa: false,
      issuer: root,
      notAfter: NOT_BEFORE + 86_400,
    });
    const { der } = leaf.certificate;
    using trusting = SecureContext.client(openssl, { protocol: "tls", ca: caOf(root) });
    assertEquals(
      trusting.examine(der, [], "localhost").chain.map(({ message }) => message),
      ["CN=localhost expired on 2014-01-02 00:00:00 UTC"],
    );
    const other = await identity(openssl, { commonName: "Other" });
    using strange = SecureContext.client(openssl, {
      protocol: "tls",
      ca: caOf(other),
      verifyTime: NOT_BEFORE + 10,
    });
    const { chain, isForHost: isHost, der: same } = strange.examine(
      der,
      [root.certificate.der],
      "example.com",
    );
    assertEquals(chain.map(({ code, depth, message }) => [code, depth, message]), [
      [
        19,
        1,
        "the chain ends at CN=Root, which is self-signed and not among the trusted certificates",
      ],
    ]);
    assertEquals(isHost, false);
    assertEquals(same(), der);
  },
);

opensslTest("ChainVerifier.rememberedProblem() says where it comes from", async (openssl) => {
  using context = SecureContext.client(openssl, { protocol: "tls", isInsecure: true });
  const { code, message } = context.verifier.rememberedProblem(18);
  assertEquals(code, 18);
  assertEquals(
    message,
    "the session was made with a certificate that was not good: self-signed certificate",
  );
  await Promise.resolve();
});
