/** What a handshake shows about an endpoint. Pure: probes in, findings out. */

import { alertWords } from "../../dtls/alerts.ts";
import type { DtlsProbeResult } from "../../net/dtls_probe.ts";
import type { ProbeResult } from "../../net/secure_probe.ts";
import { ANSWER, type Check } from "./check.ts";

/** A handshake that takes longer is worth a note, in milliseconds. */
const SLOW_MS = 1000;
/** Larger datagrams do not pass every tunnel and mobile network. */
const SAFE_DATAGRAM = 1400;
const PROTOCOL_VERSION = 70;
const AUTHENTICATED = /GCM|CCM|CHACHA20/;
const FORWARD_SECRET = /^(?:ECDHE|DHE|TLS_)/;

/** Whether anything came back from an address. */
export function answerCheck(address: string, protocol: "tls" | "dtls", result: ProbeResult): Check {
  const { firstReplyMs, error } = result;
  const facts = {
    address,
    ...(firstReplyMs === null ? {} : { first_reply_ms: rounded(firstReplyMs) }),
  };
  if (firstReplyMs !== null) {
    const text = `${address} answers after ${formatFigure(firstReplyMs)}`;
    return { id: ANSWER, verdict: "ok", text, facts };
  }
  const text = error?.message ?? `${address} does not answer`;
  const advice = protocol === "dtls"
    ? "check that the server runs, polls, and speaks DTLS, and that this UDP port is open in " +
      "firewall and router"
    : "check that the server runs and that this TCP port is open in firewall and router";
  return { id: ANSWER, verdict: "fail", text, advice, facts };
}

/** Why a handshake that was begun was not completed. */
export function failedHandshakeCheck({ error, alert }: ProbeResult): Check {
  const advice = alert === PROTOCOL_VERSION
    ? "the server has no version in common with Godot 4: DTLS 1.2, TLS 1.2 and 1.3"
    : alert === null
    ? "check that this port speaks this protocol: packetpeer doctor tls://… or dtls://…"
    : "see the server's own log; a server may also ask for a client certificate";
  return {
    id: "handshake",
    verdict: "fail",
    text: error?.message ?? "the handshake failed",
    advice,
    facts: { alert: alert === null ? null : alertWords(alert).name },
  };
}

/** What the parameters of a handshake are worth. */
export function parameterChecks({ handshake, details }: ProbeResult): readonly Check[] {
  if (handshake === null || details === null) return [];
  const { version, cipher } = handshake;
  const { standardCipher, group } = details;
  const isAuthenticated = AUTHENTICATED.test(cipher);
  const isSecret = FORWARD_SECRET.test(cipher);
  const isNew = version === "DTLSv1.2" || version === "TLSv1.2" || version === "TLSv1.3";
  return [
    {
      id: "version",
      verdict: isNew ? "ok" : "warn",
      text: version,
      advice: isNew ? null : "Godot 4 does not speak it: allow DTLS 1.2 or TLS 1.2",
      facts: { version },
    },
    {
      id: "cipher",
      verdict: isAuthenticated ? "ok" : "warn",
      text: cipher,
      advice: isAuthenticated ? null : "allow AES-GCM or ChaCha20-Poly1305: CBC is the old way",
      facts: { cipher, standard_cipher: standardCipher },
    },
    {
      id: "key-exchange",
      verdict: isSecret ? "ok" : "warn",
      text: group ?? (isSecret ? "Diffie-Hellman" : "RSA, without forward secrecy"),
      advice: isSecret ? null : "allow ECDHE ciphers: whoever gets the key reads old recordings",
      facts: { group, forward_secrecy: isSecret },
    },
  ];
}

