/**
 * Time: the two clocks of a machine, sleeping, and giving up on a wait. Everything outside `net/`,
 * `commands/` and `cli/` gets its time as a parameter.
 */

import type { WaitOptions } from "../packet/peer.ts";

/** Reads the time; tests put their own in. */
export interface Clock {
  /** Milliseconds, with fractions, since some moment; never goes back. For durations. */
  monotonicMs(): number;
  /** Microseconds since 1970-01-01 UTC, whole. For time stamps. */
  wallMicros(): number;
}

/** The machine's clocks. Setting the machine's clock while the program runs has no effect. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMicros: () => Math.round((performance.timeOrigin + performance.now()) * 1000),
};

/** Lets timers, signals and sockets have their turn: a timer would take a millisecond or more. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Waits that long. Rejects with the signal's reason when it is aborted first. */
export async function sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", giveUp);
      resolve();
    }, durationMs);
    function giveUp(): void {
      clearTimeout(timer);
      reject(signal?.reason);
    }
    signal?.addEventListener("abort", giveUp, { once: true });
  });
}

/**
 * Calls `giveUp` once, synchronously, when a limit of the wait is reached: with the signal's reason
 * or with the error that `timeoutError` makes. The returned function ends the watch: call it when
 * the wait is over. An already aborted signal is not looked at: see `AbortSignal.throwIfAborted`.
 */
export function watchLimits(
  { signal, timeoutMs }: WaitOptions,
  timeoutError: (timeoutMs: number) => Error,
  giveUp: (reason: unknown) => void,
): () => void {
  if (signal === undefined && timeoutMs === undefined) return stopNothing;
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => {
    stop();
    giveUp(timeoutError(timeoutMs));
  }, timeoutMs);
  function onAbort(): void {
    stop();
    giveUp(signal?.reason);
  }
  function stop(): void {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
  signal?.addEventListener("abort", onAbort, { once: true });
  return stop;
}

function stopNothing(): void {}

/**
 * Waits for what `start` starts, within limits; what was started goes on when a limit is reached.
 * Rejects as `watchLimits` says, and at once, without starting, when the signal is aborted already.
 */
export async function within<T>(
  limits: WaitOptions,
  timeoutError: (timeoutMs: number) => Error,
  start: () => Promise<T>,
): Promise<T> {
  limits.signal?.throwIfAborted();
  const result = start();
  if (limits.signal === undefined && limits.timeoutMs === undefined) return await result;
  return await new Promise<T>((resolve, reject) => {
    const stop = watchLimits(limits, timeoutError, reject);
    result.then(resolve, reject).finally(stop);
  });
}

/** True when the promise resolves before a limit is reached; rejects when it rejects. */
export function resolvesWithin(promise: Promise<unknown>, limits: WaitOptions): Promise<boolean> {
  if (limits.signal?.aborted) return Promise.resolve(false);
  return new Promise((resolve, reject) => {
    const stop = watchLimits(limits, () => new Error("late"), () => resolve(false));
    promise.then(() => resolve(true), reject).finally(stop);
  });
}

/** Writes a duration for people: `250 ms`, `5 s`, `1.5 s`. */
export function formatMs(durationMs: number): string {
  return durationMs < 1000
    ? `${Math.round(durationMs)} ms`
    : `${Math.round(durationMs / 10) / 100} s`;
}
