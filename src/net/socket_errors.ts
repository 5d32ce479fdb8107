/**
 * What the system says when a socket fails, as a `PeerError`: the nearest name of Godot's `Error`
 * enum, and one line that says what happened, why, and what to do.
 */

import { type GodotError, PeerError } from "../errors.ts";

/** What was being done: it decides what the same system error means. */
export type SocketAction = "resolve" | "listen" | "connect" | "send" | "receive";

interface Explanation {
  readonly code: GodotError;
  readonly why: string;
  readonly whatToDo: string;
}

/** By the system's own error names, which Deno and `node:` modules both carry as `code`. */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  EADDRINUSE: {
    code: "ERR_ALREADY_IN_USE",
    why: "the address is in use",
    whatToDo: "stop the program that has it, or take another port (0 finds a free one)",
  },
  EADDRNOTAVAIL: {
    code: "ERR_CANT_OPEN",
    why: "this machine has no such address",
    whatToDo: "use 127.0.0.1 or [::1] for this machine alone, 0.0.0.0 or [::] for all interfaces",
  },
  EACCES: {
    code: "ERR_UNAUTHORIZED",
    why: "the system does not permit it",
    whatToDo: "listen on a port above 1023, or check the firewall",
  },
  ECONNREFUSED: {
    code: "ERR_CANT_CONNECT",
    why: "connection refused, nobody listens there",
    whatToDo: "start the server first, or check host and port",
  },
  ECONNRESET: {
    code: "ERR_CONNECTION_ERROR",
    why: "the other side reset the connection",
    whatToDo: "see what the other side says about it",
  },
  EPIPE: {
    code: "ERR_CONNECTION_ERROR",
    why: "the other side has closed the connection",
    whatToDo: "see what the other side says about it",
  },
  ETIMEDOUT: {
    code: "ERR_TIMEOUT",
    why: "the other side does not answer",
    whatToDo: "check host, port and firewall",
  },
  ENETUNREACH: {
    code: "ERR_CANT_CONNECT",
    why: "there is no route to that network",
    whatToDo: "check the address and this machine's network",
  },
  EHOSTUNREACH: {
    code: "ERR_CANT_CONNECT",
    why: "there is no route to that host",
    whatToDo: "check the address and this machine's network",
  },
  EAFNOSUPPORT: {
    code: "ERR_CANT_CONNECT",
    why: "this machine does not speak that address family",
    whatToDo: "use an IPv4 address",
  },
  EMSGSIZE: {
    code: "ERR_INVALID_PARAMETER",
    why: "the packet is too large for a datagram on this system",
    whatToDo: "send less at once, or use tcp://",
  },
  EMFILE: {
    code: "ERR_CANT_OPEN",
    why: "too many files and sockets are open",
    whatToDo: "raise the limit (ulimit -n)",
  },
  ENOTFOUND: {
    code: "ERR_CANT_RESOLVE",
    why: "no address is known for that name",
    whatToDo: "check its spelling, or write the IP address",
  },
  EAI_AGAIN: {
    code: "ERR_CANT_RESOLVE",
    why: "the name server does not answer",
    whatToDo: "check the network, or write the IP address",
  },
  ENOTCAPABLE: {
    code: "ERR_UNAUTHORIZED",
    why: "the program was started without network permission",
    whatToDo: "start it with --allow-net",
  },
};

/** Names of Deno's error classes, where an error carries no system code. */
const CODE_OF_CLASS: Readonly<Record<string, string>> = {
  AddrInUse: "EADDRINUSE",
  AddrNotAvailable: "EADDRNOTAVAIL",
  PermissionDenied: "EACCES",
  ConnectionRefused: "ECONNREFUSED",
  ConnectionReset: "ECONNRESET",
  ConnectionAborted: "ECONNRESET",
  BrokenPipe: "EPIPE",
  TimedOut: "ETIMEDOUT",
  NetworkUnreachable: "ENETUNREACH",
  HostUnreachable: "EHOSTUNREACH",
  NotCapable: "ENOTCAPABLE",
};

const FALLBACK: Readonly<Record<SocketAction, GodotError>> = {
  resolve: "ERR_CANT_RESOLVE",
  listen: "ERR_CANT_OPEN",
  connect: "ERR_CANT_CONNECT",
  send: "ERR_CONNECTION_ERROR",
  receive: "ERR_CONNECTION_ERROR",
};

/** The system's name of an error (`ECONNREFUSED`); null when it has none. */
export function systemCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  // Deno's resolver errors have neither class nor code.
  if (error.message.startsWith("failed to lookup address")) {
    return error.message.includes("emporary failure") ? "EAI_AGAIN" : "ENOTFOUND";
  }
  if ("code" in error && typeof error.code === "string") return error.code;
  return CODE_OF_CLASS[error.name] ?? null;
}

/**
 * Explains an error of the system. `what` is what could not be done, `address` whom it concerns.
 * Whatever is not an error of the system is a bug and is thrown again.
 */
export function socketError(
  error: unknown,
  action: SocketAction,
  what: string,
  address: string,
): PeerError {
  if (error instanceof PeerError) return error;
  const code = systemCode(error);
  const explanation = EXPLANATIONS[code ?? ""];
  if (explanation !== undefined) {
    const { why, whatToDo } = explanation;
    const message = `${what}: ${why}; ${whatToDo}`;
    return new PeerError(explanation.code, message, address, { cause: error });
  }
  if (!(error instanceof Error)) throw error;
  const why = error.message.charAt(0).toLowerCase() + error.message.slice(1);
  const message = `${what}: ${why}; check host and port`;
  return new PeerError(FALLBACK[action], message, address, { cause: error });
}
