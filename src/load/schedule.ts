/**
 * When packets are due. Open loop: at a fixed rate, whatever the replies do, and the time of a
 * packet counts from when it was due, so that a stall of the server is not hidden (coordinated
 * omission). Closed loop: a packet as soon as fewer than `window` wait for their replies. Flood: at
 * once. Time is passed in, in milliseconds of one monotonic clock.
 */

/** Which load is put on the peer by each client. */
export type LoadModel =
  | { readonly type: "open"; readonly ratePerSecond: number }
  | { readonly type: "closed"; readonly window: number }
  | { readonly type: "flood" };

/** When one client's packets leave. */
export interface Schedule {
  /** Packets that may leave now, of a client with so many packets waiting for replies. */
  dueCount(nowMs: number, waiting: number): number;
  /** When the next packet is due; null when that depends on a reply. May be in the past. */
  nextDueMs(nowMs: number, waiting: number): number | null;
  /** Takes the next packet off the schedule: when it was due, `nowMs` where there is no schedule. */
  take(nowMs: number): number;
  /** Puts the last `count` packets that were taken back. */
  putBack(count: number): void;
}

/** The schedule of a client that begins at `startMs`. */
export function scheduleOf(model: LoadModel, startMs: number): Schedule {
  switch (model.type) {
    case "open":
      return new FixedRate(model.ratePerSecond, startMs);
    case "closed":
      return new Window(model.window, startMs);
    case "flood":
      return new Window(Infinity, startMs);
  }
}

/** Open loop: packet `n` is due `n` intervals after the start. */
class FixedRate implements Schedule {
  readonly #ratePerSecond: number;
  readonly #startMs: number;
  #taken = 0;

  constructor(ratePerSecond: number, startMs: number) {
    this.#ratePerSecond = ratePerSecond;
    this.#startMs = startMs;
  }

  /** By multiplication: adding up intervals would add up their rounding. */
  #dueMs(index: number): number {
    return this.#startMs + index * 1000 / this.#ratePerSecond;
  }

  dueCount(nowMs: number): number {
    let due = Math.floor((nowMs - this.#startMs) * this.#ratePerSecond / 1000) + 1;
    // Rounding may miss by one; `#dueMs` decides.
    if (this.#dueMs(due) <= nowMs) due++;
    else if (this.#dueMs(due - 1) > nowMs) due--;
    return Math.max(0, due - this.#taken);
  }

  nextDueMs(): number {
    return this.#dueMs(this.#taken);
  }

  take(): number {
    return this.#dueMs(this.#taken++);
  }

  putBack(count: number): void {
    this.#taken -= count;
  }
}

/** Closed loop: due at once while fewer than that many wait. Flood has no such limit. */
class Window implements Schedule {
  readonly #size: number;
  readonly #startMs: number;

  constructor(size: number, startMs: number) {
    this.#size = size;
    this.#startMs = startMs;
  }

  dueCount(nowMs: number, waiting: number): number {
    return nowMs < this.#startMs ? 0 : Math.max(0, this.#size - waiting);
  }

  nextDueMs(nowMs: number, waiting: number): number | null {
    if (nowMs < this.#startMs) return this.#startMs;
    return waiting < this.#size ? nowMs : null;
  }

  take(nowMs: number): number {
    return nowMs;
  }

  putBack(): void {
    // The packets are due again as soon as fewer are said to wait.
  }
}

/** When the clients of a run begin. */
export interface ClientStarts {
  readonly startMs: number;
  /** How long it takes until all are there. */
  readonly rampMs: number;
  readonly model: LoadModel;
}

/**
 * When the `index`-th of `clients` clients begins, so that they come in evenly over the ramp. In
 * open loop without a ramp they are spread over one interval: they would all send at once for ever.
 */
export function clientStartMs(index: number, clients: number, starts: ClientStarts): number {
  const { startMs, rampMs, model } = starts;
  const spreadMs = rampMs === 0 && model.type === "open" ? 1000 / model.ratePerSecond : rampMs;
  return startMs + index * spreadMs / clients;
}
