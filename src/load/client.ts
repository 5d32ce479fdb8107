/**
 * One virtual client, without sockets and clock. The driver asks it what to send, tells it what
 * came, and wakes it when it wants to be woken:
 *
 *     const count = client.poll(now);                     // packets 0 to count - 1 of client.packets
 *     const taken = socket.send(client.packets, count);
 *     if (taken < count) client.putBack(count - taken);   // it offers them again
 *     client.handleReply(payload, now);
 *     sleepUntil(client.nextWake(now));                   // until client.isDone(now)
 */

import type { ClientRecording } from "../stats/client_recording.ts";
import { DEFAULT_MAX_IN_FLIGHT, InFlight } from "./in_flight.ts";
import { type ReplyMatcher, UNDECODABLE } from "./match.ts";
import { type LoadModel, type Schedule, scheduleOf } from "./schedule.ts";
import { PacketSlab, type PacketTemplate } from "./template.ts";

/** What a client does, and when. Times are in milliseconds of one monotonic clock. */
export interface ClientPlan {
  readonly model: LoadModel;
  /** When it begins to send. */
  readonly startMs: number;
  /** When measuring begins: what is due before is warm-up, and in no figure. */
  readonly measureFromMs: number;
  /** When it stops sending; null for no limit. */
  readonly endMs: number | null;
  /** How many packets it sends while measuring; null for no limit. */
  readonly count: number | null;
  /** How long it waits for replies after its last packet; in closed loop, after each packet. */
  readonly timeoutMs: number;
}

/** What a client is made of. */
export interface LoadClientOptions {
  readonly plan: ClientPlan;
  readonly template: PacketTemplate;
  /** null: no replies are expected. */
  readonly matcher: ReplyMatcher | null;
  readonly recording: ClientRecording;
  /** Microseconds since 1970-01-01 UTC at time 0 of the monotonic clock: for `$time`. */
  readonly epochMicros: number;
  /** The most packets that one `poll` gives; large ones are fewer. @default {64} */
  readonly batchSize?: number;
  /** The most packets that are remembered for their round trips; 21 bytes each. @default {131072} */
  readonly maxInFlight?: number;
}

/** Bytes for a batch of packets: there may be hundreds of clients. */
const MAX_SLAB_SIZE = 256 * 1024;

/** How long after the end a packet of an open loop may leave that was due before it. */
const LAST_CALL_MS = 100;

/** A virtual client. */
export class LoadClient {
  /** The packets of the last `poll`, valid until the next. */
  readonly packets: readonly Uint8Array<ArrayBuffer>[];
  readonly #plan: ClientPlan;
  readonly #schedule: Schedule;
  readonly #slab: PacketSlab;
  readonly #packetSize: number;
  readonly #matcher: ReplyMatcher | null;
  readonly #recording: ClientRecording;
  readonly #epochMicros: number;
  readonly #inFlight: InFlight;
  /** Packets that no answer came for, and that are not given up. */
  #waiting = 0;
  /** In closed loop, packets below this number were answered or given up. */
  #settledBelow = 0;
  /** The number of the first packet that is measured; null while there is none. */
  #firstMeasured: number | null = null;
  #lastTimeMicros = 0;
  #lastSentMs = -Infinity;
  #hasEnded = false;

