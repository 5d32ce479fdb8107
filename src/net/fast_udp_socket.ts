/**
 * The quick UDP socket: Deno binds it, waits for it and closes it, and keeps to its permissions; the
 * system's own calls on the same file take and send many datagrams at once, make its buffers large
 * and connect it, so that a closed port is reported.
 *
 * Reading is done by one at a time, or datagrams would change places: either Deno waits for the
 * next one, and what else is there is taken after it, or `receiveNow` reads, which begins when Deno
 * does not wait yet or has had a datagram, and ends when nothing came for a millisecond.
 */

import { BATCH_SIZE } from "./libc.ts";
import { turn } from "./clock.ts";
import { FastSystem } from "./fast_system.ts";
import type { Address } from "../packet/peer.ts";
import { PayloadPool } from "./payload_pool.ts";
import { ADDRESS_SIZE, readSocketAddress, socketAddress } from "./socket_address.ts";
import { type DatagramHandler, sendError, UdpSocket } from "./udp_socket.ts";

/** Batches that are read before others have their turn. */
const BATCHES_IN_A_ROW = 8;
/** Addresses whose C form is remembered. */
const MAX_TARGETS = 8192;
const AF_INET = 2;
const AF_INET6 = 10;

/** Opens a quick socket, or a portable one where there are no such calls. Throws `PeerError`. */
export function openFastUdpSocket(hostname: string, port: number): UdpSocket {
  const system = FastSystem.acquire();
  if (system === null) return new UdpSocket(hostname, port);
  try {
    return new FastUdpSocket(system, hostname, port);
  } catch (error) {
    system.release();
    throw error;
  }
}

/** A bound UDP socket with the system's own calls. */
export class FastUdpSocket extends UdpSocket {
  readonly #system: FastSystem;
  readonly #file: number | null;
  readonly #targets: Map<string, Uint8Array<ArrayBuffer> | null> = new Map();
  #handler: DatagramHandler | null = null;
  #isConnected = false;
  /** Somebody wants to read by `receiveNow`: Deno does not wait after its next datagram. */
  #isWanted = false;
  /** Deno does not wait: resolve it when it should. */
  #paused: PromiseWithResolvers<void> | null = null;
  #wasReadNow = false;
  #isTicking = false;
  /** How many answers may be on their way: if one, it is waited for alone. */
  #awaited = 0;
  readonly #pool = new PayloadPool();
  /** Where the last datagram came from, or all do. */
  #source: Address = { hostname: "", port: 0 };
  readonly #sourceBytes = new Uint8Array(ADDRESS_SIZE);

