import { assert, assertEquals } from "@std/assert";
import {
  certificateChecks,
  type ExaminedChain,
} from "../../../../src/commands/doctor/certificate.ts";
import type { CertificateInfo } from "../../../../src/dtls/certificate.ts";
import type { TrustVerdict } from "../../../../src/dtls/trust.ts";
import { VerifyError } from "../../../../src/dtls/verify_words.ts";
import { certificateInfo, DAY } from "../../../support/certificate_info.ts";

const ACCEPTED: TrustVerdict = { isAccepted: true, rule: "chain", reason: "good", problems: [] };
const REFUSED: TrustVerdict = { ...ACCEPTED, isAccepted: false, reason: "bad" };
const PIN = { kind: "certificate", sha256: "ab".repeat(32) } as const;

function examined(
  leaf: Partial<CertificateInfo> = {},
  changes: Partial<ExaminedChain> = {},
): ExaminedChain {
  return {
    chain: [certificateInfo(leaf)],
    examination: { verdict: ACCEPTED, chain: [], isForHost: true, host: "localhost" },
    question: { ca: null, pins: [] },
    endpoint: "dtls://localhost:1",
    now: 10 * DAY,
    ...changes,
  };
}

function verdicts(facts: ExaminedChain): string {
  return certificateChecks(facts).map(({ id, verdict }) => `${id} ${verdict}`).join(", ");
}

function problem(code: number): ExaminedChain["examination"] {
  const chain = [{ code, depth: 0, message: "objection" }];
  return { verdict: REFUSED, chain, isForHost: true, host: "localhost" };
}

Deno.test("certificateChecks() find nothing wrong with a good certificate", () => {
  assertEquals(verdicts(examined()), "chain ok, names ok, dates ok, key ok");
});

Deno.test("certificateChecks() note a self-signed certificate, and fail it against a CA", () => {
  const examination = problem(VerifyError.selfSignedLeaf);
  const [noted] = certificateChecks(examined({}, { examination }));
  assertEquals([noted?.verdict, noted?.text], ["warn", "objection"]);
  assert(noted?.advice?.includes("cert show dtls://localhost:1 -o pem"), noted?.advice ?? "");
  const question = { ca: [], pins: [] };
  assert(verdicts(examined({}, { examination, question })).startsWith("chain fail"));
});

Deno.test("certificateChecks() ask for the whole chain when only the leaf came", () => {
  const examination = problem(VerifyError.unknownIssuer);
  const leaf = { isSelfSigned: false };
  const [alone] = certificateChecks(examined(leaf, { examination }));
  assertEquals(alone?.verdict, "fail");
  assert(alone?.advice?.includes("fullchain.pem"));
  const chain = [certificateInfo(leaf), certificateInfo(leaf)] as const;
  const [both] = certificateChecks(examined(leaf, { examination, chain }));
  assert(both?.advice?.includes("--ca FILE"));
});

Deno.test("certificateChecks() fail another name and tell the certificate's", () => {
  const examination = { verdict: REFUSED, chain: [], isForHost: false, host: "game.example" };
  const names = certificateChecks(examined({}, { examination }))[1];
  assertEquals([names?.verdict, names?.text], [
    "fail",
    "it is not for game.example but for localhost",
  ]);
});

Deno.test("certificateChecks() tell dates once, in their own check", () => {
  const examination = problem(VerifyError.expired);
  const late = examined({}, { examination, now: 101 * DAY });
  assertEquals(verdicts(late), "chain ok, names ok, dates fail, key ok");
  assertEquals(verdicts(examined({}, { now: 90 * DAY })), "chain ok, names ok, dates warn, key ok");
  assertEquals(verdicts(examined({}, { now: -1 })), "chain ok, names ok, dates fail, key ok");
});

Deno.test("certificateChecks() know which keys and signatures Godot takes", () => {
  const keyVerdict = (leaf: Partial<CertificateInfo>): string | undefined =>
    certificateChecks(examined(leaf)).find(({ id }) => id === "key")?.verdict;
  const rsa = (bits: number): CertificateInfo["key"] => ({ type: "RSA", bits, curve: null });
  assertEquals(keyVerdict({ key: { type: "EC", bits: 256, curve: "prime256v1" } }), "ok");
  assertEquals(keyVerdict({ key: rsa(1024) }), "fail");
  assertEquals(keyVerdict({ key: rsa(8192) }), "warn");
  assertEquals(keyVerdict({ key: { type: "ED25519", bits: 256, curve: null } }), "fail");
  assertEquals(keyVerdict({ signature: "sha1WithRSAEncryption" }), "fail");
  assertEquals(keyVerdict({ signature: "rsassaPss" }), "warn");
});

Deno.test("certificateChecks() let a pin settle everything, and fail when it does not fit", () => {
  const question = { ca: null, pins: [PIN] };
  const other = { ...problem(VerifyError.expired), isForHost: false };
  const pinned = { ...other, verdict: { ...ACCEPTED, rule: "pin" } as const };
  const now = 101 * DAY;
  assertEquals(
    verdicts(examined({}, { question, examination: pinned, now })),
    "chain ok, names warn, dates warn, key ok",
  );
  assertEquals(
    verdicts(examined({}, { question, examination: other, now })),
    "chain fail, names fail, dates fail, key ok",
  );
});
