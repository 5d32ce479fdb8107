import { assert, assertEquals, assertThrows } from "@std/assert";
import { examineTrust } from "../../../../src/commands/cert/trust.ts";
import { UsageError } from "../../../../src/errors.ts";
import { VerifyError } from "../../../../src/dtls/verify_words.ts";
import { filesOf, identity, opensslTest, pemFile } from "../../../support/dtls_identities.ts";

opensslTest("examineTrust() accepts what a given CA vouches for, for its name", async (openssl) => {
  const made = await identity(openssl);
  const question = { ca: [filesOf(made).chain], serverName: null, pins: [] };
  const found = examineTrust(openssl, [made.certificate], question, "localhost");
  assertEquals([found.verdict.isAccepted, found.chain.length, found.isForHost], [true, 0, true]);
  const unnamed = examineTrust(openssl, [made.certificate], question, null);
  assertEquals([unnamed.verdict.isAccepted, unnamed.host], [true, null]);
});

opensslTest("examineTrust() refuses another name, and --server-name counts", async (openssl) => {
  const made = await identity(openssl);
  const question = { ca: [filesOf(made).chain], serverName: "example.com", pins: [] };
  const found = examineTrust(openssl, [made.certificate], question, "localhost");
  assertEquals([found.verdict.isAccepted, found.verdict.rule], [false, "host name"]);
  assertEquals([found.host, found.isForHost], ["example.com", false]);
});

opensslTest(
  "examineTrust() refuses what the system does not trust, unless it is pinned",
  async (openssl) => {
    const made = await identity(openssl);
    const question = { ca: null, serverName: null, pins: [] };
    const found = examineTrust(openssl, [made.certificate], question, "localhost");
    assertEquals(found.verdict.rule, "chain");
    assert(found.chain.some(({ code }) => code === VerifyError.selfSignedLeaf));
    const pins = [{ kind: "certificate", sha256: made.certificate.sha256 }] as const;
    const pinned = examineTrust(openssl, [made.certificate], { ...question, pins }, "localhost");
    assertEquals([pinned.verdict.isAccepted, pinned.verdict.rule], [true, "pin"]);
  },
);

opensslTest("examineTrust() uses the certificates that came along", async (openssl) => {
  const root = await identity(openssl, { commonName: "Root" });
  const leaf = await identity(openssl, { issuer: root, isCa: false });
  const question = { ca: [filesOf(root).chain], serverName: null, pins: [] };
  const chain = [leaf.certificate, root.certificate] as const;
  assert(examineTrust(openssl, chain, question, "localhost").verdict.isAccepted);
});

opensslTest(
  "examineTrust() refuses a CA file that is none as the user's mistake",
  async (openssl) => {
    const { certificate } = await identity(openssl);
    const question = { ca: [pemFile("hello", "ca.crt")], serverName: null, pins: [] };
    assertThrows(() => examineTrust(openssl, [certificate], question, null), UsageError, "ca.crt");
  },
);
