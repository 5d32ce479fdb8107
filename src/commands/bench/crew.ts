/**
 * The clients of `bench` that one thread runs: connects them, starts them when it is time, wakes
 * each when its next packet is due, all from one loop, and ends when all are done.
 */

import type { DecodeError, PeerError } from "../../errors.ts";
import { LoadClient } from "../../load/client.ts";
import { clientStartMs } from "../../load/schedule.ts";
import { systemClock } from "../../net/clock.ts";
import { openConnector } from "../../net/open.ts";
import type { ClientSecurity } from "../../net/security.ts";
import type { WireTap } from "../../net/wire_tap.ts";
import { ShortSleep } from "../../net/short_sleep.ts";
import type { Connector, PacketPeer } from "../../packet/peer.ts";
import type { BenchData } from "../../stats/bench_data.ts";
import { BenchRecording, type EndedInterval } from "../../stats/bench_recording.ts";
import type { HistogramFactory } from "../../stats/histogram.ts";
import {
  Closings,
  connectOnce,
  type ConnectOutcome,
  holdContext,
  keepConnecting,
  peerOptionsOf,
  recordOutcome,
  sleepUntil,
  withoutSessions,
} from "./connecting.ts";
import type { BenchPacket } from "./packet.ts";
import { ClientRunner } from "./runner.ts";
import { benchModelOf, type BenchSettings } from "./settings.ts";
import { Waker } from "./waker.ts";
import { WakeQueue } from "./wakes.ts";

/** What a crew needs. */
export interface CrewOptions {
  readonly settings: BenchSettings;
  /** null when only connections are made. */
  readonly packet: BenchPacket | null;
  /** One object for all clients, who share what is made of it; null where there are no certificates. */
  readonly security: ClientSecurity | null;
  /** Looks on while bytes go over the wire. */
  readonly tap?: WireTap;
  readonly histograms: HistogramFactory;
  /** The first of all clients that is of this crew, and how many are. */
  readonly firstClient: number;
  readonly clients: number;
  /**
   * Called when all are connected that are to be connected beforehand; answers when to begin, in
   * microseconds since 1970.
   */
  readonly begin: () => Promise<number>;
  /** Is told of intervals that are over. */
  readonly onIntervals: (intervals: readonly EndedInterval[]) => void;
  /** Ends the run: clients send no more, and replies are waited for a moment only. */
  readonly interrupted: AbortSignal;
}

/** What came out of it. */
export interface CrewResult {
  readonly data: BenchData;
  /** The first failure of a client, if there was one: why there may be nothing in the data. */
  readonly failure: Error | null;
  /** Clients that could connect. */
  readonly connected: number;
}

/** Connections that are made at once before the run. */
const CONNECTING_AT_ONCE = 64;
/** How often clients are looked after that cannot help themselves. */
const PATROL_MS = 100;
/** How long replies are waited for after an interruption, at most. */
const INTERRUPTED_WAIT_MS = 500;

/** Runs the clients to their end. Does not throw for what the network does. */
export async function runCrew(options: CrewOptions): Promise<CrewResult> {
  using short = ShortSleep.open();
  const { settings, settings: { isConnecting, resumes }, tap } = options;
  const security = isConnecting && !resumes ? withoutSessions(options.security) : options.security;
  const peerOptions = peerOptionsOf(settings, security, tap);
  await using connector = await openConnector(settings.endpoint, peerOptions);
  return await new Crew({ ...options, security }, connector, short).run();
}

class Crew {
  readonly #options: CrewOptions;
  readonly #connector: Connector;
  readonly #waker: Waker;
  readonly #wakes = new WakeQueue<ClientRunner>();
  readonly #runners: ClientRunner[] = [];
  readonly #closings = new Closings();
  readonly #epochMicros = performance.timeOrigin * 1000;
  /** Runners that are not done, and clients that are still to come. */
  #active = 0;
  #sleepsUntilMs = 0;
  #failure: DecodeError | PeerError | null = null;
  #connected = 0;
  #endMs = 0;
  #isOver = false;

  constructor(options: CrewOptions, connector: Connector, short: ShortSleep | null) {
    this.#options = options;
    this.#connector = connector;
    this.#waker = new Waker(short);
  }

