/** A clock that stands still until a test moves it. */

import type { Clock } from "../../src/net/clock.ts";

/** Both clocks of a machine, in the hands of a test. */
export class FakeClock implements Clock {
  #nowMs = 1_000_000;

  /** Moves both clocks forward. */
  advance(durationMs: number): void {
    this.#nowMs += durationMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMicros(): number {
    return this.#nowMs * 1000;
  }
}