  /** Use `openFastUdpSocket`. The socket releases the system when it is closed. */
  constructor(system: FastSystem, hostname: string, port: number) {
    super(hostname, port);
    const family = this.address.hostname.includes(":") ? AF_INET6 : AF_INET;
    this.#system = system;
    this.#file = system.libc.findSocket(this.address.port, family);
    if (this.#file !== null) system.libc.prepareSocket(this.#file);
  }

  override connect(target: Address): boolean {
    const address = socketAddress(target);
    if (this.#file === null || address === null) return false;
    this.#isConnected = this.#system.libc.connect(this.#file, address);
    this.#source = target;
    if (this.#isConnected) this.#startTicking();
    return this.#isConnected;
  }

  override start(handler: DatagramHandler): void {
    this.#handler = handler;
    super.start(handler);
  }

  override async send(payload: Uint8Array, to: Address): Promise<void> {
    await this.sendBatch([payload], to);
  }

  /** Waits only when it has to: a promise more costs a fifth of a datagram. */
  override sendBatch(payloads: readonly Uint8Array[], to: Address): Promise<number> {
    const target = this.#isConnected ? null : this.#targetOf(to);
    const canAim = this.#isConnected || target !== null;
    if (this.#file === null || this.isClosed || !canAim) return super.sendBatch(payloads, to);
    const sent = this.#sendNow(this.#file, payloads, target);
    if (sent === payloads.length) return this.#afterTurn(sent);
    const error = this.#system.libc.lastError();
    // What refuses a datagram is told once, so it is told to the receiving side as well.
    if (error !== null && this.#isConnected && sent > 0) this.#handler?.onError(error);
    if (error !== null && sent === 0) return Promise.reject(sendError(error, to));
    // The system takes none for now: Deno waits until it does.
    return sent > 0 ? this.#afterTurn(sent) : super.sendBatch(payloads.slice(0, 1), to);
  }

  override receiveNow(): boolean {
    if (this.isClosed) return false;
    this.#isWanted = true;
    this.#wasReadNow = true;
    this.#startTicking();
    if (this.#paused === null || this.#handler === null) return false;
    const isDone = this.#system.isStarving() || !this.#receive(this.#handler, true);
    if (isDone) this.#resume();
    return !isDone;
  }

  /** Called by the timer. */
  tick(): void {
    if (this.#paused !== null && !this.#wasReadNow) this.#resume();
    this.#wasReadNow = false;
    if (!this.#isConnected || this.#file === null) return;
    const error = this.#system.libc.takeError(this.#file);
    if (error !== null) this.#handler?.onError(error);
  }

  protected override readMore(handler: DatagramHandler): Promise<void> | null {
    if (!this.#isWanted || this.#file === null) return this.#readRest(handler);
    this.#isWanted = false;
    this.#paused = Promise.withResolvers();
    this.#system.libc.setBlocking(this.#file, true);
    return this.#paused.promise;
  }

  /** What else has come; a promise when there may be more still. */
  #readRest(handler: DatagramHandler): Promise<void> | null {
    let batches = 0;
    while (batches < BATCHES_IN_A_ROW && this.#receive(handler, false)) batches++;
    return batches === BATCHES_IN_A_ROW ? turn() : null;
  }

  protected override onClose(): void {
    this.#paused?.resolve();
    this.#system.remove(this);
    this.#system.release();
  }

  #startTicking(): void {
    if (this.#isTicking) return;
    this.#isTicking = true;
    this.#system.add(this);
  }

  #sendNow(
    file: number,
    payloads: readonly Uint8Array[],
    target: Uint8Array<ArrayBuffer> | null,
  ): number {
    let sent = 0;
    while (sent < payloads.length) {
      const count = this.#system.outgoing.send(file, payloads, sent, target);
      if (count <= 0) break;
      sent += count;
      this.#awaited += count;
    }
    return sent;
  }

  /** The number, when others have had their turn if they had none for long. */
  #afterTurn(sent: number): Promise<number> {
    if (!this.#system.isStarving()) return Promise.resolve(sent);
    return turn().then(() => sent);
  }

  /** Lets Deno wait for the next datagram again. */
  #resume(): void {
    if (this.#paused === null || this.#file === null) return;
    this.#system.libc.setBlocking(this.#file, false);
    this.#paused.resolve();
    this.#paused = null;
  }

  /** Takes one batch; false when there was none, or there is no more. */
  #receive(handler: DatagramHandler, mayWait: boolean): boolean {
    if (this.#file === null) return false;
    const batch = this.#isConnected ? this.#system.connected : this.#system.unconnected;
    const isOne = mayWait && this.#awaited === 1 && this.#isConnected;
    const count = isOne ? batch.receiveOne(this.#file) : batch.receive(this.#file, mayWait);
    this.#awaited = count > 0 ? Math.max(0, this.#awaited - count) : 0;
    if (count <= 0) {
      const error = this.#system.libc.lastError();
      if (error !== null) handler.onError(error);
      return false;
    }
    const time = handler.clock.wallMicros();
    for (let i = 0; i < count; i++) {
      const isSame = this.#isConnected || this.#isSameSource(batch.addresses, batch.sourceAt(i));
      const payload = this.#pool.copy(batch, batch.startOf(i), batch.sizeOf(i), isSame);
      handler.onDatagram(payload, this.#source.hostname, this.#source.port, time);
    }
    return mayWait || count === BATCH_SIZE;
  }

  /** False when the source is another than before; it is the current one then. */
  #isSameSource(addresses: Uint8Array, offset: number): boolean {
    const known = this.#sourceBytes;
    for (let i = 0; i < ADDRESS_SIZE; i++) {
      if (known[i] === addresses[offset + i]) continue;
      known.set(addresses.subarray(offset, offset + ADDRESS_SIZE));
      this.#source = readSocketAddress(addresses, offset);
      return false;
    }
    return true;
  }

  #targetOf(to: Address): Uint8Array<ArrayBuffer> | null {
    const key = `${to.hostname} ${to.port}`;
    const known = this.#targets.get(key);
    if (known !== undefined) return known;
    if (this.#targets.size >= MAX_TARGETS) this.#targets.clear();
    const target = socketAddress(to);
    this.#targets.set(key, target);
    return target;
  }
}
