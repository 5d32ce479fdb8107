/**
 * A TLS connection as a stream of bytes: drives a session of `dtls/stream_session.ts` over another
 * stream. Packets over it are framed as over TCP, by the peer of `tcp.ts`.
 */

import type { StatusChange } from "../dtls/session_outputs.ts";
import type { TlsSession } from "../dtls/stream_session.ts";
import { PeerError } from "../errors.ts";
import { formatAddress, type HandshakeSummary, type PeerStatus } from "../packet/peer.ts";
import type { ByteStream } from "./byte_stream.ts";
import { type Clock, formatMs } from "./clock.ts";
import { addressOf } from "./endpoint.ts";
import { type Failure, summaryOf } from "./security.ts";

const READ_SIZE = 64 * 1024;

/** How a stream is driven. */
export interface TlsStreamOptions {
  readonly clock: Clock;
  /** Ends a connection that sent nothing for so long. */
  readonly idleMs: number | undefined;
  /** Is called once, before the session is freed; not when the handshake failed. */
  readonly onEnd?: (session: TlsSession) => void;
}

/** One session and the stream below it, both of which it owns. */
export class TlsStream implements ByteStream {
  readonly localAddr: Deno.Addr;
  readonly remoteAddr: Deno.Addr;
  readonly #lower: ByteStream;
  readonly #session: TlsSession;
  readonly #options: TlsStreamOptions;
  readonly #buffer = new Uint8Array(READ_SIZE);
  /** Decrypted and not read yet. */
  #plain: Uint8Array[] = [];
  #handshake: HandshakeSummary | null = null;
  #failure: Failure | null = null;
  /** Settles, never rejects, when everything given to the lower stream is written or lost. */
  #writing: Promise<void> = Promise.resolve();
  /** The other side sends nothing more: it said so, or its stream ended. */
  #hasEnded = false;
  #isClosed = false;
  #isLowerClosed = false;

  constructor(lower: ByteStream, session: TlsSession, options: TlsStreamOptions) {
    this.localAddr = lower.localAddr;
    this.remoteAddr = lower.remoteAddr;
    this.#lower = lower;
    this.#session = session;
    this.#options = options;
  }

  /** What an error that ended the handshake is called; `error` unless it says more. */
  get failedStatus(): PeerStatus {
    return this.#failure?.status ?? "error";
  }

  /** Completes the handshake. Throws `PeerError`, after the alert for the other side is written. */
  async shakeHands(): Promise<HandshakeSummary> {
    await this.#pump();
    while (this.#handshake === null) {
      if (this.#failure === null) await this.#advance();
      if (this.#failure !== null) {
        await this.#writing;
        throw this.#failure.error;
      }
    }
    return this.#handshake;
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    while (true) {
      const size = this.#takePlain(buffer);
      if (size > 0) return size;
      if (this.#failure !== null) throw this.#failure.error;
      if (!await this.#advance()) return null;
    }
  }

  async write(bytes: Uint8Array): Promise<number> {
    this.#session.send(new Uint8Array(bytes), this.#options.clock.monotonicMs());
    await this.#pump();
    return bytes.length;
  }

  /** Sends close_notify; what still comes is read and thrown away. */
  async closeWrite(): Promise<void> {
    this.#session.close(this.#options.clock.monotonicMs());
    await this.#pump();
    await this.#lower.closeWrite();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#closeLower();
    if (this.#handshake !== null) this.#options.onEnd?.(this.#session);
    this.#session.dispose();
  }

  /** Reads once from the lower stream; false at its end, or when the other side said goodbye. */
  async #advance(): Promise<boolean> {
    const { clock } = this.#options;
    const size = await this.#readLower();
    if (size === null) this.#session.handleEnd(clock.monotonicMs());
    else this.#session.handleBytes(this.#buffer.subarray(0, size), clock.monotonicMs());
    await this.#pump();
    if (this.#plain.length > 0 || this.#failure !== null) return true;
    return size !== null && !this.#hasEnded;
  }

  #closeLower(): void {
    if (!this.#isLowerClosed) this.#lower.close();
    this.#isLowerClosed = true;
  }

  async #readLower(): Promise<number | null> {
    const { idleMs } = this.#options;
    if (idleMs === undefined || this.#handshake === null) {
      return await this.#lower.read(this.#buffer);
    }
    let isIdle = false;
    const timer = setTimeout(() => {
      isIdle = true;
      this.#closeLower();
    }, idleMs);
    try {
      return await this.#lower.read(this.#buffer);
    } catch (error) {
      throw isIdle ? this.#tooLate(idleMs) : error;
    } finally {
      clearTimeout(timer);
    }
  }

  #takePlain(target: Uint8Array): number {
    const [first] = this.#plain;
    if (first === undefined) return 0;
    const size = Math.min(first.length, target.length);
    target.set(first.subarray(0, size));
    if (size === first.length) this.#plain.shift();
    else this.#plain[0] = first.subarray(size);
    return size;
  }

  /** Does what the session asks for; resolves when the bytes are written. */
  async #pump(): Promise<void> {
    const written: Promise<void>[] = [];
    for (let output = this.#session.poll(); output !== null; output = this.#session.poll()) {
      if (output.type === "transmit") written.push(this.#write(output.bytes));
      else if (output.type === "data") this.#plain.push(output.payload);
      else if (output.type === "status") this.#onStatus(output);
    }
    try {
      await Promise.all(written);
    } catch (error) {
      // The other side hung up; why we did, or what came before, says more.
      if (this.#failure === null && this.#plain.length === 0) throw error;
    }
  }

  #onStatus(change: StatusChange): void {
    switch (change.status) {
      case "handshaking":
        break;
      case "connected":
        this.#handshake = summaryOf(change.handshake);
        break;
      case "disconnected":
        this.#hasEnded = change.by === "peer";
        break;
      case "error":
      case "error_hostname_mismatch":
        this.#failure = change;
    }
  }

  #write(bytes: Uint8Array): Promise<void> {
    const written = this.#writing.then(async () => {
      for (let at = 0; at < bytes.length;) at += await this.#lower.write(bytes.subarray(at));
    });
    this.#writing = written.catch(() => {}); // its caller gets the error
    return written;
  }

  #tooLate(idleMs: number): PeerError {
    const remote = formatAddress(addressOf(this.remoteAddr));
    const why = `nothing came from ${remote} for ${formatMs(idleMs)}; it is gone, or ` +
      "--idle-timeout is too short for it";
    return new PeerError("ERR_TIMEOUT", why, remote);
  }
}
