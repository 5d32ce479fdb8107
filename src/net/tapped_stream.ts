/** A TCP connection that a wire tap looks on. */

import type { ByteStream } from "./byte_stream.ts";
import { addressOf } from "./endpoint.ts";
import type { ConnectionTap, WireDirection, WireTap } from "./wire_tap.ts";

/** The connection itself without a tap; otherwise one that tells it everything. */
export function tapped(
  stream: ByteStream,
  opener: WireDirection,
  tap: WireTap | undefined,
): ByteStream {
  return tap === undefined ? stream : new TappedStream(stream, opener, tap);
}

class TappedStream implements ByteStream {
  readonly localAddr: Deno.Addr;
  readonly remoteAddr: Deno.Addr;
  readonly #stream: ByteStream;
  readonly #tap: ConnectionTap;
  #hasEnded = false;
  #isClosed = false;

  constructor(stream: ByteStream, opener: WireDirection, tap: WireTap) {
    this.localAddr = stream.localAddr;
    this.remoteAddr = stream.remoteAddr;
    this.#stream = stream;
    this.#tap = tap.connection(opener, addressOf(stream.localAddr), addressOf(stream.remoteAddr));
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    const size = await this.#watch(this.#stream.read(buffer));
    if (size === null) this.#tap.end("in");
    else this.#tap.bytes("in", buffer.subarray(0, size));
    return size;
  }

  async write(bytes: Uint8Array): Promise<number> {
    const size = await this.#watch(this.#stream.write(bytes));
    this.#tap.bytes("out", bytes.subarray(0, size));
    return size;
  }

  async closeWrite(): Promise<void> {
    await this.#watch(this.#stream.closeWrite());
    this.#end();
  }

  close(): void {
    this.#stream.close();
    this.#isClosed = true;
    this.#end();
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#tap.end("out");
  }

  /** A failure of an open connection is the other side's doing. */
  async #watch<T>(action: Promise<T>): Promise<T> {
    try {
      return await action;
    } catch (error) {
      if (!this.#isClosed) this.#tap.reset("in");
      throw error;
    }
  }
}
