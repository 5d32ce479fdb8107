/**
 * A peer that speaks DTLS as Godot's `PacketPeerDTLS`: drives a session of `dtls/session.ts` over a
 * UDP socket that is its own or that it shares with others. One packet is one record is one
 * datagram. Opening is done in `dtls.ts` and `dtls_server.ts`.
 */

import { MAX_RECORD_PAYLOAD } from "../dtls/record.ts";
import type { StatusChange } from "../dtls/session_outputs.ts";
import type { DtlsSession } from "../dtls/session.ts";
import { PeerError } from "../errors.ts";
import type { Packet } from "../packet/packet.ts";
import {
  type Address,
  type BatchOptions,
  formatAddress,
  type HandshakeListener,
  type WaitOptions,
} from "../packet/peer.ts";
import { type Clock, formatMs } from "./clock.ts";
import { canonicalHost } from "./endpoint.ts";
import type { Budget } from "./queue.ts";
import { QueuedPeer } from "./queued_peer.ts";
import { type Security, summaryOf } from "./security.ts";
import type { DatagramSocket } from "./udp_socket.ts";

/** Bytes that one peer may queue; what comes while it is full is dropped, as in the engine. */
const QUEUE_SIZE = 4 * 1024 * 1024;

/** What a peer is connected with. */
export interface DtlsLink {
  readonly socket: DatagramSocket;
  /** Where to send: the remote address, perhaps with a `%zone`. */
  readonly target: Address;
  readonly clock: Clock;
  readonly queueSize: number | undefined;
  readonly budget?: Budget;
  /** Ends a peer that sent nothing for so long. */
  readonly idleMs: number | undefined;
  /** Ends a handshake that takes longer. */
  readonly handshakeMs?: number;
  readonly onStatus: HandshakeListener | undefined;
  readonly onDiscarded: Security["onDiscarded"];
}

/** One session and its socket. */
export class DtlsPeer extends QueuedPeer {
  /** Resolves when connected; rejects with the `PeerError` that ended the handshake. */
  readonly opened: Promise<void>;
  readonly #opening: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #session: DtlsSession;
  readonly #link: DtlsLink;
  #startedMs = 0;
  #lastHeardMs = 0;
  #heardAnything = false;
  #wakeTimer: ReturnType<typeof setTimeout> | undefined;
  /** When that timer fires; it may be earlier than asked for. */
  #wakeTimerMs = Infinity;
  /** When the session wants to be woken. */
  #wakeMs = Infinity;
  #hasTimers = true;
  #watchTimer: ReturnType<typeof setTimeout> | undefined;
  #isReleased = false;

  constructor(session: DtlsSession, link: DtlsLink) {
    const { target, socket, budget } = link;
    super({
      transport: "dtls",
      status: "handshaking",
      localAddress: { ...socket.address, hostname: canonicalHost(socket.address.hostname) },
      remoteAddress: { hostname: canonicalHost(target.hostname), port: target.port },
      maxPacketSize: MAX_RECORD_PAYLOAD,
      queueSize: link.queueSize ?? QUEUE_SIZE,
      ...(budget === undefined ? {} : { budget }),
    });
    this.#session = session;
    this.#link = link;
    this.opened = this.#opening.promise;
    this.opened.catch(() => {}); // whoever waits for it gets the error
  }

  /** True once a datagram has come: somebody is there. */
  get heardAnything(): boolean {
    return this.#heardAnything;
  }

  /** Sends the first datagrams. Call it once. */
  start(): void {
    this.#startedMs = this.#link.clock.monotonicMs();
    this.#lastHeardMs = this.#startedMs;
    this.#watch();
    this.#advance();
  }

  /** Sets a timer only if one is still needed after the work, which takes no longer than a moment. */
  protected withoutTimers(work: () => void): void {
    this.#hasTimers = false;
    work();
    this.#hasTimers = true;
    this.#setWakeTimer();
  }

