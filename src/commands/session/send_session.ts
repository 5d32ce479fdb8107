/**
 * What `send` does between connecting and the summary: sends on schedule, takes replies at the same
 * time, and waits for those that are asked for.
 */

import { DecodeError, PeerError } from "../../errors.ts";
import { resolvesWithin, sleep, systemClock, within } from "../../net/clock.ts";
import type { Packet } from "../../packet/packet.ts";
import { formatAddress, type PacketPeer } from "../../packet/peer.ts";
import type { Recorder } from "../../stats/recorder.ts";
import { ReplyMatcher } from "./reply_matcher.ts";
import type { OutgoingPackets } from "./send_packets.ts";
import type { SessionPrinter } from "./printer.ts";
import type { Outgoing } from "./value_packets.ts";

/** What to do besides sending once. */
export interface SendSettings {
  /** How often the listed packets are sent. */
  readonly repeat: number;
  /** From one packet to the next; 0 is as fast as they go. */
  readonly intervalMs: number;
  /** Replies that must come; null when none must. */
  readonly expect: number | null;
  /** How long to wait for replies after the last packet; null is not at all. */
  readonly waitMs: number | null;
  /** The limit of waiting for expected replies, and of each packet to be taken. */
  readonly timeoutMs: number;
}

/** One run over one peer. */
export class SendSession {
  readonly #printer: SessionPrinter;
  readonly #recorder: Recorder;
  readonly #settings: SendSettings;
  readonly #matcher = new ReplyMatcher();
  /** Aborted, with the failure, when the connection is lost. */
  readonly #broken = new AbortController();
  /** Resolves when all expected replies have come. */
  readonly #enough = Promise.withResolvers<void>();
  #failure: DecodeError | PeerError | null = null;
  #nextDueMs = 0;
  #lastSentMs = 0;
  #hasPeerEnded = false;
  #isInterrupted = false;
  #isOver = false;
  #isUdp = false;

  constructor(printer: SessionPrinter, recorder: Recorder, settings: SendSettings) {
    this.#printer = printer;
    this.#recorder = recorder;
    this.#settings = settings;
  }

  /** What broke the connection or its framing; null when nothing did. */
  get failure(): DecodeError | PeerError | null {
    return this.#failure;
  }

