/**
 * What looks on while bytes go over the wire: as they are on it, so encrypted where the transport
 * encrypts. Types only; sockets tell it, and `commands/session/capture_file.ts` writes a capture of it.
 */

import type { Address } from "../packet/peer.ts";

/** Which way bytes go, seen from this program. */
export type WireDirection = "in" | "out";

/** A datagram on the wire. */
export interface WireDatagram {
  readonly direction: WireDirection;
  /** What its socket is bound to: perhaps `0.0.0.0` or `::`. */
  readonly local: Address;
  readonly remote: Address;
  readonly bytes: Uint8Array;
  /** When it came or was given to the system, in microseconds since 1970-01-01 UTC. */
  readonly time: number;
}

/**
 * Is told of everything that sockets have read and written, as soon as they have. It may not throw,
 * and what it keeps of the bytes it copies.
 */
export interface WireTap {
  /** A datagram came, or the system has taken one: that may be told after its answer has come. */
  datagram(datagram: WireDatagram): void;
  /** A TCP connection is open; `opener` is who connected: the other side (`in`) or this one. */
  connection(opener: WireDirection, local: Address, remote: Address): ConnectionTap;
}

/** Is told what happens on one connection. */
export interface ConnectionTap {
  /** The next bytes of a direction. */
  bytes(direction: WireDirection, bytes: Uint8Array): void;
  /** No more bytes come in this direction. */
  end(direction: WireDirection): void;
  /** Whoever sends in this direction has broken the connection off. */
  reset(direction: WireDirection): void;
}