  async run(): Promise<CrewResult> {
    const { settings, security, begin, interrupted } = this.#options;
    using _context = await holdContext(settings, security);
    const isEarly = settings.rampMs === 0 && !settings.isConnecting;
    const early = isEarly ? await this.#connectAll() : null;
    const startMicros = await begin();
    const times = this.#timesFrom(startMicros);
    const recording = this.#createRecording(startMicros);
    for (const outcome of early ?? []) recordOutcome(recording, outcome);
    const stop = (): void => this.#stop();
    interrupted.addEventListener("abort", stop, { once: true });
    try {
      const entering = this.#indices().map((index, i) =>
        this.#enter(index, early?.[i] ?? null, recording, times)
      );
      if (interrupted.aborted) stop();
      await Promise.all([this.#loop(recording), ...entering]);
      this.#tellLast(recording, times.endMs ?? 0);
    } finally {
      this.#isOver = true;
      this.#endMs = systemClock.monotonicMs();
      this.#waker.wake();
      interrupted.removeEventListener("abort", stop);
      await Promise.all([this.#closings.end(), ...this.#runners.map((runner) => runner.close())]);
    }
    this.#failure ??= this.#runners.find(({ failure }) => failure !== null)?.failure ?? null;
    const data = recording.toData(this.#endMs);
    return { data, failure: this.#failure, connected: this.#connected };
  }

  #indices(): number[] {
    const { firstClient, clients } = this.#options;
    return Array.from({ length: clients }, (_, i) => firstClient + i);
  }

  /** Connects all clients, some at once; what could not connect is among the outcomes. */
  async #connectAll(): Promise<ConnectOutcome[]> {
    const { settings, interrupted, clients } = this.#options;
    const outcomes: ConnectOutcome[] = [];
    let started = 0;
    const connectSome = async (): Promise<void> => {
      while (started < clients && !interrupted.aborted) {
        started++;
        const outcome = await connectOnce(this.#connector, settings.timeoutMs, interrupted)
          .catch(ifAborted);
        if (outcome !== null) outcomes.push(outcome);
      }
    };
    const ifAborted = (error: unknown): null => {
      if (interrupted.aborted) return null;
      throw error;
    };
    await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, connectSome));
    return outcomes;
  }

  #timesFrom(startMicros: number): RunTimes {
    const { warmupMs, durationMs } = this.#options.settings;
    const startMs = (startMicros - this.#epochMicros) / 1000;
    const measureFromMs = startMs + warmupMs;
    return {
      startMs,
      measureFromMs,
      endMs: durationMs === null ? null : measureFromMs + durationMs,
    };
  }

  #createRecording(startMicros: number): BenchRecording {
    const { settings, histograms } = this.#options;
    const { isOneWay, warmupMs, intervalMs, isConnecting } = settings;
    return new BenchRecording({
      model: benchModelOf(settings),
      isOneWay,
      histograms,
      startMs: this.#timesFrom(startMicros).measureFromMs,
      startMicros: startMicros + warmupMs * 1000,
      intervalMs,
      errorKinds: isConnecting ? ["connect"] : ["decode", "send", "connect", "connection"],
    });
  }

  /** Brings in one client: connects it when it is time, unless it is already, and starts it. */
  async #enter(
    index: number,
    early: ConnectOutcome | null,
    recording: BenchRecording,
    times: RunTimes,
  ): Promise<void> {
    this.#active++;
    try {
      const { settings, interrupted } = this.#options;
      const { model, clients, rampMs } = settings;
      const startMs = clientStartMs(index, clients, { startMs: times.startMs, rampMs, model });
      if (settings.isConnecting) await this.#keepConnecting(startMs, recording, times);
      else {
        const outcome = early ?? await this.#connectLate(startMs, recording);
        if (outcome === null) return;
        if ("error" in outcome) this.#failure ??= outcome.error;
        else if (interrupted.aborted) await outcome.peer.close();
        else this.#start(outcome.peer, startMs, recording, times);
      }
    } finally {
      this.#active--;
      this.#waker.wake();
    }
  }

