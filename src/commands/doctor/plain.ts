/** Whether a udp or tcp endpoint can be reached, as far as that can be told. */

import { PeerError } from "../../errors.ts";
import { systemClock } from "../../net/clock.ts";
import { openTcpPeer } from "../../net/tcp.ts";
import { openUdpPeer } from "../../net/udp.ts";
import { formatAddress } from "../../packet/peer.ts";
import { ANSWER, type Check } from "./check.ts";
import { formatFigure, rounded } from "./handshake.ts";

/** UDP that is silent for so long stays silent. */
const UDP_WAIT_MS = 1000;

/** What is found at each address. A silent one is a note where another one answers. */
export async function* examinePlain(
  scheme: "udp" | "tcp",
  addresses: readonly string[],
  port: number,
  timeoutMs: number,
): AsyncGenerator<Check> {
  const checks: Check[] = [];
  for (const hostname of addresses) {
    checks.push(
      scheme === "tcp"
        ? await examineTcp(hostname, port, timeoutMs)
        : await examineUdp(hostname, port, Math.min(timeoutMs, UDP_WAIT_MS)),
    );
  }
  const isReached = checks.some(({ verdict }) => verdict !== "fail");
  for (const check of checks) {
    yield isReached && check.verdict === "fail"
      ? { ...check, id: "other-address", verdict: "warn" }
      : check;
  }
}

async function examineTcp(hostname: string, port: number, timeoutMs: number): Promise<Check> {
  const address = formatAddress({ hostname, port });
  const startedAt = systemClock.monotonicMs();
  try {
    const peer = await openTcpPeer(hostname, port, { timeoutMs });
    const connectMs = systemClock.monotonicMs() - startedAt;
    await peer.close();
    return {
      id: ANSWER,
      verdict: "ok",
      text: `${address} accepts connections after ${formatFigure(connectMs)}`,
      facts: { address, connect_ms: rounded(connectMs) },
    };
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    return { id: ANSWER, verdict: "fail", text: error.message, facts: { address } };
  }
}

async function examineUdp(hostname: string, port: number, waitMs: number): Promise<Check> {
  const address = formatAddress({ hostname, port });
  const bound = isBoundHere(hostname, port);
  const facts = { address, bound_here: bound };
  if (bound === true) {
    const text = `a program of this machine is bound to ${address}`;
    return { id: ANSWER, verdict: "ok", text, facts };
  }
  if (bound === false) {
    const text = `${address} is an address of this machine, and nobody is bound to it`;
    return { id: ANSWER, verdict: "fail", text, advice: "start the server first", facts };
  }
  return { ...await askUdp(hostname, port, waitMs), facts };
}

/** Null for an address that is not this machine's. */
function isBoundHere(hostname: string, port: number): boolean | null {
  try {
    Deno.listenDatagram({ transport: "udp", hostname, port }).close();
    return false;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return true;
    if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) throw error;
    return null;
  }
}

async function askUdp(hostname: string, port: number, waitMs: number): Promise<Check> {
  const address = formatAddress({ hostname, port });
  const what = `${address} was sent an empty datagram`;
  try {
    await using peer = await openUdpPeer(hostname, port);
    await peer.send(new Uint8Array(0));
    const reply = await peer.receive({ timeoutMs: waitMs });
    if (reply !== null) {
      return { id: ANSWER, verdict: "ok", text: `${what} and answered` };
    }
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    if (error.code !== "ERR_TIMEOUT") return { id: ANSWER, verdict: "fail", text: error.message };
  }
  return {
    id: ANSWER,
    verdict: "warn",
    text: `${what} and did not answer, which says neither yes nor no: UDP has no connections`,
    advice: `send it a packet that it answers: packetpeer send udp://${address} VALUE --expect 1`,
  };
}
