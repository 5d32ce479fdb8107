/** Examines an endpoint, one finding after the other. Sends handshakes, and one empty datagram to udp. */

import { SecureContext } from "../../dtls/context.ts";
import { PeerError } from "../../errors.ts";
import { type DtlsFault, type DtlsProbeResult, probeDtls } from "../../net/dtls_probe.ts";
import type { Endpoint } from "../../net/endpoint.ts";
import { resolveHost } from "../../net/resolve.ts";
import type { ProbeResult, ProbeTarget } from "../../net/secure_probe.ts";
import { probeTls } from "../../net/tls_probe.ts";
import { formatAddress } from "../../packet/peer.ts";
import { examineTrust } from "../cert/trust.ts";
import { certificateChecks } from "./certificate.ts";
import { ANSWER, type Check } from "./check.ts";
import {
  answerCheck,
  datagramChecks,
  failedHandshakeCheck,
  parameterChecks,
  resumptionCheck,
  retransmissionChecks,
  timeCheck,
} from "./handshake.ts";
import { examinePlain } from "./plain.ts";
import { openLibrary } from "../security/openssl_library.ts";
import type { TrustQuestion } from "../security/trust_options.ts";

/** Short, so that a lost flight costs no second. */
const RETRANSMISSION = { firstMs: 400, longestMs: 3000 };

/** What to examine and how. */
export interface Examination {
  readonly endpoint: Endpoint;
  /** As the user wrote it, for advice. */
  readonly endpointText: string;
  readonly question: TrustQuestion;
  /** Longest wait for each handshake, in milliseconds. */
  readonly timeoutMs: number;
}

/** Findings about an endpoint, as they come. Throws `PeerError` without OpenSSL where it is needed. */
export async function* examineEndpoint(examination: Examination): AsyncGenerator<Check> {
  const { endpoint, timeoutMs } = examination;
  let addresses: readonly string[];
  try {
    addresses = await resolveHost(endpoint.host, { timeoutMs });
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    yield { id: ANSWER, verdict: "fail", text: error.message };
    return;
  }
  if (addresses[0] !== endpoint.host) {
    const text = `${endpoint.host} is ${addresses.join(", ")}`;
    yield { id: "addresses", verdict: "ok", text, facts: { addresses } };
  }
  const { scheme } = endpoint;
  if (scheme === "tls" || scheme === "dtls") yield* examineSecure(scheme, addresses, examination);
  else yield* examinePlain(scheme, addresses, endpoint.port, timeoutMs);
}

async function* examineSecure(
  protocol: "tls" | "dtls",
  addresses: readonly string[],
  examination: Examination,
): AsyncGenerator<Check> {
  using openssl = openLibrary();
  // It looks at everything: what a client would refuse is found out afterwards.
  using context = SecureContext.client(openssl, {
    protocol,
    isInsecure: true,
    ...(protocol === "dtls" ? { retransmission: RETRANSMISSION } : {}),
  });
  const { endpoint: { host, port }, question, timeoutMs } = examination;
  const serverName = question.serverName ?? host;
  let answered: { readonly target: ProbeTarget; readonly full: ProbeResult } | null = null;
  const silent: Check[] = [];
  for (const hostname of addresses) {
    const target = { context, hostname, port, serverName, timeoutMs };
    const full = protocol === "tls" ? await probeTls(target) : await probeDtls(target);
    const check = answerCheck(formatAddress({ hostname, port }), protocol, full);
    if (check.verdict === "fail") silent.push(check);
    else {
      yield check;
      answered ??= { target, full };
    }
  }
  // One address that answers is enough to reach it, though the others cost its clients time.
  yield* answered === null ? silent : silent.map(asNote);
  if (answered === null) return;
  const { target, full } = answered;
  if (full.outcome !== "connected") return yield failedHandshakeCheck(full);
  yield* parameterChecks(full);
  if ("hasCookieExchange" in full) yield* datagramChecks(full as DtlsProbeResult); // as its name says
  yield* chainChecks(examination, full);
  const again = { ...target, session: full.session };
  const resumed = full.session === null
    ? null
    : protocol === "tls"
    ? await probeTls(again)
    : await probeDtls(again);
  yield resumptionCheck(resumed);
  yield timeCheck(full, resumed);
  if (protocol === "dtls") {
    const faulty = (fault: DtlsFault): Promise<DtlsProbeResult> => probeDtls({ ...target, fault });
    // Duplicates last: a server without a socket for each client may take them for the next one's.
    const lost = await faulty("lost flight");
    yield* retransmissionChecks(await faulty("duplicate"), lost);
  }

  function* chainChecks(
    { endpointText }: Examination,
    { chain: [leaf, ...others] }: ProbeResult,
  ): Generator<Check> {
    if (leaf === undefined) {
      yield { id: "chain", verdict: "fail", text: "the server sends no certificate" };
      return;
    }
    const chain = [leaf, ...others] as const;
    yield* certificateChecks({
      chain,
      examination: examineTrust(openssl, chain, question, host),
      question,
      endpoint: endpointText,
      now: Math.floor(Date.now() / 1000),
    });
  }
}

function asNote(check: Check): Check {
  return {
    ...check,
    id: "other-address",
    verdict: "warn",
    advice: "clients that try this address first lose time; listen on it too, or name the other",
  };
}
