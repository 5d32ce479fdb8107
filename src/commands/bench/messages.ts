/** What the main thread of `bench` and its workers tell each other. All of it can be cloned. */

import {
  DecodeError,
  EncodeError,
  type GodotError,
  ParseError,
  PeerError,
  UsageError,
} from "../../errors.ts";
import type { BenchData } from "../../stats/bench_data.ts";
import type { EndedInterval } from "../../stats/bench_recording.ts";
import type { OptionsCopy } from "./options_copy.ts";

/** To a worker. */
export type ToWorker =
  | {
    readonly type: "task";
    readonly options: OptionsCopy;
    readonly firstClient: number;
    readonly clients: number;
  }
  /** All workers are ready: begin at that moment, in microseconds since 1970. */
  | { readonly type: "begin"; readonly startMicros: number }
  /** Come to an end. */
  | { readonly type: "stop" };

/** From a worker. */
export type FromWorker =
  /** The clients are connected. */
  | { readonly type: "ready" }
  | { readonly type: "intervals"; readonly intervals: readonly EndedInterval[] }
  | {
    readonly type: "result";
    readonly data: BenchData;
    readonly failure: ErrorCopy | null;
    readonly connected: number;
  }
  /** It cannot go on. */
  | { readonly type: "failed"; readonly error: ErrorCopy };

/** An error as data: cloning would lose its class. */
export interface ErrorCopy {
  readonly kind: "peer" | "usage" | "other";
  readonly code: GodotError;
  readonly message: string;
}

/** Copies any error. */
export function copyError(error: unknown): ErrorCopy {
  if (error instanceof PeerError) return { kind: "peer", code: error.code, message: error.message };
  if (error instanceof UsageError) {
    return { kind: "usage", code: error.code, message: error.message };
  }
  if (error instanceof EncodeError || error instanceof DecodeError) {
    return { kind: "usage", code: error.code, message: error.message };
  }
  if (error instanceof ParseError) {
    return { kind: "usage", code: "ERR_PARSE_ERROR", message: error.message };
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { kind: "other", code: "ERR_BUG", message };
}

/** The error that was copied: of the same class, where that decides on the exit code. */
export function restoreError({ kind, code, message }: ErrorCopy): Error {
  if (kind === "peer") return new PeerError(code, message);
  return kind === "usage" ? new UsageError(message, code) : new Error(`in a worker: ${message}`);
}
