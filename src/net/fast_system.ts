/**
 * What all quick UDP sockets of a thread share: the loaded calls, the memory that datagrams go
 * through, and one timer. The timer asks connected sockets whether their datagrams were refused,
 * since Deno does not wake up for that, and it is how a loop is noticed that lets nothing else run.
 */

import { ReceiveBatch, SendBatch } from "./datagram_batch.ts";
import { Libc } from "./libc.ts";

/** How often the timer fires, in milliseconds. */
const TICK_MS = 20;
/** A timer this late was not let run. */
const STARVING_MS = 2 * TICK_MS;
/** How many calls go by before the time is looked at: that costs, too. */
const CALLS_A_LOOK = 8;

/** A socket that is called by the timer. */
export interface Ticking {
  tick(): void;
}

/** One for all sockets that are open. */
let shared: { readonly system: FastSystem; users: number } | null = null;

/** Loaded once; see `acquire`. */
export class FastSystem implements Disposable {
  readonly libc: Libc;
  readonly #sockets: Set<Ticking> = new Set();
  #connected: ReceiveBatch | null = null;
  #unconnected: ReceiveBatch | null = null;
  #outgoing: SendBatch | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #lastTickMs = 0;
  #calls = 0;

  private constructor(libc: Libc) {
    this.libc = libc;
  }

  /** The one that is in use, or a new one; null where it does not work. `release` it. */
  static acquire(): FastSystem | null {
    if (shared === null) {
      const libc = Libc.open();
      if (libc === null) return null;
      shared = { system: new FastSystem(libc), users: 0 };
    }
    shared.users++;
    return shared.system;
  }

  /** Gives it back; the last one unloads it. */
  release(): void {
    if (shared === null || shared.system !== this || --shared.users > 0) return;
    shared = null;
    clearInterval(this.#timer);
    this.libc.close();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  /** Where a connected socket receives. */
  get connected(): ReceiveBatch {
    return this.#connected ??= new ReceiveBatch(this.libc, false);
  }

  /** Where a socket receives that may hear from anybody. */
  get unconnected(): ReceiveBatch {
    return this.#unconnected ??= new ReceiveBatch(this.libc, true);
  }

  /** Where every socket sends. */
  get outgoing(): SendBatch {
    return this.#outgoing ??= new SendBatch(this.libc);
  }

  /** Has the timer call a socket. It goes on without any: a new one for each socket is expensive. */
  add(socket: Ticking): void {
    this.#sockets.add(socket);
    if (this.#timer !== undefined) return;
    this.#lastTickMs = performance.now();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  remove(socket: Ticking): void {
    this.#sockets.delete(socket);
  }

  /** True when timers have not been let run for long: whoever keeps calling should wait a `turn`. */
  isStarving(): boolean {
    if (this.#timer === undefined || ++this.#calls % CALLS_A_LOOK !== 0) return false;
    return performance.now() - this.#lastTickMs > STARVING_MS;
  }

  #tick(): void {
    this.#lastTickMs = performance.now();
    for (const socket of [...this.#sockets]) socket.tick();
  }
}