/** What only DTLS has: the cookie exchange and datagrams that have to fit. */
export function datagramChecks(result: DtlsProbeResult): readonly Check[] {
  const { hasCookieExchange, largestDatagram } = result;
  const fits = largestDatagram <= SAFE_DATAGRAM;
  return [
    {
      id: "cookie",
      verdict: hasCookieExchange ? "ok" : "warn",
      text: hasCookieExchange
        ? "the server asks for a cookie before it keeps anything"
        : "no cookie exchange: forged addresses cost the server memory, and others its answers",
      advice: hasCookieExchange ? null : "use Godot's DTLSServer, or openssl s_server -listen",
      facts: { cookie_exchange: hasCookieExchange },
    },
    {
      id: "datagram-size",
      verdict: fits ? "ok" : "warn",
      text: `the largest handshake datagram has ${largestDatagram} bytes`,
      advice: fits
        ? null
        : "take a smaller certificate (EC) or MTU: some paths lose such datagrams",
      facts: { largest_datagram: largestDatagram },
    },
  ];
}

/** Whether a later connection is spared the full handshake. `resumed` is null when none was offered. */
export function resumptionCheck(resumed: ProbeResult | null): Check {
  const id = "resumption";
  if (resumed?.handshake?.isResumed) {
    return { id, verdict: "ok", text: "sessions are resumed", facts: { resumed: true } };
  }
  const text = resumed === null
    ? "the server offers no session to resume"
    : resumed.handshake === null
    ? `the offered session led to a failure: ${resumed.error?.message ?? "no reason is known"}`
    : "the offered session was not taken up again: a full handshake";
  const verdict = resumed !== null && resumed.handshake === null ? "fail" : "warn";
  const advice = "each connection costs a full handshake; Godot's servers resume none";
  return { id, verdict, text, advice, facts: { resumed: false } };
}

/** How long handshakes take. */
export function timeCheck(full: ProbeResult, resumed: ProbeResult | null): Check {
  const fullMs = full.handshake?.durationMs ?? null;
  const resumedMs = resumed?.handshake?.isResumed ? resumed.handshake.durationMs : null;
  const parts = [
    ...(fullMs === null ? [] : [`full ${formatFigure(fullMs)}`]),
    ...(resumedMs === null ? [] : [`resumed ${formatFigure(resumedMs)}`]),
  ];
  const isSlow = (fullMs ?? 0) > SLOW_MS;
  return {
    id: "handshake-time",
    verdict: isSlow ? "warn" : "ok",
    text: parts.join(", "),
    advice: isSlow ? "a lost flight, a slow server or a long way: see the retransmission" : null,
    facts: {
      ...(fullMs === null ? {} : { full_ms: rounded(fullMs) }),
      ...(resumedMs === null ? {} : { resumed_ms: rounded(resumedMs) }),
    },
  };
}

/** How the server takes datagrams that come twice, and flights that are lost. */
export function retransmissionChecks(
  duplicated: ProbeResult,
  lost: DtlsProbeResult,
): readonly Check[] {
  return [
    duplicated.outcome === "connected"
      ? { id: "duplicates", verdict: "ok", text: "datagrams that come twice do no harm" }
      : {
        id: "duplicates",
        verdict: "fail",
        text: `datagrams that come twice end the handshake: ${duplicated.error?.message ?? ""}`,
        advice: "let the server pass over ClientHellos that it knows already",
      },
    lost.outcome === "connected"
      ? {
        id: "retransmission",
        verdict: "ok",
        text: `a lost flight is sent again: connected after ${
          formatFigure(lost.handshake?.durationMs ?? 0)
        }`,
        facts: { lost_datagrams: lost.lostDatagrams, retransmissions: lost.retransmissions },
      }
      : {
        id: "retransmission",
        verdict: "fail",
        text: `a lost flight ends the handshake: ${lost.error?.message ?? "no reason is known"}`,
        advice: "poll the server's peers regularly, also those that are still handshaking",
        facts: { lost_datagrams: lost.lostDatagrams, retransmissions: lost.retransmissions },
      },
  ];
}

/** Milliseconds to the microsecond: clocks tell no more. */
export function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** Milliseconds for people: `0.42 ms`, `12.3 ms`, `1240 ms`. */
export function formatFigure(ms: number): string {
  return `${ms < 10 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
}