  /** A datagram came from the remote address. False when a packet in it was dropped. */
  handleDatagram(datagram: Uint8Array<ArrayBuffer>): boolean {
    const dropped = this.droppedPackets;
    this.#heardAnything = true;
    this.#lastHeardMs = this.#link.clock.monotonicMs();
    this.#session.handleDatagram(datagram, this.#lastHeardMs);
    this.#advance();
    return this.droppedPackets === dropped;
  }

  /** The system reports a failure of the socket that concerns this peer. */
  handleSocketError(error: PeerError): void {
    this.#end(error, "error");
  }

  override async send(payload: Uint8Array, { signal }: WaitOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    if (!this.checkPayload(payload)) return;
    this.#encrypt(payload);
    await this.#pump();
  }

  override async sendBatch(
    payloads: readonly Uint8Array[],
    { signal }: WaitOptions = {},
  ): Promise<number> {
    signal?.throwIfAborted();
    let count = 0;
    try {
      for (const payload of payloads) {
        if (this.checkPayload(payload)) this.#encrypt(payload);
        count++;
      }
    } catch (error) {
      if (count === 0) throw error;
    }
    await this.#pump();
    return count;
  }

  override receiveBatch(options: BatchOptions = {}): Promise<readonly Packet[] | null> {
    if (options.mayBlock && this.availablePackets === 0 && !options.signal?.aborted) {
      this.#link.socket.receiveNow();
    }
    return super.receiveBatch(options);
  }

  /** Sends close_notify and frees the session; packets that wait may still be taken. */
  override async close(): Promise<void> {
    this.#session.close(this.#link.clock.monotonicMs());
    const sent = this.#pump().catch(ignorePeerError); // The other side may be gone already.
    this.abandon();
    await sent;
  }

  /** Ends the peer without a word to the other side, which has forgotten this session already. */
  protected abandon(): void {
    this.disconnect();
    this.leaveBudget();
    this.#release();
  }

  /** The session is over, for whatever reason; called once, while it can still be asked. */
  protected onEnd(_session: DtlsSession): void {}

  /** The handshake is done. */
  protected onConnected(): void {}

