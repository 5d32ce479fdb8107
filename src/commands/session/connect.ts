/** Connects to an endpoint, again and again if asked to, and tells what happens. */

import { PeerError } from "../../errors.ts";
import { sleep, systemClock } from "../../net/clock.ts";
import type { Endpoint } from "../../net/endpoint.ts";
import { openPeer, type OpenPeerOptions } from "../../net/open.ts";
import {
  formatAddress,
  type HandshakeListener,
  type PacketPeer,
  type PeerStatus,
} from "../../packet/peer.ts";
import type { Recorder } from "../../stats/recorder.ts";
import type { SessionPrinter } from "./printer.ts";

/** How to connect. */
export interface ConnectOptions extends OpenPeerOptions {
  /** How long to keep trying; 0 is once. */
  readonly retryMs: number;
  /** Ends the trying. */
  readonly signal: AbortSignal;
}

const RETRY_PAUSE_MS = 100;

/**
 * Opens a peer; null when the signal ends it. Failed attempts are counted. Throws `PeerError`, the
 * last one, when the time for trying is over.
 */
export async function connectWithRetry(
  endpoint: Endpoint,
  printer: SessionPrinter,
  recorder: Recorder,
  options: ConnectOptions,
): Promise<PacketPeer | null> {
  const wanted = formatAddress({ hostname: endpoint.host, port: endpoint.port });
  const giveUpAtMs = systemClock.monotonicMs() + options.retryMs;
  printer.peer("connecting", wanted, null);
  let failedStatus: PeerStatus = "error";
  const onStatus: HandshakeListener = (status, address, error) => {
    if (error === null) printer.peer(status, formatAddress(address), null);
    else failedStatus = status;
  };
  const onDiscarded = recorder.recordError.bind(recorder);
  const { security, ...given } = options;
  // For a few packets, loading the quick sockets takes longer than they save.
  const rest = endpoint.scheme === "udp" ? { sockets: "portable" as const, ...given } : given;
  const watched = security === undefined
    ? rest
    : { ...rest, security: { ...security, onStatus, onDiscarded } };
  while (!options.signal.aborted) {
    try {
      const peer = await openPeer(endpoint, watched);
      recorder.recordPeer();
      const { handshake } = peer;
      if (handshake !== null) recorder.recordHandshake(handshake.durationMs, handshake.isResumed);
      printer.peer("connected", formatAddress(peer.remoteAddress), null, handshake);
      return peer;
    } catch (error) {
      if (options.signal.aborted) return null;
      if (!(error instanceof PeerError)) throw error;
      recorder.recordError("connect");
      if (!mayPass(error) || systemClock.monotonicMs() + RETRY_PAUSE_MS > giveUpAtMs) {
        printer.peer(failedStatus, wanted, error);
        throw error;
      }
    }
    await pause(options.signal);
  }
  return null;
}

/** True when the same attempt may succeed a little later. */
function mayPass({ code }: PeerError): boolean {
  return code === "ERR_CANT_CONNECT" || code === "ERR_CANT_RESOLVE" || code === "ERR_TIMEOUT" ||
    code === "ERR_CONNECTION_ERROR";
}

async function pause(signal: AbortSignal): Promise<void> {
  try {
    await sleep(RETRY_PAUSE_MS, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
