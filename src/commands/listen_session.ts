/**
 * What `listen` does between binding and the summary: takes every peer, prints and counts what it
 * sends, answers it. Each peer is served by itself; a slow or broken one holds up nobody else.
 */

import { DecodeError, PeerError } from "../errors.ts";
import { systemClock } from "../net/clock.ts";
import type { Packet } from "../packet/packet.ts";
import { formatAddress, type PacketPeer, type PacketServer } from "../packet/peer.ts";
import type { Recorder } from "../stats/recorder.ts";
import type { SessionPrinter } from "./session_printer.ts";

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
      const packet = peer.takePacket() ?? await peer.receive();
      // Another peer may have sent the last packet in the meantime.
      if (packet === null || this.#isOver) return;
      this.#recorder.recordReceived(packet.payload.length);
      const isLast = this.#recorder.received >= this.#settings.count;
      this.#isOver ||= isLast;
      if (!this.#printer.received(packet, address)) this.#recorder.recordError("decode");
      await this.#answer(peer, packet, address);
      if (isLast) void this.#stop();
    }
  }

  async #answer(peer: PacketPeer, packet: Packet, address: string): Promise<void> {
    const { answer, sendTimeoutMs } = this.#settings;
    if (answer === null) return;
    const payload = answer === "echo" ? packet.payload : answer;
    // An empty packet is not sent, by Godot neither.
    if (payload.length === 0) return;
    // Over DTLS and TLS, who has said goodbye hears nothing more; its packets are still shown.
    if (peer.status === "disconnected") return this.#recorder.recordError("send");
    this.#printer.sent({ payload, time: systemClock.wallMicros() }, address);
    try {
      await peer.send(payload, { timeoutMs: sendTimeoutMs });
      this.#recorder.recordSent(payload.length);
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
