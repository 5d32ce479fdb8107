/**
 * A TCP peer as Godot's `PacketPeerStream` over `StreamPeerTCP`: packets in frames with a 32-bit
 * length (see `packet/deframer.ts`). Servers are in `tcp_server.ts`.
 *
 * A full receive queue stops the reading, so that the other side has to wait. When the other side
 * ends its direction, receiving ends in order; when it breaks the framing, receiving ends with a
 * `DecodeError`. Sending works in both cases until `close`.
 */

import { DecodeError, PeerError } from "../errors.ts";
import { DEFAULT_MAX_PACKET_SIZE, frame, StreamDeframer } from "../packet/deframer.ts";
import {
  formatAddress,
  type HandshakeSummary,
  type PacketPeer,
  type WaitOptions,
} from "../packet/peer.ts";
import type { ByteStream } from "./byte_stream.ts";
import { type Clock, formatMs, systemClock, within } from "./clock.ts";
import { addressOf, formatEndpoint } from "./endpoint.ts";
import { QueuedPeer } from "./queued_peer.ts";
import { socketError } from "./socket_errors.ts";
import { tapped } from "./tapped_stream.ts";
import type { WireTap } from "./wire_tap.ts";

/** Bytes that wait for the user before reading stops. */
const QUEUE_SIZE = 256 * 1024;
/** Bytes that may wait for a slow reader at the other end, over and above the packet being sent. */
const SEND_QUEUE_SIZE = 4 * 1024 * 1024;
/** What the send buffer of a new connection takes at least, on every system. */
const FREE_SEND_SIZE = 8 * 1024;
const READ_SIZE = 64 * 1024;
/** How long `close` waits for the other side to take what was sent and to close as well. */
const CLOSE_GRACE_MS = 500;

/** What client and server peers have in common. */
export interface TcpOptions {
  /** Largest packet in either direction, in bytes. @default {DEFAULT_MAX_PACKET_SIZE} */
  readonly maxPacketSize?: number;
  /** Receive queue in bytes. */
  readonly queueSize?: number;
  readonly clock?: Clock;
  /** The handshake that encrypted the stream: then the transport is TLS. */
  readonly handshake?: HandshakeSummary;
  /** Looks on while bytes go over the connection. */
  readonly tap?: WireTap;
}

/** How to open a client. */
export interface TcpPeerOptions extends TcpOptions, WaitOptions {
  /** The local port; 0 is any. @default {0} */
  readonly localPort?: number;
}

/**
 * Connects. A name is resolved, and its addresses are tried one after the other. Throws
 * `PeerError`.
 */
export async function openTcpPeer(
  host: string,
  port: number,
  options: TcpPeerOptions = {},
): Promise<PacketPeer> {
  return new TcpPeer(await dial("tcp", host, port, options), options);
}

/** Connects, as `openTcpPeer` does. `scheme` is what the endpoint is called in messages. */
export async function dial(
  scheme: "tcp" | "tls",
  host: string,
  port: number,
  options: TcpPeerOptions,
): Promise<ByteStream> {
  options.signal?.throwIfAborted();
  const endpoint = formatEndpoint(scheme, { hostname: host, port });
  const { timeoutMs = Infinity } = options;
  // Unlike `setTimeout` it costs next to nothing at the program's start.
  const late = timeoutMs === Infinity ? null : AbortSignal.timeout(timeoutMs);
  const limits = [options.signal, late].filter((signal) => signal instanceof AbortSignal);
  try {
    const localPort = options.localPort ?? 0;
    const stream = await connect(host, port, localPort, AbortSignal.any(limits));
    return tapped(stream, "out", options.tap);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (late?.aborted) throw noAnswer(endpoint, timeoutMs);
    throw socketError(error, "connect", `cannot connect to ${endpoint}`, endpoint);
  }
}

async function connect(
  hostname: string,
  port: number,
  localPort: number,
  signal: AbortSignal,
): Promise<ByteStream> {
  if (localPort !== 0) {
    // Deno's own sockets cannot choose their port.
    const { connectFromPort } = await import("./node_stream.ts");
    return await connectFromPort(hostname, port, localPort, signal);
  }
  const conn = await Deno.connect({ hostname, port, signal });
  conn.setNoDelay(true);
  return conn;
}

function noAnswer(endpoint: string, timeoutMs: number): PeerError {
  const why = `cannot connect to ${endpoint}: no answer within ${formatMs(timeoutMs)}; ` +
    "check host, port and firewall";
  return new PeerError("ERR_TIMEOUT", why, endpoint);
}

/** A peer at the end of a connection, which it owns. */
export class TcpPeer extends QueuedPeer {
  readonly #stream: ByteStream;
  readonly #onReleased: () => void;
  readonly #remote: string;
  readonly #deframer: StreamDeframer;
  readonly #clock: Clock;
  readonly #reading: Promise<void>;
  /** Settles, never rejects, when the last packet given to `send` is written or lost. */
  #writing: Promise<void> = Promise.resolve();
  #unwritten = 0;
  /** Bytes given to `send` in all. */
  #accepted = 0;
  #closing: Promise<void> | null = null;

