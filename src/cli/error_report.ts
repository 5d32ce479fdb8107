/** From a thrown error to what the user is told and the exit code. */

import {
  DecodeError,
  EncodeError,
  type GodotError,
  ParseError,
  PeerError,
  UsageError,
} from "../errors.ts";
import { EXIT, type ExitCode } from "./command.ts";

/** What ends the program. */
export interface ErrorReport {
  readonly exit: ExitCode;
  /** The nearest name in Godot's Error enum. */
  readonly code: GodotError;
  /** One line: what happened, why, what to do. */
  readonly message: string;
  /** Lines that show where: the source and a caret. */
  readonly excerpt: readonly string[];
}

/**
 * The report of any error. What is none of packetpeer's own classes is a bug in packetpeer; it ends
 * with 1, since the exit codes 0 to 3 are all that scripts know.
 */
export function reportOf(error: unknown): ErrorReport {
  if (error instanceof UsageError) return report(EXIT.usage, error.code, error.message);
  if (error instanceof ParseError) {
    return report(EXIT.usage, "ERR_PARSE_ERROR", error.message, error.excerpt.split("\n"));
  }
  if (error instanceof EncodeError) return report(EXIT.usage, error.code, error.message);
  if (error instanceof DecodeError) return report(EXIT.failed, error.code, error.message);
  if (error instanceof PeerError) return report(EXIT.network, error.code, error.message);
  if (error instanceof Deno.errors.NotCapable) {
    return report(EXIT.usage, "ERR_UNAUTHORIZED", `Deno does not permit this: ${error.message}`);
  }
  return report(EXIT.failed, "ERR_BUG", describeBug(error));
}

/** The event that ends an NDJSON stream. */
export function errorEvent({ exit, code, message }: ErrorReport): string {
  return JSON.stringify({ event: "error", exit, code, message });
}

function report(
  exit: ExitCode,
  code: GodotError,
  message: string,
  excerpt: readonly string[] = [],
): ErrorReport {
  return { exit, code, message: message.replaceAll("\n", " "), excerpt };
}

function describeBug(error: unknown): string {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return `internal error: ${what}; this is a bug in packetpeer, please report it with the output of --verbose`;
}
