/** How `bench` connects: once for each client before it sends, or over and over with `--connect`. */

import { load } from "../../cli/load.ts";
import { PeerError } from "../../errors.ts";
import { type LoadModel, type Schedule, scheduleOf } from "../../load/schedule.ts";
import { sleep, systemClock } from "../../net/clock.ts";
import { openConnector, type OpenPeerOptions } from "../../net/open.ts";
import type { ClientSecurity, SessionStore } from "../../net/security.ts";
import type { WireTap } from "../../net/wire_tap.ts";
import type { Connector, PacketPeer } from "../../packet/peer.ts";
import type { BenchRecording } from "../../stats/bench_recording.ts";
import type { BenchSettings } from "./settings.ts";

/** An attempt to connect, and what became of it. */
export type ConnectOutcome =
  | { readonly peer: PacketPeer; readonly durationMs: number }
  | { readonly error: PeerError };

/** How the peers of a run are opened; the time is limited for each. */
export function peerOptionsOf(
  { maxPacketSize }: BenchSettings,
  security: ClientSecurity | null,
  tap: WireTap | undefined,
): OpenPeerOptions {
  return {
    maxPacketSize,
    ...(security === null ? {} : { security }),
    ...(tap === undefined ? {} : { tap }),
  };
}

/** Connects once. Rejects with the signal's reason when it is aborted, and with what is a bug. */
export async function connectOnce(
  connector: Connector,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ConnectOutcome> {
  const startMs = systemClock.monotonicMs();
  try {
    const peer = await connector.connect({ timeoutMs, signal });
    return { peer, durationMs: systemClock.monotonicMs() - startMs };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof PeerError)) throw error;
    return { error };
  }
}

/** Counts an attempt. `lateMs`: how long it was due before it began. */
export function recordOutcome(
  recording: BenchRecording,
  outcome: ConnectOutcome,
  lateMs = 0,
): void {
  recording.recordConnectAttempt();
  if ("error" in outcome) {
    recording.recordError("connect");
    return;
  }
  recording.recordEstablished();
  const { peer: { transport, handshake }, durationMs } = outcome;
  // What is left besides the handshake: nothing that was waited for, where there are datagrams only.
  const connectMs = durationMs - (handshake?.durationMs ?? 0);
  if (transport === "tcp" || transport === "tls") recording.recordConnect(connectMs + lateMs);
  if (handshake !== null) {
    const { durationMs: handshakeMs, isResumed } = handshake;
    recording.recordHandshake(transport === "dtls" ? handshakeMs + lateMs : handshakeMs, isResumed);
  }
}

/** What a client that only connects goes by. */
export interface ConnectingPlan {
  readonly settings: BenchSettings;
  readonly security: ClientSecurity | null;
  readonly recording: BenchRecording;
  readonly model: LoadModel;
  readonly startMs: number;
  readonly measureFromMs: number;
  readonly endMs: number | null;
  readonly signal: AbortSignal;
  readonly tap?: WireTap | undefined;
  /** Where connections go when they are done with. */
  readonly closings: Closings;
}

/**
 * Connects, closes, and connects again, until time or count is up. Answers with the failure when not
 * one connection came about, else with null.
 */
export async function keepConnecting(plan: ConnectingPlan): Promise<PeerError | null> {
  const { settings, recording, signal } = plan;
  const sessions = settings.resumes ? new OwnSessions(plan.security?.sessions) : null;
  const security = sessions === null || plan.security === null
    ? plan.security
    : { ...plan.security, sessions };
  using _context = await holdContext(settings, security);
  using _sockets = await holdSockets(settings);
  await using connector = await openConnector(settings.endpoint, {
    ...peerOptionsOf(settings, security, plan.tap),
    mayBlock: settings.clients === 1,
  });
  const schedule = scheduleOf(plan.model, plan.startMs);
  let [measured, established] = [0, 0];
  let failure: PeerError | null = null;
  while (measured < (settings.count ?? Infinity)) {
    const dueMs = await nextDue(schedule, plan);
    if (dueMs === null) break;
    const lateMs = Math.max(0, systemClock.monotonicMs() - dueMs);
    const outcome = await connectOnce(connector, settings.timeoutMs, signal).catch((error) => {
      if (signal.aborted) return null;
      throw error;
    });
    if (outcome === null) break;
    if (dueMs >= plan.measureFromMs) {
      measured++;
      recordOutcome(recording, outcome, plan.model.type === "open" ? lateMs : 0);
    }
    if ("error" in outcome) {
      failure = outcome.error;
      await sleepUntil(systemClock.monotonicMs() + FAILURE_PAUSE_MS, signal);
    } else {
      established++;
      await sessions?.arrive(outcome.peer, signal);
      const closing = outcome.peer.close();
      // A TLS session is stored when its connection is closed.
      await (settings.resumes ? closing : plan.closings.add(closing));
    }
  }
  return established === 0 ? failure : null;
}

