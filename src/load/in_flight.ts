/**
 * The packets that a client sent last: when each was due, and whether it has been answered. A ring
 * that grows while packets wait for answers, up to a limit; then the oldest are forgotten.
 */

/** The most packets that are remembered of a client, unless it is told otherwise. */
export const DEFAULT_MAX_IN_FLIGHT: number = 2 ** 17;

const FIRST_CAPACITY = 256;

/** Remembers packets by their numbers, which go up one by one from 0. */
export class InFlight {
  readonly #maxCapacity: number;
  #slots: Slots = emptySlots(FIRST_CAPACITY);
  #capacity = FIRST_CAPACITY;
  /** Takes the slot of a number out of it: the capacity is a power of two. */
  #mask = FIRST_CAPACITY - 1;
  /** The number of the next packet. */
  #next = 0;

  constructor(maxPackets: number) {
    this.#maxCapacity = 2 ** Math.ceil(Math.log2(Math.max(maxPackets, FIRST_CAPACITY)));
  }

  /** The number that the next packet gets. */
  get next(): number {
    return this.#next;
  }

  /** The smallest number that is remembered. */
  get first(): number {
    return Math.max(0, this.#next - this.#capacity);
  }

  /**
   * Adds the next packet and returns its number. `interval` is handed back by `intervalOf`, -1 for
   * a packet that is not measured; `timeMicros` must go up from packet to packet.
   */
  add(dueMs: number, timeMicros: number, interval: number): number {
    if (this.#isFull() && this.#capacity < this.#maxCapacity) this.#grow();
    const sequence = this.#next++;
    const slot = sequence & this.#mask;
    this.#slots.dueMs[slot] = dueMs;
    this.#slots.timeMicros[slot] = timeMicros;
    this.#slots.interval[slot] = interval;
    this.#slots.isWaiting[slot] = 1;
    return sequence;
  }

  /** Takes the last packet back; its number goes to the next. */
  takeBack(): void {
    this.#next--;
    this.#slots.isWaiting[this.#next & this.#mask] = 0;
  }

  /** True when that packet is remembered. */
  has(sequence: number): boolean {
    return sequence >= this.first && sequence < this.#next;
  }

  /** True when that packet is remembered and no answer was noted. */
  isWaiting(sequence: number): boolean {
    return this.has(sequence) && this.#slots.isWaiting[sequence & this.#mask] === 1;
  }

  /** Notes that a packet that is remembered has its answer. */
  settle(sequence: number): void {
    this.#slots.isWaiting[sequence & this.#mask] = 0;
  }

  // What is asked of packets that are remembered: there is a slot for each number.

  dueMsOf(sequence: number): number {
    return this.#slots.dueMs[sequence & this.#mask]!;
  }

  intervalOf(sequence: number): number {
    return this.#slots.interval[sequence & this.#mask]!;
  }

  /** The packet of exactly that time; -1 when none is remembered. */
  sequenceOfTime(timeMicros: number): number {
    let low = this.first, high = this.#next;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#timeOf(middle) < timeMicros) low = middle + 1;
      else high = middle;
    }
    return low < this.#next && this.#timeOf(low) === timeMicros ? low : -1;
  }

  #timeOf(sequence: number): number {
    return this.#slots.timeMicros[sequence & this.#mask]!;
  }

  /** True when the next packet takes the slot of one that still waits. */
  #isFull(): boolean {
    return this.#slots.isWaiting[this.#next & this.#mask] === 1;
  }

  #grow(): void {
    const slots = emptySlots(this.#capacity * 2);
    for (let sequence = this.first; sequence < this.#next; sequence++) {
      const from = sequence & this.#mask, to = sequence & (this.#capacity * 2 - 1);
      slots.dueMs[to] = this.#slots.dueMs[from]!;
      slots.timeMicros[to] = this.#slots.timeMicros[from]!;
      slots.interval[to] = this.#slots.interval[from]!;
      slots.isWaiting[to] = this.#slots.isWaiting[from]!;
    }
    this.#slots = slots;
    this.#capacity *= 2;
    this.#mask = this.#capacity - 1;
  }
}

interface Slots {
  readonly dueMs: Float64Array;
  readonly timeMicros: Float64Array;
  readonly interval: Int32Array;
  readonly isWaiting: Uint8Array;
}

function emptySlots(capacity: number): Slots {
  return {
    dueMs: new Float64Array(capacity),
    timeMicros: new Float64Array(capacity),
    interval: new Int32Array(capacity),
    isWaiting: new Uint8Array(capacity),
  };
}
