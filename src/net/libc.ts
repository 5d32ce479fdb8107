/**
 * The system's own calls for sockets, through the C library that Deno itself is linked to: many
 * datagrams by one call, larger buffers, connected UDP sockets. Linux alone (x86-64 and arm64, glibc
 * and musl), with the permission for native code; everything works without it, more slowly.
 *
 * No call waits, except `receive` on a socket that was told to (`setBlocking`), and that for about a
 * millisecond.
 */

import { type LazyLibrary, openLazily } from "../dtls/native.ts";

/** Datagrams of one call. */
export const BATCH_SIZE = 64;

const SYMBOLS = {
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  recvmmsg: { parameters: ["i32", "buffer", "u32", "i32", "pointer"], result: "i32" },
  sendmmsg: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "i32" },
  __errno_location: { parameters: [], result: "pointer" },
} as const;

type Functions = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

// As on every Linux that Deno runs on: asm-generic/socket.h, asm-generic/fcntl.h, asm-generic/errno.h.
const SOL_SOCKET = 1;
const SO_TYPE = 3;
const SO_ERROR = 4;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SO_RCVTIMEO = 20;
const SOCK_DGRAM = 2;
const F_SETFL = 4;
const O_NONBLOCK = 0o4000;
const EAGAIN = 11;
const ERROR_NAMES: Readonly<Record<number, string>> = {
  1: "EACCES", // EPERM: a firewall's rule
  13: "EACCES",
  90: "EMSGSIZE",
  101: "ENETUNREACH",
  111: "ECONNREFUSED",
  113: "EHOSTUNREACH",
};

/** As much as the system allows, up to this; it is for all datagrams that wait, with bookkeeping. */
const SOCKET_BUFFER = 4 * 1024 * 1024;
/** How long `receive` waits on a socket that blocks. Kernels round it up to their tick. */
const BLOCKING_MICROS = 1000n;
/** Where to look for a socket that is not where it was expected. */
const MAX_FILES = 1024;

/** The files of the C library, by how the system is made. */
const LIBRARIES = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];

/** The calls, for one system. */
export class Libc {
  readonly functions: Functions;
  readonly #library: LazyLibrary<Functions>;
  readonly #errno: Deno.UnsafePointerView | null;
  readonly #number = new Int32Array(1);
  readonly #numberBytes = new Uint8Array(this.#number.buffer);
  readonly #size = new Uint8Array(4);
  readonly #address = new Uint8Array(128);
  /** The files that `findSocket` found last, and before that. */
  #lastFound = 0;
  #foundBefore = 0;

  private constructor(library: LazyLibrary<Functions>) {
    this.#library = library;
    this.functions = library.functions;
    // Each thread has one place for it, and this object belongs to one thread. Binding the function
    // after a call that failed would change what it tells.
    const errno = library.functions.__errno_location();
    this.#errno = errno === null ? null : new Deno.UnsafePointerView(errno);
  }

  /** Loads it; null where it is not to be had, or Deno was not given the permission. */
  static open(): Libc | null {
    if (Deno.build.os !== "linux") return null;
    if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return null;
    for (const name of LIBRARIES) {
      const library = openLibrary(name);
      if (library !== null) return new Libc(library);
    }
    return null;
  }

  close(): void {
    this.#library.close();
  }

  /** The UDP socket of this program that is bound to a local port; null: it is not to be found. */
  findSocket(port: number, family: number): number | null {
    // A new file takes the lowest number that is free: that of one that was closed, or the next.
    for (const file of [this.#lastFound, this.#lastFound + 1, this.#foundBefore]) {
      if (this.#isSocket(file, port, family)) return this.#found(file);
    }
    for (let file = 0; file < MAX_FILES; file++) {
      if (this.#isSocket(file, port, family)) return this.#found(file);
    }
    return null;
  }

  /** Makes a socket's buffers large, and bounds how long it may block. */
  prepareSocket(file: number): void {
    this.#setNumber(file, SO_RCVBUF, SOCKET_BUFFER);
    this.#setNumber(file, SO_SNDBUF, SOCKET_BUFFER);
    const timeval = new Uint8Array(new BigInt64Array([0n, BLOCKING_MICROS]).buffer);
    this.functions.setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, timeval, timeval.length);
  }

  /** Connects a socket to an address of `socketAddress`; false when the system refuses. */
  connect(file: number, address: Uint8Array<ArrayBuffer>): boolean {
    return this.functions.connect(file, address, address.length) === 0;
  }

  /** Says whether calls on the socket may wait. */
  setBlocking(file: number, mayBlock: boolean): void {
    // It is the one flag of a socket that can be set.
    this.functions.fcntl(file, F_SETFL, mayBlock ? 0 : O_NONBLOCK);
  }

  /** The error that waits at a socket, and is forgotten by this; null when there is none. */
  takeError(file: number): Error | null {
    return errorOf(this.#option(file, SO_ERROR));
  }

  /** Why the last call failed; null when it would only have had to wait. */
  lastError(): Error | null {
    const code = this.#errno?.getInt32() ?? 0;
    return code === EAGAIN ? null : errorOf(code);
  }

  #found(file: number): number {
    if (file !== this.#lastFound) this.#foundBefore = this.#lastFound;
    return this.#lastFound = file;
  }

  #isSocket(file: number, port: number, family: number): boolean {
    const address = this.#address;
    this.#size.set([address.length, 0, 0, 0]);
    if (this.functions.getsockname(file, address, this.#size) !== 0) return false;
    const [low = 0, , high = 0, rest = 0] = address;
    const isIt = low === family && (high << 8 | rest) === port;
    return isIt && this.#option(file, SO_TYPE) === SOCK_DGRAM;
  }

  #option(file: number, name: number): number {
    this.#size.set([4, 0, 0, 0]);
    const { getsockopt } = this.functions;
    const result = getsockopt(file, SOL_SOCKET, name, this.#numberBytes, this.#size);
    return result === 0 ? this.#number[0] ?? 0 : 0;
  }

  #setNumber(file: number, name: number, value: number): void {
    this.#number[0] = value;
    this.functions.setsockopt(file, SOL_SOCKET, name, this.#numberBytes, 4);
  }
}

function openLibrary(name: string): LazyLibrary<Functions> | null {
  try {
    return openLazily(name, SYMBOLS);
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

/** What `socketError` explains: an error with the system's name as `code`. Null for other codes. */
function errorOf(code: number): Error | null {
  const name = ERROR_NAMES[code];
  return name === undefined ? null : Object.assign(new Error(name), { code: name });
}