/** Connections that are being closed: some servers take their time, which nobody waits for. */
export class Closings {
  readonly #open = new Set<Promise<void>>();

  /** Adds one; waits for another when there are many. */
  async add(closing: Promise<void>): Promise<void> {
    const tracked = closing.finally(() => this.#open.delete(tracked));
    this.#open.add(tracked);
    if (this.#open.size >= MAX_CLOSING) await Promise.race(this.#open);
  }

  /** Waits for all. */
  async end(): Promise<void> {
    await Promise.all(this.#open);
  }
}

const MAX_CLOSING = 64;

/** What refuses at once would be asked some thousand times a second. */
const FAILURE_PAUSE_MS = 10;

/** Waits until the next connection is due; null when the run is over before. */
async function nextDue(
  schedule: Schedule,
  { startMs, endMs, signal }: ConnectingPlan,
): Promise<number | null> {
  await sleepUntil(startMs, signal);
  const nowMs = systemClock.monotonicMs();
  const wakeMs = schedule.nextDueMs(nowMs, 0) ?? nowMs;
  if (endMs !== null && Math.max(wakeMs, nowMs) >= endMs) return null;
  await sleepUntil(wakeMs, signal);
  return signal.aborted ? null : schedule.take(systemClock.monotonicMs());
}

/** Sleeps until that moment, or until the signal is aborted. */
export async function sleepUntil(atMs: number, signal: AbortSignal): Promise<void> {
  const restMs = atMs - systemClock.monotonicMs();
  if (restMs <= 0 || signal.aborted) return;
  await sleep(restMs, signal).catch((error) => {
    if (!signal.aborted) throw error;
  });
}

/** Sessions of its own for one client: those of others may be used up. */
class OwnSessions implements SessionStore {
  readonly #shared: SessionStore | undefined;
  readonly #sessions = new Map<string, string>();
  #waitMs = FIRST_WAIT_MS;

  constructor(shared: SessionStore | undefined) {
    this.#shared = shared;
  }

  get(endpoint: string): string | null {
    return this.#sessions.get(endpoint) ?? this.#shared?.get(endpoint) ?? null;
  }

  set(endpoint: string, session: string): void {
    this.#sessions.set(endpoint, session);
    this.#shared?.set(endpoint, session);
  }

  /**
   * Waits a moment, which is part of no figure, where a session is still to come: a TLS 1.3 server
   * sends it after the handshake, and nothing tells when. Longer when it did not come in time; not
   * at all any more where none ever comes.
   */
  async arrive({ handshake }: PacketPeer, signal: AbortSignal): Promise<void> {
    if (handshake?.version !== "TLSv1.3") return;
    if (handshake.isResumed) this.#waitMs = FIRST_WAIT_MS;
    else if (this.#waitMs <= LONGEST_WAIT_MS) {
      await sleepUntil(systemClock.monotonicMs() + this.#waitMs, signal);
      this.#waitMs *= 2;
    }
  }
}

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 1600;

/**
 * Keeps the context of clients with this very object open until it is disposed of: made anew for
 * each connection, it would be part of what is measured. null where there is none to keep; what
 * keeps it from being made, the first connection tells.
 */
export async function holdContext(
  { endpoint: { scheme } }: Pick<BenchSettings, "endpoint">,
  security: ClientSecurity | null,
): Promise<Disposable | null> {
  if (security === null || (scheme !== "dtls" && scheme !== "tls")) return null;
  const { SecureEndpoint } = await load<typeof import("../../net/security.ts")>(
    "../net/security.ts",
  );
  try {
    return SecureEndpoint.client(scheme, security);
  } catch (error) {
    if (error instanceof PeerError) return null;
    throw error;
  }
}

/** The same for what quick UDP sockets share. null where there are none. */
async function holdSockets(
  { endpoint: { scheme } }: Pick<BenchSettings, "endpoint">,
): Promise<Disposable | null> {
  if (scheme !== "dtls") return null;
  const { FastSystem } = await load<typeof import("../../net/fast_system.ts")>(
    "../net/fast_system.ts",
  );
  return FastSystem.acquire();
}

/** The same security without sessions: every handshake is a full one. */
export function withoutSessions(security: ClientSecurity | null): ClientSecurity | null {
  if (security === null) return null;
  const { sessions: _, ...rest } = security;
  return rest;
}
