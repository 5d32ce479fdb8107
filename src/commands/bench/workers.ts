/** The main thread's side of `--workers`: spreads the clients, begins, stops and adds up. */

import { systemClock } from "../../net/clock.ts";
import { mergeBenchData } from "../../stats/bench_merge.ts";
import type { EndedInterval } from "../../stats/bench_recording.ts";
import type { HistogramFactory } from "../../stats/histogram.ts";
import type { CrewResult } from "./crew.ts";
import { type FromWorker, restoreError, type ToWorker } from "./messages.ts";
import type { OptionsCopy } from "./options_copy.ts";

/** What to spread over workers. */
export interface WorkersOptions {
  readonly options: OptionsCopy;
  readonly workers: number;
  readonly clients: number;
  readonly histograms: HistogramFactory;
  /** Is told of an interval once all workers have ended it, with what each saw of it. */
  readonly onInterval: (parts: readonly EndedInterval[]) => void;
  readonly interrupted: AbortSignal;
}

/** What all workers have to do with in common before they begin, in microseconds. */
const BEGIN_IN_MICROS = 20_000;

/** Clients of each worker: as many as of any other, or one more. */
export function shares(clients: number, workers: number): { first: number; clients: number }[] {
  return Array.from({ length: workers }, (_, i) => {
    const first = Math.floor(i * clients / workers);
    return { first, clients: Math.floor((i + 1) * clients / workers) - first };
  });
}

/** Runs the clients in workers. Throws what ended one of them; the others are ended then too. */
export async function runInWorkers(options: WorkersOptions): Promise<CrewResult> {
  const { workers, clients, interrupted, histograms } = options;
  const intervals = new SharedIntervals(workers, options.onInterval);
  const crew = shares(clients, workers).map((share, i) =>
    new WorkerRun(options.options, share, (ended) => intervals.add(i, ended))
  );
  const stop = (): void => crew.forEach((worker) => worker.post({ type: "stop" }));
  interrupted.addEventListener("abort", stop, { once: true });
  try {
    if (interrupted.aborted) stop();
    await allOrFirstFailure(crew, (worker) => worker.ready);
    const startMicros = systemClock.wallMicros() + BEGIN_IN_MICROS;
    crew.forEach((worker) => worker.post({ type: "begin", startMicros }));
    const results = await allOrFirstFailure(crew, (worker) => worker.result);
    return {
      data: mergeBenchData(results.map(({ data }) => data), histograms),
      failure: results.find(({ failure }) => failure !== null)?.failure ?? null,
      connected: results.reduce((sum, { connected }) => sum + connected, 0),
    };
  } finally {
    interrupted.removeEventListener("abort", stop);
    crew.forEach((worker) => worker.end());
  }
}

async function allOrFirstFailure<T>(
  crew: readonly WorkerRun[],
  of: (worker: WorkerRun) => Promise<T>,
): Promise<T[]> {
  const failed = Promise.race(crew.map((worker) => worker.failed));
  return await Promise.race([Promise.all(crew.map(of)), failed]);
}

/** One worker. */
class WorkerRun {
  readonly #worker: Worker;
  readonly #ready = Promise.withResolvers<void>();
  readonly #result = Promise.withResolvers<CrewResult>();
  readonly #failed = Promise.withResolvers<never>();

  constructor(
    options: OptionsCopy,
    share: { readonly first: number; readonly clients: number },
    onIntervals: (intervals: readonly EndedInterval[]) => void,
  ) {
    this.#failed.promise.catch(() => {}); // it is raced with what it keeps from happening
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    this.#worker.addEventListener("message", ({ data }) => {
      const message = data as FromWorker; // bench_worker.ts sends nothing else
      this.#onMessage(message, onIntervals);
    });
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#failed.reject(new Error(`a worker ended: ${event.message}`));
    });
    this.post({ type: "task", options, firstClient: share.first, clients: share.clients });
  }

  /** Resolves when its clients are connected. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get result(): Promise<CrewResult> {
    return this.#result.promise;
  }

  /** Rejects when it cannot go on. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  end(): void {
    this.#worker.terminate();
  }

  #onMessage(
    message: FromWorker,
    onIntervals: (intervals: readonly EndedInterval[]) => void,
  ): void {
    switch (message.type) {
      case "ready":
        return this.#ready.resolve();
      case "intervals":
        return onIntervals(message.intervals);
      case "result": {
        const { data, failure, connected } = message;
        const error = failure === null ? null : restoreError(failure);
        return this.#result.resolve({ data, failure: error, connected });
      }
      case "failed":
        return this.#failed.reject(restoreError(message.error));
    }
  }
}

/** Brings together what workers tell of the same interval. */
class SharedIntervals {
  readonly #waiting: EndedInterval[][];
  readonly #onInterval: (parts: readonly EndedInterval[]) => void;

  constructor(workers: number, onInterval: (parts: readonly EndedInterval[]) => void) {
    this.#waiting = Array.from({ length: workers }, () => []);
    this.#onInterval = onInterval;
  }

  add(worker: number, intervals: readonly EndedInterval[]): void {
    this.#waiting[worker]?.push(...intervals);
    while (this.#waiting.every(({ length }) => length > 0)) {
      this.#onInterval(this.#waiting.flatMap((own) => own.shift() ?? []));
    }
  }
}