  /** Does what the session asks for; what fails ends the peer. */
  #advance(): void {
    this.#pump().catch((error) => {
      if (!(error instanceof PeerError)) throw error;
      this.#end(error, "error");
    });
  }

  /** Does what the session asks for. The promise is for the datagrams it sends. */
  #pump(): Promise<void> {
    const { clock } = this.#link;
    const datagrams: Uint8Array[] = [];
    for (let output = this.#session.poll(); output !== null; output = this.#session.poll()) {
      switch (output.type) {
        case "transmit":
          datagrams.push(output.bytes);
          break;
        case "data":
          this.enqueueOrDrop({ payload: output.payload, time: clock.wallMicros() });
          break;
        case "wake":
          this.#wakeMs = output.at ?? Infinity;
          if (this.#hasTimers) this.#setWakeTimer();
          break;
        case "status":
          this.#onStatus(output);
      }
    }
    return datagrams.length === 0 ? Promise.resolve() : this.#transmit(datagrams);
  }

  async #transmit(datagrams: readonly Uint8Array[]): Promise<void> {
    const { socket, target } = this.#link;
    for (let rest = datagrams; rest.length > 0;) {
      const count = await socket.sendBatch(rest, target);
      rest = count < rest.length ? rest.slice(count) : [];
    }
  }

  #encrypt(payload: Uint8Array): void {
    // OpenSSL takes it before this returns, and only what is not shared with other threads.
    const bytes = payload.buffer instanceof ArrayBuffer
      ? payload as Uint8Array<ArrayBuffer> // as just asked
      : new Uint8Array(payload);
    this.#session.send(bytes, this.#link.clock.monotonicMs());
  }

  #onStatus(change: StatusChange): void {
    switch (change.status) {
      case "handshaking":
        this.#link.onStatus?.("handshaking", this.remoteAddress, null);
        break;
      case "connected":
        this.completeHandshake(summaryOf(change.handshake));
        this.#watch();
        this.onConnected();
        this.#opening.resolve();
        break;
      case "disconnected":
        this.disconnect();
        this.#release();
        break;
      case "error":
      case "error_hostname_mismatch":
        this.#end(change.error, change.status);
    }
  }

  #end(error: PeerError, status: "error" | "error_hostname_mismatch"): void {
    this.#tellFailure(error, status);
    this.#release();
  }

  #tellFailure(error: PeerError, status: "error" | "error_hostname_mismatch"): void {
    const wasOpening = this.status === "handshaking";
    this.fail(error, status);
    this.#opening.reject(error); // of no effect when it was opened
    if (wasOpening) this.#link.onStatus?.(status, this.remoteAddress, error);
  }

  #release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    clearTimeout(this.#wakeTimer);
    clearTimeout(this.#watchTimer);
    this.onEnd(this.#session);
    this.#tellDiscarded();
    this.#session.dispose();
    if (this.handshake === null) this.#opening.reject(this.#closedEarly());
  }

  #tellDiscarded(): void {
    const { replayedRecords, forgedRecords, droppedDatagrams } = this.#session.counters;
    const { onDiscarded } = this.#link;
    if (replayedRecords > 0) onDiscarded?.("replayed", replayedRecords);
    if (forgedRecords > 0) onDiscarded?.("forged", forgedRecords);
    if (droppedDatagrams > 0) onDiscarded?.("stray", droppedDatagrams);
  }

  /** A timer that is too early does no harm: each flight puts it off, and it costs more than one. */
  #setWakeTimer(): void {
    const at = this.#wakeMs;
    if (this.#wakeTimerMs === at || (this.#wakeTimerMs < at && at < Infinity)) return;
    clearTimeout(this.#wakeTimer);
    this.#wakeTimerMs = at;
    if (at === Infinity || this.#isReleased) return;
    const { clock } = this.#link;
    this.#wakeTimer = setTimeout(() => {
      this.#wakeTimerMs = Infinity;
      this.#session.handleWake(clock.monotonicMs());
      this.#advance();
    }, Math.max(0, at - clock.monotonicMs()));
  }

  /** Sets the timer of the limit that counts now. It is late to ask; datagrams only leave a mark. */
  #watch(): void {
    clearTimeout(this.#watchTimer);
    const { clock, idleMs, handshakeMs } = this.#link;
    const isOpening = this.status === "handshaking";
    const limitMs = isOpening ? handshakeMs : idleMs;
    if (limitMs === undefined) return;
    const since = isOpening ? this.#startedMs : this.#lastHeardMs;
    const leftMs = since + limitMs - clock.monotonicMs();
    if (leftMs <= 0) this.#giveUp(this.#tooLate(isOpening, limitMs));
    else this.#watchTimer = setTimeout(() => this.#watch(), Math.ceil(leftMs));
  }

  /** Ends the peer, and says so to the other side in case it is still there. */
  #giveUp(error: PeerError): void {
    this.#tellFailure(error, "error");
    this.#session.close(this.#link.clock.monotonicMs());
    this.#pump().catch(ignorePeerError);
  }

  #tooLate(isOpening: boolean, limitMs: number): PeerError {
    const remote = formatAddress(this.remoteAddress);
    const why = isOpening
      ? `the handshake with ${remote} was not done within ${formatMs(limitMs)}; ` +
        "it gave up, or its datagrams are lost"
      : `nothing came from ${remote} for ${formatMs(limitMs)}; it is gone, or --idle-timeout is ` +
        "too short for it";
    return new PeerError("ERR_TIMEOUT", why, remote);
  }

  #closedEarly(): PeerError {
    const remote = formatAddress(this.remoteAddress);
    const why = `the handshake with ${remote} was not completed: the connection was closed`;
    return new PeerError("ERR_CANT_CONNECT", why, remote);
  }
}

function ignorePeerError(error: unknown): void {
  if (!(error instanceof PeerError)) throw error;
}