  /** Expected replies that did not come. */
  get missingReplies(): number {
    return Math.max(0, (this.#settings.expect ?? 0) - this.#recorder.received);
  }

  /** Packets without the reply that was expected for them; null when none was expected. */
  get lost(): number | null {
    const { expect, waitMs } = this.#settings;
    if (expect !== null) return this.missingReplies;
    return waitMs === null ? null : this.#matcher.waiting;
  }

  /** Sends everything and waits as asked, until the signal at the latest; closes the peer. */
  async until(
    peer: PacketPeer,
    packets: OutgoingPackets,
    interrupted: AbortSignal,
  ): Promise<void> {
    const signal = AbortSignal.any([interrupted, this.#broken.signal]);
    this.#isUdp = peer.transport === "udp";
    this.#lastSentMs = systemClock.monotonicMs();
    const receiving = this.#receive(peer);
    receiving.catch(() => {}); // it is awaited below, later than it may fail
    try {
      await this.#sendAll(peer, packets, signal);
      await this.#awaitReplies(receiving, signal);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
    this.#isInterrupted = interrupted.aborted;
    this.#isOver = true;
    await peer.close();
    await receiving;
    if (!this.#isInterrupted) this.#recorder.recordError("timeout", this.missingReplies);
    const address = formatAddress(peer.remoteAddress);
    if (this.#failure !== null) this.#printer.peer("error", address, this.#failure);
    else if (!this.#hasPeerEnded) this.#printer.peer("disconnected", address, null);
  }

  /** Why no more replies came, as the end of a sentence that says how many did. */
  whyRepliesEnded(timeout: string): string {
    if (this.#failure !== null) return `: ${this.#failure.message}`;
    if (this.#isInterrupted) return " before the interruption";
    if (this.#hasPeerEnded) {
      return ", then the other side closed the connection; see what the server says about it";
    }
    return ` within ${timeout}; ${this.#hint()}`;
  }

  #hint(): string {
    if (!this.#isUdp) return "the server is connected, but does not answer";
    return this.#recorder.received === 0
      ? "is the server running? UDP does not tell when nobody listens"
      : "the rest was not answered, or lost on the way; --interval sends more slowly";
  }

  async #sendAll(peer: PacketPeer, packets: OutgoingPackets, signal: AbortSignal): Promise<void> {
    for (let round = 0; round < this.#settings.repeat; round++) {
      for (const packet of packets.listed) await this.#sendOne(peer, packet, signal);
    }
    if (packets.lines === null) return;
    const lines = packets.lines[Symbol.asyncIterator]();
    while (true) {
      // A line that is never typed must not keep the program from ending.
      const line = await within({ signal }, neverLate, () => lines.next());
      if (line.done === true) return;
      await this.#sendOne(peer, line.value, signal);
    }
  }

  async #sendOne(peer: PacketPeer, packet: Outgoing, signal: AbortSignal): Promise<void> {
    const { payload } = packet;
    // As in the engine, an empty packet is not sent.
    if (payload.length === 0) return;
    await this.#pace(signal);
    signal.throwIfAborted();
    const address = formatAddress(peer.remoteAddress);
    this.#printer.sent({ payload, time: systemClock.wallMicros() }, address, packet.value);
    this.#matcher.sent(systemClock.wallMicros());
    try {
      await peer.send(payload, { signal, timeoutMs: this.#settings.timeoutMs });
    } catch (error) {
      if (!signal.aborted) this.#recorder.recordError("send");
      throw error;
    }
    this.#recorder.recordSent(payload.length);
    this.#lastSentMs = systemClock.monotonicMs();
  }

  async #pace(signal: AbortSignal): Promise<void> {
    const { intervalMs } = this.#settings;
    if (intervalMs === 0) return;
    const now = systemClock.monotonicMs();
    if (this.#nextDueMs > now) await sleep(this.#nextDueMs - now, signal);
    this.#nextDueMs = Math.max(this.#nextDueMs, now) + intervalMs;
  }

  async #receive(peer: PacketPeer): Promise<void> {
    const address = formatAddress(peer.remoteAddress);
    try {
      while (!this.#isOver) {
        const packet = peer.takePacket() ?? await peer.receive();
        if (this.#isOver) return;
        if (packet === null) return this.#onPeerEnd(address);
        await this.#printer.prepare();
        this.#onReply(packet, address);
      }
    } catch (error) {
      if (this.#isOver) return;
      this.#fail(error);
      this.#recorder.recordError(error instanceof DecodeError ? "decode" : "connection");
    }
  }

  #onPeerEnd(address: string): void {
    this.#hasPeerEnded = true;
    this.#printer.peer("disconnected", address, null);
  }

  #onReply(packet: Packet, address: string): void {
    this.#recorder.recordReceived(packet.payload.length);
    const roundTripMs = this.#matcher.replied(packet.time);
    if (roundTripMs !== null && this.lost !== null) this.#recorder.recordRoundTrip(roundTripMs);
    if (!this.#printer.received(packet, address)) this.#recorder.recordError("decode");
    if (this.missingReplies === 0) this.#enough.resolve();
  }

  async #awaitReplies(receiving: Promise<void>, signal: AbortSignal): Promise<void> {
    const { waitMs, timeoutMs } = this.#settings;
    if (this.missingReplies > 0) {
      const answered = Promise.race([this.#enough.promise, receiving]);
      await resolvesWithin(answered, { signal, timeoutMs });
    }
    if (waitMs === null) return;
    const restMs = this.#lastSentMs + waitMs - systemClock.monotonicMs();
    if (restMs > 0) await resolvesWithin(receiving, { signal, timeoutMs: restMs });
  }

  #fail(error: unknown): void {
    if (!(error instanceof DecodeError || error instanceof PeerError)) throw error;
    this.#failure ??= error;
    this.#broken.abort(error);
  }
}

function neverLate(): Error {
  return new TypeError("There is no limit to be late for");
}