  /** `onReleased` is called once, when the connection is closed on both sides. */
  constructor(stream: ByteStream, options: TcpOptions = {}, onReleased: () => void = () => {}) {
    const remoteAddress = addressOf(stream.remoteAddr);
    const maxPacketSize = options.maxPacketSize ?? DEFAULT_MAX_PACKET_SIZE;
    super({
      transport: options.handshake === undefined ? "tcp" : "tls",
      handshake: options.handshake ?? null,
      localAddress: addressOf(stream.localAddr),
      remoteAddress,
      maxPacketSize,
      queueSize: options.queueSize ?? QUEUE_SIZE,
    });
    this.#stream = stream;
    this.#onReleased = onReleased;
    this.#remote = formatAddress(remoteAddress);
    this.#deframer = new StreamDeframer(maxPacketSize);
    this.#clock = options.clock ?? systemClock;
    this.#reading = this.#read();
  }

  override async send(payload: Uint8Array, limits: WaitOptions = {}): Promise<void> {
    limits.signal?.throwIfAborted();
    if (!this.checkPayload(payload)) return;
    if (this.#unwritten > SEND_QUEUE_SIZE) throw this.#tooSlow();
    const bytes = frame(payload);
    this.#accepted += bytes.length;
    // The system takes the first bytes whatever the other side does: there is no wait to limit.
    const { signal, timeoutMs } = limits;
    const isLimited = timeoutMs !== undefined && this.#accepted > FREE_SEND_SIZE;
    await within(
      { ...(signal === undefined ? {} : { signal }), ...(isLimited ? { timeoutMs } : {}) },
      (timeoutMs) => this.#notSent(timeoutMs),
      () => this.#write(bytes),
    );
  }

  override close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(READ_SIZE);
    try {
      let size = await this.#stream.read(buffer);
      while (size !== null) {
        this.#deframer.push(buffer.subarray(0, size));
        await this.#takePackets();
        size = await this.#stream.read(buffer);
      }
      this.#deframer.finish();
      // TLS has no half-open connections: who says goodbye hears nothing more.
      if (this.handshake === null) this.endReceiving();
      else this.disconnect();
    } catch (error) {
      this.#onReadError(error);
    }
  }

  async #takePackets(): Promise<void> {
    const time = this.#clock.wallMicros();
    for (let payload = this.#deframer.next(); payload !== null; payload = this.#deframer.next()) {
      const packet = { payload, time };
      if (!this.enqueue(packet)) await this.enqueueWhenRoom(packet);
    }
  }

  #onReadError(error: unknown): void {
    // After close() nobody wants to know how the other side took it.
    if (this.#closing !== null) return;
    // Where the next packet begins is not known any more, but answers still have a way.
    if (error instanceof DecodeError) return this.failReceiving(error);
    this.#closing = Promise.resolve();
    this.fail(this.#connectionLost(error));
    this.#release();
  }

  #connectionLost(error: unknown): PeerError {
    const { buffered } = this.#deframer;
    const inside = buffered === 0
      ? ""
      : ` in the middle of a packet (${buffered} bytes of it came)`;
    const what = `lost the connection to ${this.#remote}${inside}`;
    return socketError(error, "receive", what, this.#remote);
  }

  /** Frames go out whole and in the order of the calls, whatever limits their senders have. */
  #write(bytes: Uint8Array): Promise<void> {
    this.#unwritten += bytes.length;
    const written = this.#writing
      .then(() => this.#writeAll(bytes))
      .finally(() => this.#unwritten -= bytes.length);
    this.#writing = written.catch(() => {}); // its caller gets the error
    return written;
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < bytes.length;) at += await this.#stream.write(bytes.subarray(at));
    } catch (error) {
      throw socketError(error, "send", `cannot send to ${this.#remote}`, this.#remote);
    }
  }

  /**
   * Sends what is still to be sent, says that nothing more comes, and reads on until the other side
   * closes too: closing at once could make the system drop what was sent.
   */
  async #close(): Promise<void> {
    this.disconnect();
    const grace = Promise.withResolvers<void>();
    AbortSignal.timeout(CLOSE_GRACE_MS).addEventListener("abort", () => grace.resolve());
    await Promise.race([this.#partInOrder(), grace.promise]);
    this.#release();
    await this.#reading;
  }

  async #partInOrder(): Promise<void> {
    await this.#writing;
    try {
      await this.#stream.closeWrite();
    } catch (error) {
      // The other side, or the end of the grace, was faster.
      if (!(error instanceof Error)) throw error;
    }
    await this.#reading;
  }

  #release(): void {
    this.#stream.close();
    this.#onReleased();
  }

  #tooSlow(): PeerError {
    const why = `cannot send to ${this.#remote}: it does not read, and ${this.#unwritten} bytes ` +
      "wait already; send more slowly";
    return new PeerError("ERR_OUT_OF_MEMORY", why, this.#remote);
  }

  #notSent(timeoutMs: number): PeerError {
    const why = `cannot send to ${this.#remote}: it did not read for ${formatMs(timeoutMs)}; ` +
      "is it still running?";
    return new PeerError("ERR_TIMEOUT", why, this.#remote);
  }
}
