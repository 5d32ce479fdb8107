/**
 * What waits to be taken: received packets, or peers to be accepted. A queue is always bounded;
 * what a full one means (stop reading, or drop the newest) is the transport's business.
 */

import type { PeerError } from "../errors.ts";
import type { WaitOptions } from "../packet/peer.ts";
import { watchLimits } from "./clock.ts";

/** Bytes that several queues may hold together. */
export class Budget {
  readonly limit: number;
  used = 0;

  constructor(limit: number) {
    this.limit = limit;
  }
}

/** What a queue needs to know about its items. */
export interface QueueOptions<T> {
  /** The queue is full from this size on: the last item may exceed it. */
  readonly limit: number;
  /** The size of one item, at least 1, in the unit of the limit. */
  readonly sizeOf: (item: T) => number;
  /** Makes the error of a wait that took too long. */
  readonly timeoutError: (timeoutMs: number) => PeerError;
  /** A limit shared with other queues; for queues that drop what they cannot take, not `put`. */
  readonly budget?: Budget;
}

interface Waiter<T> {
  readonly resolve: (item: T | null) => void;
  readonly reject: (reason: unknown) => void;
  readonly stopWatching: () => void;
}

const COMPACT_AT = 1024;

/** A first-in, first-out queue that can be waited for at both ends. */
export class BoundedQueue<T> {
  readonly #options: QueueOptions<T>;
  #items: (T | null)[] = [];
  #first = 0;
  #size = 0;
  #waiters: Waiter<T>[] = [];
  #end: { readonly error: Error | null } | null = null;
  /** Resolves when items have been taken from a full queue. */
  #room: PromiseWithResolvers<void> | null = null;
  #budget: Budget | null;

  constructor(options: QueueOptions<T>) {
    this.#options = options;
    this.#budget = options.budget ?? null;
  }

  /** Number of items that wait. */
  get length(): number {
    return this.#items.length - this.#first;
  }

  /** True when nothing more is taken in. */
  get isFull(): boolean {
    const budget = this.#budget;
    return this.#size >= this.#options.limit || (budget !== null && budget.used >= budget.limit);
  }

  /** Adds an item; false when it is not taken in, because the queue is full or has ended. */
  push(item: T): boolean {
    if (this.#end !== null) return false;
    if (this.#waiters.length > 0) return this.#handOver(item);
    if (this.isFull) return false;
    this.#items.push(item);
    this.#account(this.#options.sizeOf(item));
    return true;
  }

  /** Adds an item as soon as there is room; false when the queue has ended. */
  async put(item: T): Promise<boolean> {
    while (this.#end === null && this.isFull) {
      this.#room ??= Promise.withResolvers<void>();
      await this.#room.promise;
    }
    return this.push(item);
  }

  /** The oldest item; null when none waits. */
  take(): T | null {
    if (this.length === 0) return null;
    const item = this.#items[this.#first] as T; // only slots before #first are null
    this.#items[this.#first++] = null;
    this.#compact();
    this.#account(-this.#options.sizeOf(item));
    if (this.#room !== null && !this.isFull) this.#releaseRoom();
    return item;
  }

  /** All items that wait, the oldest first. */
  takeAll(): T[] {
    const items = this.#first === 0 ? this.#items : this.#items.slice(this.#first);
    this.#items = [];
    this.#first = 0;
    this.#account(-this.#size);
    this.#releaseRoom();
    return items as T[]; // only slots before #first are null
  }

  /**
   * Waits for the oldest item. Once the queue has ended and is empty: null, or the error it ended
   * with. A wait that is given up takes nothing.
   */
  async receive(limits: WaitOptions = {}): Promise<T | null> {
    limits.signal?.throwIfAborted();
    const item = this.take();
    if (item !== null) return item;
    if (this.#end !== null) return this.#answerEnd(this.#end.error);
    return await new Promise<T | null>((resolve, reject) => {
      const stopWatching = watchLimits(limits, this.#options.timeoutError, (reason) => {
        this.#waiters = this.#waiters.filter((candidate) => candidate !== waiter);
        reject(reason);
      });
      const waiter = { resolve, reject, stopWatching };
      this.#waiters.push(waiter);
    });
  }

  /** Says that nothing more comes: in order (null) or because of an error. The first call counts. */
  end(error: Error | null): void {
    if (this.#end !== null) return;
    this.#end = { error };
    for (const waiter of this.#waiters) {
      waiter.stopWatching();
      if (error === null) waiter.resolve(null);
      else waiter.reject(error);
    }
    this.#waiters = [];
    this.#releaseRoom();
  }

  /** Gives back what the items that wait have used of the shared budget. */
  leaveBudget(): void {
    if (this.#budget !== null) this.#budget.used -= this.#size;
    this.#budget = null;
  }

  #handOver(item: T): true {
    const waiter = this.#waiters.shift()!; // its caller has seen one
    waiter.stopWatching();
    waiter.resolve(item);
    return true;
  }

  #answerEnd(error: Error | null): null {
    if (error !== null) throw error;
    return null;
  }

  #releaseRoom(): void {
    this.#room?.resolve();
    this.#room = null;
  }

  #account(size: number): void {
    this.#size += size;
    if (this.#budget !== null) this.#budget.used += size;
  }

  #compact(): void {
    if (this.length === 0) {
      this.#items.length = 0;
      this.#first = 0;
    } else if (this.#first >= COMPACT_AT && this.#first * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
  }
}
