/**
 * One wait for many clients: sleeps until the next packet of any of them is due, or until somebody
 * wakes it. A timer is one or two milliseconds late, which would become part of every round trip.
 * So a timer sleeps most of the time, the system's short sleep nearly all of what is left, and turns
 * of the event loop the rest. Turning alone for long would keep Deno from reading what arrives.
 */

import { type Clock, systemClock } from "../../net/clock.ts";
import type { ShortSleep } from "../../net/short_sleep.ts";

/** Timers come up to so much late; they are asked for so much early. */
const TIMER_MARGIN_MS = 2;
/** The same for short sleeps; a little is slept even when less is left, as turns read nothing. */
const SHORT_MARGIN_MS = 0.1;
const SHORTEST_SLEEP_MS = 0.05;
/** So little is not worth a sleep. */
const NOTHING_MS = 0.01;
/** Longer timers than this do not exist. */
const MAX_TIMER_MS = 60_000;
/** Without short sleeps, turns go on for so long at most before Deno rests for a moment. */
const MAX_TURNING_MS = 3;

/** Sleeps for one loop; it is woken by anybody. */
export class Waker {
  readonly #clock: Clock;
  readonly #short: Pick<ShortSleep, "sleep"> | null;
  #isWoken = false;
  #endSleep: (() => void) | null = null;
  /** When Deno last rested, and read what had arrived. */
  #restedMs = 0;

  /** `short`: null where there are no short sleeps. */
  constructor(short: Pick<ShortSleep, "sleep"> | null = null, clock: Clock = systemClock) {
    this.#short = short;
    this.#clock = clock;
  }

  /** Ends the sleep that is under way; if none is, the next one ends at once. */
  wake(): void {
    this.#isWoken = true;
    this.#endSleep?.();
  }

  /**
   * Sleeps until the clock shows `dueMs` (Infinity: until woken) or somebody calls `wake`. What has
   * arrived is read even when it is that time already.
   */
  async until(dueMs: number): Promise<void> {
    do await this.#rest(dueMs - this.#clock.monotonicMs()); while (
      !this.#isWoken && this.#clock.monotonicMs() < dueMs
    );
    // Whoever is woken all the time would never let Deno read anything.
    if (this.#isWoken) await this.#breathe();
    this.#isWoken = false;
  }

  async #rest(restMs: number): Promise<void> {
    if (this.#isWoken) return;
    if (restMs > TIMER_MARGIN_MS) await this.#sleep(restMs - TIMER_MARGIN_MS);
    else if (this.#short !== null && restMs > NOTHING_MS) {
      await this.#short.sleep(Math.max(restMs - SHORT_MARGIN_MS, SHORTEST_SLEEP_MS));
    } else return await this.#breathe();
    if (!this.#isWoken) this.#restedMs = this.#clock.monotonicMs();
  }

  /** Lets others run, and now and then Deno read what has arrived. */
  async #breathe(): Promise<void> {
    if (this.#clock.monotonicMs() - this.#restedMs < MAX_TURNING_MS) return await turn();
    if (this.#short === null) await new Promise((resolve) => setTimeout(resolve, 0));
    else await this.#short.sleep(0);
    this.#restedMs = this.#clock.monotonicMs();
  }

  async #sleep(durationMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.min(durationMs, MAX_TIMER_MS));
      this.#endSleep = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endSleep = null;
  }
}

/** Lets other tasks of the event loop run; takes some microseconds. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
