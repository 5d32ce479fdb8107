import { assertEquals, assertThrows } from "@std/assert";
import type { CertificateInfo } from "../../../src/dtls/certificate.ts";
import {
  certificateNames,
  decideTrust,
  formatPin,
  parsePin,
  summarizeCertificate,
  type TrustFacts,
  type TrustPolicy,
  type VerifyFunction,
} from "../../../src/dtls/trust.ts";
import { UsageError } from "../../../src/errors.ts";

const CERTIFICATE: CertificateInfo = {
  subject: "CN=localhost",
  issuer: "CN=root",
  commonName: "localhost",
  names: [{ type: "dns", value: "a.example" }, { type: "email", value: "x@a.example" }],
  serial: "01",
  notBefore: 0,
  notAfter: 86_400,
  key: { type: "EC", bits: 256, curve: "prime256v1" },
  signature: "ecdsa-with-SHA256",
  isCa: false,
  isSelfSigned: false,
  sha256: "ab".repeat(32),
  publicKeySha256: "cd".repeat(32),
  der: new Uint8Array(0),
};

const GOOD: TrustFacts = {
  host: "a.example",
  port: 4242,
  isForHost: true,
  chain: [],
  certificate: () => CERTIFICATE,
};
const EXPIRED = { code: 10, depth: 0, message: "it expired" };
const BAD: TrustFacts = { ...GOOD, host: "b.example", isForHost: false, chain: [EXPIRED] };
const PLAIN: TrustPolicy = { pins: [], isInsecure: false, verify: null };
const WRONG_HOST = "it is for a.example, not for b.example";

Deno.test("decideTrust() accepts a good chain for the host", () => {
  assertEquals(decideTrust(GOOD, PLAIN), {
    isAccepted: true,
    rule: "chain",
    reason: "a trusted certificate vouches for it",
    problems: [],
  });
});

Deno.test("decideTrust() refuses by the chain before the host name", () => {
  assertEquals(decideTrust(BAD, PLAIN), {
    isAccepted: false,
    rule: "chain",
    reason: "it expired",
    problems: ["it expired", WRONG_HOST],
  });
  assertEquals(decideTrust({ ...BAD, chain: [] }, PLAIN).rule, "host name");
});

Deno.test("decideTrust() goes by pins alone where there are any", () => {
  const pin = parsePin(formatPin(CERTIFICATE));
  const pinned = decideTrust(BAD, { ...PLAIN, pins: [pin] });
  assertEquals([pinned.isAccepted, pinned.rule], [true, "pin"]);
  assertEquals(pinned.problems, ["it expired", WRONG_HOST]);
  const other = decideTrust(GOOD, { ...PLAIN, pins: [{ ...pin, kind: "public key" }] });
  assertEquals([other.isAccepted, other.rule], [false, "pin"]);
});

Deno.test("decideTrust() accepts all when insecure, pins or not", () => {
  const pin = parsePin(`sha256:${"00".repeat(32)}`);
  const verdict = decideTrust(BAD, { pins: [pin], isInsecure: true, verify: null });
  assertEquals([verdict.isAccepted, verdict.rule], [true, "insecure"]);
});

Deno.test("decideTrust() reads the certificate only where a rule needs it", () => {
  let reads = 0;
  const counted: TrustFacts = {
    ...GOOD,
    certificate: () => {
      reads++;
      return CERTIFICATE;
    },
  };
  decideTrust(counted, PLAIN);
  decideTrust(counted, { ...PLAIN, isInsecure: true });
  assertEquals(reads, 0);
  decideTrust(counted, { ...PLAIN, pins: [parsePin(formatPin(CERTIFICATE))] });
  assertEquals(reads, 1);
});

Deno.test("decideTrust() gives the verify function the last word, both ways", () => {
  const ask = (facts: TrustFacts, verify: VerifyFunction): [boolean, string] => {
    const { isAccepted, reason, rule } = decideTrust(facts, { ...PLAIN, verify });
    assertEquals(rule, "verify function");
    return [isAccepted, reason];
  };
  assertEquals(ask(BAD, () => true), [true, "the verify function accepts it"]);
  assertEquals(ask(GOOD, () => false), [false, "the verify function refuses it"]);
  assertEquals(ask(GOOD, () => "no"), [false, "the verify function refuses it: no"]);
  assertEquals(ask(BAD, ({ verdict }) => verdict.rule === "chain" && !verdict.isAccepted)[0], true);
});

Deno.test("decideTrust() refuses where the verify function fails or answers otherwise", () => {
  const answer = (value: unknown): string => {
    // What a user's module returns is not checked by types.
    const verify = (() => value) as VerifyFunction;
    const verdict = decideTrust(GOOD, { ...PLAIN, verify });
    assertEquals(verdict.isAccepted, false);
    return verdict.reason;
  };
  const expected = "the verify function returned";
  assertEquals(answer(1), `${expected} 1, not true, false or a reason`);
  assertEquals(answer(undefined), `${expected} undefined, not true, false or a reason`);
  assertEquals(
    answer(Promise.resolve(true)),
    `${expected} a promise, not true, false or a reason`,
  );
  assertEquals(
    answer(Promise.reject(new Error("late"))),
    `${expected} a promise, not true, false or a reason`,
  );
  const failing: VerifyFunction = () => {
    throw new TypeError("oops");
  };
  const verdict = decideTrust(GOOD, { ...PLAIN, verify: failing });
  assertEquals(
    [verdict.isAccepted, verdict.reason],
    [false, "the verify function failed: TypeError: oops"],
  );
});

Deno.test("certificateNames() falls back to the common name", () => {
  assertEquals(certificateNames(CERTIFICATE), ["a.example"]);
  assertEquals(certificateNames({ ...CERTIFICATE, names: [] }), ["localhost"]);
  assertEquals(certificateNames({ ...CERTIFICATE, names: [], commonName: null }), []);
});

Deno.test("summarizeCertificate() says names, issuer, dates, key and fingerprint", () => {
  assertEquals(
    summarizeCertificate(CERTIFICATE),
    "CN=localhost; names a.example; issued by CN=root; valid 1970-01-01 00:00:00 UTC to " +
      `1970-01-02 00:00:00 UTC; EC 256 bits; sha256:${"ab".repeat(32)}`,
  );
});

Deno.test("parsePin() reads hexadecimal with and without colons, and base64", () => {
  const digest = "ab".repeat(32);
  const pin = { kind: "certificate", sha256: digest } as const;
  assertEquals(parsePin(`sha256:${digest}`), pin);
  assertEquals(parsePin(`SHA256:${digest.toUpperCase().replace(/..(?=.)/g, "$&:")}`), pin);
  assertEquals(parsePin(`sha256:${Uint8Array.fromHex(digest).toBase64()}`), pin);
  assertEquals(parsePin(`spki-sha256:${digest}`), { ...pin, kind: "public key" });
});

Deno.test("parsePin() refuses everything else", () => {
  const bad = ["", "sha256:", "sha1:abcd", `sha256:${"ab".repeat(31)}`, "ab".repeat(32)];
  for (const text of bad) assertThrows(() => parsePin(text), UsageError, "is no pin");
});