  constructor(options: LoadClientOptions) {
    const { plan, template, matcher, recording, batchSize = 64 } = options;
    const window = plan.model.type === "closed" ? plan.model.window : 0;
    this.#plan = plan;
    this.#schedule = scheduleOf(plan.model, plan.startMs);
    this.#packetSize = template.bytes.length;
    const fitting = Math.floor(MAX_SLAB_SIZE / Math.max(this.#packetSize, 1));
    this.#slab = new PacketSlab(template, Math.max(1, Math.min(batchSize, fitting)));
    this.packets = this.#slab.packets;
    this.#matcher = matcher;
    this.#recording = recording;
    this.#epochMicros = options.epochMicros;
    this.#inFlight = new InFlight(Math.max(options.maxInFlight ?? DEFAULT_MAX_IN_FLIGHT, window));
  }

  /** Makes the packets that are due, and says how many; they count as sent. */
  poll(nowMs: number): number {
    this.#giveUp(nowMs);
    if (!this.#hasEnded && this.#isOver(nowMs)) this.#endSending(nowMs);
    if (this.#hasEnded) return 0;
    const due = this.#schedule.dueCount(nowMs, this.#waiting);
    const most = Math.min(due, this.packets.length);
    let count = 0;
    while (count < most && this.#hasMore(nowMs)) this.#send(count++, nowMs);
    if (!this.#hasMore(nowMs)) this.#endSending(nowMs);
    return count;
  }

  /** What is due before the end may leave a little later, but a sender far behind has to end too. */
  #isOver(nowMs: number): boolean {
    const { endMs } = this.#plan;
    return endMs !== null && nowMs >= endMs + LAST_CALL_MS;
  }

  #send(slot: number, nowMs: number): void {
    const dueMs = this.#schedule.take(nowMs);
    const timeMicros = Math.max(
      this.#lastTimeMicros + 1,
      Math.floor(this.#epochMicros + nowMs * 1000),
    );
    this.#lastTimeMicros = timeMicros;
    this.#lastSentMs = nowMs;
    this.#slab.write(slot, this.#inFlight.next, timeMicros);
    const isMeasured = this.#firstMeasured !== null || dueMs >= this.#plan.measureFromMs;
    if (isMeasured) this.#firstMeasured ??= this.#inFlight.next;
    const interval = isMeasured ? this.#recording.recordSent(this.#packetSize, dueMs, nowMs) : -1;
    this.#inFlight.add(dueMs, timeMicros, interval);
    if (this.#matcher !== null) this.#waiting++;
  }

  /** False once the last packet that is due before the end, or that was asked for, was sent. */
  #hasMore(nowMs: number): boolean {
    const { count, endMs, model } = this.#plan;
    if (count !== null && this.#recording.sent >= count) return false;
    if (endMs === null) return true;
    const dueMs = model.type === "open" ? this.#schedule.nextDueMs(nowMs, 0) : nowMs;
    return dueMs !== null && dueMs < endMs;
  }

  /** The last `count` packets of the last `poll` did not leave: they are offered again. */
  putBack(count: number): void {
    for (let left = count; left > 0; left--) {
      this.#inFlight.takeBack();
      const { next } = this.#inFlight;
      const interval = this.#inFlight.intervalOf(next);
      if (interval >= 0) {
        const dueMs = this.#inFlight.dueMsOf(next);
        this.#recording.takeBackSent(this.#packetSize, dueMs, this.#lastSentMs, interval);
        if (this.#firstMeasured === next) this.#firstMeasured = null;
      }
      if (this.#matcher !== null) this.#waiting--;
    }
    this.#schedule.putBack(count);
    if (count > 0) this.#hasEnded = false;
  }

  /** Takes what arrived, whatever it is. The bytes are not kept. */
  handleReply(payload: Uint8Array, nowMs: number): void {
    const wire = this.#matcher?.match(payload) ?? null;
    const sequence = wire === null ? -1 : this.#sequenceOf(wire);
    if (sequence >= 0 && !this.#isMeasured(sequence)) return this.#settle(sequence);
    if (nowMs < this.#plan.measureFromMs) return;
    this.#recording.recordReceived(payload.length, nowMs);
    if (sequence >= 0) this.#answer(sequence, nowMs);
    else if (wire === UNDECODABLE) this.#recording.recordError("decode");
    else if (wire !== null) this.#recording.recordUnmatched();
  }

  #isMeasured(sequence: number): boolean {
    return this.#firstMeasured !== null && sequence >= this.#firstMeasured;
  }

  /** The packet that a number or time on the wire means; -1 when it was never sent. */
  #sequenceOf(wire: number): number {
    if (wire < 0 || this.#matcher === null) return -1;
    if (this.#matcher.by === "time") return this.#inFlight.sequenceOfTime(wire);
    const last = this.#inFlight.next - 1;
    const { period } = this.#matcher;
    if (last < period || wire >= period) return wire <= last && wire < period ? wire : -1;
    // The last packet with that number: what is a whole period old has been lost long ago.
    const back = (last % period - wire + period) % period;
    return last - back;
  }

  /** A reply to a packet that is measured. */
  #answer(sequence: number, nowMs: number): void {
    const recording = this.#recording;
    if (!recording.recordAnswer(sequence - (this.#firstMeasured ?? 0))) return; // a duplicate
    if (this.#hasEnded) this.#extendSending(nowMs);
    if (this.#inFlight.has(sequence)) {
      const durationMs = nowMs - this.#inFlight.dueMsOf(sequence);
      recording.recordRoundTrip(durationMs, this.#inFlight.intervalOf(sequence), nowMs);
      this.#settle(sequence);
    } else {
      recording.recordUntimed();
      if (sequence >= this.#settledBelow) this.#waiting--;
    }
  }

  /** A packet waits no longer. */
  #settle(sequence: number): void {
    if (!this.#inFlight.isWaiting(sequence)) return;
    this.#inFlight.settle(sequence);
    this.#waiting--;
  }

  /** In closed loop: packets that had no reply in time make room for others. */
  #giveUp(nowMs: number): void {
    if (this.#plan.model.type !== "closed") return;
    const inFlight = this.#inFlight;
    for (; this.#settledBelow < inFlight.next; this.#settledBelow++) {
      const sequence = this.#settledBelow;
      if (!inFlight.isWaiting(sequence)) continue;
      if (nowMs < inFlight.dueMsOf(sequence) + this.#plan.timeoutMs) return;
      this.#settle(sequence);
      if (this.#isMeasured(sequence)) this.#recording.recordError("timeout");
    }
  }

  /** When to call `poll` again; null when only a reply can change anything. May be in the past. */
  nextWake(nowMs: number): number | null {
    if (this.#hasEnded) return this.#isSettled() ? null : this.#lastSentMs + this.#plan.timeoutMs;
    const { endMs } = this.#plan;
    const dueMs = this.#schedule.nextDueMs(nowMs, this.#waiting) ?? this.#nextTimeoutMs();
    return endMs === null ? dueMs : Math.min(dueMs, endMs);
  }

  /** When the oldest packet that waits is given up; there is one when the window is full. */
  #nextTimeoutMs(): number {
    while (
      this.#settledBelow < this.#inFlight.next && !this.#inFlight.isWaiting(this.#settledBelow)
    ) this.#settledBelow++;
    return this.#inFlight.dueMsOf(this.#settledBelow) + this.#plan.timeoutMs;
  }

  /** True when it has sent everything and waits for no reply any more. */
  isDone(nowMs: number): boolean {
    if (!this.#hasEnded) return false;
    return this.#isSettled() || nowMs >= this.#lastSentMs + this.#plan.timeoutMs;
  }

  /** No packet that is measured waits for its reply. */
  #isSettled(): boolean {
    if (this.#matcher === null || this.#plan.model.type === "closed") return this.#waiting <= 0;
    return this.#recording.answered >= this.#recording.sent;
  }

  /** It sends no more; what still waits for a reply may get it until `isDone` says so. */
  stop(nowMs: number): void {
    if (!this.#hasEnded) this.#endSending(nowMs);
  }

  #endSending(nowMs: number): void {
    this.#hasEnded = true;
    // In open loop a packet has its share of the time up to where the next would be due.
    const slotEndMs = this.#plan.model.type === "open"
      ? Math.max(nowMs, this.#schedule.nextDueMs(nowMs, 0) ?? nowMs)
      : nowMs;
    this.#recording.endSending(this.#atMostEnd(slotEndMs), slotEndMs);
  }

  /** Without a schedule, the run goes on until the last reply; in closed loop, sending does. */
  #extendSending(nowMs: number): void {
    const { type } = this.#plan.model;
    const endMs = this.#atMostEnd(nowMs);
    if (type === "closed") this.#recording.endSending(endMs, endMs);
    else if (type === "flood") this.#recording.endSending(endMs, this.#lastSentMs);
  }

  #atMostEnd(timeMs: number): number {
    const { endMs } = this.#plan;
    return endMs === null ? timeMs : Math.min(timeMs, endMs);
  }
}
