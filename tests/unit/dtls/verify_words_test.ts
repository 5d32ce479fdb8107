import { assert, assertEquals } from "@std/assert";
import type { CertificateInfo } from "../../../src/dtls/certificate.ts";
import {
  chainProblem,
  isAboutIssuer,
  VerifyError,
  withoutEchoes,
} from "../../../src/dtls/verify_words.ts";

const CERTIFICATE: CertificateInfo = {
  subject: "CN=a",
  issuer: "CN=root",
  commonName: "a",
  names: [],
  serial: "01",
  notBefore: 0,
  notAfter: 86_400,
  key: { type: "RSA", bits: 1024, curve: null },
  signature: "sha1WithRSAEncryption",
  isCa: false,
  isSelfSigned: false,
  sha256: "00",
  publicKeySha256: "00",
  der: new Uint8Array(0),
};

Deno.test("chainProblem() names the certificate, its dates, issuer, key and signature", () => {
  const cases: readonly (readonly [number, string])[] = [
    [VerifyError.expired, "CN=a expired on 1970-01-02 00:00:00 UTC"],
    [VerifyError.notYetValid, "CN=a is not valid before 1970-01-01 00:00:00 UTC"],
    [
      VerifyError.unknownIssuer,
      "CN=a was issued by CN=root, which is not among the trusted certificates",
    ],
    [66, "the key of CN=a is too weak: RSA, 1024 bits"],
    [68, "CN=a has too weak a signature: sha1WithRSAEncryption"],
  ];
  for (const [code, message] of cases) {
    assertEquals(chainProblem(code, 1, CERTIFICATE, "own words"), { code, depth: 1, message });
  }
});

Deno.test("chainProblem() uses OpenSSL's words for rare codes and unknown certificates", () => {
  assertEquals(chainProblem(47, 0, CERTIFICATE, "permitted subtree").message, "permitted subtree");
  assertEquals(chainProblem(10, 0, null, "has expired").message, "has expired");
  assertEquals(
    chainProblem(200, 0, null, "").message,
    "OpenSSL objects to the chain with number 200",
  );
});

Deno.test("withoutEchoes() drops what follows from another objection, and repetitions", () => {
  const unknown = chainProblem(VerifyError.unknownIssuer, 0, CERTIFICATE, "");
  const unverified = chainProblem(VerifyError.unverifiedLeaf, 0, CERTIFICATE, "");
  const expired = chainProblem(VerifyError.expired, 0, CERTIFICATE, "");
  assertEquals(withoutEchoes([unknown, unverified, expired, expired]), [unknown, expired]);
  assertEquals(withoutEchoes([unverified]), [unverified]);
});

Deno.test("isAboutIssuer() leaves dates and signatures out", () => {
  assert(isAboutIssuer(VerifyError.selfSignedLeaf));
  assert(isAboutIssuer(VerifyError.unverifiedLeaf));
  assert(!isAboutIssuer(VerifyError.expired));
  assert(!isAboutIssuer(VerifyError.signatureFailure));
});
