import { assert, assertEquals } from "@std/assert";
import type { Check } from "../../../../src/commands/doctor/check.ts";
import {
  answerCheck,
  datagramChecks,
  failedHandshakeCheck,
  formatFigure,
  parameterChecks,
  resumptionCheck,
  retransmissionChecks,
  rounded,
  timeCheck,
} from "../../../../src/commands/doctor/handshake.ts";
import { PeerError } from "../../../../src/errors.ts";
import type { DtlsProbeResult } from "../../../../src/net/dtls_probe.ts";
import { unreached } from "../../../../src/net/secure_probe.ts";

const HANDSHAKE = {
  version: "DTLSv1.2",
  cipher: "ECDHE-RSA-AES256-GCM-SHA384",
  isResumed: false,
  durationMs: 12.5,
  verdict: null,
};
const DETAILS = {
  standardCipher: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  group: "X25519",
  requestedName: null,
  stateName: "",
};
const FAILED: DtlsProbeResult = {
  ...unreached(new PeerError("ERR_TIMEOUT", "too late")),
  hasCookieExchange: true,
  largestDatagram: 1200,
  lostDatagrams: 0,
  retransmissions: 0,
};
const CONNECTED: DtlsProbeResult = {
  ...FAILED,
  outcome: "connected",
  error: null,
  firstReplyMs: 1.23456,
  handshake: HANDSHAKE,
  details: DETAILS,
};

function verdicts(checks: readonly Check[]): Record<string, string> {
  return Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict]));
}

Deno.test("answerCheck() tells how long it took, or what to look at", () => {
  const good = answerCheck("127.0.0.1:1", "dtls", CONNECTED);
  assertEquals([good.verdict, good.text], ["ok", "127.0.0.1:1 answers after 1.23 ms"]);
  assertEquals(good.facts, { address: "127.0.0.1:1", first_reply_ms: 1.235 });
  const bad = answerCheck("127.0.0.1:1", "dtls", FAILED);
  assertEquals([bad.verdict, bad.text], ["fail", "too late"]);
  assert(bad.advice?.includes("UDP port"));
  assert(answerCheck("127.0.0.1:1", "tls", FAILED).advice?.includes("TCP port"));
});

Deno.test("failedHandshakeCheck() names the alert and what it asks for", () => {
  const version = failedHandshakeCheck({ ...FAILED, alert: 70 });
  assertEquals(version.facts, { alert: "protocol_version" });
  assert(version.advice?.includes("DTLS 1.2"));
  assert(failedHandshakeCheck({ ...FAILED, alert: 40 }).advice?.includes("client certificate"));
  assert(failedHandshakeCheck(FAILED).advice?.includes("this port"));
});

Deno.test("parameterChecks() finds nothing wrong with today's parameters", () => {
  const good = { version: "ok", cipher: "ok", "key-exchange": "ok" };
  assertEquals(verdicts(parameterChecks(CONNECTED)), good);
  const tls13 = { ...HANDSHAKE, version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384" };
  assertEquals(verdicts(parameterChecks({ ...CONNECTED, handshake: tls13 })), good);
  assertEquals(parameterChecks(FAILED), []);
});

Deno.test("parameterChecks() notes old versions, CBC, and RSA key exchange", () => {
  const old = { ...HANDSHAKE, version: "DTLSv1", cipher: "AES256-SHA" };
  const checks = parameterChecks({
    ...CONNECTED,
    handshake: old,
    details: { ...DETAILS, group: null },
  });
  assertEquals(verdicts(checks), { version: "warn", cipher: "warn", "key-exchange": "warn" });
  assert(checks.every(({ advice }) => advice !== null));
});

Deno.test("datagramChecks() notes a missing cookie exchange and large datagrams", () => {
  assertEquals(verdicts(datagramChecks(CONNECTED)), { cookie: "ok", "datagram-size": "ok" });
  const other = { ...CONNECTED, hasCookieExchange: false, largestDatagram: 1401 };
  assertEquals(verdicts(datagramChecks(other)), { cookie: "warn", "datagram-size": "warn" });
});

Deno.test("resumptionCheck() tells resumed, not offered, not taken up and broken apart", () => {
  const resumed = { ...CONNECTED, handshake: { ...HANDSHAKE, isResumed: true } };
  assertEquals(resumptionCheck(resumed).verdict, "ok");
  assertEquals(resumptionCheck(null).text, "the server offers no session to resume");
  const again = resumptionCheck(CONNECTED);
  assertEquals([again.verdict, again.facts], ["warn", { resumed: false }]);
  assertEquals(resumptionCheck(FAILED).verdict, "fail");
});

Deno.test("timeCheck() has both times where there are both, and notes slow ones", () => {
  const resumed = { ...CONNECTED, handshake: { ...HANDSHAKE, isResumed: true, durationMs: 2 } };
  const both = timeCheck(CONNECTED, resumed);
  assertEquals([both.verdict, both.text], ["ok", "full 12.5 ms, resumed 2.00 ms"]);
  assertEquals(both.facts, { full_ms: 12.5, resumed_ms: 2 });
  assertEquals(timeCheck(CONNECTED, CONNECTED).facts, { full_ms: 12.5 });
  const slow = { ...CONNECTED, handshake: { ...HANDSHAKE, durationMs: 1001 } };
  assertEquals(timeCheck(slow, null).verdict, "warn");
});

Deno.test("retransmissionChecks() fail where the handshake does not survive", () => {
  const good = retransmissionChecks(CONNECTED, { ...CONNECTED, lostDatagrams: 3 });
  assertEquals(verdicts(good), { duplicates: "ok", retransmission: "ok" });
  assertEquals(good[1]?.facts, { lost_datagrams: 3, retransmissions: 0 });
  const bad = retransmissionChecks(FAILED, FAILED);
  assertEquals(verdicts(bad), { duplicates: "fail", retransmission: "fail" });
});

Deno.test("formatFigure() and rounded() keep what clocks can tell", () => {
  assertEquals([0.4161, 12.34, 1240.4].map(formatFigure), ["0.42 ms", "12.3 ms", "1240 ms"]);
  assertEquals(rounded(1.23456), 1.235);
});
