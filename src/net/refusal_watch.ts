/**
 * Notices that nobody listens on a UDP port: the ICMP answer "port unreachable". The system reports
 * it to connected sockets alone, which Deno has none of, and Deno does not wake up for it. So the
 * socket is connected by the system's own call, and asked for its error from time to time.
 *
 * Linux alone: other systems refuse to send to an address over a connected socket, as Deno does.
 * Needs the permission for native code, as DTLS does anyway; where it does not work, nobody is
 * watched and a time-out tells.
 */

import type { Address } from "../packet/peer.ts";
import { canonicalHost, isIpv4 } from "./endpoint.ts";

/** How often a socket is asked, in milliseconds. */
const INTERVAL_MS = 20;
/** Sockets among so many open files are found. */
const MAX_FILES = 1024;

const SYMBOLS = {
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
} as const;

// As on every Linux: bits/socket.h, asm-generic/socket.h, asm-generic/errno.h.
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_DGRAM = 2;
const SOL_SOCKET = 1;
const SO_TYPE = 3;
const SO_ERROR = 4;
const ERROR_NAMES: Readonly<Record<number, string>> = {
  101: "ENETUNREACH",
  111: "ECONNREFUSED",
  113: "EHOSTUNREACH",
};

/** Watches one socket. Close it before the socket. */
export class RefusalWatch {
  readonly #library: Deno.DynamicLibrary<typeof SYMBOLS>;
  #timer: ReturnType<typeof setInterval> | undefined;

  private constructor(library: Deno.DynamicLibrary<typeof SYMBOLS>) {
    this.#library = library;
  }

  /**
   * Connects the UDP socket that is bound to `local`, and calls `onRefused` once, with an error
   * that has the system's code, when its target cannot be reached. `path` is any library of the
   * system, such as libssl. Null where this does not work.
   */
  static start(
    local: Address,
    target: Address,
    path: string,
    onRefused: (error: Error) => void,
  ): RefusalWatch | null {
    const address = Deno.build.os === "linux" ? socketAddress(target) : null;
    if (address === null) return null;
    const library = openLibrary(path);
    if (library === null) return null;
    const watch = new RefusalWatch(library);
    const file = watch.#findSocket(local.port, address[0] ?? 0);
    if (file === null || watch.#library.symbols.connect(file, address, address.length) !== 0) {
      watch.close();
      return null;
    }
    watch.#timer = setInterval(() => {
      const code = ERROR_NAMES[watch.#option(file, SO_ERROR)];
      if (code === undefined) return;
      clearInterval(watch.#timer);
      onRefused(Object.assign(new Error(code), { code }));
    }, INTERVAL_MS);
    return watch;
  }

  /** Stops watching. */
  close(): void {
    clearInterval(this.#timer);
    this.#library.close();
  }

  #findSocket(port: number, family: number): number | null {
    const address = new Uint8Array(128);
    for (let file = 0; file < MAX_FILES; file++) {
      const size = new Uint8Array(new Uint32Array([address.length]).buffer);
      if (this.#library.symbols.getsockname(file, address, size) !== 0) continue;
      const [low = 0, , high = 0, rest = 0] = address;
      const isIt = low === family && (high << 8 | rest) === port;
      if (isIt && this.#option(file, SO_TYPE) === SOCK_DGRAM) return file;
    }
    return null;
  }

  #option(file: number, name: number): number {
    const value = new Int32Array(1);
    const size = new Uint8Array(new Uint32Array([4]).buffer);
    const bytes = new Uint8Array(value.buffer);
    const result = this.#library.symbols.getsockopt(file, SOL_SOCKET, name, bytes, size);
    return result === 0 ? value[0] ?? 0 : 0;
  }
}

/** Null where the library, or what it brings with it, has no such calls. */
function openLibrary(path: string): Deno.DynamicLibrary<typeof SYMBOLS> | null {
  try {
    return Deno.dlopen(path, SYMBOLS);
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

/** A C `struct sockaddr_in` or `sockaddr_in6`; null for an address with a zone. */
export function socketAddress({ hostname, port }: Address): Uint8Array<ArrayBuffer> | null {
  if (isIpv4(hostname)) {
    const parts = hostname.split(".").map(Number);
    return Uint8Array.of(AF_INET, 0, port >> 8, port & 255, ...parts, 0, 0, 0, 0, 0, 0, 0, 0);
  }
  const canonical = canonicalHost(hostname);
  if (hostname.includes("%") || isIpv4(canonical)) return null;
  const bytes = new Uint8Array(28);
  bytes.set([AF_INET6, 0, port >> 8, port & 255]);
  bytes.set(ipv6Bytes(canonical), 8);
  return bytes;
}

/** The 16 bytes of an address in its shortest spelling. */
function ipv6Bytes(text: string): number[] {
  const groupsOf = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((group) => parseInt(group, 16));
  const [before = "", after] = text.split("::");
  const [head, tail] = [groupsOf(before), groupsOf(after ?? "")];
  const zeros = new Array<number>(8 - head.length - tail.length).fill(0);
  return [...head, ...zeros, ...tail].flatMap((group) => [group >> 8, group & 255]);
}