  async #keepConnecting(
    startMs: number,
    recording: BenchRecording,
    times: RunTimes,
  ): Promise<void> {
    const { settings, security, tap, interrupted: signal } = this.#options;
    const { model } = settings;
    const failure = await keepConnecting({
      ...{ settings, security, tap, recording, model, ...times, startMs, signal },
      closings: this.#closings,
    });
    if (failure === null) this.#connected++;
    else this.#failure ??= failure;
  }

  async #connectLate(startMs: number, recording: BenchRecording): Promise<ConnectOutcome | null> {
    const { settings, interrupted } = this.#options;
    await sleepUntil(startMs, interrupted);
    if (interrupted.aborted) return null;
    try {
      const outcome = await connectOnce(this.#connector, settings.timeoutMs, interrupted);
      recordOutcome(recording, outcome);
      return outcome;
    } catch (error) {
      if (!interrupted.aborted) throw error;
      return null;
    }
  }

  #start(peer: PacketPeer, startMs: number, recording: BenchRecording, times: RunTimes): void {
    const { settings, packet } = this.#options;
    if (packet === null) throw new TypeError("there is no packet to send");
    const { model, count, timeoutMs, rampMs } = settings;
    // A handshake takes its time: what would have been due meanwhile is not.
    const firstMs = rampMs === 0 ? startMs : Math.max(startMs, systemClock.monotonicMs());
    const rate = model.type === "open" ? model.ratePerSecond : 0;
    const client = new LoadClient({
      plan: { ...times, startMs: firstMs, model, count, timeoutMs },
      template: packet.template,
      matcher: packet.matcher(),
      recording: recording.addClient(rate),
      epochMicros: this.#epochMicros,
    });
    const runner = new ClientRunner({
      peer,
      client,
      recording,
      listener: {
        onWake: (runner, atMs) => this.#wakeAt(runner, atMs),
        onDone: (runner) => this.#end(runner),
      },
      epochMicros: this.#epochMicros,
      isClosedLoop: model.type === "closed",
      mayBlock: model.type === "closed" && this.#options.clients === 1,
      timeoutMs,
    });
    this.#active++;
    this.#connected++;
    this.#runners.push(runner);
    runner.start();
  }

  #wakeAt(runner: ClientRunner, atMs: number): void {
    this.#wakes.set(runner, atMs);
    if (atMs < this.#sleepsUntilMs) this.#waker.wake();
  }

  #end(runner: ClientRunner): void {
    this.#wakes.set(runner, Infinity);
    this.#active--;
    if (this.#active === 0) this.#waker.wake();
  }

  /** Sends no more; what is under way may still arrive for a moment. */
  #stop(): void {
    const nowMs = systemClock.monotonicMs();
    for (const runner of this.#runners) runner.stop(nowMs);
    this.#waker.wake();
  }

  /** Pumps clients when their packets are due, until there is none any more. */
  async #loop(recording: BenchRecording): Promise<void> {
    const { interrupted } = this.#options;
    let patrolMs = 0;
    let giveUpMs = Infinity;
    while (this.#active > 0 && !this.#isOver) {
      const nowMs = systemClock.monotonicMs();
      if (interrupted.aborted && giveUpMs === Infinity) giveUpMs = nowMs + INTERRUPTED_WAIT_MS;
      if (nowMs >= giveUpMs) return;
      if (nowMs >= patrolMs) {
        this.#patrol(recording, nowMs);
        patrolMs = nowMs + PATROL_MS;
      }
      this.#pumpDue(nowMs);
      await this.#rest(Math.min(patrolMs, giveUpMs));
    }
    this.#tell(recording);
  }

  #patrol(recording: BenchRecording, nowMs: number): void {
    for (const runner of this.#runners) runner.check(nowMs);
    this.#tell(recording);
  }

  #tell(recording: BenchRecording): void {
    const ended = recording.endIntervals(systemClock.monotonicMs());
    if (ended.length > 0) this.#options.onIntervals(ended);
  }

  /** The last interval is often just as long as the others, and its replies are in a little early. */
  #tellLast(recording: BenchRecording, plannedEndMs: number): void {
    const last = recording.endLastInterval(Math.max(systemClock.monotonicMs(), plannedEndMs));
    if (last !== null) this.#options.onIntervals([last]);
  }

  #pumpDue(nowMs: number): void {
    const due: ClientRunner[] = [];
    for (let next = this.#wakes.take(nowMs); next !== null; next = this.#wakes.take(nowMs)) {
      due.push(next);
    }
    for (const runner of due) runner.pump(nowMs);
  }

  /** Sleeps until somebody is due. */
  async #rest(latestMs: number): Promise<void> {
    const untilMs = Math.min(this.#wakes.nextMs, latestMs);
    this.#sleepsUntilMs = untilMs;
    await this.#waker.until(untilMs);
    this.#sleepsUntilMs = 0;
  }
}

/** The moments of a run on the monotonic clock. */
interface RunTimes {
  readonly startMs: number;
  readonly measureFromMs: number;
  readonly endMs: number | null;
}
