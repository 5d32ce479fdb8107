/**
 * TCP connections from a local port of one's choice, by `node:net`: Deno's own sockets always take
 * any free port. Loaded only when a port is asked for.
 */

import type { Socket } from "node:net";
import type { ByteStream } from "./byte_stream.ts";

/** Not imported by a literal: Deno would make ready for it before any program with sockets starts. */
const NET_MODULE: string = "node:net";

/** Connects from that local port. Throws what the system says; aborts with the signal's reason. */
export async function connectFromPort(
  host: string,
  port: number,
  localPort: number,
  signal: AbortSignal,
): Promise<ByteStream> {
  const { connect }: typeof import("node:net") = await import(NET_MODULE);
  signal.throwIfAborted();
  const socket = connect({ host, port, localPort, noDelay: true, allowHalfOpen: true });
  await new Promise<void>((resolve, reject) => {
    const giveUp = (): void => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener("abort", giveUp, { once: true });
    socket.once("error", reject);
    socket.once("connect", () => {
      signal.removeEventListener("abort", giveUp);
      socket.off("error", reject);
      resolve();
    });
  });
  return new NodeStream(socket);
}

class NodeStream implements ByteStream {
  readonly localAddr: Deno.NetAddr;
  readonly remoteAddr: Deno.NetAddr;
  readonly #socket: Socket;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#chunks = socket[Symbol.asyncIterator]();
    // A failure also ends the iteration, where it is reported; without a listener it is fatal.
    socket.on("error", () => {});
    this.localAddr = netAddr(socket.localAddress, socket.localPort);
    this.remoteAddr = netAddr(socket.remoteAddress, socket.remotePort);
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    while (this.#rest.length === 0) {
      const { value, done } = await this.#chunks.next();
      if (done === true) return null;
      this.#rest = value;
    }
    const size = Math.min(buffer.length, this.#rest.length);
    buffer.set(this.#rest.subarray(0, size));
    this.#rest = this.#rest.subarray(size);
    return size;
  }

  write(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => {
        if (error instanceof Error) reject(error);
        else resolve(bytes.length);
      });
    });
  }

  closeWrite(): Promise<void> {
    return new Promise((resolve) => this.#socket.end(() => resolve()));
  }

  close(): void {
    this.#socket.destroy();
  }
}

function netAddr(hostname: string | undefined, port: number | undefined): Deno.NetAddr {
  return { transport: "tcp", hostname: hostname ?? "", port: port ?? 0 };
}
