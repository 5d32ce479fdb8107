/**
 * One client of `bench` at its socket: sends what the client of the pure core makes, and hands it
 * what arrives. Nothing here is made anew for each packet, apart from what the system needs.
 */

import { DecodeError, PeerError } from "../../errors.ts";
import type { LoadClient } from "../../load/client.ts";
import { systemClock } from "../../net/clock.ts";
import type { Packet } from "../../packet/packet.ts";
import type { PacketPeer } from "../../packet/peer.ts";
import type { BenchErrorKind, BenchRecording } from "../../stats/bench_recording.ts";
import { turn } from "./waker.ts";

/** What a runner tells those who wake it. */
export interface RunnerListener {
  /** It wants to be pumped at that moment; Infinity: not before something arrives. */
  onWake(runner: ClientRunner, atMs: number): void;
  /** It has sent everything and waits for nothing any more. */
  onDone(runner: ClientRunner): void;
}

/** What a runner is made of. */
export interface RunnerParts {
  readonly peer: PacketPeer;
  readonly client: LoadClient;
  readonly recording: BenchRecording;
  readonly listener: RunnerListener;
  /** Microseconds since 1970 at time 0 of the monotonic clock. */
  readonly epochMicros: number;
  /** A reply makes room for the next packet. */
  readonly isClosedLoop: boolean;
  /** Nothing else runs in this thread: it may block for a moment. */
  readonly mayBlock: boolean;
  /** The longest time for a packet to be taken. */
  readonly timeoutMs: number;
}

/** Replies that are taken in a row before others have their turn. */
const ROUNDS_PER_TURN = 32;

/** Runs one client. */
export class ClientRunner {
  readonly #parts: RunnerParts;
  #receiving: Promise<void> = Promise.resolve();
  #failure: DecodeError | PeerError | null = null;
  /** When the sending that is under way began; null when none is. */
  #sendingSinceMs: number | null = null;
  #sending: Promise<void> = Promise.resolve();
  #isDone = false;
  #isClosing = false;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /** What ended it before its time; null when nothing did. */
  get failure(): DecodeError | PeerError | null {
    return this.#failure;
  }

  /** Begins to receive, and to send. */
  start(): void {
    this.#receiving = this.#receive();
    this.pump(systemClock.monotonicMs());
  }

  /** Sends what is due. */
  pump(nowMs: number): void {
    if (this.#sendingSinceMs !== null || this.#isDone) return;
    const count = this.#parts.client.poll(nowMs);
    if (count === 0) this.#settle(nowMs);
    else this.#sending = this.#send(count, nowMs);
  }

  /** Gives up a packet that the system does not take. */
  check(nowMs: number): void {
    const { timeoutMs, peer } = this.#parts;
    if (this.#sendingSinceMs === null || nowMs - this.#sendingSinceMs <= timeoutMs) return;
    const why = `the server takes no more packets on ${peer.transport}; does it read what comes?`;
    this.#fail("send", new PeerError("ERR_TIMEOUT", why));
  }

  /** Sends no more. */
  stop(nowMs: number): void {
    this.#parts.client.stop(nowMs);
    if (this.#sendingSinceMs === null) this.#settle(nowMs);
  }

  /** Closes the socket and waits until nothing is read any more. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#isDone = true;
    const { peer, recording } = this.#parts;
    await peer.close();
    await this.#receiving;
    recording.recordError("dropped", peer.droppedPackets);
  }

  async #send(count: number, nowMs: number): Promise<void> {
    const { peer, client } = this.#parts;
    this.#sendingSinceMs = nowMs;
    try {
      const { packets } = client;
      const batch = count === packets.length ? packets : packets.slice(0, count);
      const taken = await peer.sendBatch(batch);
      if (taken < count) client.putBack(count - taken);
    } catch (error) {
      client.putBack(count);
      this.#fail("send", error);
    }
    this.#sendingSinceMs = null;
    const thenMs = systemClock.monotonicMs();
    // Replies that came meanwhile have made room.
    if (this.#parts.isClosedLoop) this.pump(thenMs);
    else this.#settle(thenMs);
  }

  async #receive(): Promise<void> {
    const { peer, mayBlock } = this.#parts;
    try {
      for (let round = 1;; round++) {
        // Blocking calls keep everything else of this thread waiting: timers, Ctrl-C.
        if (mayBlock && round % ROUNDS_PER_TURN === 0) await turn();
        // Who blocks before the packet has left waits in vain.
        while (mayBlock && this.#sendingSinceMs !== null) await this.#sending;
        const packets = await peer.receiveBatch({ mayBlock });
        if (packets === null) break;
        this.#take(packets);
      }
      const why = "the server closed the connection; see what it says about it";
      this.#fail("connection", new PeerError("ERR_CONNECTION_ERROR", why));
    } catch (error) {
      this.#fail(error instanceof DecodeError ? "decode" : "connection", error);
    }
  }

  #take(packets: readonly Packet[]): void {
    const { client, epochMicros, isClosedLoop } = this.#parts;
    for (const { payload, time } of packets) {
      client.handleReply(payload, (time - epochMicros) / 1000);
    }
    if (this.#isDone) return;
    const nowMs = systemClock.monotonicMs();
    if (isClosedLoop) this.pump(nowMs);
    else if (this.#sendingSinceMs === null && client.isDone(nowMs)) this.#finish();
  }

  /** Says when it wants to be pumped again. */
  #settle(nowMs: number): void {
    if (this.#isDone) return;
    const { client, listener } = this.#parts;
    if (client.isDone(nowMs)) this.#finish();
    else listener.onWake(this, client.nextWake(nowMs) ?? Infinity);
  }

  #fail(kind: BenchErrorKind, error: unknown): void {
    if (this.#isClosing || this.#isDone) return;
    if (!(error instanceof DecodeError || error instanceof PeerError)) throw error;
    this.#failure = error;
    this.#parts.recording.recordError(kind);
    this.#parts.client.stop(systemClock.monotonicMs());
    this.#finish();
  }

  #finish(): void {
    this.#isDone = true;
    this.#parts.listener.onDone(this);
  }
}
