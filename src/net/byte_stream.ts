/**
 * What a TCP peer needs of a connection. `Deno.Conn` is one; so is a TLS connection; and
 * `node_stream.ts` makes one for what Deno's own sockets cannot do.
 */

/** An open connection of bytes. */
export interface ByteStream {
  readonly localAddr: Deno.Addr;
  readonly remoteAddr: Deno.Addr;
  /** Reads some bytes into the buffer and says how many; null at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Writes some of the bytes and says how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Tells the other side that nothing more comes; reading goes on. */
  closeWrite(): Promise<void>;
  /** Closes both directions at once. */
  close(): void;
}
