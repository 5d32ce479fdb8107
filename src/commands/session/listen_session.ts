/**
 * What `listen` does between binding and the summary: takes every peer, prints and counts what it
 * sends, answers it. Each peer is served by itself; a slow or broken one holds up nobody else.
 */

import { DecodeError, PeerError } from "../../errors.ts";
import { systemClock } from "../../net/clock.ts";
import type { Packet } from "../../packet/packet.ts";
import { formatAddress, type PacketPeer, type PacketServer } from "../../packet/peer.ts";
import type { Recorder } from "../../stats/recorder.ts";
import type { SessionPrinter } from "./printer.ts";

/** Packets that are answered at once. */
const MAX_BATCH = 64;

/** How to serve. */
export interface ListenSettings {
  /** What every packet is answered with: itself, these bytes, or nothing. */
  readonly answer: "echo" | Uint8Array<ArrayBuffer> | null;
  /** The session ends with this packet; `Infinity` for never. */
  readonly count: number;
  /** A peer that does not take an answer for so long is given up. */
  readonly sendTimeoutMs: number;
}

/** Serves one server to its end. */
export class ListenSession {
  readonly #server: PacketServer;
  readonly #printer: SessionPrinter;
  readonly #recorder: Recorder;
  readonly #settings: ListenSettings;
  readonly #serving: Set<Promise<void>> = new Set();
  #isOver = false;
  #bug: { readonly error: unknown } | null = null;

  constructor(
    server: PacketServer,
    printer: SessionPrinter,
    recorder: Recorder,
    settings: ListenSettings,
  ) {
    this.#server = server;
    this.#printer = printer;
    this.#recorder = recorder;
    this.#settings = settings;
  }

  /** Serves until the signal, the end of the duration, or the last of the packets asked for. */
  async until(interrupted: AbortSignal, durationMs: number | null): Promise<void> {
    const stop = (): void => void this.#stop();
    interrupted.addEventListener("abort", stop, { once: true });
    const timer = durationMs === null ? undefined : setTimeout(stop, durationMs);
    if (interrupted.aborted || this.#settings.count === 0) stop();
    try {
      for await (const peer of this.#server) this.#welcome(peer);
      await Promise.all(this.#serving);
    } finally {
      clearTimeout(timer);
      interrupted.removeEventListener("abort", stop);
      await this.#server.close();
    }
    if (this.#bug !== null) throw this.#bug.error;
  }

  async #stop(): Promise<void> {
    this.#isOver = true;
    await this.#server.close();
  }

  #welcome(peer: PacketPeer): void {
    const serving = this.#serve(peer)
      .catch((error) => this.#giveUp(error))
      .finally(() => this.#serving.delete(serving));
    this.#serving.add(serving);
  }

  /** What is no failure of a peer ends the session. */
  #giveUp(error: unknown): void {
    this.#bug ??= { error };
    void this.#stop();
  }

  async #serve(peer: PacketPeer): Promise<void> {
    const address = formatAddress(peer.remoteAddress);
    this.#recorder.recordPeer();
    const { handshake } = peer;
    if (handshake !== null) {
      this.#recorder.recordHandshake(handshake.durationMs, handshake.isResumed);
    }
    this.#printer.peer("connected", address, null, handshake);
    try {
      await this.#takePackets(peer, address);
      await peer.close();
      this.#printer.peer("disconnected", address, null);
    } catch (error) {
      await peer.close();
      this.#onFailure(error, address);
    }
    this.#recorder.recordPeerEnd();
  }

  async #takePackets(peer: PacketPeer, address: string): Promise<void> {
    while (!this.#isOver) {
      const packets = await peer.receiveBatch();
      // Another peer may have sent the last packet in the meantime.
      if (packets === null || this.#isOver) return;
      for (let i = 0; i < packets.length && !this.#isOver; i += MAX_BATCH) {
        await this.#takeBatch(peer, packets.slice(i, i + MAX_BATCH), address);
      }
    }
  }

  /** Packets that came together are answered together: a call for each costs more than all else. */
  async #takeBatch(peer: PacketPeer, packets: readonly Packet[], address: string): Promise<void> {
    const answers: Uint8Array[] = [];
    let isLast = false;
    for (const packet of packets) {
      this.#recorder.recordReceived(packet.payload.length);
      isLast = this.#recorder.received >= this.#settings.count;
      if (!this.#printer.received(packet, address)) this.#recorder.recordError("decode");
      const answer = this.#answerTo(peer, packet, address);
      if (answer !== null) answers.push(answer);
      if (isLast) break;
    }
    this.#isOver ||= isLast;
    if (answers.length > 0) await this.#send(peer, answers);
    if (isLast) void this.#stop();
  }

  /** What a packet is to be answered with; null for nothing. */
  #answerTo(
    peer: PacketPeer,
    packet: Packet,
    address: string,
  ): Uint8Array<ArrayBuffer> | null {
    const { answer } = this.#settings;
    const payload = answer === "echo" ? packet.payload : answer;
    // An empty packet is not sent, by Godot neither.
    if (payload === null || payload.length === 0) return null;
    // Over DTLS and TLS, who has said goodbye hears nothing more; its packets are still shown.
    if (peer.status === "disconnected") {
      this.#recorder.recordError("send");
      return null;
    }
    this.#printer.sent({ payload, time: systemClock.wallMicros() }, address);
    return payload;
  }

  async #send(peer: PacketPeer, payloads: readonly Uint8Array[]): Promise<void> {
    const { sendTimeoutMs: timeoutMs } = this.#settings;
    try {
      for (let left = payloads; left.length > 0;) {
        const count = await peer.sendBatch(left, { timeoutMs });
        for (const { length } of left.slice(0, count)) this.#recorder.recordSent(length);
        left = left.slice(count);
      }
    } catch (error) {
      if (!this.#isOver) this.#recorder.recordError("send");
      // It has said goodbye in the meantime: its packets are still to be shown.
      if (!(error instanceof PeerError && error.code === "ERR_UNCONFIGURED")) throw error;
    }
  }

  /** Errors of one peer are told and counted; the session goes on. */
  #onFailure(error: unknown, address: string): void {
    if (error instanceof DecodeError) this.#recorder.recordError("decode");
    else if (!(error instanceof PeerError)) throw error;
    else if (this.#isOver) return this.#printer.peer("disconnected", address, null);
    else if (error.code === "ERR_CONNECTION_ERROR") this.#recorder.recordError("connection");
    this.#printer.peer("error", address, error);
  }
}
